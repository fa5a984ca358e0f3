/** Corpora: exposures, order, windows, twins, filler. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorldInput } from '../../../src/spec';
import { templateSets } from '../../../src/prompts';
import type { World } from '../../../src/worlds';
import { exposuresByRank } from '../../../src/worlds/exposures';
import { Mentions } from '../../../src/worlds/mentions';
import { SENTENCES } from '../../../src/worlds/sentences';
import { group, makeWorld, texts } from './build';

type Exposures = NonNullable<WorldInput['groups'][number]['exposures']>;

/** How often each fact is stated, and how often term first, read from the texts themselves. */
function countedInTexts(world: World) {
  const all = texts(world);
  return world.facts.map(({ term, identifier }) => {
    const stating = all.filter((text) => text.includes(term) && text.includes(identifier));
    return {
      exposures: stating.length,
      termFirst: stating.filter((text) => text.indexOf(term) < text.indexOf(identifier)).length,
    };
  });
}

const anyExposures: fc.Arbitrary<Exposures> = fc.oneof(
  fc.record({
    kind: fc.constant('buckets' as const),
    sizes: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('zipf-max' as const),
    exponent: fc.double({ min: 0, max: 3, noNaN: true }),
    max: fc.nat(30),
  }),
  fc.record({
    kind: fc.constant('zipf-total' as const),
    exponent: fc.double({ min: 0, max: 3, noNaN: true }),
    total: fc.nat(400),
  }),
);

