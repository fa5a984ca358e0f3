/**
 * Two runs on the facts that both asked: paired differences of what they knew at their last evaluations. Pure.
 *
 * Promises: a fact counts where both runs asked it in the same direction under the same template, and in a group only
 * where both hold it in that group; p-values over many pairs are adjusted together. Where nothing is shared there is no
 * estimate, and the counts say so.
 */
import type { Estimate } from '../../core/estimate';
import type { Direction } from '../../core/direction';
import { factSet, type FactSet } from '../../records';
import type { TemplateRole, TrialRecord } from '../../records/types';
import { adjustP, mcnemarExact, meanDifference, pairedDifference, wilcoxonSignedRank, wilson } from '../../stats';
import { lastWholeEpoch } from './whole-epochs';

/** `all`: every shared fact, whatever set it has in either run. */
export type PairGroup = 'all' | Extract<FactSet, 'seen' | 'withheld'>;
export const PAIR_GROUPS: readonly PairGroup[] = ['all', 'seen', 'withheld'];

/** The last evaluation of one run in one direction. */
export interface LastAnswers {
  epoch: number | null;
  byFact: ReadonlyMap<string, { trial: TrialRecord; set: FactSet }>;
}

export interface PairTest {
  direction: Direction;
  group: PairGroup;
  /** Facts in both, in the first alone, in the second alone; and those that are shared but in the group in one alone. */
  facts: { shared: number; onlyA: number; onlyB: number; otherSet: number };
  /** Null where no fact is shared. */
  accuracy: {
    a: Estimate;
    b: Estimate;
    /** Second less first. */
    difference: Estimate;
    /** Right in both, in the second alone, in the first alone, in none. */
    counts: { kept: number; gainers: number; losers: number; never: number };
    /** McNemar, exact, two-sided. */
    p: number;
    /** After Holm, over the pairs that are compared. */
    adjusted: number;
  } | null;
  /** Second less first of log p of the label (T = 1, nats); null below two shared facts. */
  logProb: { difference: Estimate; p: number; adjusted: number } | null;
}

/** The trials of the last evaluation in which every fact of the direction was asked. */
export function lastAnswers(
  trials: readonly TrialRecord[],
  direction: Direction,
  template: TemplateRole,
  rehearsed: ReadonlySet<string>,
): LastAnswers {
  const own = trials.filter((trial) => trial.direction === direction && trial.template === template);
  const epoch = lastWholeEpoch(own);
  return {
    epoch,
    byFact: new Map(
      own
        .filter((trial) => trial.epoch === epoch)
        .map((trial) => [trial.fact, { trial, set: factSet(trial, rehearsed) }]),
    ),
  };
}

/** Two runs in one direction and group; not yet adjusted for being one of many. */
export function pairTest(a: LastAnswers, b: LastAnswers, direction: Direction, group: PairGroup): PairTest {
  const held = (side: LastAnswers) => [...side.byFact].filter(([, { set }]) => group === 'all' || set === group);
  const [ofA, ofB] = [held(a), held(b)];
  const pairs: [TrialRecord, TrialRecord][] = [];
  let otherSet = 0;
  for (const [fact, { trial }] of ofA) {
    const other = b.byFact.get(fact);
    if (other === undefined) continue;
    if (group === 'all' || other.set === group) pairs.push([trial, other.trial]);
    else otherSet += 1;
  }
  otherSet += ofB.filter(([fact]) => group !== 'all' && (a.byFact.get(fact)?.set ?? group) !== group).length;
  const shared = pairs.length;
  const facts = {
    ...{ shared, otherSet },
    onlyA: ofA.filter(([fact]) => !b.byFact.has(fact)).length,
    onlyB: ofB.filter(([fact]) => !a.byFact.has(fact)).length,
  };
  return { direction, group, facts, accuracy: accuracyOf(pairs), logProb: logProbOf(pairs) };
}

function accuracyOf(pairs: readonly [TrialRecord, TrialRecord][]): PairTest['accuracy'] {
  if (pairs.length === 0) return null;
  const count = (first: boolean, second: boolean) =>
    pairs.filter(([a, b]) => a.answerHit === first && b.answerHit === second).length;
  const counts = {
    kept: count(true, true),
    gainers: count(false, true),
    losers: count(true, false),
    never: count(false, false),
  };
  const p = mcnemarExact(counts.losers, counts.gainers);
  return {
    a: wilson(counts.kept + counts.losers, pairs.length),
    b: wilson(counts.kept + counts.gainers, pairs.length),
    difference: pairedDifference(counts),
    counts,
    ...{ p, adjusted: p },
  };
}

function logProbOf(pairs: readonly [TrialRecord, TrialRecord][]): PairTest['logProb'] {
  const finite = pairs.filter(([a, b]) => Number.isFinite(a.logProb) && Number.isFinite(b.logProb));
  const n = finite.length;
  if (n < 2) return null;
  const [first, second] = [0, 1].map((side) => finite.map((pair) => pair[side as 0 | 1].logProb)) as [
    number[],
    number[],
  ];
  const { p } = wilcoxonSignedRank(second, first);
  return { difference: meanDifference(second.map((value, index) => value - first[index]!)), p, adjusted: p };
}

/** Tests of several pairs, the p-values of each direction and group adjusted together after Holm. */
export function adjusted<T extends { test: PairTest }>(tests: readonly T[]): T[] {
  const result = tests.map((each) => ({ ...each, test: { ...each.test } }));
  const families = new Map<string, T[]>();
  for (const each of result) {
    const family = `${each.test.direction}|${each.test.group}`;
    families.set(family, [...(families.get(family) ?? []), each]);
  }
  for (const family of families.values()) {
    for (const name of ['accuracy', 'logProb'] as const) {
      const tested = family.filter(({ test }) => test[name] !== null);
      const p = adjustP(
        tested.map(({ test }) => test[name]!.p),
        'holm',
      );
      tested.forEach(({ test }, index) => {
        test[name] = { ...test[name]!, adjusted: p[index]! } as never;
      });
    }
  }
  return result;
}
