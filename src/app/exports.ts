/**
 * A run as files: the same names and lines that the command line writes. Pure but for zipping.
 *
 * Promises: `trials.jsonl` and `steps.jsonl` have one record a line, in the order in which they came.
 */
import { zipSync } from 'fflate';
import type { AdapterFiles, KeptFile } from '../platform/storage';
import {
  encodeFacts,
  encodeManifest,
  encodeProbeRecords,
  encodeSteps,
  encodeSummary,
  encodeTrials,
  PROBE_FILES,
  PROBE_RECORD_KINDS,
  probesToCsv,
  RUN_FILES,
  trialsToCsv,
} from '../records';
import type { ProbeRecords } from '../records';
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
  probes: ProbeRecords;
  files: readonly KeptFile[];
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
    ...probeFiles(run.probes),
    ...run.files,
    ...run.adapters.flatMap(({ direction, files }) =>
      files.map(({ path, bytes }) => ({ path: `adapters/${direction}/${path}`, bytes })),
    ),
  ];
}

/** Records of the probes that wrote any, and tables of those that are lists. */
function probeFiles(probes: ProbeRecords): RunFile[] {
  const tables = (['canaries', 'language'] as const).filter((kind) => probes[kind].length > 0);
  return [
    ...PROBE_RECORD_KINDS.filter((kind) => probes[kind].length > 0).map((kind) => ({
      path: PROBE_FILES[kind],
      bytes: utf8(encodeProbeRecords(kind, probes[kind])),
    })),
    ...tables.map((kind) => ({ path: `${kind}.csv`, bytes: utf8(probesToCsv(kind, probes[kind])) })),
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
