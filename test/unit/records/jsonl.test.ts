import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import {
  encodeFact,
  encodeFacts,
  encodeStep,
  encodeSteps,
  encodeTrial,
  encodeTrials,
  parseFacts,
  parseSteps,
  parseTrials,
  type TrialRecord,
} from '../../../src/records';
import { fact, step, trial } from './build';

function refusal(read: () => unknown): LabError {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).code).toBe('record-invalid');
    return error as LabError;
  }
  throw new Error('The text was accepted.');
}

describe('lines of trials and steps', () => {
  it('have their keys in one order, whatever order they were set in', () => {
    const forward = trial({ sampled: { samples: 20, answerHits: 2, tokenHits: 1 }, answer: 'HP:1' });
    const backward = Object.fromEntries(Object.entries(forward).reverse()) as unknown as TrialRecord;
    backward.sampled = { tokenHits: 1, answerHits: 2, samples: 20 };
    expect(encodeTrial(backward)).toBe(encodeTrial(forward));
    expect(encodeTrial(trial())).toBe(
      '{"fact":"HP:0000001|term-to-id","identifier":"HP:0000001","term":"All","direction":"term-to-id","seen":true,' +
        '"stratum":0,"epoch":0,"step":0,"template":"held-out","tokens":4,"tokenHit":false,"tokensRight":0,' +
        '"answerHit":false,"outcome":"wrong","digitsRight":null,"answer":"","logProb":-8,"logQ":-8,"sampled":null}',
    );
    expect(encodeStep(step())).toBe(
      '{"direction":"term-to-id","step":1,"epoch":1,"learningRate":0.005,"loss":2.5,"gradientNorm":0.75,"supervisedTokens":40}',
    );
  });

  it('hold every field of the record', () => {
    const ranked = trial({ ranks: [1, 4, 2, 1] });
    expect(Object.keys(JSON.parse(encodeTrial(ranked)) as object)).toEqual(Object.keys(ranked));
    expect(Object.keys(JSON.parse(encodeFact(fact())) as object)).toEqual(Object.keys(fact()));
    expect(Object.keys(JSON.parse(encodeStep(step())) as object)).toEqual(Object.keys(step()));
  });

  it('carry ranks only where there are some, one a token', () => {
    const ranked = trial({ ranks: [1, 4, 2, 1] });
    expect(parseTrials(encodeTrials([ranked, trial()]))).toEqual([ranked, trial()]);
    expect(encodeTrial(trial())).not.toContain('ranks');
    const short = encodeTrials([{ ...ranked, ranks: [1] }]);
    expect(() => parseTrials(short)).toThrow('ranks must hold one rank for each of the tokens');
  });

  it('carry scores token by token and sampled answers as texts only where there are some', () => {
    const sampled = {
      ...{ samples: 20, answerHits: 3, tokenHits: 2 },
      answers: [{ text: 'HP:0000002, "\n', count: 15, right: false }, { text: 'HP:0000001', count: 3, right: true }],
    }; // prettier-ignore
    const told = trial({ sampled, tokenLogProbs: [-0.5, -7.25, 0, -0.25] });
    const pieced = fact({ answerPieces: ['HP:', '0000', '001', '</s>'] });
    expect(parseTrials(encodeTrials([told, trial()]))).toEqual([told, trial()]);
    expect(parseFacts(encodeFacts([pieced, fact()]))).toEqual([pieced, fact()]);
    expect(Object.keys(JSON.parse(encodeTrial(told)) as object)).toEqual(
      expect.arrayContaining(Object.keys(told).filter((key) => key !== 'ranks')),
    );
    expect(encodeTrial(trial({ sampled: { samples: 20, answerHits: 3, tokenHits: 2 } }))).not.toContain('answers');
    expect(encodeTrial(trial())).not.toContain('tokenLogProbs');
    expect(encodeFact(fact())).not.toContain('answerPieces');
  });

  it.each<[string, () => string, string]>([
    ['too few token scores', () => encodeTrial(trial({ tokenLogProbs: [-1] })), 'tokenLogProbs must hold one number'],
    ['too few pieces', () => encodeFact(fact({ answerPieces: ['HP:'] })), 'answerPieces must hold one text'],
    ...[
      ['more right texts than right answers', 'R', 2, true],
      ['more other texts than wrong answers', 'W', 5, false],
    ].map(([name, text, count, right]) => [
      String(name),
      () => encodeTrial(trial({ sampled: { samples: 5, answerHits: 1, tokenHits: 0, answers: [{ text, count, right }] as never } })),
      'answers must hold no more right',
    ] as [string, () => string, string]),
  ])('refuses %s', (_, line, message) => {
    const parse = () => (line().includes('promptTokens') ? parseFacts(line()) : parseTrials(line()));
    expect(parse).toThrow(message);
  }); // prettier-ignore

  it('come back as they were, text of any kind and numbers to the last bit', () => {
    const text = fc.string({ unit: 'grapheme' });
    const measured = fc.oneof(fc.double({ max: -1e-300 }), fc.constantFrom(-Infinity, Infinity, NaN));
    const arbitrary = fc
      .record({ identifier: text, term: text, answer: text, logProb: measured, logQ: measured, epoch: fc.nat(50) })
      .map((fields) => trial(fields));
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 6 }), (trials) => {
        const encoded = encodeTrials(trials);
        expect(parseTrials(encoded)).toEqual(trials);
        expect(encoded.split('\n')).toHaveLength(trials.length + 1);
      }),
    );
  });

  it('name what JSON has no number for', () => {
    const line = encodeTrial(trial({ logProb: -Infinity, logQ: NaN }));
    expect(line).toContain('"logProb":"-Infinity","logQ":"NaN"');
    expect(parseTrials(line)[0]).toMatchObject({ logProb: -Infinity, logQ: NaN });
    const steps = encodeSteps([step({ loss: NaN, gradientNorm: Infinity })]);
    expect(parseSteps(steps)[0]).toMatchObject({ loss: NaN, gradientNorm: Infinity });
  });

  it('join: the text of two parts is the text of the whole', () => {
    const trials = [trial(), trial({ epoch: 1 }), trial({ epoch: 2 })];
    expect(encodeTrials(trials.slice(0, 1)) + encodeTrials(trials.slice(1))).toBe(encodeTrials(trials));
    expect(encodeTrials([])).toBe('');
    expect(parseTrials('')).toEqual([]);
    expect(parseTrials(encodeTrials(trials).replaceAll('\n', '\r\n'))).toEqual(trials);
  });
});

