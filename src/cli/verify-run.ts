/**
 * Whether a stored run is what its spec gives: its files are the same ones, its records follow from each other, and
 * running it again gives the same records.
 *
 * Promises: a run on other files is refused before anything is computed; every difference has a place.
 * Must not know: the terminal, where the second run is written.
 */
import path from 'node:path';
import { LabError } from '../core/errors';
import type { ByteFile, FileFolder } from '../core/files';
import { sha256Stream } from '../core/hash';
import { DIRECTION_LABEL } from '../core/direction';
import type { Estimate } from '../core/estimate';
import { summarize, type PreparedRun } from '../experiment';
import {
  BUNDLE_FILES,
  CHART_TABLES,
  compareValues,
  encodeSummary,
  RUN_FILES,
  runFileIdentities,
  setSummaries,
  trialsToCsv,
  type RunBundle,
  type RunDifference,
  type Summary,
} from '../records';
import type { OpenModelAt } from './model-place';
import { openNodeFile } from './node-folder';
import type { StoredRun } from './stored-run';

/** Places of the run's files by the field that names them; a model's files lie in its folder, here or elsewhere. */
export type FilePlaces = ReadonlyMap<string, string>;

/** Summaries are computed in f64, in which libraries of other hosts may round otherwise. */
const SUMMARY_TOLERANCE = 1e-9;
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Throws `file-mismatch` naming the first file that is not the one the run was made of, and both hashes. */
export async function requireSameFiles(
  { bundle, name }: StoredRun,
  places: FilePlaces,
  openModelAt: OpenModelAt,
): Promise<void> {
  for (const { field, name: file, bytes, sha256 } of runFileIdentities(bundle.manifest)) {
    const base = places.get(field)!;
    // Only ever a file of the folder itself, whatever the bundle calls it.
    const opened =
      field === 'model.path'
        ? await folderFile(await openModelAt(base), path.basename(file), field)
        : await openNodeFile(base, field);
    const hash = sha256Stream();
    for await (const chunk of opened.chunks()) hash.update(chunk);
    const found = hash.hex();
    if (found === sha256) continue;
    throw new LabError(
      'file-mismatch',
      `${opened.name} is not the ${file} that ${name} was made with: its SHA-256 is ${found} (${opened.bytes} bytes), ` +
        `the run’s was ${sha256} (${bytes} bytes).`,
      { hint: `Give the file that the run used (${field}); another one makes another experiment.`, control: field },
    );
  }
}

/** A file of a folder, wherever that lies. Throws `file-missing`. */
async function folderFile(folder: FileFolder, name: string, control: string): Promise<ByteFile> {
  const found = (await folder.list()).find((entry) => entry.path === name);
  const { reference } = folder;
  // Joined by hand where it is an address: of its two slashes a path keeps one.
  const place = reference === undefined ? path.join(folder.name, name) : `${reference.replace(/\/$/, '')}/${name}`;
  if (!found) throw new LabError('file-missing', `${place} does not exist.`, { hint: 'Check the path.', control });
  return {
    name: place,
    bytes: found.bytes,
    async *chunks() {
      for (let at = 0; at < found.bytes; at += CHUNK_BYTES) {
        yield await folder.read(name, at, Math.min(at + CHUNK_BYTES, found.bytes));
      }
    },
  };
}

/** What the stored files say about each other, without running anything; null where all agree. */
export function inconsistency({ bundle, files }: StoredRun): RunDifference | null {
  const { manifest, trials, facts, steps, probes, summary } = bundle;
  if (summary) {
    const derived = JSON.parse(encodeSummary(summarize(manifest, trials, steps, probes))) as unknown;
    const stored = JSON.parse(encodeSummary(summary)) as unknown;
    const { beyond } = compareValues(stored, derived, () => SUMMARY_TOLERANCE);
    if (beyond) return { file: RUN_FILES.summary, line: null, record: '', ...beyond };
  }
  const tables: [path: string, text: string][] = [
    [BUNDLE_FILES.trialsTable, trialsToCsv(trials, facts, steps)],
    ...(summary === null
      ? []
      : Object.entries(CHART_TABLES).map(([path, text]): [string, string] => [path, text(summary)])),
  ];
  for (const [path, derived] of tables) {
    const stored = files.find((file) => file.path === path);
    const difference = stored ? tableDifference(path, new TextDecoder().decode(stored.bytes), derived) : null;
    if (difference) return difference;
  }
  return null;
}

function tableDifference(file: string, stored: string, derived: string): RunDifference | null {
  if (stored === derived) return null;
  const [before, again] = [stored.split('\r\n'), derived.split('\r\n')];
  const line = again.findIndex((row, index) => row !== before[index]);
  const at = line < 0 ? again.length : line;
  return { file, line: at + 1, record: '', field: '', stored: before[at], again: again[at] };
}

/** What preparing the spec again gives otherwise than the manifest says; null where nothing does. */
export function preparedDifference({ manifest }: RunBundle, prepared: PreparedRun): RunDifference | null {
  const { dataset } = prepared;
  const again: [field: string, stored: unknown, again: unknown][] = [
    ['dataset.hash', manifest.dataset.hash, dataset.hash],
    ['runId', manifest.runId, prepared.runId],
    ['adapter.trainableParameters', manifest.adapter.trainableParameters, prepared.trainableParameters],
  ];
  const other = again.find(([, stored, found]) => stored !== found);
  return other
    ? { file: RUN_FILES.manifest, line: null, record: '', field: other[0], stored: other[1], again: other[2] }
    : null;
}

export interface EstimateComparison {
  what: string;
  stored: Estimate;
  again: Estimate;
  /** The intervals have a point in common. */
  overlap: boolean;
}

/** Accuracy after the last epoch, group by group: what runs on different devices are compared by. */
export function compareEstimates(stored: Summary, again: Summary): EstimateComparison[] {
  const last = (summary: Summary) =>
    new Map(
      summary.directions.flatMap((direction) =>
        setSummaries(direction).flatMap(({ set, template, accuracyByEpoch }) => {
          const estimate = accuracyByEpoch.at(-1)?.estimate;
          const what = `${DIRECTION_LABEL[direction.direction]}, ${set}, ${template} question`;
          return estimate ? [[what, estimate] as const] : [];
        }),
      ),
    );
  const other = last(again);
  return [...last(stored)].flatMap(([what, estimate]) => {
    const found = other.get(what);
    if (!found) return [];
    return [{ what, stored: estimate, again: found, overlap: estimate.lo <= found.hi && found.lo <= estimate.hi }];
  });
}
