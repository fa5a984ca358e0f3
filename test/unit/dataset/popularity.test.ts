/** Numbers that are filed under identifiers: popularity and covariates. */
import { describe, expect, it } from 'vitest';
import { candidatesFrom } from '../../../src/dataset/candidates';
import type { DrawOptions } from '../../../src/dataset/draw';
import { drawDataset, failure, numbered, source } from './fixtures';

const all = (candidates: DrawOptions['candidates'], options: Partial<DrawOptions>) =>
  drawDataset({
    candidates,
    popularity: { kind: 'none' },
    bins: 1,
    seen: candidates.length,
    withheld: 0,
    seed: 1,
    ...options,
  });

describe('counts', () => {
  const merged = candidatesFrom([
    source('A:1', 'one', { otherIdentifiers: ['A:7', 'A:8'] }),
    source('A:2', 'two', { otherIdentifiers: ['A:1', 'A:9'] }),
    source('A:3', 'three', { otherIdentifiers: ['A:9'] }),
  ]);
  const countsOf = (counts: [string, number][]) => {
    const data = all(merged, { popularity: { kind: 'counts', counts: new Map(counts) } });
    return Object.fromEntries(data.seen.map(({ identifier, count }) => [identifier, count]));
  };

  it('under an alternative identifier count for the term', () => {
    expect(countsOf([['A:8', 5]])).toEqual({ 'A:1': 5, 'A:2': 0, 'A:3': 0 });
  });

  it('under several of a term’s identifiers are not summed: what stands under both is one', () => {
    expect(
      countsOf([
        ['A:1', 4],
        ['A:7', 6],
        ['A:8', 5],
      ])['A:1'],
    ).toBe(6);
  });

  it('are never credited to two terms by way of an alternative identifier', () => {
    expect(
      countsOf([
        ['A:1', 4],
        ['A:9', 7],
      ]),
    ).toEqual({ 'A:1': 4, 'A:2': 0, 'A:3': 0 });
  });

  it('of another ontology are refused, naming both vocabularies', () => {
    const popularity = { kind: 'counts' as const, counts: new Map([['GO:1', 5]]) };
    const error = failure(() => all(numbered(300), { popularity }));
    expect(error).toMatchObject({ code: 'table-malformed', control: 'ontology.counts' });
    expect(error.message).toMatch(/such as "X:0".*such as "GO:1"/);
  });

  it('that are no numbers are refused', () => {
    const popularity = { kind: 'counts' as const, counts: new Map([['A:1', NaN]]) };
    expect(failure(() => all(merged, { popularity })).message).toContain('"A:1" is "NaN"');
  });
});

describe('popularity from a column', () => {
  const table = (cells: string[]) =>
    candidatesFrom(cells.map((weight, i) => source(`A:${i}`, `t${i}`, { cells: { weight } })));
  const popularity = { kind: 'column' as const, column: 'weight' };

  it('ranks by its numbers, unknown ones last, below negative ones', () => {
    const data = all(table(['', '-3', '1e2', ' 7.5 ']), { popularity });
    expect(data.popularity).toBe('column');
    expect(data.seen.map(({ count }) => count)).toEqual([100, 7.5, -3, null]);
  });

  it('refuses what is no number, naming identifier and cell', () => {
    for (const cell of ['many', '1,234', 'Infinity', '0x10', '1e999']) {
      const error = failure(() => all(table(['1', cell]), { popularity }));
      expect(error).toMatchObject({ code: 'table-malformed', control: 'ontology.popularityColumn' });
      expect(error.message).toContain(`"A:1" is "${cell}"`);
    }
  });

  it('refuses a column that is not there', () => {
    expect(failure(() => all(table(['1']), { popularity: { kind: 'column', column: 'size' } })).hint).toContain(
      'weight',
    );
  });
});

describe('covariates', () => {
  it.each(['count', 'rank', 'entity', 'tokens.term', 'lexical.mine'])(
    'are refused under the name %s, which the records use for something else',
    (name) => {
      const table = { name, byIdentifier: new Map([['X:0', 1]]) };
      expect(failure(() => all(numbered(2), { covariates: [table] }))).toMatchObject({
        code: 'spec-invalid',
        control: 'ontology.covariates',
        hint: expect.stringContaining('another name') as string,
      });
    },
  );

  const candidates = candidatesFrom([source('A:1', 'one', { otherIdentifiers: ['A:8'] }), source('A:2', 'two')]);
  const hits = {
    name: 'hits',
    byIdentifier: new Map<string, number | null>([
      ['A:8', 12],
      ['A:2', null],
    ]),
  };

  it('are carried on every pair under their names, with null for unknown', () => {
    const other = { name: '__proto__', byIdentifier: new Map([['A:2', -0.5]]) };
    const data = all(candidates, { covariates: [hits, other] });
    const of = new Map(data.seen.map((pair) => [pair.identifier, Object.entries(pair.covariates)]));
    expect(of.get('A:1')).toEqual([
      ['hits', 12],
      ['__proto__', null],
    ]);
    expect(of.get('A:2')).toEqual([
      ['hits', null],
      ['__proto__', -0.5],
    ]);
  });

  it('are computed from the pair where a function is given, for examples too', () => {
    const data = drawDataset({
      candidates: numbered(30),
      popularity: { kind: 'none' },
      bins: 3,
      seen: 9,
      withheld: 9,
      examples: 3,
      seed: 1,
      measures: ({ term, rank }) => ({ length: term.length, rank }),
    });
    for (const pair of [...data.seen, ...data.withheld, ...data.examples]) {
      expect(pair.covariates).toEqual({ length: pair.term.length, rank: pair.rank });
    }
  });

  it('have each name once', () => {
    for (const options of [{ covariates: [hits, hits] }, { covariates: [hits], measures: () => ({ hits: 1 }) }]) {
      expect(failure(() => all(candidates, options))).toMatchObject({
        code: 'spec-invalid',
        message: 'Two covariates are called "hits".',
      });
    }
  });

  it('are finite numbers of the same identifiers', () => {
    const broken = { name: 'hits', byIdentifier: new Map([['A:1', Infinity]]) };
    expect(failure(() => all(candidates, { covariates: [broken] })).message).toContain('"hits" of "A:1" is Infinity');
    expect(failure(() => all(candidates, { measures: () => ({ ratio: NaN }) })).message).toContain('"ratio"');
    const foreign = { name: 'hits', byIdentifier: new Map([['B:1', 1]]) };
    expect(failure(() => all(candidates, { covariates: [foreign] })).message).toMatch(/"A:1".*"hits".*"B:1"/);
  });
});
