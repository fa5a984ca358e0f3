/** Which tokens a vector is the mean of, and what the vectors of a layer say: pure parts of the probe. */
import { describe, expect, it } from 'vitest';
import { packTexts, PUBLISHED_BATCH, type Pooling } from '../../../src/experiment/probes/embedding-texts';
import { embeddingEstimates } from '../../../src/experiment/probes/embedding-estimates';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import { fieldsOf, SPEC_SHAPE } from '../../../src/spec/shape';
import { TINY_BOS_ID, TINY_EOS_ID, tinyTokenizerJson } from '../../helpers/tiny-model';
import { numbers } from '../../helpers/numbers';
import { prepareTiny } from '../../helpers/tiny-run';

const config = { bos_token: '<s>', eos_token: '</s>' };
const tokenizer = createTokenizer(tinyTokenizerJson(), config);

function pack(lists: string[][], pooling: Pooling, rowTokens = 32, contextLength = 64, own = tokenizer) {
  return packTexts(lists, pooling, { tokenizer: own, stopIds: [TINY_EOS_ID], contextLength, rowTokens });
}

/** The tokens that the mean of each text is over, and what each of its tokens may read, row by row. */
function seen({ rows }: ReturnType<typeof pack>) {
  return rows.flatMap(({ row, spans, keyEnd }) =>
    Array.from({ length: spans.length / 2 }, (_, s) => {
      const [first, end] = [spans[2 * s]!, spans[2 * s + 1]!];
      const start = row.segmentStart[first]!;
      return {
        ids: [...row.ids.slice(first, end)],
        reads: [...keyEnd!.slice(first, end)].map((key) => key - start),
        before: first - start,
      };
    }),
  );
}

const content = (text: string) => [...tokenizer.encodePrompt(text)].slice(1);

it('has a way of pooling for every one that the spec names, and a time for every time', async () => {
  const evaluation = fieldsOf(fieldsOf(SPEC_SHAPE, {})!.get('evaluation')!, {})!;
  const settings = fieldsOf(fieldsOf(evaluation.get('probes')!, {})!.get('embeddings')!, {})!;
  const options = (name: string) => {
    const shape = settings.get(name)!;
    return shape.kind === 'choice' ? shape.options.map(String) : [];
  };
  expect(options('pooling').length * options('at').length).toBeGreaterThan(3);
  const spans = options('pooling').map((pooling) =>
    JSON.stringify(seen(pack([['ab', 'abc def']], pooling as Pooling))),
  );
  expect(new Set(spans).size).toBe(spans.length);
  const due = await Promise.all(
    options('at').map(async (at) => {
      const { probes } = await prepareTiny(`evaluation.probes.embeddings={"at":"${at}"}`);
      return [
        { first: true, last: false },
        { first: false, last: false },
        { first: false, last: true },
      ].map(probes[0]!.due);
    }),
  );
  expect(Object.fromEntries(options('at').map((at, index) => [at, due[index]]))).toEqual({
    baseline: [true, false, false],
    'first-last': [true, false, true],
    every: [true, true, true],
  });
});

describe('a text', () => {
  it('is averaged over its own tokens, behind BOS, which they read', () => {
    expect(seen(pack([['norm'], ['of it']], 'content-mean'))).toEqual(
      ['norm', 'of it'].map((text) => ({
        ids: content(text),
        reads: content(text).map((_, t) => t + 2),
        before: 1,
      })),
    );
  });

  it('is its last token alone', () => {
    const [only] = seen(pack([['of it']], 'last-token'));
    expect(only!.ids).toEqual(content('of it').slice(-1));
    expect(only!.before).toBe(content('of it').length);
  });

  it('is cut to the context, and that is told', () => {
    const { warnings, rows } = pack([['x'.repeat(90)]], 'content-mean');
    expect(rows[0]!.row.ids).toHaveLength(64);
    expect(warnings).toEqual([expect.stringContaining('was cut to 64 tokens')]);
  });

  it('stands in rows in the order of the texts, each whole', () => {
    const texts = Array.from({ length: 9 }, (_, i) => 'x'.repeat(5 + i));
    const { rows, tokens } = pack([texts], 'content-mean');
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.every(({ row }) => row.ids.length <= 32)).toBe(true);
    expect(rows.reduce((sum, { row }) => sum + row.ids.length, 0)).toBe(tokens);
    expect(seen(pack([texts], 'content-mean')).map(({ ids }) => ids)).toEqual(texts.map(content));
  });
});

