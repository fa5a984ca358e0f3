/**
 * A run as one zip, and back: what is shared, archived, dropped on the page. The format is described in
 * docs/links-and-bundles.md.
 *
 * Promises: equal runs give equal bytes, on every host; what may only stay on its machine (`spec/travel.ts`) is not in
 * it; whatever is packed can be opened; whatever is opened was complete, unchanged by its own hashes, and harmless.
 * Must not know: files, folders, downloads.
 */
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import { parseSpec, specHash, travelSpec } from '../spec';
import { readRun, RUN_FILES, type BundleFile, type RunBundle } from './bundle';
import { bundleInfo, checkBundleInfo, encodeBundleInfo, type BundleInfo } from './bundle-info';
import { CHART_TABLES } from './chart-tables';
import { trialsToCsv } from './csv';
import { encodeManifest, parseManifest } from './documents';
import { isLeftOut } from './left-out';
import type { PairTexts } from './licences';
import { packFiles } from './pack-files';
import { PROBE_FILES } from './probes';
import type { Manifest, Summary } from './types';
import { withoutPairs } from './without-pairs';
import { bundleInvalid, pathFault, readZipDirectory, unpackEntry, type ZipEntry, type ZipLimits } from './zip-reader';

export type { BundleFile } from './bundle';

export interface OpenedBundle {
  bundle: RunBundle;
  /** Every file but `bundle.json`, in the order of their paths. */
  files: BundleFile[];
  info: BundleInfo;
}

export const BUNDLE_FILES = { info: 'bundle.json', spec: 'spec.json', trialsTable: 'trials.csv' } as const;

/** A gibibyte is twice the longest text a browser can hold; no record comes near 200 times its packed size. */
export const BUNDLE_LIMITS: ZipLimits = {
  entries: 2000,
  unpackedBytes: 2 ** 30,
  ratio: 200,
  ratioFromBytes: 16 * 2 ** 20,
};

const DERIVED: readonly string[] = [RUN_FILES.manifest, ...Object.values(BUNDLE_FILES), ...Object.keys(CHART_TABLES)];
const REQUIRED = [RUN_FILES.manifest, RUN_FILES.facts, RUN_FILES.trials, RUN_FILES.steps, BUNDLE_FILES.spec];

/**
 * @param files facts.jsonl, trials.jsonl, steps.jsonl, summary.json where there is one, adapters/<direction>/*, and
 * whatever else belongs to the run. `manifest.json`, `spec.json`, `trials.csv`, `charts/*.csv` and `bundle.json` are
 * made here.
 * @param pairs whether names and identifiers of the ontology go along; of a run without them they cannot
 * Throws LabError `bundle-invalid` for missing, doubled or unsafe paths, `record-invalid` for records that are not valid.
 */
export function packBundle(
  files: readonly BundleFile[],
  manifest: Manifest,
  pairs: PairTexts = 'kept',
): Uint8Array<ArrayBuffer> {
  const spec = travelSpec(manifest.spec, 'bundle');
  const travelling = orderedManifest({ ...manifest, spec, specHash: specHash(spec) });
  const given = files.filter(({ path }) => !DERIVED.includes(path));
  const byPath = new Map(given.map((file) => [file.path, file]));
  for (const { path } of given) {
    const fault = pathFault(path);
    if (fault !== null) throw bundleInvalid(`A file named ${JSON.stringify(path)} ${fault}.`, 'Leave the file out.');
  }
  if (byPath.size < given.length) throw bundleInvalid('Two files of the run have the same name.', 'Leave one out.');
  const manifestText = encodeManifest(travelling);
  const run = readRun(runTexts(byPath, manifestText, 'The run'));
  if (pairs === 'left-out' && !isLeftOut(manifest)) {
    const left = withoutPairs(given, run);
    return packBundle(left.files, left.manifest);
  }
  const { trials, facts, steps, summary } = run;
  const content = [
    ...given,
    { path: RUN_FILES.manifest, bytes: utf8(manifestText) },
    { path: BUNDLE_FILES.spec, bytes: utf8(`${JSON.stringify(travelling.spec, null, 2)}\n`) },
    { path: BUNDLE_FILES.trialsTable, bytes: utf8(trialsToCsv(trials, facts, steps)) },
    ...(summary === null ? [] : chartTables(summary)),
  ].sort(byName);
  const listed = content.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256Hex(bytes) }));
  const info = { path: BUNDLE_FILES.info, bytes: utf8(encodeBundleInfo(bundleInfo(travelling, listed))) };
  return zipped([...content, info].sort(byName));
}

