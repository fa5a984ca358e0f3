/** Seeded rows for property tests of the Cox model, and rows picked from others. */
import { PhiloxSequence } from '../../../src/core/philox';
import type { CoxData } from '../../../src/stats/cox/types';

/** Two covariates, times with ties; the hazard rises with the first. */
export function drawnCox(seed: number, n: number, has: { hasStart?: boolean; hasWeights?: boolean }): CoxData {
  const draws = new PhiloxSequence(seed, 31);
  const unit = (): number => draws.nextUnit();
  const x = new Float64Array(2 * n);
  const [time, event, start, weights]: number[][] = [[], [], [], []];
  for (let i = 0; i < n; i++) {
    x[2 * i] = 4 * unit() - 2;
    x[2 * i + 1] = unit() < 0.4 ? 1 : 0;
    const begin = Math.floor(4 * unit());
    const end = 1 - 6 * Math.log(1 - unit()) * Math.exp(-0.5 * x[2 * i]!);
    start!.push(begin);
    time!.push((has.hasStart ? begin : 0) + Math.ceil(Math.min(end, 12)));
    event!.push(end < 12 ? 1 : 0);
    weights!.push(0.5 + Math.floor(4 * unit()) / 2);
  }
  return {
    time: time!,
    event: event!,
    x,
    names: ['a', 'b'],
    ...(has.hasStart && { start: start! }),
    ...(has.hasWeights && { weights: weights! }),
  };
}

/** The named rows of every column, in that order. */
export function pickRows(data: CoxData, rows: readonly number[]): CoxData {
  const p = data.names.length;
  const pick = <T>(values: ArrayLike<T>): T[] => rows.map((i) => values[i]!);
  const { start, strata, weights, offset, cluster } = data;
  return {
    time: pick(data.time),
    event: pick<boolean | number>(data.event),
    x: Float64Array.from(rows.flatMap((i) => Array.from(data.x.subarray(i * p, (i + 1) * p)))),
    names: data.names,
    ...(start && { start: pick(start) }),
    ...(strata && { strata: pick(strata) }),
    ...(weights && { weights: pick(weights) }),
    ...(offset && { offset: pick(offset) }),
    ...(cluster && { cluster: pick(cluster) }),
  };
}