describe('refusing lines', () => {
  const good = encodeTrial(trial());
  const changed = (fields: Record<string, unknown>) => JSON.stringify({ ...trial(), ...fields });

  it('names file and line of a line that was cut', () => {
    const error = refusal(() => parseTrials(`${good}\n${good.slice(0, 40)}`));
    expect(error.message).toContain('trials.jsonl, line 2: this is not JSON');
    expect(error.hint).toContain('remove it');
  });

  it.each([
    ['a field that is missing', changed({ epoch: undefined }), 'epoch'],
    ['a field nobody knows', changed({ mood: 'good' }), 'mood'],
    ['a count as text', changed({ epoch: '1' }), 'epoch'],
    ['a direction nobody knows', changed({ direction: 'up' }), 'direction'],
    [
      'a measured number as another text',
      changed({ logProb: 'low' }),
      'logProb: Invalid type: Expected number or "-Infinity"',
    ],
    ['a token hit that is no answer hit', changed({ tokenHit: true }), 'a tokenHit must be an answerHit too'],
    ['a key of another fact', changed({ fact: 'HP:2|term-to-id' }), 'fact must be the identifier and the direction'],
    [
      'more hits than samples',
      changed({ sampled: { samples: 2, answerHits: 3, tokenHits: 0 } }),
      'tokenHits ≤ answerHits ≤ samples',
    ],
    ['no object', '[1]', 'fact'],
  ])('names %s', (_name, line, words) => {
    const error = refusal(() => parseTrials(`${good}\n\n${line}\n`, 'mine.jsonl'));
    expect(error.message).toContain('mine.jsonl, line 3: not a valid trial: ');
    expect(error.message).toContain(words);
  });

  it('speaks of training steps in their file', () => {
    const error = refusal(() => parseSteps(JSON.stringify({ ...step(), step: 0 })));
    expect(error.message).toMatch(/^steps\.jsonl, line 1: not a valid training step: step: /);
  });
});