/**
 * The run in a bundle. Needs no GPU and no model.
 * @param name what to call it in messages
 * Throws LabError `bundle-invalid` for what is no bundle, was changed or is harmful, `record-invalid` or `spec-invalid`
 * for records and a spec that are not valid.
 */
export function openBundle(archive: Uint8Array, name = 'The bundle', limits = BUNDLE_LIMITS): OpenedBundle {
  const entries = new Map(readZipDirectory(archive, limits, name).map((entry) => [entry.path, entry]));
  const infoEntry = entries.get(BUNDLE_FILES.info);
  if (!infoEntry) {
    throw bundleInvalid(
      `${name} holds no ${BUNDLE_FILES.info}, so it is no bundle of Ontoscope.`,
      'Make one from the run’s folder with ontoscope bundle DIR --out FILE.zip, or from the page.',
    );
  }
  const infoPlace = `${name}: ${BUNDLE_FILES.info}`;
  const info = checkBundleInfo(jsonOf(textOf(unpackEntry(infoEntry, name), infoPlace), infoPlace), infoPlace);
  const files = checkedFiles(entries, info, name).sort(byName);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const missing = REQUIRED.find((path) => !byPath.has(path));
  if (missing !== undefined) throw bundleInvalid(`${name} holds no ${missing}.`);
  const bundle = readRun(runTexts(byPath, textOf(byPath.get(RUN_FILES.manifest)!.bytes, RUN_FILES.manifest), name));
  if (info.runId !== bundle.manifest.runId) {
    throw bundleInvalid(
      `${infoPlace}: runId is ${info.runId}, but ${RUN_FILES.manifest} says ${bundle.manifest.runId}.`,
    );
  }
  if ((info.pairs.texts === 'left-out') !== isLeftOut(bundle.manifest)) {
    throw bundleInvalid(`${infoPlace} and ${RUN_FILES.manifest} do not agree on whether pairs were left out.`);
  }
  const specText = textOf(byPath.get(BUNDLE_FILES.spec)!.bytes, BUNDLE_FILES.spec);
  if (canonicalJson(parseSpec(specText, BUNDLE_FILES.spec)) !== canonicalJson(bundle.manifest.spec)) {
    throw bundleInvalid(`${name}: ${BUNDLE_FILES.spec} is not the spec of ${RUN_FILES.manifest}.`);
  }
  const { spec } = bundle.manifest;
  if (canonicalJson(travelSpec(spec, 'bundle')) !== canonicalJson(spec)) {
    throw bundleInvalid(`${name}: its spec names places of a machine, which bundles do not hold.`);
  }
  return { bundle, files, info };
}

function chartTables(summary: Summary): BundleFile[] {
  return Object.entries(CHART_TABLES).map(([path, text]) => ({ path, bytes: utf8(text(summary)) }));
}

