/** Template sets: the registered ones, a user's own, and what a spec may ask for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../src/core/direction';
import { LabError } from '../../../src/core/errors';
import {
  customSet,
  PLACEHOLDERS,
  promptDesign,
  renderPrompt,
  templateSet,
  templateSets,
  templateSetsFor,
  templatesOf,
  type TemplateChoice,
} from '../../../src/prompts';
import { anyText, STATURE } from './cases';

const NOUNS = { term: 'phenotype', identifier: 'HPO identifier' };
const HPO = { name: 'hpo', nouns: NOUNS };
const OTHER = { 'term-to-id': '{identifier}', 'id-to-term': '{term}' } as const;

function errorOf(body: () => unknown): LabError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return error as LabError;
  }
  return expect.fail('nothing was thrown');
}

describe.each(templateSets(NOUNS).map((set) => [set.name, set] as const))('template set %s', (_, set) => {
  it.each(DIRECTIONS)('has five different trained wordings and another held out: %s', (direction) => {
    const { trained, heldOut } = templatesOf(set, direction);
    expect(trained).toHaveLength(5);
    expect(new Set([...trained, heldOut].map((t) => t.toLowerCase().replace(/[^a-z{} ]/g, ''))).size).toBe(6);
  });

  it.each(DIRECTIONS)('names its input once and never the other side of the pair: %s', (direction) => {
    const { trained, heldOut } = templatesOf(set, direction);
    for (const template of [...trained, heldOut]) {
      expect(template.split(PLACEHOLDERS[direction])).toHaveLength(2);
      expect(template).not.toContain(OTHER[direction]);
    }
  });

  it('would pass as a set of the user’s own', () => {
    expect(customSet(set.templates).templates).toEqual(set.templates);
  });
});

describe('short-questions', () => {
  const set = templateSet('short-questions');
  it.each(DIRECTIONS)('has the input last but for a mark in four of five, and in the held-out one: %s', (direction) => {
    const { trained, heldOut } = templatesOf(set, direction);
    const late = (template: string) => template.length - template.indexOf('}') - 1 <= 1;
    expect(trained.filter(late).length).toBeGreaterThanOrEqual(4);
    expect(late(heldOut)).toBe(true);
    for (const template of [...trained, heldOut]) expect(template.split(' ').length).toBeLessThanOrEqual(8);
  });
});

describe('full-questions', () => {
  it('calls term and identifier what the terminology calls them', () => {
    for (const direction of DIRECTIONS) {
      const { trained, heldOut } = templatesOf(templateSet('full-questions', NOUNS), direction);
      for (const template of [...trained, heldOut]) {
        expect(template).toContain('phenotype');
        expect(template).toContain('HPO identifier');
      }
    }
  });
});

describe('the registry', () => {
  it('offers a terminology the sets whose wording fits', () => {
    const names = (name: string) => templateSetsFor({ name, nouns: NOUNS }).map((set) => set.name);
    expect(names('hpo')).toEqual(['short-questions', 'full-questions']);
    expect(names('gene-names')).toEqual(['short-questions', 'full-questions', 'gene-questions']);
  });

  it('refuses a set that is not registered, naming those that are', () => {
    expect(() => templateSet('long-stories')).toThrow(/"long-stories".*"short-questions", "full-questions"/);
  });
});

describe('rendering', () => {
  it('puts the input in as it is, whatever it holds, once and on one line', () => {
    fc.assert(
      fc.property(anyText, (term) => {
        const prompt = renderPrompt('Q {term}!', { term, identifier: 'X' }, 'term-to-id');
        expect(prompt).toBe(`Q ${term.replace(/\s+/g, ' ').trim()}!`);
      }),
    );
    const odd = { term: '$& $1 {identifier} {term} <img src=x>', identifier: 'X:1' };
    expect(renderPrompt('Q {term}!', odd, 'term-to-id')).toBe('Q $& $1 {identifier} {term} <img src=x>!');
  });

  it('refuses a template without the placeholder, or with two', () => {
    for (const template of ['What?', '{identifier}', '{term} and {term}']) {
      expect(() => renderPrompt(template, STATURE, 'term-to-id')).toThrow(LabError);
    }
  });
});

describe('a set of the user’s own', () => {
  const good = { trained: ['Id of {term}?'], heldOut: 'And {term}?' };

  it('needs templates only for the directions that are asked', () => {
    const set = customSet({ 'term-to-id': good }, ['term-to-id']);
    expect(templatesOf(set, 'term-to-id')).toEqual(good);
    expect(errorOf(() => templatesOf(set, 'id-to-term'))).toMatchObject({ code: 'spec-invalid' });
    const error = errorOf(() => customSet({ 'term-to-id': good }));
    expect([error.code, error.control]).toEqual(['spec-invalid', 'templates.custom.id-to-term']);
  });

  const cases: [string, typeof good, string, string][] = [
    ['no trained template', { ...good, trained: [] }, 'trained', 'is empty'],
    ['a template without placeholder', { ...good, trained: ['{term}', 'What?'] }, 'trained.1', 'does not hold {term}'],
    ['a doubled placeholder', { ...good, heldOut: '{term} {term}' }, 'heldOut', 'holds 2 times'],
    ['the answer in the question', { ...good, heldOut: '{term} {identifier}' }, 'heldOut', 'the answer'],
    ['a held-out question that is trained', { ...good, heldOut: ' id  of {term}?' }, 'heldOut', 'trained.0'],
    ['a question twice', { ...good, trained: ['a {term}', 'A {term}'] }, 'trained.1', 'trained.0'],
  ];
  it.each(cases)('is refused with %s', (_, templates, place, words) => {
    const error = errorOf(() => customSet({ 'term-to-id': templates }, ['term-to-id']));
    expect([error.code, error.control]).toEqual(['spec-invalid', `templates.custom.term-to-id.${place}`]);
    expect(error.message).toContain(words);
    expect(error.hint).not.toBe('');
  });
});

describe('a design', () => {
  const choice: TemplateChoice = {
    set: 'full-questions',
    custom: null,
    trainStyle: 'completion',
    evaluationStyle: 'json',
    system: 'Be brief.',
    examples: { count: 3, source: 'unscored' },
  };

  it('keeps what the spec chose, with the set in the terminology’s words', () => {
    const { set, ...rest } = promptDesign(choice, HPO, DIRECTIONS);
    expect(set).toEqual(templateSet('full-questions', NOUNS));
    expect({ ...rest, set: choice.set, custom: null }).toEqual(choice);
  });

  it('takes a set of the user’s own', () => {
    const custom = { 'id-to-term': { trained: ['{identifier}?'], heldOut: '{identifier}!' } };
    expect(promptDesign({ ...choice, set: 'custom', custom }, HPO, ['id-to-term']).set.templates).toEqual(custom);
  });

  it('refuses what does not fit together, naming the field', () => {
    const refused: [Partial<TemplateChoice>, string][] = [
      [{ set: 'gene-questions' }, 'templates.set'],
      [{ set: 'none' }, 'templates.set'],
      [{ set: 'custom' }, 'templates.custom'],
      [{ set: 'custom', custom: {} }, 'templates.custom.term-to-id'],
      [{ evaluationStyle: 'completion' }, 'templates.system'],
    ];
    for (const [changes, control] of refused) {
      const error = errorOf(() => promptDesign({ ...choice, ...changes }, HPO, DIRECTIONS));
      expect([error.code, error.control]).toEqual(['spec-invalid', control]);
    }
  });
});
