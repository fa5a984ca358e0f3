/**
 * The files of the run on show, as a list: the same names that the command line writes. Pure; the files themselves are
 * made in the worker when one is asked for.
 */
import type { AdapterFiles, KeptFile } from '../platform/storage';
import {
  isLeftOut,
  pairPolicy,
  PROBE_FILES,
  PROBE_RECORD_KINDS,
  runFileNames,
  type PairPolicy,
  type ProbeRecords,
  type WholeRun,
} from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TrialRecord } from '../records/types';

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

export interface ListedFile {
  path: string;
  /** Records in it; null where it has none. */
  records: number | null;
  /** Size, where it is known before the file is made. */
  bytes: number | null;
}

export function listedFiles(run: Exportable): ListedFile[] {
  const whole = wholeRun(run);
  if (whole === null) return [];
  const records: Record<string, number> = {
    'facts.jsonl': run.facts.length,
    'trials.jsonl': run.trials.length,
    'trials.csv': run.trials.length,
    'steps.jsonl': run.steps.length,
    ...Object.fromEntries(PROBE_RECORD_KINDS.map((kind) => [PROBE_FILES[kind], run.probes[kind].length])),
  };
  const bytes = new Map<string, number>(
    run.adapters.flatMap(({ direction, files }) =>
      files.map((file) => [`adapters/${direction}/${file.path}`, file.bytes.length] as const),
    ),
  );
  for (const file of run.files) bytes.set(file.path, file.bytes.length);
  return runFileNames(whole).map((path) => ({ path, records: records[path] ?? null, bytes: bytes.get(path) ?? null }));
}

/** What can be said of the pairs in a bundle of the run, and be chosen. */
export interface PairsChoice extends PairPolicy {
  /** Name of the ontology's file. */
  file: string;
  licence: string | null;
  /** They were left out already: there is no choice. */
  leftOut: boolean;
}

export function pairsChoice(manifest: Manifest): PairsChoice {
  const { licence, file } = manifest.ontology;
  return { ...pairPolicy(manifest.ontology), file: file.name, licence, leftOut: isLeftOut(manifest) };
}

/** The run as the worker takes it; null before its manifest came. */
export function wholeRun(run: Exportable): WholeRun | null {
  const { manifest, facts, trials, steps, summary, adapters, probes, files } = run;
  if (manifest === null) return null;
  return {
    manifest,
    facts: [...facts],
    trials: [...trials],
    steps: [...steps],
    summary,
    probes,
    adapters: [...adapters],
    files: [...files],
  };
}

/** Some systems refuse longer names. */
const LONGEST_STEM = 80;

/** A file name without characters that systems refuse, hide or turn around. */
export function fileStem(name: string): string {
  const plain = name.trim().replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return (
    [...plain]
      .slice(0, LONGEST_STEM)
      .join('')
      .replace(/^[-.]+|[-.]+$/g, '') || 'run'
  );
}

/** A picture of a chart or its numbers, to be saved. */
export interface ChartFile {
  /** With its ending. */
  name: string;
  type: string;
  content: string | Blob;
}

/** Names of charts can hold a user's words too. */
export function chartFileName(stem: string, name: string): string {
  const dot = name.lastIndexOf('.');
  return `${stem}-${fileStem(name.slice(0, dot))}${name.slice(dot)}`;
}
