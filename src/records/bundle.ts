/** A whole run in memory: what the page shows, what the statistics read. */
import { LabError } from '../core/errors';
import { parseManifest, parseSummary } from './documents';
import { parseFacts, parseSteps, parseTrials } from './jsonl';
import { requireTexts } from './left-out';
import type { ProbeRecords } from './probe-types';
import { PROBE_FILES, readProbeRecords } from './probes';
import type { FactRecord, Manifest, StepRecord, Summary, TrialRecord } from './types';

export const RUN_FILES = {
  manifest: 'manifest.json',
  facts: 'facts.jsonl',
  trials: 'trials.jsonl',
  steps: 'steps.jsonl',
  summary: 'summary.json',
  ...PROBE_FILES,
} as const;

export interface BundleFile {
  /** Relative, with forward slashes. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface RunBundle {
  manifest: Manifest;
  facts: FactRecord[];
  trials: TrialRecord[];
  steps: StepRecord[];
  probes: ProbeRecords;
  /** Null where the run ended before it was written. */
  summary: Summary | null;
}

/**
 * The texts of a run's files as one bundle. Throws LabError `record-invalid` naming file, line and field, also when
 * the summary belongs to another run or the manifest is wrong about texts that were left out.
 */
export function readRun(texts: {
  manifest: string;
  facts: string;
  trials: string;
  steps: string;
  summary?: string | null;
  /** Texts of the probes' files by their names; none where no probe wrote any. */
  probes?: Readonly<Record<string, string>>;
}): RunBundle {
  const manifest = parseManifest(texts.manifest, RUN_FILES.manifest);
  const summary = texts.summary == null ? null : parseSummary(texts.summary, RUN_FILES.summary);
  if (summary && summary.runId !== manifest.runId) {
    throw new LabError(
      'record-invalid',
      `${RUN_FILES.summary}: runId is ${summary.runId}, but ${RUN_FILES.manifest} says ${manifest.runId}.`,
      { hint: 'These files come from two runs: take all of them from the same folder.' },
    );
  }
  const facts = parseFacts(texts.facts, RUN_FILES.facts);
  const trials = parseTrials(texts.trials, RUN_FILES.trials);
  requireTexts(manifest, facts, trials);
  return {
    manifest,
    facts,
    trials,
    steps: parseSteps(texts.steps, RUN_FILES.steps),
    probes: readProbeRecords((path) => texts.probes?.[path]),
    summary,
  };
}