/** Every file unpacked and held against its size and hash; none may be missing, none may be more than is listed. */
function checkedFiles(entries: ReadonlyMap<string, ZipEntry>, info: BundleInfo, name: string): BundleFile[] {
  const listed = new Set(info.files.map(({ path }) => path));
  if (listed.size < info.files.length) throw bundleInvalid(`${name}: ${BUNDLE_FILES.info} lists a file twice.`);
  const extra = [...entries.keys()].find((path) => path !== BUNDLE_FILES.info && !listed.has(path));
  if (extra !== undefined) {
    throw bundleInvalid(`${name} holds ${JSON.stringify(extra)}, which its ${BUNDLE_FILES.info} does not list.`);
  }
  return info.files.map(({ path, bytes, sha256 }) => {
    const entry = entries.get(path);
    if (!entry) throw bundleInvalid(`${name}: ${path} is missing.`);
    if (entry.bytes !== bytes) {
      throw bundleInvalid(`${name}: ${path} has ${entry.bytes} bytes; ${BUNDLE_FILES.info} lists ${bytes}.`);
    }
    const content = unpackEntry(entry, name);
    if (sha256Hex(content) === sha256) return { path, bytes: content };
    throw bundleInvalid(`${name}: ${path} is not the file that was packed: its SHA-256 differs.`);
  });
}

function runTexts(files: ReadonlyMap<string, BundleFile>, manifest: string, name: string) {
  const text = (path: string): string => {
    const file = files.get(path);
    if (!file) throw bundleInvalid(`${name} holds no ${path}.`, 'Give the whole folder of a run that was begun.');
    return withoutReservedKeys(textOf(file.bytes, path), path);
  };
  return {
    manifest: withoutReservedKeys(manifest, RUN_FILES.manifest),
    facts: text(RUN_FILES.facts),
    trials: text(RUN_FILES.trials),
    steps: text(RUN_FILES.steps),
    summary: files.has(RUN_FILES.summary) ? text(RUN_FILES.summary) : null,
    probes: Object.fromEntries(
      Object.values(PROBE_FILES)
        .filter((path) => files.has(path))
        .map((path) => [path, text(path)]),
    ),
  };
}

/**
 * The text itself; throws where a JSON key in it is `__proto__`. Only lines that could hold one are looked at: those
 * with the name, or with the escape that could spell it.
 */
function withoutReservedKeys(text: string, file: string): string {
  const suspect = /__proto__|\\u00[4-7]/i;
  if (!suspect.test(text)) return text;
  const lines = file.endsWith('.jsonl') ? text.split('\n') : [text];
  for (const line of lines) if (suspect.test(line)) jsonOf(line, file);
  return text;
}

function jsonOf(text: string, place: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw bundleInvalid(`${place}: a field is named __proto__, which no record has.`);
      return value;
    });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw bundleInvalid(`${place} is not JSON (${cause.message}).`, undefined, cause);
  }
}

function textOf(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw bundleInvalid(`${place} is not UTF-8 text.`, undefined, cause);
  }
}

/** Fields in the order of the schema, wherever the manifest came from. */
function orderedManifest(manifest: Manifest): Manifest {
  return parseManifest(encodeManifest(manifest));
}

/** Deflated; stored where deflating would look like a bomb to whoever opens it. */
function zipped(files: readonly BundleFile[]): Uint8Array<ArrayBuffer> {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (files.length > BUNDLE_LIMITS.entries || total > BUNDLE_LIMITS.unpackedBytes) {
    throw bundleInvalid(
      `The run has ${files.length} files of ${total} bytes together, more than a bundle may hold.`,
      'Leave its trained weights out, or share its folder as it is.',
    );
  }
  const archive = packFiles(files);
  const { ratio, ratioFromBytes } = BUNDLE_LIMITS;
  const dense = total > ratioFromBytes && !withinRatio(archive, ratio);
  return dense ? packFiles(files, 0) : archive;
}

function withinRatio(archive: Uint8Array, ratio: number): boolean {
  const entries = readZipDirectory(archive, { ...BUNDLE_LIMITS, ratio: Infinity }, 'The bundle');
  return entries.every(({ bytes, packed }) => bytes <= ratio * packed.length);
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** By code units: the same order in every locale. */
function byName(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