describe('a text as published', () => {
  it('is averaged with BOS and with padding up to the longest of its batch, which reads the text alone', () => {
    const texts = ['x', 'xyz', ...Array.from({ length: PUBLISHED_BATCH - 2 }, () => 'xy'), 'xyzxyz'];
    const packed = pack([texts, ['y']], 'as-published');
    expect(packed.padding).toEqual({ id: TINY_EOS_ID, text: '</s>', batch: 32 });
    const all = seen(packed);
    expect(all[0]).toEqual({
      ids: [TINY_BOS_ID, ...content('x'), TINY_EOS_ID, TINY_EOS_ID],
      reads: [1, 2, 2, 2],
      before: 0,
    });
    expect(all[1]!.ids).toEqual([TINY_BOS_ID, ...content('xyz')]);
    // The 33rd text is alone in the second batch, the second list has batches of its own.
    expect(all[32]!.ids).toEqual([TINY_BOS_ID, ...content('xyzxyz')]);
    expect(all[33]!.ids).toEqual([TINY_BOS_ID, ...content('y')]);
  });

  it('takes the padding token that the tokenizer names', () => {
    const own = createTokenizer(tinyTokenizerJson(), { ...config, pad_token: { content: '<s>' } });
    expect(pack([['x', 'xyz']], 'as-published', 32, 64, own).padding).toMatchObject({ id: TINY_BOS_ID, text: '<s>' });
  });
});

describe('vectors', () => {
  const width = 6;
  const pairs = 12;
  const term = Float32Array.from(numbers(3, pairs * width, 1));
  const half = Array.from({ length: pairs }, (_, i) => i < pairs / 2);

  it('that equal their partners are matched perfectly; strangers are near a guess', () => {
    const { matching } = embeddingEstimates({ width, term, identifier: term }, half, 5);
    expect(
      matching.map(({ group, pairs: n, meanReciprocalRank, auc }) => [group, n, meanReciprocalRank.value, auc.value]),
    ).toEqual([
      ['all', 12, 1, 1],
      ['seen', 6, 1, 1],
      ['withheld', 6, 1, 1],
    ]);
    const stranger = Float32Array.from(numbers(4, pairs * width, 1));
    const [all] = embeddingEstimates({ width, term, identifier: stranger }, half, 5).matching;
    expect(Math.abs(all!.auc.value - 0.5)).toBeLessThan(0.3);
    expect(all!.meanReciprocalRank.value).toBeLessThan(0.6);
  });

  it('that lie apart by group are told apart, and equal seeds give equal estimates', () => {
    const shifted = term.map((value, i) => value + (i < term.length / 2 && i % width === 0 ? 6 : 0));
    const estimates = () => embeddingEstimates({ width, term: shifted, identifier: term }, half, 5);
    const [terms, identifiers] = estimates().separation;
    expect(terms!.p).toBeLessThan(0.02);
    expect(terms!.margin.value).toBeGreaterThan(0.3);
    expect(identifiers!.p).toBeGreaterThan(terms!.p);
    expect(estimates()).toEqual(estimates());
  });

  it('without a direction, or too few of them, have no estimate', () => {
    const zero = term.slice().fill(0, 0, width);
    expect(embeddingEstimates({ width, term: zero, identifier: term }, half, 5)).toEqual({
      matching: [],
      separation: [],
    });
    const lone = embeddingEstimates(
      { width, term, identifier: term },
      half.map((_, i) => i < 1),
      5,
    );
    expect(lone.matching.map(({ group }) => group)).toEqual(['all', 'withheld']);
    expect(lone.separation).toEqual([]);
  });
});
