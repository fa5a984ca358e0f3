/**
 * Completions that a probe scores by teacher forcing at every evaluation, in parts with safe points between them.
 *
 * Promises: the parts that an earlier process recorded are not scored again; each part's records are emitted together.
 */
import { DIRECTION_LABEL } from '../../core/direction';
import { LabError } from '../../core/errors';
import type { TokenExample } from '../../core/packed-row';
import type { ProbeRecordKind, ProbeRecords, ProbeSource } from '../../records';
import { inputTokens } from '../../tokens/packing';
import { scoreExamples, type ForcedScore, type ForcingOptions } from '../teacher-forcing';
import type { ProbeRun } from './types';

/** Completions scored and recorded together. */
const PART = 64;

export interface ScoredText {
  example: TokenExample;
  prompt: string;
  completion: string;
}

export interface ScoredTexts {
  source: ProbeSource;
  texts: ScoredText[];
}

export async function measureTexts<K extends ProbeRecordKind>(
  run: ProbeRun,
  kind: K,
  { texts }: ScoredTexts,
  options: ForcingOptions,
  record: (text: ScoredText, index: number, score: ForcedScore) => ProbeRecords[K][number],
): Promise<void> {
  for (let first = run.done[kind].length; first < texts.length; first += PART) {
    await run.gate();
    const part = texts.slice(first, first + PART);
    const scores = await scoreExamples(
      run.session,
      part.map(({ example }) => example),
      options,
    );
    const bad = scores.findIndex(({ logProb }) => !Number.isFinite(logProb));
    if (bad >= 0) throw notFinite(run, kind, first + bad);
    run.worked(part.reduce((sum, { example }) => sum + inputTokens(example), 0));
    const records = part.map((text, at) => record(text, first + at, scores[at]!));
    await run.emit(kind, records as ProbeRecords[K]);
  }
}

function notFinite({ moment }: ProbeRun, kind: ProbeRecordKind, index: number): LabError {
  return new LabError(
    'loss-not-finite',
    `The log-probability of ${kind} ${index} after step ${moment.step} of ${DIRECTION_LABEL[moment.direction]} is not a finite number.`,
    {
      hint: 'If the model itself is sound, training has blown up: lower optimizer.learningRate or set optimizer.clipNorm.',
      control: 'optimizer.learningRate',
    },
  );
}

/** Largest row that the packer can make of these lengths, every position of it supervised at worst. */
export function largestRow(longest: number, rowTokens: number): { tokens: number; supervised: number } {
  const tokens = Math.max(longest, rowTokens);
  return { tokens, supervised: tokens };
}
