/** Questions as texts: styles, in-context examples and what they may show. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../../src/core/direction';
import { LabError } from '../../../src/core/errors';
import type { Pair } from '../../../src/dataset/types';
import {
  chooseExamples,
  evaluationQuestion,
  EXAMPLE_SOURCES,
  labelText,
  type Question,
  scoreAnswer,
  STYLE_NAMES,
  templatesOf,
  templateSets,
  trainQuestions,
} from '../../../src/prompts';
import { anyText, designOf, pairOf, STATURE } from './cases';

const TALL = pairOf('HP:0000098', 'Tall stature');
const textOf = ({ messages, text }: Question) => text ?? messages!.map(({ content }) => content).join('\n');

describe('training and evaluation', () => {
  it('train every wording but the held-out one, in the training style', () => {
    const design = designOf({ trainStyle: 'chat', evaluationStyle: 'completion', system: 'Be brief.' });
    const trained = trainQuestions(STATURE, 'term-to-id', design);
    expect(trained).toHaveLength(5);
    expect(trained[0]).toEqual({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'ID of Short stature?' },
      ],
      text: null,
      completion: 'HP:0004322',
      label: 'HP:0004322',
    });
    const asked = evaluationQuestion(STATURE, 'term-to-id', 'held-out', design);
    expect(asked.text).toBe('I want the ID of Short stature:');
    expect(trained.map((question) => question.messages!.at(-1)!.content)).not.toContain(asked.text);
    expect(evaluationQuestion(STATURE, 'term-to-id', 'trained', design).text).toBe('ID of Short stature?');
  });

  it('never give the answer away', () => {
    for (const set of templateSets()) {
      for (const direction of DIRECTIONS) {
        for (const style of STYLE_NAMES) {
          const design = designOf({ set, trainStyle: style, evaluationStyle: style });
          const questions = trainQuestions(STATURE, direction, design);
          questions.push(evaluationQuestion(STATURE, direction, 'held-out', design));
          for (const question of questions) expect(textOf(question)).not.toContain(labelText(STATURE, direction));
        }
      }
    }
  });

  it('hold the pair’s text exactly as often as the wording asks, whatever it is', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...STYLE_NAMES), (term, evaluationStyle) => {
        const design = designOf({ evaluationStyle });
        const pair = pairOf('X:1', term);
        const line = term.replace(/\s+/g, ' ').trim();
        const { heldOut } = templatesOf(design.set, 'term-to-id');
        const question = evaluationQuestion(pair, 'term-to-id', 'held-out', design);
        const parts = textOf(question).split(heldOut.replace('{term}', () => line));
        expect(parts).toHaveLength(2);
        expect(textOf(question)).toBe(
          textOf(evaluationQuestion(pairOf('X:1', '@@'), 'term-to-id', 'held-out', design)).replace('@@', () => line),
        );
      }),
    );
  });
});

describe('the style json', () => {
  it('asks for one key and answers with a JSON object', () => {
    const design = designOf({ evaluationStyle: 'json' });
    const { messages, text, completion, label } = evaluationQuestion(STATURE, 'id-to-term', 'held-out', design, [TALL]);
    expect(messages!.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messages![1]!.content).toContain('"term"');
    expect(messages![1]!.content).toMatch(
      /name of HP:0000098:\nReply: \{"term": "Tall stature"\}\n\nQuestion: .*HP:0004322:\nReply:$/,
    );
    expect(text).toBe(messages!.map(({ content }) => content).join('\n\n'));
    expect([completion, label]).toEqual(['{"term": "Short stature"}', 'Short stature']);
  });

  it('takes the user’s system message, or none', () => {
    const asked = (system: string) =>
      evaluationQuestion(STATURE, 'id-to-term', 'held-out', designOf({ evaluationStyle: 'json', system }));
    expect(asked('Mine.').messages![0]).toEqual({ role: 'system', content: 'Mine.' });
    expect(asked('').messages!.map(({ role }) => role)).toEqual(['user']);
    expect(asked('').text).toBe(asked('').messages![0]!.content);
  });
});

describe('in-context examples', () => {
  it('stand before the question in the form of the style', () => {
    const asked = (evaluationStyle: 'completion' | 'chat') =>
      evaluationQuestion(STATURE, 'term-to-id', 'held-out', designOf({ evaluationStyle }), [TALL]);
    expect(asked('completion').text).toBe('I want the ID of Tall stature: HP:0000098\nI want the ID of Short stature:');
    expect(asked('chat').messages).toEqual([
      { role: 'user', content: 'I want the ID of Tall stature:' },
      { role: 'assistant', content: 'HP:0000098' },
      { role: 'user', content: 'I want the ID of Short stature:' },
    ]);
  });

  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 12, maxLength: 24 });
  const dataset = (ids: number[], names: string[]) => {
    const pairs = ids.map((id, rank) => pairOf(`X:${id}`, names[rank % names.length]!, { rank }));
    return {
      seen: pairs.slice(0, 3),
      withheld: pairs.slice(3, 6),
      examples: [...pairs.slice(6), ...pairs.slice(0, 1)],
    };
  };

  it('never equal a scored pair by identifier or name, in any letter case', () => {
    const name = fc.constantFrom('a', 'A', 'b ', ' b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k');
    const names = fc.array(name, { minLength: 24, maxLength: 24 });
    let chosen = 0;
    fc.assert(
      fc.property(numbers, names, fc.integer({ min: 1, max: 10 }), (ids, terms, count) => {
        const data = dataset(ids, terms);
        const scored = [...data.seen, ...data.withheld];
        let examples: Pair[];
        try {
          examples = chooseExamples(designOf({ examples: { count, source: 'unscored' } }), data);
        } catch (error) {
          expect(error).toMatchObject({ code: 'too-few-terms', control: 'templates.examples.count' });
          return;
        }
        chosen++;
        expect(examples).toHaveLength(count);
        const shown = new Set(examples.flatMap((pair) => [pair.identifier, pair.term.trim().toLowerCase()]));
        for (const pair of scored) {
          expect(shown.has(pair.identifier) || shown.has(pair.term.trim().toLowerCase())).toBe(false);
        }
      }),
    );
    expect(chosen).toBeGreaterThan(10);
  });

  it('never show a further accepted name or identifier of a scored pair', () => {
    const examples = [pairOf('HP:0009999', 'Other'), pairOf('X:1', 'small Size'), TALL];
    const design = designOf({ examples: { count: 1, source: 'unscored' } });
    expect(chooseExamples(design, { seen: [STATURE], withheld: [], examples })).toEqual([TALL]);
  });

  it('leaky as published, are the scored pairs of the best ranks, the one that is asked among them', () => {
    const seen = [pairOf('X:2', 'b', { rank: 2 }), pairOf('X:0', 'a', { rank: 0 })];
    const withheld = [pairOf('X:1', 'c', { rank: 1 })];
    const design = designOf({ evaluationStyle: 'json', examples: { count: 2, source: 'leaky-as-published' } });
    const examples = chooseExamples(design, { seen, withheld, examples: [TALL] });
    expect(examples.map(({ identifier }) => identifier)).toEqual(['X:0', 'X:1']);
    const question = evaluationQuestion(seen[1]!, 'term-to-id', 'held-out', design, examples);
    expect(question.text).toContain(question.completion);
  });

  it('are none where none are asked for', () => {
    for (const source of EXAMPLE_SOURCES) {
      const none = { seen: [], withheld: [], examples: [] };
      expect(chooseExamples(designOf({ examples: { count: 0, source } }), none)).toEqual([]);
      expect(() => chooseExamples(designOf({ examples: { count: 1, source } }), none)).toThrow(LabError);
    }
  });
});

describe('the completion of any question', () => {
  it('is a right answer in every style: tokenHit implies answerHit', () => {
    const rule = fc.record({
      strip: fc.constantFrom('first-line' as const, 'whole' as const),
      trimPunctuation: fc.boolean(),
      case: fc.constantFrom('exact' as const, 'fold' as const),
    });
    const direction = fc.constantFrom(...DIRECTIONS);
    const style = fc.constantFrom(...STYLE_NAMES);
    fc.assert(
      fc.property(anyText, anyText, direction, style, rule, (term, identifier, way, name, scoring) => {
        const pair = pairOf(identifier, term, { acceptedTerms: [], acceptedIdentifiers: [] });
        const design = designOf({ trainStyle: name, evaluationStyle: name });
        const [trained] = trainQuestions(pair, way, design);
        const { completion, label } = evaluationQuestion(pair, way, 'held-out', design);
        expect(trained).toMatchObject({ completion, label });
        for (const answer of [completion, ` ${completion} `]) {
          const score = scoreAnswer(answer, pair, way, scoring, name);
          expect(score).toMatchObject({ outcome: 'right', given: label, matched: label, partial: { characters: 1 } });
        }
        expect(scoreAnswer(completion, pair, way, undefined, name).outcome).toBe('right');
      }),
      { numRuns: 2000 },
    );
  });
});