describe('a corpus', () => {
  it('states each fact exactly as often, and as often term first, as its facts say', () => {
    fc.assert(
      fc.property(
        anyExposures,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1000),
        (exposures, termFirst, seed) => {
          const world = makeWorld({
            seed,
            groups: [group({ count: 24 }, { exposures, termFirst })],
            filler: { sentences: 30, heldOut: 5 },
          });
          const asked = world.facts.map((fact) => ({ exposures: fact.exposures, termFirst: fact.termFirst }));
          expect(countedInTexts(world)).toEqual(asked);
          const total = asked.reduce((sum, fact) => sum + fact.exposures, 0);
          expect(asked.reduce((sum, fact) => sum + fact.termFirst, 0)).toBe(Math.round(total * termFirst));
          expect(world.corpus.sentences).toHaveLength(total + 30);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the exposures of its dial', () => {
    expect(exposuresByRank({ kind: 'buckets', sizes: [0, 1, 4], facts: null }, 8, '')).toEqual([
      0, 0, 0, 1, 1, 1, 4, 4,
    ]);
    expect(exposuresByRank({ kind: 'buckets', sizes: [5, 1], facts: [1, 2] }, 3, '')).toEqual([5, 1, 1]);
    expect(exposuresByRank({ kind: 'zipf-max', exponent: 1, max: 12 }, 5, '')).toEqual([12, 6, 4, 3, 2]);
    expect(exposuresByRank({ kind: 'zipf-total', exponent: 1, total: 137 }, 5, '')).toEqual([60, 30, 20, 15, 12]);
    expect(exposuresByRank({ kind: 'zipf-total', exponent: 0, total: 7 }, 5, '')).toEqual([2, 2, 1, 1, 1]);
    expect(() => exposuresByRank({ kind: 'buckets', sizes: [5, 1], facts: [1, 1] }, 3, 'groups.4')).toThrow(
      'groups.4.exposures.facts',
    );
  });

  it('says the place and order of every sentence', () => {
    const world = makeWorld({ groups: [group()], filler: { sentences: 50 } });
    for (const [i, { 'term-to-id': termFirst, 'id-to-term': idFirst }] of world.occurrences.entries()) {
      const { term, identifier } = world.facts[i]!;
      for (const at of termFirst) expect(texts(world)[at]).toMatch(new RegExp(`${term}.*${identifier}`));
      for (const at of idFirst) expect(texts(world)[at]).toMatch(new RegExp(`${identifier}.*${term}`));
      expect(termFirst.length + idFirst.length).toBe(world.facts[i]!.exposures);
    }
    expect(world.corpus.sentences.filter(({ fact }) => fact === null)).toHaveLength(50);
  });

  it('states a group’s facts within its window only, over all of it', () => {
    const window = (from: number, to: number) => ({
      window: { from, to },
      exposures: { kind: 'buckets' as const, sizes: [3] },
    });
    const world = makeWorld({
      groups: [
        group({ count: 50 }, { name: 'late', ...window(0.9, 1) }),
        group({ count: 50 }, { name: 'early', ...window(0, 0.3) }),
        group({ count: 50 }, { name: 'ever', ...window(0, 1) }),
      ],
      filler: { sentences: 1600 },
    });
    const places = (name: string) =>
      world.corpus.sentences.flatMap(({ fact }, at) =>
        fact !== null && world.facts[fact]!.group === name ? [at / 2050] : [],
      );
    for (const [name, from, to] of [
      ['late', 0.9, 1],
      ['early', 0, 0.3],
      ['ever', 0, 1],
    ] as const) {
      const found = places(name);
      expect(found).toHaveLength(150);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(from);
      expect(Math.max(...found)).toBeLessThan(to);
      // The mean place of 150 even draws lies within five standard errors of the middle.
      const mean = found.reduce((a, b) => a + b, 0) / 150;
      expect(Math.abs(mean - (from + to) / 2)).toBeLessThan((5 * (to - from)) / Math.sqrt(12 * 150));
    }
  });

  it('is refused where a window is too narrow or the corpus too long, naming the field', () => {
    expect(() =>
      makeWorld({ groups: [group({}, { window: { from: 0.5, to: 0.6 } })], filler: { sentences: 10 } }),
    ).toThrow(expect.objectContaining({ code: 'world-invalid', control: 'groups.0.window' }));
    const sizes = [65536];
    expect(() => makeWorld({ groups: [group({ count: 31 }, { exposures: { kind: 'buckets', sizes } })] })).toThrow(
      expect.objectContaining({ code: 'world-invalid', control: 'groups.0.exposures' }),
    );
  });
});

describe('filler', () => {
  it('names no term and no identifier, and no sentence comes twice', () => {
    const given = new Map([
      [
        1,
        [
          { term: 'cold room', identifier: 'After' },
          { term: 'swabs', identifier: 'X1' },
        ],
      ],
    ]);
    const world = makeWorld(
      {
        groups: [
          group(),
          group(
            {},
            { name: 'given', source: { kind: 'given', path: 'x' }, exposures: { kind: 'buckets', sizes: [2] } },
          ),
        ],
        filler: { sentences: 3000, heldOut: 300 },
      },
      given,
    );
    const filler = [
      ...world.corpus.sentences.filter(({ fact }) => fact === null).map(({ text }) => text),
      ...world.corpus.heldOut,
    ];
    expect(filler).toHaveLength(3300);
    expect(new Set(filler).size).toBe(3300);
    for (const text of filler) {
      expect(text).not.toMatch(/cold room|swabs|After|X1/);
      for (const { term, identifier } of world.facts)
        expect(text.includes(term) || text.includes(identifier)).toBe(false);
    }
    expect(filler.some((text) => text.includes('dark'))).toBe(true);
  });

  it('is refused where the terms leave none', () => {
    const given = new Map([
      [
        0,
        ['the', 'after', 'across', 'when', 'both', 'two', 'one', 'a', 'our'].map((term, i) => ({
          term,
          identifier: `I${i}`,
        })),
      ],
    ]);
    expect(() => makeWorld({ groups: [{ name: 'g', source: { kind: 'given', path: 'x' } }] }, given)).toThrow(
      expect.objectContaining({ code: 'world-invalid', control: 'filler.sentences' }),
    );
  });

  it('knows whole names from parts of words', () => {
    const mentions = new Mentions([
      { term: 'Red Cell', identifier: 'RC-1' },
      { term: '(odd)', identifier: '+' },
    ]);
    expect(['a red cell.', 'RED CELL', 'an RC-1', 'so odd)'].map((text) => mentions.in(text))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['red cells', 'a rc-1', 'RC-12', 'bored cell'].map((text) => mentions.in(text))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('twins', () => {
  const input = {
    seed: 3,
    groups: [
      group({}, { termFirst: 0.75 }),
      group({ identifiers: { grammar: 'symbol' } }, { name: 'others', window: { from: 0.2 } }),
    ],
    filler: { sentences: 400, heldOut: 40 },
  } satisfies Omit<WorldInput, 'worldVersion'>;
  const whole = makeWorld(input);

  it('without facts: filler of its own where they stood, everything else the same', () => {
    const without = makeWorld({ ...input, twin: { kind: 'without', groups: ['others'] } });
    expect(without.corpus.heldOut).toEqual(whole.corpus.heldOut);
    expect(without.tokenizer).toEqual(whole.tokenizer);
    expect(without.facts).toEqual(whole.facts);
    expect(without.corpus.sentences).toHaveLength(whole.corpus.sentences.length);
    let replaced = 0;
    for (const [at, sentence] of whole.corpus.sentences.entries()) {
      const twin = without.corpus.sentences[at]!;
      if (sentence.fact === null || whole.facts[sentence.fact]!.group !== 'others') expect(twin).toEqual(sentence);
      else {
        replaced += 1;
        expect(twin).toMatchObject({ fact: null, order: null });
      }
    }
    expect(replaced).toBeGreaterThan(1000);
    const filler = without.corpus.sentences.filter(({ fact }) => fact === null).map(({ text }) => text);
    expect(new Set([...filler, ...without.corpus.heldOut]).size).toBe(filler.length + 40);
    const stated = without.occurrences.map((found) => found['term-to-id'].length + found['id-to-term'].length);
    expect(stated).toEqual(whole.facts.map((fact) => (fact.group === 'others' ? 0 : fact.exposures)));
  });

  it('flipped: the same fact in the same wording at the same place, the other way round', () => {
    const flipped = makeWorld({ ...input, twin: { kind: 'flipped' } });
    expect(flipped.tokenizer).toEqual(whole.tokenizer);
    expect(flipped.facts).toEqual(whole.facts);
    for (const [at, sentence] of whole.corpus.sentences.entries()) {
      const twin = flipped.corpus.sentences[at]!;
      if (sentence.fact === null) expect(twin).toEqual(sentence);
      else {
        expect(twin.fact).toBe(sentence.fact);
        expect(new Set([twin.order, sentence.order])).toEqual(new Set(['term-to-id', 'id-to-term']));
        const { term, identifier } = whole.facts[sentence.fact]!;
        const wording = (text: string) =>
          text.replace(term, '{}').replace(identifier, '{}').toLowerCase().replace('name', 'id');
        expect(wording(twin.text)).toBe(wording(sentence.text));
      }
    }
    const swapped = whole.occurrences.map((found) => ({
      'term-to-id': found['id-to-term'],
      'id-to-term': found['term-to-id'],
    }));
    expect(flipped.occurrences).toEqual(swapped);
  });

  it('flipped, with even statements and codes on both sides: as many tokens in every sentence', () => {
    const even = {
      groups: [group({ names: { style: 'code' as const } }, { termFirst: 1 })],
      sentences: { set: 'even-statements' as const },
    };
    const counts = (world: World) => texts(world).map((text) => world.countTokens(text));
    const [one, other] = [makeWorld(even), makeWorld({ ...even, twin: { kind: 'flipped' } })];
    expect(texts(other)).not.toEqual(texts(one));
    expect(counts(other)).toEqual(counts(one));
  });

  it('at another λ: the same places, orders, filler and tokenizer', () => {
    const at = (lambda: number) =>
      makeWorld({ ...input, groups: [group({ identifiers: { grammar: 'symbol', lambda } })] });
    const [arbitrary, derived] = [at(0), at(1)];
    expect(derived.tokenizer).toEqual(arbitrary.tokenizer);
    const bare = (world: World) =>
      world.corpus.sentences.map(({ fact, order, text }) => ({ fact, order, text: fact === null ? text : '' }));
    expect(bare(derived)).toEqual(bare(arbitrary));
    expect(texts(derived)).not.toEqual(texts(arbitrary));
    const lengths = (world: World) => texts(world).map((text) => world.countTokens(text));
    expect(lengths(derived)).toEqual(lengths(arbitrary));
  });
});

describe('sentences', () => {
  it('come in mirrored pairs, and none begins like a question of the lab', () => {
    const questions = templateSets().flatMap(({ templates }) =>
      Object.values(templates).flatMap(({ trained, heldOut }) => [...trained, heldOut]),
    );
    expect(questions.length).toBeGreaterThan(20);
    for (const { templates } of Object.values(SENTENCES)) {
      expect(templates['term-to-id']).toHaveLength(templates['id-to-term'].length);
      for (const [order, first, last] of [
        ['term-to-id', '{term}', '{identifier}'],
        ['id-to-term', '{identifier}', '{term}'],
      ] as const) {
        for (const template of templates[order]) {
          expect(template.split(first)).toHaveLength(2);
          expect(template.split(last)).toHaveLength(2);
          const prompt = template.slice(0, template.indexOf(last)).trim();
          expect(prompt).toContain(first);
          expect(questions).not.toContain(prompt);
        }
      }
    }
  });

  it('of one’s own are used, or refused with their place', () => {
    const custom = { 'term-to-id': ['{term} = {identifier}'], 'id-to-term': ['{identifier} = {term}'] };
    const sentences = { set: 'custom' as const, custom };
    const world = makeWorld({ groups: [group()], sentences, filler: { sentences: 0 } });
    for (const { text, fact } of world.corpus.sentences) {
      const { term, identifier } = world.facts[fact!]!;
      expect([`${term} = ${identifier}`, `${identifier} = ${term}`]).toContain(text);
    }
    const refused = (part: Partial<typeof custom>, control: string) =>
      expect(() =>
        makeWorld({ groups: [group()], sentences: { set: 'custom', custom: { ...custom, ...part } } }),
      ).toThrow(expect.objectContaining({ code: 'world-invalid', control: `sentences.custom.${control}` }));
    refused({ 'term-to-id': ['{term} only'] }, 'term-to-id.0');
    refused({ 'term-to-id': ['{term} {term} {identifier}'] }, 'term-to-id.0');
    refused({ 'id-to-term': ['{term} = {identifier}'] }, 'id-to-term.0');
    refused({ 'id-to-term': ['{identifier}: {term}', '{identifier} = {term}'] }, 'id-to-term');
    refused({ 'id-to-term': ['{identifier}\n{term}'] }, 'id-to-term.0');
  });
});
