/**
 * What a model elsewhere consists of, before any weight is fetched: its pinned place, its files, their sizes.
 *
 * Promises: of a repository's files only those that a model is made of, from one commit. Must not know: where bytes go.
 */
import { LabError } from '../../core/errors';
import { formatModelReference, isCommit, referenceName, type ModelReference } from '../../core/model-reference';
import { INDEX_FILE, SINGLE_FILE } from '../checkpoint';
import { CONFIG_FILE, GENERATION_CONFIG_FILE } from '../config';
import { drop, getRange, markOf, nextPart, shown, WebPageInstead, withRetries, type Web } from './web';

export interface RemoteFile {
  path: string;
  bytes: number;
  /** Where the hub tells it. */
  sha256: string | null;
  /** Of a commit: what lies there never changes. */
  pinned: boolean;
  /** Otherwise what tells it from another of the same size at the same address, where anything does. */
  mark: string | null;
  address: string;
}

export interface RemoteModel {
  /** Pinned to a commit where it is the hub's. */
  reference: ModelReference;
  name: string;
  /** Configuration and tokenizer first, weights last. */
  files: RemoteFile[];
}

const SIDE_FILES = [
  CONFIG_FILE,
  GENERATION_CONFIG_FILE,
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
] as const;
/** What stands for a tokenizer.json where there is none. */
const OLDER_TOKENIZER_FILES = ['vocab.json', 'merges.txt', 'added_tokens.json', 'special_tokens_map.json'] as const;
/** A listing that is larger than this is none. */
const LARGEST_TEXT_BYTES = 64 * 1024 * 1024;

interface Listed {
  bytes: number | null;
  sha256: string | null;
}

/** A place whose files can be asked for; `listed` is null where nobody tells which there are. */
interface Place {
  reference: ModelReference;
  addressOf(path: string): string;
  listed: ReadonlyMap<string, Listed> | null;
}

/** Throws `file-missing` where there is no model, and what asking throws. */
export async function describeRemote(reference: ModelReference, web: Web, signal?: AbortSignal): Promise<RemoteModel> {
  const place = reference.kind === 'hub' ? await hubPlace(reference, web, signal) : urlPlace(reference);
  const files: RemoteFile[] = [];
  /** What was said instead of “not there”. */
  const refused = new Map<string, LabError>();
  const take = async (path: string): Promise<boolean> => {
    const found = await sized(place, path, web, signal).catch((thrown: unknown) => {
      if (reference.kind === 'hub' || path === CONFIG_FILE || !mayBeAbsence(thrown)) throw thrown;
      refused.set(path, thrown);
      return null;
    });
    if (found !== null) files.push(found);
    return found !== null;
  };
  if (!(await take(CONFIG_FILE))) throw missing(place, `no ${CONFIG_FILE}`, 'Check the name: it should be a model.');
  for (const path of SIDE_FILES.slice(1)) await take(path);
  if (!files.some(({ path }) => path === 'tokenizer.json')) for (const path of OLDER_TOKENIZER_FILES) await take(path);
  if (!(await take(SINGLE_FILE))) {
    if (!(await take(INDEX_FILE))) throw refused.get(SINGLE_FILE) ?? refused.get(INDEX_FILE) ?? withoutWeights(place);
    for (const shard of await readShards(place.addressOf(INDEX_FILE), web, signal)) {
      if (await take(shard)) continue;
      throw (
        refused.get(shard) ?? missing(place, `no ${shard}, which its ${INDEX_FILE} names`, 'Its owner must add it.')
      );
    }
  }
  return { reference: place.reference, name: referenceName(place.reference), files };
}

function urlPlace(reference: Extract<ModelReference, { kind: 'url' }>): Place {
  const { origin, pathname, search } = new URL(reference.url);
  return {
    reference,
    addressOf: (path) => `${origin}${pathname}${encodeURIComponent(path)}${search}`,
    listed: null,
  };
}

type HubReference = Extract<ModelReference, { kind: 'hub' }>;

