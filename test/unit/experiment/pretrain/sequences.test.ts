/** What is trained when: every sentence once, whole and in order, and the exposures written down of it. */
import { describe, expect, it } from 'vitest';
import { preparePretraining } from '../../../../src/experiment';
import { exposuresOf } from '../../../../src/experiment/pretrain/exposures';
import { countOperations } from '../../../../src/experiment/pretrain/operations';
import { rowsOfStep } from '../../../../src/experiment/pretrain/prepare';
import { createTokenizer } from '../../../../src/tokens/hf-tokenizer';
import { tinyCorpus, tinyPretrainConfig } from '../../../helpers/tiny-corpus';
import { TINY_BOS_ID, TINY_EOS_ID } from '../../../helpers/tiny-model';

const text = tinyCorpus({ exposures: [16, 8, 4, 0, 1], filler: 11, termFirst: 0.5 });
const prepared = preparePretraining(text, tinyPretrainConfig());
const tokenizer = createTokenizer(text.tokenizer.tokenizer, text.tokenizer.tokenizerConfig);

/** The sentences of one step as the engine gets them: ids with their labels behind. */
function sentencesOf(step: number): number[][] {
  return rowsOfStep(prepared, step).flatMap((row) => {
    const starts = [...new Set(row.segmentStart)];
    return starts.map((start, at) => {
      const end = starts[at + 1] ?? row.ids.length;
      const predicted = [...row.labels.subarray(start, end)];
      expect([...row.supervisedIndex.subarray(start, end)]).toEqual([...row.ids.keys()].slice(start, end));
      expect(predicted.slice(0, -1)).toEqual([...row.ids.subarray(start + 1, end)]);
      return [...row.ids.subarray(start, end), predicted.at(-1)!];
    });
  });
}

describe('the steps', () => {
  it('hold every sentence once, in order, from BOS to EOS, every token but BOS predicted', () => {
    const trained = prepared.steps.flatMap((_, step) => sentencesOf(step));
    expect(trained).toEqual(
      text.corpus.sentences.map((sentence) => [...tokenizer.encodePrompt(sentence.text), TINY_EOS_ID]),
    );
    expect(trained.every(([first]) => first === TINY_BOS_ID)).toBe(true);
  });

  it('have as many rows as asked for, each full: the next sentence did not fit', () => {
    const rows = prepared.steps.flat();
    const tokens = (first: number, end: number) =>
      prepared.examples.slice(first, end).reduce((sum, { completion }) => sum + completion.length, 0);
    expect(prepared.steps.slice(0, -1).every(({ length }) => length === 2)).toBe(true);
    rows.forEach(({ first, end }, at) => {
      expect(tokens(first, end)).toBeLessThanOrEqual(64);
      if (at + 1 < rows.length) expect(tokens(first, end + 1)).toBeGreaterThan(64);
    });
  });

  it('count the tokens that they predict', () => {
    const counted = prepared.steps.map((_, step) =>
      rowsOfStep(prepared, step).reduce((sum, row) => sum + row.labels.length, 0),
    );
    expect(prepared.trainedTokens).toEqual(
      counted.map((_, step) => counted.slice(0, step + 1).reduce((a, b) => a + b)),
    );
    expect(prepared.plan.tokens).toBe(prepared.trainedTokens.at(-1));
  });
});

describe('exposures', () => {
  const { sentences } = text.corpus;
  const records = exposuresOf(sentences, prepared.examples, prepared.steps);

  it('are those of the corpus, fact by fact, and none of a fact that is never said', () => {
    expect(records.map(({ fact, exposures }) => [fact, exposures])).toEqual([
      [0, 16],
      [1, 8],
      [2, 4],
      [4, 1],
    ]);
    for (const { fact, termFirst, at } of records) {
      const said = sentences.filter((sentence) => sentence.fact === fact).map(({ order }) => order === 'term-to-id');
      expect(at.termFirst.map(Boolean)).toEqual(said);
      expect(termFirst).toBe(said.filter(Boolean).length);
    }
  });

  it('stand at the step and the token where the sentence really was trained', () => {
    let token = 0;
    let index = 0;
    prepared.steps.forEach((_, step) => {
      for (const ids of sentencesOf(step)) {
        const record = records.find(({ fact }) => fact === sentences[index]!.fact);
        if (record) expect(record.at.step[record.at.token.indexOf(token)]).toBe(step + 1);
        token += ids.length - 1;
        index += 1;
      }
    });
    expect(token).toBe(prepared.plan.tokens);
  });
});

it('operations of a training token: three forward passes, and one more of the layers where they are not kept', () => {
  const { decoder, plan } = prepared;
  // By hand: q, k, v, o of 16, 8, 8, 16 × 16, three of 24 × 16, twice per multiply–add, two layers; a head of 290 × 16.
  const layers = 2 * 2 * (16 * 16 + 2 * 8 * 16 + 16 * 16 + 3 * 24 * 16);
  const head = 2 * 290 * 16;
  // One token sees one key: q·k and p·v over 4 heads of 4.
  const attention = 2 * 4 * 16;
  const one = countOperations(decoder, [1], false);
  expect(one).toEqual({
    forwardPerToken: layers + attention + head,
    trainingPerToken: 4 * (layers + attention) + 3 * head,
    total: 4 * (layers + attention) + 3 * head,
  });
  expect(countOperations(decoder, [1], true).trainingPerToken).toBe(3 * one.forwardPerToken);
  expect(countOperations(decoder, [3], true).forwardPerToken).toBe(layers + 2 * attention + head);
  expect(plan.operations.total).toBeCloseTo(plan.operations.trainingPerToken * plan.tokens, 3);
});
