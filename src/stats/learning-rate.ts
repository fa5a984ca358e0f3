/**
 * The learning rate of facts: how many of those still unlearned are learned in each epoch, by group.
 *
 * Must not know: trials; times are evaluation epochs.
 */
import type { Estimate, StatsWarning } from '../core/estimate';
import { groupsOf } from './groups';
import { clopperPearson, wilson } from './proportions';
import { requireSurvival, riskTable, type SurvivalRows } from './survival-rows';

export interface LearningRate<G> {
  group: G;
  n: number;
  events: number;
  /** One entry per epoch at which somebody was at risk and evaluated. */
  epochs: {
    epoch: number;
    atRisk: number;
    acquired: number;
    /** Discrete hazard: acquired / at risk, with its interval. */
    rate: Estimate;
    /** Acquired / all of the group, and that share added up to here. */
    share: number;
    cumulative: number;
  }[];
  /** Highest rate, with its interval, and the first epoch at which it comes; null without an event. */
  peak: Estimate | null;
  peakEpoch: number | null;
  /** First epoch at which 90 % of all that is ever acquired is acquired; null without an event. */
  epochsTo90: number | null;
  warnings: StatsWarning[];
}

/**
 * r(e) = d(e)/n(e) per group, Wilson's interval (`exact`: Clopper–Pearson). The plateau is what was acquired by the last
 * evaluation. Censored rows leave the risk set after their last epoch. Throws `stats-input`.
 */
export function learningRates<G extends string | number>(
  rows: Omit<SurvivalRows, 'weights'>,
  group: ArrayLike<G>,
  { level = 0.95, interval = 'wilson' }: { level?: number; interval?: 'wilson' | 'exact' } = {},
): LearningRate<G>[] {
  requireSurvival('Learning rate', rows);
  const estimate = interval === 'exact' ? clopperPearson : wilson;
  return groupsOf('Learning rate', group, rows.time.length).map(({ group: name, rows: members }) => {
    const pick = <T>(values: ArrayLike<T>) => members.map((i) => values[i]!);
    const table = riskTable({
      time: pick(rows.time),
      event: pick(rows.event),
      ...(rows.start ? { start: pick(rows.start) } : {}),
    });
    let acquiredSoFar = 0;
    const epochs = table
      .filter(({ atRisk }) => atRisk > 0)
      .map(({ time: epoch, atRisk, events: acquired }) => {
        acquiredSoFar += acquired;
        const n = members.length;
        return {
          epoch,
          atRisk,
          acquired,
          rate: estimate(acquired, atRisk, level),
          share: acquired / n,
          cumulative: acquiredSoFar / n,
        };
      });
    const events = acquiredSoFar;
    const top = epochs.reduce<(typeof epochs)[number] | null>(
      (best, row) => (row.acquired > 0 && (best === null || row.rate.value > best.rate.value) ? row : best),
      null,
    );
    return {
      group: name,
      n: members.length,
      events,
      epochs,
      peak: top?.rate ?? null,
      peakEpoch: top?.epoch ?? null,
      epochsTo90:
        events === 0
          ? null
          : epochs.find(({ cumulative }) => cumulative * members.length >= 0.9 * events - 1e-9)!.epoch,
      warnings:
        events === 0
          ? [
              {
                code: 'no-events',
                message: `Nothing is acquired in the group ${name}.`,
                hint: 'Train longer, or look at log q.',
              },
            ]
          : [],
    };
  });
}
