/** Facts: names, identifiers, λ. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byteFile } from '../../../src/core/files';
import { PhiloxSequence } from '../../../src/core/philox';
import { nameKey } from '../../../src/dataset';
import { readOntology } from '../../../src/ontology';
import { IDENTIFIER_GRAMMARS, NAME_STYLES, type SyntheticSource, type WorldInput } from '../../../src/spec';
import { worldFacts } from '../../../src/worlds/facts';
import { fillerWords } from '../../../src/worlds/filler';
import { derivedByRank, vanDerCorput } from '../../../src/worlds/mixing';
import { nameStyle } from '../../../src/worlds/names';
import { group, makeWorld, worldSpec } from './build';

type GroupInput = WorldInput['groups'][number];
type Source = Extract<GroupInput['source'], { kind: 'synthetic' }>;
type Grammar = (typeof IDENTIFIER_GRAMMARS)[number];
type Style = (typeof NAME_STYLES)[number];

const facts = (source: Partial<Source>, seed = 1, rest: Partial<GroupInput> = {}) =>
  worldFacts(worldSpec({ seed, groups: [group(source, rest)] }), new Map());

const slotsOf = (style: Style) =>
  nameStyle((worldSpec({ groups: [group({ names: { style } })] }).groups[0]!.source as SyntheticSource).names);

const PATTERNS: Record<Grammar, RegExp> = {
  code: /^WLD:0\d{6}$/,
  hierarchical: /^[A-Z]\d\d\.\d{3}$/,
  symbol: /^[A-Z]{3}\d{3}$/,
  letters: /^[A-Z]{6}$/,
};

/** Bits per sign at each position, of texts of one length. */
function entropies(texts: readonly string[]): number[] {
  return [...texts[0]!].map((_, at) => {
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text[at]!, (counts.get(text[at]!) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum - (n / texts.length) * Math.log2(n / texts.length), 0);
  });
}

describe('names', () => {
  it.each(NAME_STYLES)('of style %s: parts differ, at most ten of a slot have one initial', (style) => {
    for (const parts of slotsOf(style).slots) {
      expect(new Set(parts).size).toBe(parts.length);
      expect(parts.length).toBeLessThanOrEqual(100);
      for (const first of new Set(parts.map((part) => part[0]))) {
        expect(parts.filter((part) => part[0] === first).length).toBeLessThanOrEqual(10);
      }
    }
  });

  it('are no bundled real terms, nor synonyms of them, whichever are drawn', async () => {
    const real = new Set<string>();
    for (const [file, options] of [
      ['go-cc.obo', {}],
      ['gene-names.tsv', { termColumn: 'name', identifierColumn: 'symbol', synonymColumn: 'synonyms' }],
    ] as const) {
      const text = readFileSync(new URL(`../../../public/ontologies/${file}`, import.meta.url), 'utf8');
      for (const { id, label, synonyms } of (await readOntology(byteFile({ name: file, text }), options)).terms) {
        for (const name of [id, label, ...synonyms.map((synonym) => synonym.text)]) real.add(nameKey(name));
      }
    }
    expect(real.size).toBeGreaterThan(3000);
    for (const style of NAME_STYLES.filter((name) => name !== 'code')) {
      const { slots, join } = slotsOf(style);
      const last = new Set(slots[2].map((part) => nameKey(part)));
      // A real name that could be made here ends in one of the last parts.
      const candidates = [...real].filter((name) => [...last].some((part) => name.endsWith(part)));
      const made = new Set<string>();
      if (style !== 'letters') {
        for (const a of slots[0])
          for (const b of slots[1]) for (const c of slots[2]) made.add(nameKey(join([a, b, c])));
      } else for (const { term } of facts({ count: 5000, names: { style } })) made.add(nameKey(term));
      expect(candidates.filter((name) => made.has(name))).toEqual([]);
    }
  });

  it('share no word with filler', () => {
    const words = fillerWords();
    for (const style of ['finding', 'protein'] as const) {
      expect(
        slotsOf(style)
          .slots.flat()
          .filter((part) => words.has(part)),
      ).toEqual([]);
    }
  });
});

