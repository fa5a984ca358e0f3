/**
 * A whole spec in the fragment of an address, and back. The format is described in docs/links-and-bundles.md.
 *
 * Promises: equal specs give equal links; what `travel.ts` calls local is cut to file names; a link that was changed,
 * cut, or made to do harm ends in a LabError, and never unpacks to more than 64 KiB.
 * Must not know: the page's address, what is done with the spec.
 */
import { deflateSync, inflateSync } from 'fflate';
import * as v from 'valibot';
import { LabError } from '../core/errors';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { withoutDefaults } from './defaults';
import { LINK_DICTIONARY_1 } from './link-dictionary';
import { parseSpec } from './parse';
import type { ExperimentSpec } from './schema';
import { isObject } from './shape';
import { travelSpec } from './travel';

const FORMAT = 1;
const MAX_CHARACTERS = 16_384;
const MAX_JSON_BYTES = 65_536;
const CHECK_BYTES = 6;

/** A file that the spec needs, so that whoever opens the link can be asked for it, and the right one be told. */
export interface LinkFile {
  /** Dotted field of the spec that names it; the files of one model share `model.path`. */
  field: string;
  name: string;
  bytes: number;
  sha256: string;
}

export interface SpecLink {
  spec: ExperimentSpec;
  files: LinkFile[];
}

const filesSchema = v.pipe(
  v.array(
    v.strictObject({
      field: v.pipe(v.string(), v.maxLength(80)),
      name: v.pipe(v.string(), v.maxLength(255)),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
  v.maxLength(200),
);

/**
 * `#s1=…`, to be put behind the page's address. Throws LabError `link-invalid` for a spec with too much text for a link.
 * @param files identities of the spec's files where they are known
 */
export function encodeSpecLink(spec: ExperimentSpec, files: readonly LinkFile[] = []): string {
  const content = {
    spec: withoutDefaults(travelSpec(spec, 'link')),
    ...(files.length > 0
      ? { files: files.map(({ field, name, bytes, sha256 }) => ({ field, name, bytes, sha256 })) }
      : {}),
  };
  const json = new TextEncoder().encode(canonicalJson(content));
  const packed = deflateSync(json, { level: 9, mem: 3, dictionary: LINK_DICTIONARY_1 });
  const bytes = new Uint8Array(CHECK_BYTES + packed.length);
  bytes.set(checkOf(json));
  bytes.set(packed, CHECK_BYTES);
  const link = `#s${FORMAT}=${toBase64Url(bytes)}`;
  if (json.length <= MAX_JSON_BYTES && link.length <= MAX_CHARACTERS) return link;
  throw new LabError('link-invalid', `The spec is too long for a link: it would take ${link.length} characters.`, {
    hint: 'Shorten its description or its own templates, or share the spec as a file or in a bundle.',
  });
}

/** Whether a fragment claims to hold a spec, of whatever format. */
export function isSpecLink(fragment: string): boolean {
  return /^#?s\d+=/.test(fragment);
}

/** The spec of a link. Throws what `readSpecLink` throws. */
export function decodeSpecLink(link: string): ExperimentSpec {
  return readSpecLink(link).spec;
}

/**
 * The spec of a link and the files it needs. Takes a fragment or a whole address.
 * Throws LabError `link-invalid`, `spec-invalid` or `spec-version`.
 */
export function readSpecLink(link: string): SpecLink {
  const content = parseContent(unpack(link.slice(link.indexOf('#') + 1).trim()));
  const unknown = Object.keys(content).find((name) => name !== 'spec' && name !== 'files');
  if (unknown !== undefined) {
    throw refusal(`The link holds a part that this Ontoscope does not know: ${JSON.stringify(unknown)}.`, UPDATE);
  }
  const spec = parseSpec(isObject(content.spec) ? content.spec : null, 'link');
  const files = v.safeParse(filesSchema, content.files ?? []);
  if (!files.success) {
    const [issue] = files.issues;
    throw refusal(`The link’s list of files is not valid: ${v.getDotPath(issue) ?? 'files'}: ${issue.message}.`);
  }
  return { spec: travelSpec(spec, 'link'), files: files.output };
}

const UPDATE = 'The link was made by a newer Ontoscope: update this one, or reload the page.';
const COPY_AGAIN = 'Copy the whole link again from where it was shared: it was cut or changed on the way.';

function unpack(fragment: string): Uint8Array {
  const [, version, text] = /^s(\d+)=(.*)$/s.exec(fragment) ?? [];
  if (version === undefined || text === undefined) {
    throw refusal('This is not a link to an experiment.', 'Such a link holds #s1= and then letters and digits.');
  }
  if (version !== String(FORMAT)) {
    const hint = Number(version) > FORMAT ? UPDATE : COPY_AGAIN;
    throw refusal(`The link is of format ${version.slice(0, 20)}; this Ontoscope reads format ${FORMAT}.`, hint);
  }
  if (fragment.length > MAX_CHARACTERS) {
    throw refusal(`The link has ${fragment.length} characters; the longest that is read has ${MAX_CHARACTERS}.`);
  }
  const bytes = fromBase64Url(text);
  // One byte more than is allowed: an output that fills it is too long, and nothing beyond it is kept.
  const out = new Uint8Array(MAX_JSON_BYTES + 1);
  let json: Uint8Array;
  try {
    json = inflateSync(bytes.subarray(CHECK_BYTES), { out, dictionary: LINK_DICTIONARY_1 });
  } catch (cause) {
    throw refusal('The link cannot be unpacked.', COPY_AGAIN, cause);
  }
  if (json.length > MAX_JSON_BYTES) {
    throw refusal(`The link unpacks to more than ${MAX_JSON_BYTES} bytes, more than any spec.`);
  }
  if (checkOf(json).some((byte, index) => byte !== bytes[index])) {
    throw refusal('The link is damaged: its checksum does not fit.');
  }
  return json;
}

function parseContent(json: Uint8Array): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw refusal('The link does not hold JSON.', COPY_AGAIN, cause);
  }
  if (!isObject(content)) throw refusal('The link does not hold a spec.');
  return content;
}

function checkOf(json: Uint8Array): Uint8Array {
  const hex = sha256Hex(json);
  return Uint8Array.from({ length: CHECK_BYTES }, (_, index) => parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  const wrong = /[^A-Za-z0-9_-]/u.exec(text);
  if (wrong) throw refusal(`The link holds the character ${JSON.stringify(wrong[0])}, which links do not have.`);
  if (text.length % 4 === 1 || text.length < 2 * CHECK_BYTES) throw refusal('The link is cut short.');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

function refusal(message: string, hint = COPY_AGAIN, cause?: unknown): LabError {
  return new LabError('link-invalid', message, { hint, ...(cause === undefined ? {} : { cause }) });
}
