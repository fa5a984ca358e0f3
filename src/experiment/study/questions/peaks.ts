/**
 * When facts are learned fastest, latent ones beside the others: the epoch in which most are acquired, and the epoch of the
 * highest rate among those still unlearned.
 *
 * Promises: of seen facts wrong before training and sampled then. Must not know: other points of the grid.
 */
import { DIRECTIONS, type Direction } from '../../../core/direction';
import type { StudyRow } from '../../../records';
import { bootstrapTogether } from '../../../stats';
import type { RunDigest } from '../digest';
import { estimatedRow, refusedRow } from './rows';
import type { Frame, PooledRuns } from './types';

const REPLICATES = 1000;
/** Resampling needs a seed; any will do, as long as it stays. */
const SEED = 1;
/** Fewer events have no peak worth the name. */
const LEAST_EVENTS = 10;

interface Learned {
  fact: string;
  latent: boolean;
  time: number;
  event: boolean;
}

/** `rate` is what is acquired in an epoch of those at risk. */
const MEASURES = ['peak epoch', 'peak epoch of the rate'] as const;
const PARTS = ['latent', 'not latent', 'latent − not latent'] as const;

export function peakRows({ points, analysis: { level } }: PooledRuns): StudyRow[] {
  return points.flatMap(({ point, members }) =>
    DIRECTIONS.flatMap((direction) => {
      const facts = members.flatMap((run) => learned(run, direction));
      const events = [true, false].map(
        (latent) => facts.filter((fact) => fact.latent === latent && fact.event).length,
      ) as [number, number];
      if ([true, false].some((latent) => facts.every((fact) => fact.latent !== latent))) return [];
      const few = events.some((count) => count < LEAST_EVENTS);
      const found = few ? [] : resampled(facts, level);
      return MEASURES.flatMap((measure, m) =>
        PARTS.map((term, k): StudyRow => {
          const frame: Frame = { point, direction, group: 'seen', scale: 'epochs', measure, term };
          const own = events[k] ?? events[0] + events[1];
          const estimate = found[m * PARTS.length + k] ?? null;
          if (estimate) return estimatedRow(frame, 'bootstrap by fact', members.length, estimate, { events: own });
          const reason = few
            ? `${events[0]} latent and ${events[1]} other facts were acquired; ${LEAST_EVENTS} of each are needed`
            : 'too few of the replicates have a peak';
          return { ...refusedRow(frame, 'bootstrap by fact', members.length, reason), events: own };
        }),
      );
    }),
  );
}

function learned(run: RunDigest, direction: Direction): Learned[] {
  const own = run.facts.filter((fact) => fact.direction === direction);
  const latent = new Map(own.map((fact) => [fact.fact, fact.latent]));
  return run.events
    .filter((each) => each.event === 'acquisition' && each.direction === direction)
    .flatMap(({ rows }) =>
      rows.flatMap(({ fact, time, event }): Learned[] => {
        const known = latent.get(fact) ?? null;
        return known === null ? [] : [{ fact, latent: known, time, event }];
      }),
    );
}

/** Both measures, each for all parts. A fact is drawn with all runs in which it stands. */
function resampled(facts: readonly Learned[], level: number) {
  const epochs = [...new Set(facts.map(({ time }) => time))].sort((a, b) => a - b);
  const place = new Map(epochs.map((epoch, index) => [epoch, index]));
  const at = facts.map(({ time }) => place.get(time)!);
  const distinct = new Set(facts.map(({ fact }) => fact)).size;
  const statistics = (indices: Int32Array): number[] => {
    const groups = [true, false].map(() => ({
      n: 0,
      ended: new Int32Array(epochs.length),
      acquired: new Int32Array(epochs.length),
    }));
    for (const index of indices) {
      const { latent, event } = facts[index]!;
      const group = groups[latent ? 0 : 1]!;
      group.n += 1;
      group.ended[at[index]!]! += 1;
      if (event) group.acquired[at[index]!]! += 1;
    }
    return MEASURES.flatMap((measure) => {
      const [latent, other] = groups.map((group) => peakOf(group, epochs, measure === 'peak epoch of the rate'));
      return [latent!, other!, latent! - other!];
    });
  };
  const clusters = distinct < facts.length ? { clusters: facts.map(({ fact }) => fact) } : {};
  return bootstrapTogether(facts.length, statistics, { seed: SEED, replicates: REPLICATES, level, ...clusters }).map(
    (estimate) =>
      estimate && {
        ...estimate,
        lo: Math.min(estimate.lo, estimate.value),
        hi: Math.max(estimate.hi, estimate.value),
      },
  );
}

/** The first epoch of the highest; not a number without an event. */
function peakOf(
  { n, ended, acquired }: { n: number; ended: Int32Array; acquired: Int32Array },
  epochs: readonly number[],
  ofRate: boolean,
): number {
  let atRisk = n;
  let [best, epoch] = [0, NaN];
  for (let i = 0; i < epochs.length; i++) {
    const height = acquired[i]! / (ofRate ? atRisk : n);
    if (height > best) [best, epoch] = [height, epochs[i]!];
    atRisk -= ended[i]!;
  }
  return epoch;
}