async function hubPlace(reference: HubReference, web: Web, signal?: AbortSignal): Promise<Place> {
  const { repo, revision } = reference;
  const asked = encodeURIComponent(revision ?? 'main');
  const told = await optional(() =>
    readText(`${web.hub}/api/models/${repo}/revision/${asked}?blobs=true`, web, signal),
  );
  const pinned = (told === null ? null : readListing(told, repo)) ?? {
    repo,
    commit: isCommit(revision)
      ? revision
      : await commitOf(`${web.hub}/${repo}/resolve/${asked}/${CONFIG_FILE}`, web, signal),
    listed: null,
  };
  return {
    reference: { kind: 'hub', repo: pinned.repo, revision: pinned.commit },
    addressOf: (path) => `${web.hub}/${pinned.repo}/resolve/${pinned.commit}/${encodeURIComponent(path)}`,
    listed: pinned.listed,
  };
}

/** What the hub's model API says; null where the answer is of another kind. */
function readListing(text: string, asked: string): { repo: string; commit: string; listed: Place['listed'] } | null {
  interface Sibling {
    rfilename?: unknown;
    size?: unknown;
    lfs?: { sha256?: unknown; size?: unknown } | null;
  }
  let value: { id?: unknown; sha?: unknown; siblings?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return null;
  }
  const { id, sha, siblings } = value ?? {};
  if (typeof sha !== 'string' || !isCommit(sha)) return null;
  // A repository that was renamed answers under its new name.
  const repo = typeof id === 'string' && /^[\w.-]+\/[\w.-]+$/.test(id) ? id : asked;
  if (!Array.isArray(siblings)) return { repo, commit: sha, listed: null };
  const listed = new Map<string, Listed>();
  for (const { rfilename, size, lfs } of siblings as Sibling[]) {
    if (typeof rfilename !== 'string') continue;
    const bytes = lfs?.size ?? size;
    listed.set(rfilename, {
      bytes: Number.isSafeInteger(bytes) ? (bytes as number) : null,
      sha256: asSha256(lfs?.sha256),
    });
  }
  return { repo, commit: sha, listed };
}

/** Throws `file-missing` where the answer names no commit. */
async function commitOf(address: string, web: Web, signal?: AbortSignal): Promise<string> {
  const response = await withRetries(web, () => getRange(web, address, { start: 0, last: 0 }, signal), signal);
  await drop(response);
  const commit = response.headers.get('x-repo-commit');
  if (isCommit(commit)) return commit;
  throw new LabError('file-missing', `${shown(address)} does not say which commit it is of.`, {
    hint: 'Give the commit itself: hf:owner/name@ and its 40 digits.',
    control: 'model.path',
  });
}

/** Whether bytes that arrived before can be told from those of another file. */
export function recognisable({ pinned, sha256, mark }: RemoteFile): boolean {
  return pinned || sha256 !== null || mark !== null;
}

/** The file with its size; null where there is none. */
async function sized(place: Place, path: string, web: Web, signal?: AbortSignal): Promise<RemoteFile | null> {
  const listed = place.listed?.get(path);
  if (place.listed !== null && listed === undefined) return null;
  const address = place.addressOf(path);
  const pinned = place.reference.kind === 'hub';
  if (listed && listed.bytes !== null) {
    return { path, address, pinned, bytes: listed.bytes, sha256: listed.sha256, mark: null };
  }
  const found = await optional(() => askSize(address, web, signal));
  if (found === null) return null;
  const { bytes, sha256, mark } = found;
  return { path, address, pinned, bytes, sha256: listed?.sha256 ?? sha256, mark: pinned ? null : mark };
}

