/**
 * What the probes of one direction found, from their records alone. Formulas: docs/probes.md.
 *
 * Promises: equal records give equal summaries; a change is paired, canary by canary and text by text.
 */
import type { CanaryRecord, LanguageRecord, ProbeMoment, ProbeRecords, ProbeSummary } from '../../records';
import type { Estimate } from '../../core/estimate';
import { bootstrap, transitions, wilson } from '../../stats';

/** Resampling needs a seed; any will do, as long as it stays. */
const RESAMPLING = { seed: 1, replicates: 1000, interval: 'percentile' } as const;

/** Null where the direction has no record of any probe. */
export function summarizeProbes(records: ProbeRecords, direction: ProbeMoment['direction']): ProbeSummary | null {
  const own = <R extends ProbeMoment>(list: readonly R[]) => list.filter((record) => record.direction === direction);
  const embeddings = own(records.embeddings);
  const canaries = summarizeCanaries(own(records.canaries));
  const language = summarizeLanguage(own(records.language));
  if (embeddings.length === 0 && !canaries && !language) return null;
  return {
    embeddings: embeddings.map(({ epoch, step, layer, pooling, matching, separation }) => ({
      ...{ epoch, step, layer, pooling },
      matching,
      separation,
    })),
    canaries,
    language,
  };
}

function summarizeCanaries(records: readonly CanaryRecord[]): ProbeSummary['canaries'] {
  const evaluations = byStep(records);
  const [first] = evaluations;
  if (!first) return null;
  const before = new Map(first.map((record) => [record.canary, record]));
  return {
    source: first[0]!.source,
    canaries: first.length,
    byEvaluation: evaluations.map((members) => ({
      epoch: members[0]!.epoch,
      step: members[0]!.step,
      kept: wilson(members.filter(({ hit }) => hit).length, members.length),
      logProbPerToken: meanOver(members, (drawn) => mean(drawn.map(({ logProb, tokens }) => logProb / tokens))),
      change: transitions(members.map(({ canary, hit }) => ({ before: before.get(canary)!.hit, after: hit }))),
    })),
  };
}

function summarizeLanguage(records: readonly LanguageRecord[]): ProbeSummary['language'] {
  const evaluations = byStep(records);
  const [first] = evaluations;
  if (!first) return null;
  const before = new Map(first.map((record) => [record.text, record]));
  const perToken = (drawn: readonly LanguageRecord[], loss: (record: LanguageRecord) => number) =>
    drawn.reduce((sum, record) => sum + loss(record), 0) / drawn.reduce((sum, { tokens }) => sum + tokens, 0);
  return {
    source: first[0]!.source,
    texts: first.length,
    tokens: first.reduce((sum, { tokens }) => sum + tokens, 0),
    byEvaluation: evaluations.map((members) => ({
      epoch: members[0]!.epoch,
      step: members[0]!.step,
      loss: meanOver(members, (drawn) => perToken(drawn, ({ logProb }) => -logProb)),
      rise: meanOver(members, (drawn) => perToken(drawn, ({ text, logProb }) => before.get(text)!.logProb - logProb)),
    })),
  };
}

/** Mean loss per token at one evaluation; null without records of it. For whoever ends training by it. */
export function languageLossAt(
  records: readonly LanguageRecord[],
  { direction, step }: Pick<ProbeMoment, 'direction' | 'step'>,
): number | null {
  const members = records.filter((record) => record.direction === direction && record.step === step);
  const tokens = members.reduce((sum, record) => sum + record.tokens, 0);
  return tokens === 0 ? null : -members.reduce((sum, { logProb }) => sum + logProb, 0) / tokens;
}

/** Records of each evaluation, ascending; an evaluation that broke off within is left out. */
function byStep<R extends ProbeMoment>(records: readonly R[]): R[][] {
  const groups = new Map<number, R[]>();
  for (const record of records) groups.set(record.step, [...(groups.get(record.step) ?? []), record]);
  const sorted = [...groups].sort(([a], [b]) => a - b).map(([, members]) => members);
  return sorted.filter((members) => members.length === sorted[0]!.length);
}

/** Units (canaries, texts) are drawn whole. Null for a single one, which has no interval. */
function meanOver<R>(members: readonly R[], statistic: (drawn: readonly R[]) => number): Estimate | null {
  if (members.length < 2) return null;
  const { value, lo, hi, n, method } = bootstrap(
    members.length,
    (indices) => statistic(Array.from(indices, (index) => members[index]!)),
    RESAMPLING,
  );
  return { value, lo, hi, n, method };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
