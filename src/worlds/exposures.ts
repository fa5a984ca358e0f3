/**
 * How often each fact of a group is stated. Pure arithmetic; which fact gets which rank is drawn elsewhere.
 *
 * Promises: a number for every rank, the dial's totals and maxima met exactly.
 */
import { LabError } from '../core/errors';
import type { WorldGroup } from '../spec';

type Dial = WorldGroup['exposures'];

/** By rank. Buckets stand in their own order, ranks of Zipf's law descend. Throws `world-invalid`, naming `path`. */
export function exposuresByRank(dial: Dial, facts: number, path: string): number[] {
  switch (dial.kind) {
    case 'buckets':
      return bucketSizes(dial, facts, path).flatMap((size, i) => new Array<number>(size).fill(dial.sizes[i]!));
    case 'zipf-max':
      return weights(dial.exponent, facts).map((weight) => Math.round(dial.max * weight));
    case 'zipf-total':
      return apportioned(weights(dial.exponent, facts), dial.total);
  }
}

/** r^−exponent for r = 1…n. */
function weights(exponent: number, facts: number): number[] {
  return Array.from({ length: facts }, (_, i) => (i + 1) ** -exponent);
}

function bucketSizes({ sizes, facts: asked }: Extract<Dial, { kind: 'buckets' }>, facts: number, path: string) {
  if (asked === null) {
    return sizes.map((_, i) => Math.floor(facts / sizes.length) + (i < facts % sizes.length ? 1 : 0));
  }
  const sum = asked.reduce((total, each) => total + each, 0);
  if (sum === facts) return asked;
  throw new LabError('world-invalid', `${path}.exposures.facts: found ${sum} facts together, but there are ${facts}.`, {
    hint: `Make them ${facts} together, or set ${path}.exposures.facts to null.`,
    control: `${path}.exposures.facts`,
  });
}

/** Largest remainders; of equal ones the better rank's goes first. */
function apportioned(shares: readonly number[], total: number): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / sum) * total);
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((a, b) => a + b, 0);
  const order = exact.map((value, i) => ({ i, rest: value - whole[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of order.slice(0, left)) whole[i]! += 1;
  return whole;
}
