/** When an answer is right, what part of it counts, and how much of a wrong one is right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../src/core/direction';
import {
  characterCredit,
  DEFAULT_SCORING,
  digitCredit,
  scoreAnswer,
  type ScoringRule,
  STYLE_NAMES,
  tokenCredit,
} from '../../../src/prompts';
import { anyText, pairOf, STATURE } from './cases';

const right = (answer: string, direction: 'term-to-id' | 'id-to-term', rule: Partial<ScoringRule> = {}) =>
  scoreAnswer(answer, STATURE, direction, { ...DEFAULT_SCORING[direction], ...rule }).outcome === 'right';
const json = (answer: string) => scoreAnswer(answer, STATURE, 'term-to-id', DEFAULT_SCORING['term-to-id'], 'json');

describe('the default rule', () => {
  it('takes an identifier only exactly, apart from white space at the ends', () => {
    expect(right(' HP:0004322 ', 'term-to-id')).toBe(true);
    for (const wrong of ['hp:0004322', 'HP:000432', 'HP:00043220', 'HP: 0004322', 'HP:0004322.', 'Short stature']) {
      expect(right(wrong, 'term-to-id')).toBe(false);
    }
  });

  it('takes a term in any letter case', () => {
    expect(right('SHORT stature', 'id-to-term')).toBe(true);
    for (const wrong of ['Short', 'Short statures', 'Shortstature', '"Short stature"', 'HP:0004322']) {
      expect(right(wrong, 'id-to-term')).toBe(false);
    }
  });

  it('takes every accepted identifier and name of the pair, and says which', () => {
    const byOther = scoreAnswer('HP:0009999', STATURE, 'term-to-id');
    expect(byOther).toMatchObject({ outcome: 'right', matched: 'HP:0009999', partial: { characters: 1 } });
    expect(byOther.partial.digits).toEqual({ right: 7, of: 7 });
    expect(scoreAnswer('small size', STATURE, 'id-to-term')).toMatchObject({
      given: 'small size',
      matched: 'Small size',
      partial: { characters: 1, digits: null, prefixDigits: null },
    });
  });

  it('reads the first line only', () => {
    expect(right('HP:0004322\nand more', 'term-to-id')).toBe(true);
    expect(scoreAnswer('\nHP:0004322', STATURE, 'term-to-id').outcome).toBe('empty');
    expect(scoreAnswer(' a b \r\nc', STATURE, 'term-to-id').given).toBe('a b');
  });

  it('never takes an empty answer, even for a pair without a name', () => {
    const nameless = pairOf('', ' ', { acceptedTerms: [''], acceptedIdentifiers: [''] });
    for (const direction of DIRECTIONS) {
      for (const style of STYLE_NAMES) {
        const score = scoreAnswer(' ', nameless, direction, DEFAULT_SCORING[direction], style);
        expect(score).toMatchObject({ outcome: 'empty', given: null, matched: null, partial: { characters: 0 } });
      }
    }
  });

  it('takes one accented letter in both of its spellings', () => {
    const meniere = pairOf('X:1', 'Me\u0301nie\u0300re');
    expect(scoreAnswer('Ménière', meniere, 'id-to-term').outcome).toBe('right');
    expect(scoreAnswer('Meniere', meniere, 'id-to-term').outcome).toBe('wrong');
  });
});

describe('other rules', () => {
  it('whole: a second line makes the answer wrong', () => {
    expect(right('HP:0004322\n', 'term-to-id', { strip: 'whole' })).toBe(true);
    expect(right('HP:0004322\nand more', 'term-to-id', { strip: 'whole' })).toBe(false);
  });

  it('letter case is each direction’s own', () => {
    expect(right('hp:0004322', 'term-to-id', { case: 'fold' })).toBe(true);
    expect(right('short stature', 'id-to-term', { case: 'exact' })).toBe(false);
  });

  it('overlooks marks around an answer, not within and not those of symbols', () => {
    const rule = { trimPunctuation: true };
    for (const answer of ['HP:0004322.', '"HP:0004322"', '**HP:0004322**', '`HP:0004322`.', '(HP:0004322)']) {
      expect(right(answer, 'term-to-id')).toBe(false);
      expect(right(answer, 'term-to-id', rule)).toBe(true);
    }
    for (const answer of ['HP:0004322 or so', 'HP:.0004322', 'HP:0004322+', 'XHP:0004322', '...']) {
      expect(right(answer, 'term-to-id', rule)).toBe(false);
    }
    const bracketed = pairOf('X:1', '(R)-limonene (oil)');
    const score = scoreAnswer('"(r)-limonene (oil)."', bracketed, 'id-to-term', {
      ...DEFAULT_SCORING['id-to-term'],
      ...rule,
    });
    expect(score).toMatchObject({ outcome: 'right', matched: '(R)-limonene (oil)', partial: { characters: 1 } });
  });
});

describe('answers in JSON', () => {
  it('are read strictly, then from a fenced block, then from the first object', () => {
    for (const answer of [
      '{"identifier": "HP:0004322"}',
      ' {"identifier":"HP:0004322","why":{"a":[1]}}\n',
      '```json\n{"identifier": "HP:0004322"}\n```',
      'Here you are:\n```\n{"identifier": "HP:0004322"}\n```\nAnything else?',
      'Sure! {"why": "a } in a \\" text", "identifier": "HP:0004322"} {"identifier": "no"}',
      '{"identifier": "HP:0004322 \\nand more"}',
    ]) {
      expect(json(answer)).toMatchObject({ outcome: 'right', given: 'HP:0004322' });
    }
  });

  it('count apart as unparsed where there is no such object, even with the right text in it', () => {
    for (const answer of [
      'HP:0004322',
      '{"identifier": "HP:0004322"',
      '{identifier: "HP:0004322"}',
      '{"Identifier": "HP:0004322"}',
      '{"identifier": 4322}',
      '["HP:0004322"]',
      '```',
      '{"term": "HP:0004322"}',
    ]) {
      expect(json(answer)).toMatchObject({
        outcome: 'unparsed',
        given: null,
        partial: { characters: 0, prefixDigits: 0 },
      });
    }
  });

  it('count apart as empty where the object or the reply holds nothing', () => {
    for (const answer of ['', ' \n', '{"identifier": ""}', '{"identifier": null}'])
      expect(json(answer).outcome).toBe('empty');
    expect(json('{"identifier": "HP:1"}').outcome).toBe('wrong');
  });

  it('never throw, however they are broken', () => {
    const sound = '```json\n{"identifier": "HP:0004322", "more": [{"a": "\\u00e9"}, null, 1e3]}\n```';
    const mutation = fc.tuple(
      fc.nat(sound.length),
      fc.nat(6),
      fc.oneof(anyText, fc.constantFrom('{', '}', '"', '\\', '```')),
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), (mutations) => {
        const answer = mutations.reduce(
          (text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut),
          sound,
        );
        const { outcome, matched, partial } = json(answer);
        seen.add(outcome);
        expect(outcome === 'right').toBe(matched !== null);
        expect(partial.characters).toBeGreaterThanOrEqual(0);
        expect(partial.characters).toBeLessThanOrEqual(1);
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(['right', 'unparsed', 'wrong']);
    expect(json('{"a":'.repeat(50_000)).outcome).toBe('unparsed');
    expect(json('['.repeat(50_000)).outcome).toBe('unparsed');
  });
});

describe('partial credit', () => {
  it('counts digits of an identifier at their place', () => {
    const pair = pairOf('HP:0001251', 'Ataxia');
    const { outcome, partial } = scoreAnswer('HP:0001259', pair, 'term-to-id');
    expect([outcome, partial.digits, partial.prefixDigits]).toEqual(['wrong', { right: 6, of: 7 }, 6]);
    expect(partial.characters).toBeCloseTo(9 / 10, 12);
    expect(scoreAnswer('HP:0991251', pair, 'term-to-id').partial).toMatchObject({
      digits: { right: 5, of: 7 },
      prefixDigits: 1,
    });
    expect(scoreAnswer('Ataxia', pair, 'term-to-id').partial).toMatchObject({ digits: { right: 0, of: 7 } });
  });

  it('finds the digits behind the letters that stand before them', () => {
    expect(digitCredit('in 2019: hp:0001251', 'HP:0001251')).toEqual({ right: 7, of: 7, prefix: 7 });
    expect(digitCredit('0001251', 'HP:0001251')).toEqual({ right: 7, of: 7, prefix: 7 });
    expect(digitCredit('TP63', 'TP53')).toEqual({ right: 1, of: 2, prefix: 0 });
    expect(digitCredit('S72.001B', 'S72.001A')).toEqual({ right: 5, of: 5, prefix: 5 });
    expect(digitCredit('TP53', 'MYC')).toBeNull();
  });

  it('counts sub-tokens and characters from the left', () => {
    expect(tokenCredit([5, 6, 9, 8], Uint32Array.of(5, 6, 7, 8, 2))).toEqual({ right: 3, of: 5, prefix: 2 });
    expect(tokenCredit([], [])).toEqual({ right: 0, of: 0, prefix: 0 });
    expect(characterCredit('🧬ab', '🧬bb')).toEqual({ right: 2, of: 3, prefix: 1 });
  });

  it('is whole for the label itself and lies between none and all for anything', () => {
    const ids = fc.array(fc.nat(5), { maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, (given, label) => {
        const { right: agree, of, prefix } = tokenCredit(given, label);
        expect(of).toBe(label.length);
        expect(prefix).toBeLessThanOrEqual(agree);
        expect(agree).toBeLessThanOrEqual(Math.min(given.length, label.length));
        expect(tokenCredit(label, label)).toEqual({ right: of, of, prefix: of });
      }),
    );
  });
});
