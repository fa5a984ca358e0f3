/**
 * Rise of log p (temperature 1) from before training to the last evaluation that went through, fact by fact, and its
 * test. Pure. A rise of which both ends are below what can be told apart is unknown: it is counted, and neither drawn nor
 * tested; an endless one is tested, and has no place on the axis.
 */
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import { aucDeLong, mannWhitney } from '../../stats';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';
import { quantile } from '../curves';
import { lastWholeEpoch } from './whole-epochs';

export interface FactRise {
  fact: string;
  set: FactSet;
  /** Nats per token of the answer. */
  rise: number;
}

export interface RiseSet {
  set: FactSet;
  /** Facts asked both times, and those among them that have no place on the axis. */
  n: number;
  notDrawn: number;
  /** Of those drawn; null without one. */
  middle: { low: number; median: number; high: number } | null;
}

export interface Rises {
  /** Of the last evaluation that went through. */
  epoch: number;
  /** Those with a place on the axis. */
  facts: FactRise[];
  sets: RiseSet[];
  /** Seen against withheld facts; null where there are not both. */
  test: { auc: Estimate; p: number; method: string } | null;
}

/** Null without a whole evaluation after training began. */
export function risesOf(run: ChartRun, view: ChartView): Rises | null {
  const mine = trialsOf(run, view);
  const epoch = lastWholeEpoch(mine) ?? 0;
  if (epoch === 0) return null;
  const before = new Map(mine.filter((trial) => trial.epoch === 0).map((trial) => [trial.fact, trial.logProb]));
  const all = mine.flatMap((trial): FactRise[] => {
    const baseline = before.get(trial.fact);
    if (trial.epoch !== epoch || baseline === undefined) return [];
    const rise = (trial.logProb - baseline) / trial.tokens;
    return [{ fact: trial.fact, set: factSet(trial, run.rehearsed), rise }];
  });
  if (all.length === 0) return null;
  const risesIn = (set: FactSet) => all.flatMap((fact) => (fact.set === set ? [fact.rise] : []));
  const sets = FACT_SETS.flatMap((set): RiseSet[] => {
    const rises = risesIn(set);
    if (rises.length === 0) return [];
    const drawn = rises.filter(Number.isFinite);
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(drawn, share));
    const middle = low == null || median == null || high == null ? null : { low, median, high };
    return [{ set, n: rises.length, notDrawn: rises.length - drawn.length, middle }];
  });
  const facts = all.filter(({ rise }) => Number.isFinite(rise));
  return { epoch, facts, sets, test: testOf(risesIn('seen'), risesIn('withheld')) };
}

/** Of what is drawn and of endless rises: only their order counts, so these stand at the ends. */
function testOf(seen: readonly number[], withheld: readonly number[]): Rises['test'] {
  const ranked = (rises: readonly number[]) =>
    rises.flatMap((rise) => (Number.isNaN(rise) ? [] : [Math.max(-1e300, Math.min(1e300, rise))]));
  const [high, low] = [ranked(seen), ranked(withheld)];
  if (high.length === 0 || low.length === 0) return null;
  const { p, method } = mannWhitney(high, low);
  return { auc: aucDeLong([...high, ...low], [...high.map(() => true), ...low.map(() => false)]), p, method };
}
