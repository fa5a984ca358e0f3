/**
 * The learning rate of facts: how many of those still unlearned are learned in each epoch, by group.
 *
 * Promises: groups stand on the same epochs, an epoch without an event included, for as long as somebody is at risk.
 * Must not know: trials; times are evaluation epochs.
 */
import type { Estimate, StatsWarning } from '../core/estimate';
import { badInput, requireFinite, requireLevel } from './checks';
import { groupsOf } from './groups';
import { clopperPearson, wilson } from './proportions';
import { binomialCdf } from './special/binomial';
import { numbersAtRisk } from './km';
import { requireSurvival, riskTable, type SurvivalRows } from './survival-rows';

export interface LearningRate<G> {
  group: G;
  n: number;
  events: number;
  /** One entry per evaluation at which somebody was at risk. */
  epochs: {
    epoch: number;
    atRisk: number;
    acquired: number;
    /** Discrete hazard: acquired / at risk, with its interval. */
    rate: Estimate;
    /** Acquired / all of the group, and that share added up to here; with their intervals under `…Estimate`. */
    share: number;
    cumulative: number;
    shareEstimate: Estimate;
    cumulativeEstimate: Estimate;
  }[];
  /**
   * Highest rate, and the first epoch at which it comes; null without an event. The interval is that epoch's own: being chosen
   * as the highest of many, and often among few at risk, it flatters.
   */
  peak: Estimate | null;
  peakEpoch: number | null;
  /** First epoch at which 90 % of all that is ever acquired is acquired; null without an event. */
  epochsTo90: number | null;
  /** Interval of it that assumes no distribution; null on a side that the events at hand do not bound. */
  epochsTo90Limits: { lo: number | null; hi: number | null };
  warnings: StatsWarning[];
}

export interface LearningRateOptions {
  level?: number;
  /** `exact` is Clopper–Pearson. Default `wilson`. */
  interval?: 'wilson' | 'exact';
  /** The evaluations there were. Default: every time at which some row of any group ends. */
  evaluations?: readonly number[];
}

const PLATEAU_SHARE = 0.9;

/**
 * r(e) = d(e)/n(e) per group. The plateau is what was acquired by the last evaluation. Censored rows leave the risk set after
 * their last epoch. Throws `stats-input`.
 */
export function learningRates<G extends string | number>(
  given: Omit<SurvivalRows, 'weights'>,
  group: ArrayLike<G>,
  { level = 0.95, interval = 'wilson', evaluations }: LearningRateOptions = {},
): LearningRate<G>[] {
  const rows = requireSurvival('Learning rate', given);
  requireLevel('Learning rate', level);
  if (interval !== 'wilson' && interval !== 'exact') {
    throw badInput('Learning rate', `the interval is ${String(interval)}`, 'Use wilson or exact.');
  }
  const estimate = interval === 'exact' ? clopperPearson : wilson;
  const grid = gridOf(rows, evaluations);
  return groupsOf('Learning rate', group, rows.time.length).map(({ group: name, rows: members }) => {
    const pick = <T>(values: ArrayLike<T>) => members.map((i) => values[i]!);
    const own = {
      time: pick(rows.time),
      event: pick(rows.event),
      ...(rows.start ? { start: pick(rows.start) } : {}),
    };
    const acquiredAt = new Map(riskTable(own).map(({ time, events }) => [time, events]));
    const atRiskAt = numbersAtRisk(own, grid);
    const n = members.length;
    let events = 0;
    const epochs = grid.flatMap((epoch, i) => {
      const atRisk = atRiskAt[i]!;
      if (atRisk === 0) return [];
      const acquired = acquiredAt.get(epoch) ?? 0;
      events += acquired;
      return [
        {
          epoch,
          atRisk,
          acquired,
          rate: estimate(acquired, atRisk, level),
          share: acquired / n,
          cumulative: events / n,
          shareEstimate: estimate(acquired, n, level),
          cumulativeEstimate: estimate(events, n, level),
        },
      ];
    });
    const top = epochs.reduce<(typeof epochs)[number] | null>(
      (best, row) => (row.acquired > 0 && (best === null || row.rate.value > best.rate.value) ? row : best),
      null,
    );
    return {
      group: name,
      n,
      events,
      epochs,
      peak: top?.rate ?? null,
      peakEpoch: top?.epoch ?? null,
      ...convergence(epochs, events, level),
      warnings: events === 0 ? [nothingAcquired(name)] : [],
    };
  });
}

/** Ascending and distinct. An event between two evaluations would be seen by nobody: refused. */
function gridOf({ time, event }: Omit<SurvivalRows, 'weights'>, evaluations?: readonly number[]): number[] {
  const ascending = (values: Iterable<number>) => [...new Set(values)].sort((a, b) => a - b);
  if (evaluations === undefined) return ascending(Array.from(time));
  requireFinite('Learning rate', 'the evaluations', evaluations);
  const known = new Set(evaluations);
  for (let i = 0; i < time.length; i++) {
    if (Number(event[i]) !== 1 || known.has(time[i]!)) continue;
    const problem = `row ${i + 1}: the event is at ${time[i]}, which is no evaluation`;
    throw badInput('Learning rate', problem, 'Name every evaluation, or leave them out.');
  }
  return ascending(known);
}

/**
 * Epoch of the 90 % quantile among the acquired, with order statistics as limits: the number acquired by the true quantile is
 * binomial. Source: Thompson, Annals of Mathematical Statistics 7 (1936) 122–128. Ties only widen what it covers.
 */
function convergence(epochs: readonly { epoch: number; acquired: number }[], events: number, level: number) {
  if (events === 0) return { epochsTo90: null, epochsTo90Limits: { lo: null, hi: null } };
  const times = epochs.flatMap(({ epoch, acquired }) => Array.from({ length: acquired }, () => epoch));
  const tail = (1 - level) / 2;
  // The chance that fewer than `rank` are acquired by the true quantile; it rises with the rank.
  const below = (rank: number) => binomialCdf(rank - 1, events, PLATEAU_SHARE);
  const lower = firstRank(events, (rank) => below(rank) > tail) - 1;
  const upper = firstRank(events, (rank) => below(rank) >= 1 - tail);
  return {
    epochsTo90: times[Math.ceil(PLATEAU_SHARE * events - 1e-9) - 1]!,
    epochsTo90Limits: { lo: times[lower - 1] ?? null, hi: times[upper - 1] ?? null },
  };
}

/** First rank from 1 to n that passes a test which all later ones pass too; n + 1 where none does. */
function firstRank(n: number, passes: (rank: number) => boolean): number {
  let [low, high] = [1, n + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function nothingAcquired(group: string | number): StatsWarning {
  return {
    code: 'no-events',
    message: `Nothing is acquired in the group ${group}.`,
    hint: 'Train longer, or look at log q.',
  };
}