/** A GET of the first byte: the answer's range tells the whole. Browsers' HEAD requests are refused on the way. */
async function askSize(
  address: string,
  web: Web,
  signal?: AbortSignal,
): Promise<Pick<RemoteFile, 'bytes' | 'sha256' | 'mark'>> {
  const first = await withRetries(web, () => getRange(web, address, { start: 0, last: 0 }, signal), signal);
  await drop(first);
  const { headers, status } = first;
  const sha256 = asSha256(headers.get('x-linked-etag')?.replace(/^W\//, '').replaceAll('"', ''));
  const mark = markOf(headers);
  const ranged = /\/(\d+)\s*$/.exec(headers.get('content-range') ?? '')?.[1];
  if (ranged !== undefined) return { bytes: Number(ranged), sha256, mark };
  if (status === 416) return { bytes: 0, sha256, mark };
  // Ranges are not known there, or their header is kept from us.
  const whole = status === 200 ? first : await withRetries(web, () => getRange(web, address, null, signal), signal);
  if (whole !== first) await drop(whole);
  const length = whole.headers.get('content-encoding') === null ? whole.headers.get('content-length') : null;
  if (length !== null && /^\d+$/.test(length)) return { bytes: Number(length), sha256, mark };
  throw new LabError('file-unreadable', `${shown(address)} does not tell its size.`, {
    hint: 'Download the files yourself and choose their folder.',
    control: 'model.path',
  });
}

async function readShards(address: string, web: Web, signal?: AbortSignal): Promise<string[]> {
  const text = await readText(address, web, signal);
  let map: unknown;
  try {
    map = (JSON.parse(text) as { weight_map?: unknown } | null)?.weight_map;
  } catch {
    map = null;
  }
  const shards = map !== null && typeof map === 'object' ? [...new Set(Object.values(map) as unknown[])] : [];
  if (shards.length > 0 && shards.every((name) => typeof name === 'string' && /^[\w.-]+\.safetensors$/.test(name))) {
    return (shards as string[]).sort();
  }
  throw new LabError('safetensors-invalid', `${shown(address)} names no weight files.`, {
    hint: 'Its owner must save the model again, with weights in safetensors format.',
    control: 'model.path',
  });
}

async function readText(address: string, web: Web, signal?: AbortSignal): Promise<string> {
  return withRetries(
    web,
    async () => {
      const response = await getRange(web, address, null, signal);
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      let text = '';
      for (let bytes = 0; ;) {
        const part = await nextPart(web, reader, () => cut(address), signal);
        if (part === null) return text + decoder.decode();
        bytes += part.length;
        text += decoder.decode(part, { stream: true });
        if (bytes <= LARGEST_TEXT_BYTES) continue;
        await reader!.cancel().catch(() => undefined);
        throw new LabError('file-unreadable', `${shown(address)} is far too large to be a list of files.`, {
          hint: 'Check the address.',
          control: 'model.path',
        });
      }
    },
    signal,
  );
}

function cut(address: string): LabError {
  return new LabError(
    'download-failed',
    `The connection broke again and again while ${shown(address)} was answering.`,
    {
      hint: 'Check the connection and try again: what has arrived is kept.',
      control: 'model.path',
    },
  );
}

/** Null where there is nothing at the address. */
async function optional<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.code === 'file-missing') return null;
    throw thrown;
  }
}

/** Hosts that hide which files they have refuse those that are missing too; others show a page for them. */
function mayBeAbsence(thrown: unknown): thrown is LabError {
  return thrown instanceof WebPageInstead || (thrown instanceof LabError && thrown.code === 'download-refused');
}

function asSha256(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : null;
}

function placeName({ reference }: Place): string {
  return reference.kind === 'hub' ? formatModelReference(reference) : shown(reference.url);
}

function missing(place: Place, what: string, hint: string): LabError {
  return new LabError('file-missing', `${placeName(place)} has ${what}.`, { hint, control: 'model.path' });
}

function withoutWeights(place: Place): LabError {
  const other = [...(place.listed?.keys() ?? [])].find((path) => /\.(bin|pt|pth|gguf|onnx|msgpack|h5)$/.test(path));
  const hint = other
    ? `Its weights are in another format (${other}): choose a repository with safetensors, or save the model again.`
    : 'Choose a model with its weights in safetensors format.';
  return missing(place, `no ${SINGLE_FILE} and no ${INDEX_FILE}`, hint);
}
