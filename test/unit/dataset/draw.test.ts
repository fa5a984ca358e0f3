/** The frequency-balanced draw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { drawDataset, type DrawOptions } from '../../../src/dataset/draw';
import { binOf } from '../../../src/dataset/quota';
import type { Pair } from '../../../src/dataset/types';
import { numbered, ontologyOf, term } from './fixtures';

const ids = (pairs: Pair[]) => pairs.map((pair) => pair.identifier);
const perBin = (pairs: Pair[], bins: number) =>
  Array.from({ length: bins }, (_, bin) => pairs.filter((pair) => pair.stratum === bin).length);
const DEFAULTS: DrawOptions = { counts: null, bins: 20, seen: 100, withheld: 100, seed: 1 };
const draw = (n: number, options: Partial<DrawOptions> = {}) =>
  drawDataset({ ontology: numbered(n), ...DEFAULTS, ...options });
/** Counts with many ties. */
const tied = (n: number) => new Map(Array.from({ length: n }, (_, i) => [`X:${i}`, Math.floor((i * 7919) % 13)]));

describe('the draw', () => {
  it('takes exactly n/bins seen and n/bins other withheld pairs from every rank bin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.boolean(),
        (bins, seenPerBin, withheldPerBin, spare, seed, counted) => {
          const [seen, withheld] = [bins * seenPerBin, bins * withheldPerBin];
          const n = seen + withheld + spare;
          const data = draw(n, { counts: counted ? tied(n) : null, bins, seen, withheld, seed });
          expect(perBin(data.seen, bins)).toEqual(Array(bins).fill(seenPerBin));
          expect(perBin(data.withheld, bins)).toEqual(Array(bins).fill(withheldPerBin));
          expect(new Set([...ids(data.seen), ...ids(data.withheld)]).size).toBe(seen + withheld);
          for (const pair of [...data.seen, ...data.withheld]) expect(pair.stratum).toBe(binOf(pair.rank, n, bins));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives what is asked for whenever there are enough terms, also where nothing divides evenly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 10 }),
        (bins, seen, withheld, spare) => {
          const data = draw(seen + withheld + spare, { bins, seen, withheld });
          expect(data.seen).toHaveLength(seen);
          expect(data.withheld).toHaveLength(withheld);
          expect(new Set([...ids(data.seen), ...ids(data.withheld)]).size).toBe(seen + withheld);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ranks by count, most annotated first, with missing counts as 0', () => {
    const counts = new Map([
      ['X:3', 50],
      ['X:1', 70],
    ]);
    const { seen } = draw(4, { counts, bins: 1, seen: 4, withheld: 0 });
    expect(seen.map((pair) => pair.rank)).toEqual([0, 1, 2, 3]);
    expect(ids(seen).slice(0, 2)).toEqual(['X:1', 'X:3']);
    expect(seen.map((pair) => pair.count)).toEqual([70, 50, 0, 0]);
  });

  it('breaks ties by the seed, not by the order of the file', () => {
    const counts = new Map([['X:0', 0]]);
    const order = (seed: number) => ids(draw(30, { counts, bins: 1, seen: 30, withheld: 0, seed }).seen);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1)).not.toEqual(Array.from({ length: 30 }, (_, i) => `X:${i}`));
  });

  it('says that popularity is unknown without counts, and draws the ranks', () => {
    const data = draw(40, { bins: 2, seen: 10, withheld: 10 });
    expect(data.popularity).toBe('none');
    expect(data.seen.every((pair) => pair.count === null)).toBe(true);
  });

  it('is the same for the same seed, whatever the order of the terms, down to the hash', () => {
    const ontology = numbered(300);
    const turned = { ...ontology, terms: [...ontology.terms].reverse() };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const options = { ...DEFAULTS, counts: tied(300), seed };
        expect(drawDataset({ ontology: turned, ...options })).toEqual(drawDataset({ ontology, ...options }));
      }),
      { numRuns: 10 },
    );
  });

  it('is another for another seed', () => {
    const hashes = Array.from({ length: 20 }, (_, seed) => draw(300, { counts: tied(300), seed }).hash);
    expect(new Set(hashes).size).toBe(20);
  });

  it('has a hash that changes with any of its content', () => {
    const base = draw(300).hash;
    expect(base).toMatch(/^[0-9a-f]{64}$/);
    expect(draw(301).hash).not.toBe(base);
    expect(draw(300, { bins: 10 }).hash).not.toBe(base);
    expect(draw(300, { counts: tied(300) }).hash).not.toBe(base);
  });

  it('keeps what was drawn when more is asked for', () => {
    const few = draw(400, { seen: 40, withheld: 40 });
    const more = draw(400, { seen: 100, withheld: 80 });
    expect(ids(more.seen)).toEqual(expect.arrayContaining(ids(few.seen)));
    expect(ids(more.withheld)).toEqual(expect.arrayContaining(ids(few.withheld)));
  });

  it('draws each pair about equally often over many seeds', () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      for (const id of ids(draw(10, { bins: 1, seen: 4, withheld: 3, seed }).seen)) {
        times.set(id, (times.get(id) ?? 0) + 1);
      }
    }
    // Chi-square against 800 each, 9 degrees of freedom; the variance of a draw without replacement is smaller.
    const chi2 = [...times.values()].reduce((sum, seen) => sum + (seen - 800) ** 2 / 800, 0);
    expect(times.size).toBe(10);
    expect(chi2).toBeLessThan(21.7);
  });

  it('puts a shared label into the data set once, as its most popular identifier, and accepts all of them', () => {
    const ontology = ontologyOf([term('A:1', 'twin'), term('A:2', 'Twin'), term('A:3', 'only')]);
    const counts = new Map([['A:2', 9]]);
    const data = drawDataset({ ontology, ...DEFAULTS, counts, bins: 1, seen: 1, withheld: 1 });
    expect(data.universe).toBe(2);
    expect([...ids(data.seen), ...ids(data.withheld)].sort()).toEqual(['A:2', 'A:3']);
    const twin = [...data.seen, ...data.withheld].find((pair) => pair.identifier === 'A:2')!;
    expect(twin.acceptedIdentifiers).toEqual(['A:2', 'A:1']);
  });

  it('takes ready-made pairs as well', () => {
    const pairs = ['a', 'b'].map((name) => ({
      identifier: name.toUpperCase(),
      term: name,
      acceptedTerms: [name],
      acceptedIdentifiers: [name.toUpperCase()],
      unrelated: 1,
    }));
    const data = drawDataset({ pairs, ...DEFAULTS, bins: 1, seen: 2, withheld: 0 });
    expect(ids(data.seen).sort()).toEqual(['A', 'B']);
    expect(data.seen[0]).not.toHaveProperty('unrelated');
  });
});

