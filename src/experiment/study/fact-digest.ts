/**
 * The facts of a run before and after training, each in a few numbers.
 *
 * Promises: made from records alone; facts without an evaluation before training are left out. Must not know: other runs.
 */
import type { Direction } from '../../core/direction';
import { factSet, type FactSet } from '../../records';
import type { FactRecord, TrialRecord } from '../../records/types';
import { baselineOf, factHistories, isLatent, lastOf } from '../../stats';

export interface FactDigest {
  fact: string;
  /** What both questions about a pair have in common. */
  pair: string;
  direction: Direction;
  set: FactSet;
  /** The greedy answer is right before training, and at the last evaluation. */
  before: boolean;
  after: boolean;
  /** log q (nats) then; null where it is not finite. */
  logQBefore: number | null;
  logQAfter: number | null;
  /** How often the fact was stated in pretraining; null where nobody knows. */
  exposures: number | null;
  latent: boolean | null;
  /** Samples before training; null where there were none. */
  sampled: TrialRecord['sampled'];
}

/** Holds log2(1 + exposures) of the facts of a world. */
const EXPOSURES = 'exposures';

/** @param trials of one template */
export function factDigests(
  trials: readonly TrialRecord[],
  facts: readonly FactRecord[],
  rehearsed: ReadonlySet<string>,
): FactDigest[] {
  const exposures = new Map(facts.map(({ fact, covariates }) => [fact, covariates[EXPOSURES] ?? null]));
  return factHistories(trials).flatMap((history): FactDigest[] => {
    const baseline = baselineOf(history);
    if (baseline === undefined) return [];
    const last = lastOf(history);
    const { fact, direction, identifier, term, sampled } = baseline;
    const log2 = exposures.get(fact) ?? null;
    return [
      {
        fact,
        pair: `${identifier}\t${term}`,
        direction,
        set: factSet(baseline, rehearsed),
        before: baseline.answerHit,
        after: last.answerHit,
        logQBefore: finiteOrNull(baseline.logQ),
        logQAfter: finiteOrNull(last.logQ),
        exposures: log2 === null ? null : Math.round(2 ** log2 - 1),
        latent: isLatent(baseline),
        sampled: sampled && sampled.samples > 0 ? sampled : null,
      },
    ];
  });
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
