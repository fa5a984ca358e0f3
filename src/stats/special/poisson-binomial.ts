/** How many of some independent events with chances of their own happen: mean and central interval. */
import type { Estimate } from '../../core/estimate';
import { badInput, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalQuantile } from './normal';

/** Above so many chances between 0 and 1 the distribution is approximated. */
const EXACT_UP_TO = 400;
/** A chance nearer to 0 or 1 than this is taken as 0 or 1. */
const CERTAIN = 1e-9;

/**
 * Expected number, with the central interval of the number itself (not of its mean): the smallest counts whose
 * distribution function reaches the tails. Exact by convolution up to 400 uncertain chances; beyond by the normal quantile
 * with the skewness term of Cornish and Fisher, rounded to whole counts. `n`: chances given.
 * Source: Hong, Computational Statistics & Data Analysis 59 (2013) 41–51. Throws `stats-input` for no chance.
 */
export function expectedCount(chances: ArrayLike<number>, level = 0.95): Estimate {
  const name = 'Expected count';
  requireLevel(name, level);
  const open: number[] = [];
  let sure = 0;
  let value = 0;
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i]!;
    if (!(chance >= 0 && chance <= 1)) {
      throw badInput(name, `chance ${i + 1} is ${chance}`, 'Give chances between 0 and 1.');
    }
    value += chance;
    if (chance > 1 - CERTAIN) sure += 1;
    else if (chance > CERTAIN) open.push(chance);
  }
  const tail = (1 - level) / 2;
  const [lo, hi] = open.length <= EXACT_UP_TO ? exactLimits(open, tail) : approximateLimits(open, tail);
  return {
    value,
    lo: sure + lo,
    hi: sure + hi,
    n: chances.length,
    method: `Poisson–binomial, ${percent(level)} of draws${open.length <= EXACT_UP_TO ? '' : ', Cornish–Fisher'}`,
  };
}

function exactLimits(chances: readonly number[], tail: number): [number, number] {
  const mass = new Float64Array(chances.length + 1);
  mass[0] = 1;
  chances.forEach((chance, done) => {
    for (let count = done + 1; count > 0; count--)
      mass[count] = mass[count]! * (1 - chance) + mass[count - 1]! * chance;
    mass[0] = mass[0]! * (1 - chance);
  });
  const reach = (share: number) => {
    let sum = 0;
    for (let count = 0; count < mass.length; count++) {
      sum += mass[count]!;
      if (sum >= share - 1e-12) return count;
    }
    return chances.length;
  };
  return [reach(tail), reach(1 - tail)];
}

function approximateLimits(chances: readonly number[], tail: number): [number, number] {
  let [mean, variance, third] = [0, 0, 0];
  for (const p of chances) {
    mean += p;
    variance += p * (1 - p);
    third += p * (1 - p) * (1 - 2 * p);
  }
  const skewness = third / variance ** 1.5;
  const at = (share: number) => {
    const z = normalQuantile(share);
    const count = Math.ceil(mean + Math.sqrt(variance) * (z + ((z * z - 1) * skewness) / 6) - 0.5);
    return Math.min(chances.length, Math.max(0, count));
  };
  return [at(tail), at(1 - tail)];
}
