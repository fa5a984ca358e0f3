/**
 * A run as files: the same names and lines that the command line writes. Pure but for zipping.
 *
 * Promises: `trials.jsonl` and `steps.jsonl` have one record a line, in the order in which they came.
 */
import { zipSync } from 'fflate';
import type { AdapterFiles } from '../platform/storage';
import type { Manifest, StepRecord, Summary, TrialRecord } from '../records/types';

export interface RunFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Exportable {
  manifest: Manifest | null;
  trials: readonly TrialRecord[];
  steps: readonly StepRecord[];
  summary: Summary | null;
  adapters: readonly AdapterFiles[];
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const json = (value: unknown) => utf8(`${JSON.stringify(value, null, 2)}\n`);
const lines = (records: readonly unknown[]) => utf8(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

export function runFiles(run: Exportable): RunFile[] {
  return [
    ...(run.manifest === null ? [] : [{ path: 'manifest.json', bytes: json(run.manifest) }]),
    { path: 'trials.jsonl', bytes: lines(run.trials) },
    { path: 'steps.jsonl', bytes: lines(run.steps) },
    ...(run.summary === null ? [] : [{ path: 'summary.json', bytes: json(run.summary) }]),
    ...run.adapters.flatMap(({ direction, files }) =>
      files.map(({ path, bytes }) => ({ path: `adapter/${direction}/${path}`, bytes })),
    ),
  ];
}

/** All files in one zip; the time stamps are the run's start, so equal runs give equal archives. */
export function runZip(run: Exportable): Uint8Array<ArrayBuffer> {
  const entries = Object.fromEntries(runFiles(run).map(({ path, bytes }) => [path, bytes]));
  return zipSync(entries, { level: 6, mtime: new Date(run.manifest?.startedAtMs ?? Date.UTC(2000, 0, 1)) });
}

/** A file name without characters that systems refuse. */
export function fileStem(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^-+|-+$/g, '') || 'run'
  );
}