describe('a draw that cannot be made', () => {
  const fails = (run: () => unknown): LabError => {
    try {
      run();
    } catch (error) {
      if (error instanceof LabError) return error;
    }
    throw new Error('expected a LabError');
  };

  it('says how many terms there are, how many are asked for, and what to lower', () => {
    const error = fails(() => draw(150));
    expect(error.code).toBe('too-few-terms');
    expect(error.message).toContain(
      '200 pairs are asked for (100 seen + 100 withheld), but the ontology has 150 live terms',
    );
    expect(error.hint).toContain('sampling.seen and sampling.withheld to 150');
    expect(error.control).toBe('sampling.seen');
  });

  it('counts neither obsolete terms nor labels that come twice', () => {
    const terms = [term('A:1', 'a'), term('A:2', 'A'), term('A:3', 'gone', { obsolete: true })];
    const error = fails(() => drawDataset({ ontology: ontologyOf(terms), ...DEFAULTS, bins: 1, seen: 2, withheld: 0 }));
    expect(error.message).toContain('has 1 live term to ask (1 more shares a label');
  });

  it('names both vocabularies when the counts are of another ontology', () => {
    const error = fails(() => draw(300, { counts: new Map([['GO:1', 5]]) }));
    expect(error).toMatchObject({ code: 'table-malformed', control: 'ontology.counts' });
    expect(error.message).toMatch(/such as "X:0".*such as "GO:1"/);
  });
});
