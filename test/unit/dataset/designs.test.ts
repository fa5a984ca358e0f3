/** Random, top-k and entity-held-out splits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrawOptions } from '../../../src/dataset/draw';
import type { Pair, SplitDesign } from '../../../src/dataset/types';
import { drawDataset, failure, numbered } from './fixtures';

const ids = (pairs: Pair[]) => pairs.map((pair) => pair.identifier);
const falling = (n: number) => ({
  kind: 'counts' as const,
  counts: new Map(Array.from({ length: n }, (_, i) => [`X:${i}`, n - i])),
});
const drawFrom = (n: number, design: SplitDesign, options: Partial<DrawOptions> = {}) =>
  drawDataset({
    candidates: numbered(n),
    design,
    popularity: falling(n),
    bins: 10,
    seen: 20,
    withheld: 20,
    seed: 3,
    ...options,
  });

describe.each(['rank-bins', 'random'] as const)('a split by %s', (design) => {
  it('draws every pair about equally often into each part', () => {
    const times = { seen: new Map<string, number>(), withheld: new Map<string, number>() };
    for (let seed = 0; seed < 2000; seed++) {
      const data = drawFrom(10, design, { bins: 1, seen: 4, withheld: 3, seed });
      for (const part of ['seen', 'withheld'] as const) {
        for (const id of ids(data[part])) times[part].set(id, (times[part].get(id) ?? 0) + 1);
      }
    }
    // Chi-square with 9 degrees of freedom at 1 %; the variance of a draw without replacement is smaller.
    for (const [part, expected] of [
      ['seen', 800],
      ['withheld', 600],
    ] as const) {
      expect(times[part].size).toBe(10);
      const chi2 = [...times[part].values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      expect(chi2).toBeLessThan(21.7);
    }
  });
});

describe('a random split', () => {
  it('keeps rank bins as a description, and leaves their shares to chance', () => {
    const data = drawFrom(1000, 'random', { seen: 200 });
    const perBin = Array.from({ length: 10 }, (_, bin) => data.seen.filter(({ stratum }) => stratum === bin).length);
    expect(new Set(perBin).size).toBeGreaterThan(1);
    expect(data.shortfalls).toEqual([]);
  });
});

describe('a top-k split', () => {
  it('consists of the most popular pairs, one of each two neighbours in each part', () => {
    const data = drawFrom(100, 'top-k');
    const side = new Map([
      ...data.seen.map((pair) => [pair.rank, 's'] as const),
      ...data.withheld.map((pair) => [pair.rank, 'w'] as const),
    ]);
    expect([...side.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, rank) => rank));
    for (let rank = 0; rank < 40; rank += 2) expect(side.get(rank)).not.toBe(side.get(rank + 1));
  });

  it('tosses a fair coin for each two neighbours', () => {
    let heads = 0;
    for (let seed = 0; seed < 200; seed++) {
      heads += drawFrom(60, 'top-k', { seed }).seen.filter(({ rank }) => rank % 2 === 0).length;
    }
    expect(Math.abs(heads - 2000)).toBeLessThan(2.6 * Math.sqrt(4000 / 4)); // 1 %, 4,000 coins
  });

  it('is equally popular in both parts where these differ in size, too', () => {
    const data = drawFrom(200, 'top-k', { seen: 90, withheld: 30 });
    for (let run = 0; run < 30; run++) {
      const within = ({ rank }: Pair) => Math.floor(rank / 4) === run;
      expect([data.seen.filter(within).length, data.withheld.filter(within).length]).toEqual([3, 1]);
    }
    expect(drawFrom(50, 'top-k', { withheld: 0 }).seen.map(({ rank }) => rank)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
  });

  it('needs to know what is popular', () => {
    const error = failure(() => drawFrom(100, 'top-k', { popularity: { kind: 'none' } }));
    expect(error).toMatchObject({ code: 'spec-invalid', control: 'sampling.design' });
  });
});

describe('a split that holds out entities', () => {
  /** Entities of the given sizes, their pairs spread over all ranks. */
  const grouped = (sizes: readonly number[]) => {
    const entities = sizes.flatMap((size, e) => Array.from({ length: size }, () => `e${e}`));
    return numbered(entities.length, (i) => ({ entity: entities[(i * 7919) % entities.length]! }));
  };
  const entitiesOf = (pairs: Pair[]) => new Set(pairs.map(({ entity }) => entity));

  it('shares no entity between the withheld pairs and the seen ones or the examples, whenever sizes allow it', () => {
    let exact = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (sizes, a, b, examples, seed) => {
          const total = sizes.reduce((sum, size) => sum + size, 0);
          const withheld = 1 + (a % (total - 1));
          const seen = 1 + (b % (total - withheld));
          if (seen + withheld + examples > total) return;
          const run = () =>
            drawFrom(total, 'entity-held-out', { candidates: grouped(sizes), bins: 5, seen, withheld, examples, seed });
          const sums = sizes.reduce(
            (known, size) => new Set([...known, ...[...known].map((sum) => sum + size)]),
            new Set([0]),
          );
          const fits = [...sums].some((sum) => sum >= withheld && total - sum >= seen + examples);
          if (!fits) {
            expect(failure(run)).toMatchObject({ code: 'too-few-terms', control: 'sampling.design' });
            return;
          }
          exact += 1;
          const data = run();
          expect([data.seen.length, data.withheld.length, data.examples.length]).toEqual([seen, withheld, examples]);
          const known = entitiesOf([...data.seen, ...data.examples]);
          expect([...entitiesOf(data.withheld)].filter((entity) => known.has(entity))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
    expect(exact).toBeGreaterThan(100);
  });

  it('holds out about the share of pairs that is asked for, so that many entities stand on both sides', () => {
    const data = drawFrom(1000, 'entity-held-out', { candidates: grouped(Array<number>(100).fill(10)) });
    expect(entitiesOf(data.seen).size).toBeGreaterThan(10);
    expect(entitiesOf(data.withheld).size).toBeGreaterThan(10);
  });

  it('gives equally many pairs per rank bin while the sides hold them, and says which bin is short', () => {
    const even = drawFrom(1000, 'entity-held-out', { candidates: grouped(Array<number>(100).fill(10)) });
    for (const part of [even.seen, even.withheld]) {
      for (let bin = 0; bin < 10; bin++) expect(part.filter(({ stratum }) => stratum === bin)).toHaveLength(2);
    }
    expect(even.shortfalls).toEqual([]);
    // Two entities, one with all of the popular half.
    const halves = numbered(100, (i) => ({ entity: i < 50 ? 'popular' : 'rare' }));
    const uneven = drawFrom(100, 'entity-held-out', { candidates: halves });
    expect(uneven.shortfalls.map(({ bin }) => bin)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(uneven.shortfalls[0]).toMatchObject({ holds: 10, askedSeen: 2, askedWithheld: 2 });
  });

  it('leaves out pairs of unknown entity, and counts them where pairs are missing', () => {
    const candidates = numbered(60, (i) => ({ entity: i < 45 ? `e${i % 9}` : null }));
    const data = drawFrom(60, 'entity-held-out', { candidates });
    expect(data.universe).toBe(45);
    const error = failure(() => drawFrom(60, 'entity-held-out', { candidates, seen: 30 }));
    expect(error.message).toContain('45 live terms to ask (15 more belong to no entity)');
  });

  it('says how large the entities are when none can be held out', () => {
    const candidates = numbered(100, (i) => ({ entity: i < 90 ? 'large' : 'small' }));
    const error = failure(() => drawFrom(100, 'entity-held-out', { candidates }));
    expect(error.message).toContain('the 100 terms belong to 2 entities, the largest ("large") with 90');
  });
});
