/** Prompts, completions and the scoring rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../src/core/direction';
import { LabError } from '../../../src/core/errors';
import {
  answerText,
  completionText,
  evaluationPrompt,
  PLACEHOLDERS,
  renderPrompt,
  scoreAnswer,
  TEMPLATE_SETS,
  templateSet,
  trainPrompts,
} from '../../../src/prompts';

const pair = {
  term: 'Short stature',
  identifier: 'HP:0004322',
  acceptedTerms: ['Short stature', 'Small size'],
  acceptedIdentifiers: ['HP:0004322', 'HP:0009999'],
};
/** Any text a file may bring, with something in it that is not white space. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\u2028', '\u00a0', '\ufeff', 'İ', 'ß', 'a') }),
  )
  .filter((value) => value.trim() !== '');

describe.each(TEMPLATE_SETS.map((set) => [set.name, set] as const))('template set %s', (name, set) => {
  it.each(DIRECTIONS)('has five different trained wordings and another held out: %s', (direction) => {
    const { trained, heldOut } = set.templates[direction];
    expect(trained).toHaveLength(5);
    expect(new Set([...trained, heldOut].map((t) => t.toLowerCase().replace(/[^a-z{} ]/g, ''))).size).toBe(6);
  });

  it.each(DIRECTIONS)('names its input once and never the other side of the pair: %s', (direction) => {
    const { trained, heldOut } = set.templates[direction];
    const other = PLACEHOLDERS[direction === 'term-to-id' ? 'id-to-term' : 'term-to-id'];
    for (const template of [...trained, heldOut]) {
      expect(template.split(PLACEHOLDERS[direction])).toHaveLength(2);
      expect(template).not.toContain(other);
    }
  });

  it.each(DIRECTIONS)(
    'has the input last but for a mark in at least four of five, and in the held-out one: %s',
    (direction) => {
      const { trained, heldOut } = set.templates[direction];
      const late = (template: string) => template.length - template.indexOf('}') - 1 <= 1;
      expect(trained.filter(late).length).toBeGreaterThanOrEqual(4);
      expect(late(heldOut)).toBe(true);
    },
  );

  it.each(DIRECTIONS)('stays short: %s', (direction) => {
    const { trained, heldOut } = set.templates[direction];
    for (const template of [...trained, heldOut]) expect(template.split(' ').length).toBeLessThanOrEqual(8);
  });

  it('asks with the held-out or the first trained template', () => {
    for (const direction of DIRECTIONS) {
      const trained = trainPrompts(pair, direction, name);
      expect(evaluationPrompt(pair, direction, 'trained', name)).toBe(trained[0]);
      expect(trained).not.toContain(evaluationPrompt(pair, direction, 'held-out', name));
    }
  });

  it('never gives the answer away', () => {
    for (const direction of DIRECTIONS) {
      const prompts = [...trainPrompts(pair, direction, name), evaluationPrompt(pair, direction, 'held-out', name)];
      for (const prompt of prompts) expect(prompt).not.toContain(completionText(pair, direction));
    }
  });
});

describe('rendering', () => {
  it('puts the input in as it is, whatever it holds, on one line', () => {
    fc.assert(
      fc.property(text, (term) => {
        const prompt = renderPrompt('Q {term}!', { term, identifier: 'X' }, 'term-to-id');
        expect(prompt).toBe(`Q ${term.replace(/\s+/g, ' ').trim()}!`);
      }),
    );
    const odd = { term: '$& $1 {identifier} {term}', identifier: 'X:1' };
    expect(renderPrompt('Q {term}!', odd, 'term-to-id')).toBe('Q $& $1 {identifier} {term}!');
  });

  it('refuses a template without the placeholder, or with two', () => {
    for (const template of ['What?', '{identifier}', '{term} and {term}']) {
      expect(() => renderPrompt(template, pair, 'term-to-id')).toThrow(LabError);
    }
  });

  it('refuses a set that is not registered, naming those that are', () => {
    expect(() => templateSet('long-stories')).toThrow(/"long-stories".*"short-questions"/);
  });
});

describe('the scoring rule', () => {
  it('takes an identifier only exactly, apart from white space at the ends', () => {
    expect(scoreAnswer(' HP:0004322 ', pair, 'term-to-id')).toBe(true);
    for (const wrong of ['hp:0004322', 'HP:000432', 'HP:00043220', 'HP: 0004322', 'HP:0004322.', 'Short stature', '']) {
      expect(scoreAnswer(wrong, pair, 'term-to-id')).toBe(false);
    }
  });

  it('takes a term in any letter case', () => {
    expect(scoreAnswer('SHORT stature', pair, 'id-to-term')).toBe(true);
    for (const wrong of ['Short', 'Short statures', 'Shortstature', 'HP:0004322', '']) {
      expect(scoreAnswer(wrong, pair, 'id-to-term')).toBe(false);
    }
  });

  it('takes every accepted identifier and name of the pair', () => {
    expect(scoreAnswer('HP:0009999', pair, 'term-to-id')).toBe(true);
    expect(scoreAnswer('small size', pair, 'id-to-term')).toBe(true);
  });

  it('reads the first line only', () => {
    expect(scoreAnswer('HP:0004322\nand more', pair, 'term-to-id')).toBe(true);
    expect(scoreAnswer('\nHP:0004322', pair, 'term-to-id')).toBe(false);
    expect(answerText(' a b \r\nc')).toBe('a b');
  });

  it('never takes an empty answer, even for a pair without a name', () => {
    const nameless = { term: ' ', identifier: '', acceptedTerms: [''], acceptedIdentifiers: [''] };
    for (const direction of DIRECTIONS) expect(scoreAnswer(' ', nameless, direction)).toBe(false);
  });

  it('takes the completion text of any pair: tokenHit implies answerHit', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...DIRECTIONS), fc.string(), (term, identifier, direction, rest) => {
        const any = { term, identifier, acceptedTerms: [], acceptedIdentifiers: [] };
        const completion = completionText(any, direction);
        expect(scoreAnswer(completion, any, direction)).toBe(true);
        expect(scoreAnswer(` ${completion} `, any, direction)).toBe(true);
        expect(scoreAnswer(`${completion}\n${rest}`, any, direction)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
