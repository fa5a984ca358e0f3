/** What holds for every draw, and the rank bins. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhiloxSequence, STREAM } from '../../../src/core/philox';
import { candidatesFrom, nameKey } from '../../../src/dataset/candidates';
import { draw, type DrawOptions } from '../../../src/dataset/draw';
import { binOf, evenQuota } from '../../../src/dataset/quota';
import { SPLIT_DESIGNS, type Dataset, type Pair } from '../../../src/dataset/types';
import { drawDataset, failure, numbered, source } from './fixtures';

const ids = (pairs: Pair[]) => pairs.map((pair) => pair.identifier);
const perBin = (pairs: Pair[], bins: number) =>
  Array.from({ length: bins }, (_, bin) => pairs.filter((pair) => pair.stratum === bin).length);
type Options = Omit<DrawOptions, 'candidates'>;
const DEFAULTS: Options = { popularity: { kind: 'none' }, bins: 20, seen: 100, withheld: 100, seed: 1 };
const drawFrom = (n: number, options: Partial<Options> = {}) =>
  drawDataset({ candidates: numbered(n), ...DEFAULTS, ...options });
const counted = (entries: Iterable<[string, number]>) => ({ kind: 'counts' as const, counts: new Map(entries) });
/** Counts with many ties. */
const tied = (n: number) => counted(Array.from({ length: n }, (_, i) => [`X:${i}`, Math.floor((i * 7919) % 13)]));

const seeds = fc.integer({ min: 0, max: 0xffffffff });
/** Sizes that fit, names that collide, entities of unequal size. */
const draws = fc
  .record({
    design: fc.constantFrom(...SPLIT_DESIGNS),
    bins: fc.integer({ min: 1, max: 25 }),
    seen: fc.integer({ min: 1, max: 60 }),
    withheld: fc.integer({ min: 0, max: 60 }),
    examples: fc.integer({ min: 0, max: 6 }),
    spare: fc.integer({ min: 0, max: 40 }),
    twins: fc.integer({ min: 0, max: 8 }),
    seed: seeds,
  })
  .map(({ spare, twins, ...ask }) => {
    const n = ask.seen + ask.withheld + ask.examples + spare;
    const distinct = Array.from({ length: n }, (_, i) =>
      source(`X:${i}`, `thing number ${i}`, { entity: `e${i % 17}` }),
    );
    const others = ['Y', 'Z'].flatMap((prefix) =>
      distinct.slice(0, twins).map((one, i) => source(`${prefix}:${i}`, one.term.toUpperCase(), { entity: 'twin' })),
    );
    // Entities alone cannot always be made to fit: pairs of their own fill the gap.
    if (ask.design === 'entity-held-out') distinct.forEach((one) => (one.entity = one.identifier));
    return { ...ask, sources: [...distinct, ...others], popularity: tied(n), n };
  });
const parts = (data: Dataset) => [data.seen, data.withheld, data.examples];

