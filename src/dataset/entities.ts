/**
 * Which whole entities (branches, gene families, groups of a user's column) are held out.
 *
 * Entities are walked in a seeded order, and each is held out if that brings the held-out share of pairs closer to the
 * withheld share of what is asked for. Where this order does not fit the sizes, sums of entities are searched exactly, so
 * a fit is found whenever there is one. Must not know: popularity, bins.
 */
import { LabError } from '../core/errors';
import { PhiloxSequence, STREAM } from '../core/philox';
import { compareText } from './candidates';
import type { Ranked } from './rank';

const SUBSTREAM_ENTITIES = 1_000_002;

interface Sizes {
  seen: number;
  withheld: number;
  examples: number;
  seed: number;
}

/**
 * Entities whose pairs are at least `withheld`, while all others hold at least seen + examples pairs.
 * Demands that every candidate has an entity. Throws `too-few-terms` if no choice of whole entities does.
 */
export function holdOutEntities(ranked: readonly Ranked[], { seen, withheld, examples, seed }: Sizes): Set<string> {
  const sizes = new Map<string, number>();
  for (const { entity } of ranked) sizes.set(entity!, (sizes.get(entity!) ?? 0) + 1);
  const entities = [...sizes.keys()].sort(compareText);
  new PhiloxSequence(seed, STREAM.split, SUBSTREAM_ENTITIES).shuffle(entities);

  const asked = seen + withheld + examples;
  const most = ranked.length - seen - examples;
  const target = Math.min(most, Math.max(withheld, Math.round((ranked.length * withheld) / asked)));
  const heldOut = new Set<string>();
  let held = 0;
  for (const entity of entities) {
    const size = sizes.get(entity)!;
    if (held + size > most || Math.abs(held + size - target) >= Math.abs(held - target)) continue;
    heldOut.add(entity);
    held += size;
  }
  if (held >= withheld) return heldOut;
  return exactSum(entities, sizes, withheld, most, target) ?? fail(sizes, { seen, withheld, examples, seed });
}

/** Entities whose sizes add up to a number from `least` to `most`, as near the target as can be; null if there are none. */
function exactSum(
  entities: readonly string[],
  sizes: ReadonlyMap<string, number>,
  least: number,
  most: number,
  target: number,
): Set<string> | null {
  // last[sum]: index of the entity that first reached the sum; sum − its size was reached by earlier ones.
  const last = new Int32Array(most + 1).fill(-1);
  const reached = (sum: number) => sum === 0 || last[sum]! >= 0;
  entities.forEach((entity, index) => {
    const size = sizes.get(entity)!;
    for (let sum = most; sum >= size; sum--) if (!reached(sum) && reached(sum - size)) last[sum] = index;
  });
  let best = -1;
  for (let sum = least; sum <= most; sum++) {
    if (reached(sum) && (best < 0 || Math.abs(sum - target) < Math.abs(best - target))) best = sum;
  }
  if (best < 0) return null;
  const chosen = new Set<string>();
  for (let sum = best; sum > 0;) {
    const entity = entities[last[sum]!]!;
    chosen.add(entity);
    sum -= sizes.get(entity)!;
  }
  return chosen;
}

function fail(sizes: ReadonlyMap<string, number>, { seen, withheld, examples }: Sizes): never {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const [largest, size] = [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a));
  const others = examples === 0 ? `${seen} seen` : `${seen} seen pairs and ${examples} example`;
  throw new LabError(
    'too-few-terms',
    `No choice of whole entities holds ${withheld} withheld pairs and leaves ${others} ones: the ${total} terms belong ` +
      `to ${sizes.size} entit${sizes.size === 1 ? 'y' : 'ies'}, the largest ("${largest}") with ${size}.`,
    {
      hint: 'Ask for fewer seen or withheld pairs, name a column of smaller entities, or choose another design.',
      control: 'sampling.design',
    },
  );
}