describe('identifiers', () => {
  it('are unique, of their grammar, and no other fact’s name, in every mixture of styles and grammars', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAME_STYLES),
        fc.constantFrom(...IDENTIFIER_GRAMMARS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        fc.nat(1e6),
        (style, grammar, lambda, count, seed) => {
          const source: Source = { kind: 'synthetic', count, names: { style }, identifiers: { grammar, lambda } };
          const both = worldSpec({ seed, groups: [group(source), group(source, { name: 'more' })] });
          const made = worldFacts(both, new Map());
          expect(made).toHaveLength(2 * count);
          const all = made.flatMap(({ term, identifier }) => [nameKey(term), nameKey(identifier)]);
          expect(new Set(all).size).toBe(4 * count);
          for (const fact of made) {
            expect(fact.identifier).toMatch(PATTERNS[grammar]);
            expect(fact.parent).toBe(grammar === 'hierarchical' ? fact.identifier.slice(0, 3) : null);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('put names that share parts below one block of a hierarchical grammar', () => {
    const made = facts({ count: 800, identifiers: { grammar: 'hierarchical', lambda: 1 } });
    const blocks = new Map<string, Set<string>>();
    for (const { term, identifier } of made) {
      const finding = term.split(' ')[2]!;
      blocks.set(finding, (blocks.get(finding) ?? new Set()).add(identifier.slice(0, 2)));
    }
    expect([...blocks.values()].every((codes) => codes.size === 1)).toBe(true);
    expect(new Set([...blocks.values()].flatMap((codes) => [...codes])).size).toBe(blocks.size);
  });
});

describe('λ', () => {
  const lambdas = [0, 0.25, 0.5, 0.75, 1];

  it.each(IDENTIFIER_GRAMMARS)('deals the same %s identifiers to the same names at every value', (grammar) => {
    const worlds = lambdas.map((lambda) => facts({ count: 240, identifiers: { grammar, lambda } }));
    const [first] = worlds;
    const sorted = (made: typeof first) => made!.map(({ identifier }) => identifier).sort();
    for (const made of worlds) {
      expect(made.map(({ term, exposures, termFirst }) => [term, exposures, termFirst])).toEqual(
        first!.map(({ term, exposures, termFirst }) => [term, exposures, termFirst]),
      );
      expect(sorted(made)).toEqual(sorted(first));
    }
  });

  it('keeps the identifier that the name gives for exactly its share, and no arbitrary fact keeps its own', () => {
    const own = facts({ count: 240, identifiers: { grammar: 'symbol', lambda: 1 } });
    for (const lambda of lambdas) {
      const made = facts({ count: 240, identifiers: { grammar: 'symbol', lambda } });
      const kept = made.map(({ identifier }, i) => identifier === own[i]!.identifier);
      expect(kept).toEqual(made.map(({ derived }) => derived));
      expect(kept.filter(Boolean)).toHaveLength(lambda * 240);
    }
  });

  it('at 1: a function of the name’s parts, which holds for names that were never seen', () => {
    const made = facts({ count: 3000, identifiers: { grammar: 'code', lambda: 1 } });
    // Learned from the first 2,000: which two digits a word gives. The others must follow from it.
    const digits = new Map<string, string>();
    const parts = (term: string) => term.split(' ').map((word, slot) => `${slot} ${word}`);
    for (const { term, identifier } of made.slice(0, 2000)) {
      for (const [slot, part] of parts(term).entries()) digits.set(part, identifier.slice(5 + 2 * slot, 7 + 2 * slot));
    }
    for (const { term, identifier } of made.slice(2000)) {
      expect(
        `WLD:0${parts(term)
          .map((part) => digits.get(part))
          .join('')}`,
      ).toBe(identifier);
    }
  });

  it('at 0: the same rule is right no more often than chance', () => {
    const made = facts({ count: 3000, identifiers: { grammar: 'code', lambda: 0 } });
    // Most frequent pair of digits for each word, learned on two thirds.
    const counts = new Map<string, Map<string, number>>();
    const parts = (term: string) => term.split(' ').map((word, slot) => `${slot} ${word}`);
    for (const { term, identifier } of made.slice(0, 2000)) {
      for (const [slot, part] of parts(term).entries()) {
        const pair = identifier.slice(5 + 2 * slot, 7 + 2 * slot);
        const known = counts.get(part) ?? counts.set(part, new Map()).get(part)!;
        known.set(pair, (known.get(pair) ?? 0) + 1);
      }
    }
    const best = (part: string) => [...(counts.get(part) ?? [])].sort((a, b) => b[1] - a[1])[0]?.[0];
    const right = made
      .slice(2000)
      .filter(({ term, identifier }) => `WLD:0${parts(term).map(best).join('')}` === identifier);
    expect(right.length / 1000).toBeLessThan(0.005);
  });

  it('spreads derived facts evenly over the exposures', () => {
    const exposures = { kind: 'buckets' as const, sizes: [0, 1, 4, 16] };
    for (const lambda of lambdas) {
      const made = facts({ count: 160, identifiers: { grammar: 'letters', lambda } }, 5, { exposures });
      for (const times of exposures.sizes) {
        const bucket = made.filter((fact) => fact.exposures === times);
        expect(bucket).toHaveLength(40);
        expect(Math.abs(bucket.filter(({ derived }) => derived).length - 40 * lambda)).toBeLessThanOrEqual(2);
      }
    }
  });

  it('has nothing to do with which side comes first, nor, over seeds, with popularity', () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    for (const termFirst of [0.25, 0.5]) {
      const exposures = { kind: 'buckets' as const, sizes: [1, 3] };
      const made = facts({ count: 2000, identifiers: { grammar: 'letters', lambda: 0.5 } }, 5, {
        exposures,
        termFirst,
      });
      const shares = [true, false].map((derived) =>
        mean(made.filter((fact) => fact.derived === derived).map((fact) => fact.termFirst / fact.exposures)),
      );
      expect(Math.abs(shares[0]! - shares[1]!)).toBeLessThan(0.05);
      expect(mean(shares)).toBeCloseTo(termFirst, 1);
    }
    const exposures = { kind: 'zipf-max' as const, exponent: 1, max: 200 };
    const gaps = Array.from({ length: 60 }, (_, seed) => {
      const made = facts({ count: 60, identifiers: { grammar: 'letters', lambda: 0.1 } }, seed, { exposures });
      const [own, others] = [true, false].map((derived) => made.filter((fact) => fact.derived === derived));
      return mean(own!.map((fact) => fact.exposures)) - mean(others!.map((fact) => fact.exposures));
    });
    const error = Math.sqrt(mean(gaps.map((gap) => (gap - mean(gaps)) ** 2)) / gaps.length);
    expect(Math.abs(mean(gaps))).toBeLessThan(3 * error);
    expect(Math.min(...gaps)).toBeLessThan(0);
    expect(Math.max(...gaps)).toBeGreaterThan(0);
  });

  it('has one function in all groups of one style and one grammar', () => {
    const source = { count: 400, identifiers: { grammar: 'symbol' as const, lambda: 1 } };
    const rest = { exposures: { kind: 'buckets' as const, sizes: [1] } };
    const { facts: made } = makeWorld({
      groups: [group(source, { ...rest, name: 'a' }), group({ ...source, count: 200 }, { ...rest, name: 'b' })],
    });
    const signs = (name: string) =>
      new Map(
        made
          .filter((fact) => fact.group === name)
          .flatMap(({ term, identifier }) =>
            term
              .split(' ')
              .map((word, slot) => [`${slot} ${word}`, `${identifier[slot]}${identifier[slot + 3]}`] as const),
          ),
      );
    const [a, b] = [signs('a'), signs('b')];
    const shared = [...a.keys()].filter((part) => b.has(part));
    expect(shared.length).toBeGreaterThan(20);
    expect(shared.filter((part) => a.get(part) !== b.get(part))).toEqual([]);
  });

  it('is nested: a fact that is derived at one value is so at every larger one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(300),
        (a, b, n) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((lambda) =>
            derivedByRank(lambda, n, new PhiloxSequence(n, 1)),
          );
          expect(low!.every((derived, rank) => !derived || high![rank])).toBe(true);
          expect(low!.filter(Boolean)).toHaveLength(Math.round(Math.min(a, b) * n));
        },
      ),
    );
    expect([0, 1, 2, 3, 4].map(vanDerCorput)).toEqual([0, 0.5, 0.25, 0.75, 0.125]);
  });

  it('gives a single arbitrary fact an identifier of no fact’s', () => {
    const [only] = facts({ count: 1, identifiers: { grammar: 'symbol', lambda: 0 } });
    const [derived] = facts({ count: 1, identifiers: { grammar: 'symbol', lambda: 1 } });
    expect(only!.term).toBe(derived!.term);
    expect(only!.identifier).not.toBe(derived!.identifier);
  });
});

