/**
 * A run as files: the same names and lines that the command line writes. Pure but for zipping.
 *
 * Promises: `trials.jsonl` and `steps.jsonl` have one record a line, in the order in which they came.
 */
import { zipSync } from 'fflate';
import type { AdapterFiles } from '../platform/storage';
import {
  encodeFacts,
  encodeManifest,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  RUN_FILES,
  trialsToCsv,
} from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TrialRecord } from '../records/types';

export interface RunFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Exportable {
  manifest: Manifest | null;
  facts: readonly FactRecord[];
  trials: readonly TrialRecord[];
  steps: readonly StepRecord[];
  summary: Summary | null;
  adapters: readonly AdapterFiles[];
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export function runFiles(run: Exportable): RunFile[] {
  return [
    ...(run.manifest === null ? [] : [{ path: RUN_FILES.manifest, bytes: utf8(encodeManifest(run.manifest)) }]),
    { path: RUN_FILES.facts, bytes: utf8(encodeFacts(run.facts)) },
    { path: RUN_FILES.trials, bytes: utf8(encodeTrials(run.trials)) },
    { path: RUN_FILES.steps, bytes: utf8(encodeSteps(run.steps)) },
    { path: 'trials.csv', bytes: utf8(trialsToCsv(run.trials, run.facts)) },
    ...(run.summary === null ? [] : [{ path: RUN_FILES.summary, bytes: utf8(encodeSummary(run.summary)) }]),
    ...run.adapters.flatMap(({ direction, files }) =>
      files.map(({ path, bytes }) => ({ path: `adapters/${direction}/${path}`, bytes })),
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