describe('every draw', () => {
  it('gives what is asked for, and no identifier and no label twice', () => {
    fc.assert(
      fc.property(draws, ({ sources, n, ...options }) => {
        const data = drawDataset({ candidates: candidatesFrom(sources), ...options });
        expect(parts(data).map((part) => part.length)).toEqual([options.seen, options.withheld, options.examples]);
        const all = parts(data).flat();
        expect(new Set(ids(all)).size).toBe(all.length);
        expect(new Set(all.map(({ term }) => nameKey(term))).size).toBe(all.length);
        expect(data.universe).toBe(n);
        for (const part of parts(data)) {
          expect(part.map(({ rank }) => rank)).toEqual([...part].map(({ rank }) => rank).sort((a, b) => a - b));
          for (const pair of part) expect(pair.stratum).toBe(binOf(pair.rank, n, options.bins));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same for the same seed, whatever the order of the candidates, down to the hash', () => {
    fc.assert(
      fc.property(draws, seeds, ({ sources, seed, ...options }, shuffle) => {
        const turned = new PhiloxSequence(shuffle, STREAM.shuffle).shuffle([...sources]);
        const one = drawDataset({ candidates: candidatesFrom(sources), seed, ...options });
        const two = drawDataset({ candidates: candidatesFrom(turned), seed, ...options });
        expect(two).toEqual(one);
        expect(two.hash).toBe(one.hash);
      }),
      { numRuns: 100 },
    );
  });

  it('is another for another seed', () => {
    for (const design of SPLIT_DESIGNS) {
      const candidates = numbered(300, (i) => ({ entity: `e${i % 40}` }));
      const hashes = Array.from(
        { length: 20 },
        (_, seed) => drawDataset({ candidates, ...DEFAULTS, design, popularity: tied(300), seed }).hash,
      );
      expect(new Set(hashes).size).toBe(20);
    }
  });

  it('has a hash that changes with any of its content', () => {
    const options: Partial<Options>[] = [
      {},
      { bins: 10 },
      { popularity: tied(300) },
      { examples: 1 },
      { design: 'random' },
      { measures: () => ({ length: 1 }) },
      { measures: () => ({ length: 2 }) },
    ];
    const hashes = [...options.map((one) => drawFrom(300, one).hash), drawFrom(301).hash];
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('takes examples from pairs in neither part, evenly over the bins, and changes neither part for them', () => {
    const without = drawFrom(400);
    const data = drawFrom(400, { examples: 40 });
    expect(perBin(data.examples, 20)).toEqual(Array(20).fill(2));
    expect([data.seen, data.withheld]).toEqual([without.seen, without.withheld]);
    const scored = new Set(ids([...data.seen, ...data.withheld]));
    expect(ids(data.examples).filter((id) => scored.has(id))).toEqual([]);
  });

  it('tells of everything that could have been drawn', () => {
    const { dataset, universe } = draw({ candidates: numbered(300), ...DEFAULTS, popularity: tied(300) });
    expect(universe.map(({ rank }) => rank)).toEqual(Array.from({ length: 300 }, (_, rank) => rank));
    expect(dataset.universe).toBe(300);
    const known = new Map(universe.map((one) => [one.identifier, one]));
    for (const pair of dataset.seen)
      expect(known.get(pair.identifier)).toMatchObject({ rank: pair.rank, count: pair.count });
  });

  it('puts a shared label into the data set once, as its most popular identifier, and accepts all of them', () => {
    const candidates = candidatesFrom([source('A:1', 'twin'), source('A:2', 'Twin'), source('A:3', 'only')]);
    const data = drawDataset({
      candidates,
      ...DEFAULTS,
      popularity: counted([['A:2', 9]]),
      bins: 1,
      seen: 1,
      withheld: 1,
    });
    expect(data.universe).toBe(2);
    expect([...ids(data.seen), ...ids(data.withheld)].sort()).toEqual(['A:2', 'A:3']);
    const twin = [...data.seen, ...data.withheld].find((pair) => pair.identifier === 'A:2')!;
    expect(twin.acceptedIdentifiers).toEqual(['A:2', 'A:1']);
  });

  it('puts an identifier that has two labels into the data set once', () => {
    const candidates = candidatesFrom([source('A:1', 'one'), source('A:1', 'two'), source('A:2', 'three')]);
    const data = drawDataset({ candidates, ...DEFAULTS, bins: 1, seen: 1, withheld: 1 });
    expect([...ids(data.seen), ...ids(data.withheld)].sort()).toEqual(['A:1', 'A:2']);
  });
});

describe('rank bins', () => {
  it('give exactly n/bins seen and n/bins other withheld pairs each, and nothing is short', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 50 }),
        seeds,
        fc.boolean(),
        (bins, seenPerBin, withheldPerBin, spare, seed, known) => {
          const [seen, withheld] = [bins * seenPerBin, bins * withheldPerBin];
          const n = seen + withheld + spare;
          const popularity = known ? tied(n) : { kind: 'none' as const };
          const data = drawFrom(n, { popularity, bins, seen, withheld, seed });
          expect(perBin(data.seen, bins)).toEqual(Array(bins).fill(seenPerBin));
          expect(perBin(data.withheld, bins)).toEqual(Array(bins).fill(withheldPerBin));
          expect(data.shortfalls).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('name the bins that gave less than asked, and others give as much more', () => {
    let short = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 3 }),
        (bins, seen, withheld, spare) => {
          const n = seen + withheld + spare;
          const data = drawFrom(n, { bins, seen, withheld });
          short += data.shortfalls.length;
          const asked = { seen: evenQuota(seen, bins), withheld: evenQuota(withheld, bins) };
          const gave = { seen: perBin(data.seen, bins), withheld: perBin(data.withheld, bins) };
          const listed = new Map(data.shortfalls.map((row) => [row.bin, row]));
          for (const part of ['seen', 'withheld'] as const) {
            const difference = gave[part].map((given, bin) => given - asked[part][bin]!);
            expect(difference.reduce((sum, d) => sum + d, 0)).toBe(0);
            difference.forEach((d, bin) => expect(d >= 0 || listed.has(bin)).toBe(true));
          }
          for (const [bin, row] of listed) {
            expect(row).toMatchObject({
              askedSeen: asked.seen[bin],
              askedWithheld: asked.withheld[bin],
              gaveSeen: gave.seen[bin],
              gaveWithheld: gave.withheld[bin],
            });
            expect(row.gaveSeen + row.gaveWithheld).toBeLessThan(row.askedSeen + row.askedWithheld);
            expect(row.gaveSeen + row.gaveWithheld).toBe(row.holds);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(short).toBeGreaterThan(0);
  });

  it('rank by count, most annotated first, with missing counts as 0', () => {
    const popularity = counted([
      ['X:3', 50],
      ['X:1', 70],
    ]);
    const { seen } = drawFrom(4, { popularity, bins: 1, seen: 4, withheld: 0 });
    expect(seen.map((pair) => pair.rank)).toEqual([0, 1, 2, 3]);
    expect(ids(seen).slice(0, 2)).toEqual(['X:1', 'X:3']);
    expect(seen.map((pair) => pair.count)).toEqual([70, 50, 0, 0]);
  });

  it('break ties by the seed, not by the order of the file', () => {
    const order = (seed: number) =>
      ids(drawFrom(30, { popularity: counted([['X:0', 0]]), bins: 1, seen: 30, withheld: 0, seed }).seen);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1)).not.toEqual(Array.from({ length: 30 }, (_, i) => `X:${i}`));
  });

  it('draw the ranks where popularity is unknown, and say so', () => {
    const data = drawFrom(40, { bins: 2, seen: 10, withheld: 10 });
    expect(data.popularity).toBe('none');
    expect(data.seen.every((pair) => pair.count === null)).toBe(true);
  });

  it('keep what was drawn when more is asked for', () => {
    for (const design of ['rank-bins', 'random'] as const) {
      const few = drawFrom(400, { design, seen: 40, withheld: 40 });
      const more = drawFrom(400, { design, seen: 100, withheld: 80 });
      expect(ids(more.seen)).toEqual(expect.arrayContaining(ids(few.seen)));
      expect(ids(more.withheld)).toEqual(expect.arrayContaining(ids(few.withheld)));
    }
  });

  it('draw the same pairs for a seed as ever', () => {
    const data = drawFrom(300, { popularity: tied(300), bins: 5, seen: 10, withheld: 5, seed: 2024 });
    const numbers = (pairs: Pair[]) => pairs.map(({ identifier }) => Number(identifier.slice(2)));
    expect(numbers(data.seen)).toEqual([292, 207, 284, 192, 276, 42, 197, 170, 65, 195]);
    expect(numbers(data.withheld)).toEqual([148, 134, 107, 248, 293]);
  });
});

describe('a draw that cannot be made', () => {
  it('says how many terms there are, how many are asked for, and what to lower', () => {
    const error = failure(() => drawFrom(150));
    expect(error.code).toBe('too-few-terms');
    expect(error.message).toContain(
      '200 pairs are asked for (100 seen + 100 withheld), but the ontology has 150 live terms',
    );
    expect(error.hint).toContain('the seen and withheld pairs to 150');
    expect(error.control).toBe('sampling.seen');
  });

  it('counts examples as asked for, too', () => {
    const error = failure(() => drawFrom(202, { examples: 3 }));
    expect(error.message).toContain('203 pairs are asked for (100 seen + 100 withheld + 3 examples)');
    expect(error.hint).toContain('to 199 together');
  });

  it('does not count labels that come twice', () => {
    const candidates = candidatesFrom([source('A:1', 'a'), source('A:2', 'A')]);
    const error = failure(() => drawDataset({ candidates, ...DEFAULTS, bins: 1, seen: 2, withheld: 0 }));
    expect(error.message).toContain('has 1 live term to ask (1 more shares a label');
  });
});