describe('the direction grammar', () => {
  it.each([
    ['code', 'code'],
    ['letters', 'letters'],
  ] as const)('%s names and %s identifiers: as many tokens, as much entropy at every position', (style, grammar) => {
    const world = makeWorld({
      groups: [
        group(
          { count: 4000, names: { style }, identifiers: { grammar, lambda: 0 } },
          { exposures: { kind: 'zipf-max', exponent: 0, max: 1 } },
        ),
      ],
      filler: { sentences: 0, heldOut: 0 },
    });
    const [terms, identifiers] = [world.facts.map(({ term }) => term), world.facts.map(({ identifier }) => identifier)];
    const tokens = new Set(
      [...terms, ...identifiers].flatMap((text) => [world.countTokens(text), world.countTokens(` ${text}`)]),
    );
    expect([...tokens]).toEqual([style === 'code' ? 11 : 6]);
    const [one, other] = [entropies(terms), entropies(identifiers)];
    const total = (bits: number[]) => bits.reduce((a, b) => a + b, 0);
    for (const [at, bits] of one.entries()) expect(Math.abs(bits - other[at]!)).toBeLessThan(0.01);
    expect(Math.abs(total(one) - total(other))).toBeLessThan(0.02);
    expect(total(one)).toBeGreaterThan(0.995 * 6 * Math.log2(10));
  });
});

describe('seeds', () => {
  it('give the same facts again, and other names with another', () => {
    expect(facts({}, 7)).toEqual(facts({}, 7));
    const [one, other] = [facts({}, 7), facts({}, 8)].map((made) => new Set(made.map(({ term }) => term)));
    expect([...one!].filter((term) => other!.has(term)).length).toBeLessThan(10);
  });

  it('are told when a style has no more names', () => {
    expect(() => facts({ count: 50000, names: { style: 'protein' } })).toThrow(
      expect.objectContaining({ code: 'world-invalid', control: 'groups.0.source.count' }),
    );
  });
});
