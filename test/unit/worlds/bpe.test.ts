/** Byte-pair encoding: learning, spelling, files that the libraries read alike. */
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/hash';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import { BpeEncoder } from '../../../src/worlds/bpe/encode';
import { END_OF_TEXT, tokenizerFiles } from '../../../src/worlds/bpe/files';
import { preTokens } from '../../../src/worlds/bpe/pre-tokens';
import { trainBpe } from '../../../src/worlds/bpe/train';
import { group, makeWorld, texts } from './build';

const GOLDEN = fileURLToPath(new URL('../../golden/world_tokenizer.json', import.meta.url));
const TOKENIZER = fileURLToPath(new URL('../../golden/world_tokenizer.tokenizer.json', import.meta.url));

/** Lines that do not change when the lab's sentences do. */
const LINES = Array.from({ length: 200 }, (_, i) => [
  `The ID of nodular endrostal lesion is WLD:0${600000 + 37 * i}`,
  `Name on file for NEL${100 + i}: ${['estavin', 'krastorin', 'naïve', 'καρδιά', '心筋症', 'ünïcödé'][i % 6]} motor ${i % 7 === 0 ? 'pi' : 'alpha'}`,
  `The night shift graded ${i} rinsed samples, and the trend held. 😀`,
]).flat();
const bpe = trainBpe(LINES, 380, [' N', ' W']);
const files = tokenizerFiles(bpe);
const encoder = new BpeEncoder(bpe);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.constantFrom(' ', '\n', 'the', 'The', 'NEL', '12', 'motor', ':', 'é', '<|endoftext|>'), { maxLength: 20 })
    .map((parts) => parts.join('')),
);

describe('pre-tokens', () => {
  it('put together are the text', () => {
    fc.assert(fc.property(anyText, (text) => preTokens(text).join('') === text));
    expect(preTokens('The ID of NEL865 is  W1.2')).toEqual([
      'The',
      ' I',
      'D',
      ' of',
      ' N',
      'E',
      'L',
      '8',
      '6',
      '5',
      ' is',
      ' ',
      ' W',
      '1',
      '.',
      '2',
    ]);
  });
});

describe('learning', () => {
  it('takes the most frequent pair, of equally frequent ones the smaller ids', () => {
    const { merges, tokens } = trainBpe(['aaabdaaabac', 'xyxy', 'xyxy'], 259);
    // aa and xy occur four times: aa has the smaller ids. Then ab, a pair of aa, and xyxy occur twice.
    const spelled = merges.map(([, , made]) => new TextDecoder().decode(tokens[made]));
    expect(spelled).toEqual(['aa', 'xy', 'ab']);
  });

  it('stops where no pair occurs twice, and keeps the vocabulary asked for', () => {
    expect(trainBpe(['abcdefg'], 1000).merges).toEqual([]);
    expect(bpe.tokens).toHaveLength(380);
    expect(trainBpe(LINES, 380, [' N', ' W'])).toEqual(bpe);
    expect(trainBpe([...LINES].reverse(), 380, [' N', ' W'])).toEqual(bpe);
  });

  it('never learns one token twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 }), { maxLength: 20 }),
        (lines) => {
          const { tokens } = trainBpe(lines, 300);
          expect(new Set(tokens.map(String)).size).toBe(tokens.length);
        },
      ),
    );
  });

  it('takes seconds for a million tokens', () => {
    const world = makeWorld({
      groups: [group({ count: 600 }, { exposures: { kind: 'buckets', sizes: [16, 64] } })],
      filler: { sentences: 40000 },
    });
    const all = texts(world);
    const tokens = all.reduce((sum, text) => sum + world.countTokens(text), 0);
    expect(tokens).toBeGreaterThan(1e6);
    const start = performance.now();
    trainBpe(all, 1023);
    expect(performance.now() - start).toBeLessThan(10000);
  });
});

describe('the files', () => {
  const tokenizer = createTokenizer(files.tokenizer, files.tokenizerConfig);
  const eos = tokenizer.eosId!;

  it('hold every byte, the merges and one special token, which bounds a text', () => {
    expect(tokenizer.vocabSize).toBe(381);
    expect([tokenizer.bosId, eos, tokenizer.padId]).toEqual([0, 0, 0]);
    expect(tokenizer.tokenText(0)).toBe(END_OF_TEXT);
  });

  it('give any text back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenizer.decodeCompletion([...tokenizer.encodeCompletion(text, eos)])).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('are spelled by the lab’s encoder as by the library', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect([0, ...encoder.encode(text)]).toEqual([...tokenizer.encodePrompt(text)]);
        expect(encoder.count(text)).toBe(encoder.encode(text).length);
      }),
      { numRuns: 500 },
    );
    // Merges that make one token in two ways, and long runs.
    const odd = trainBpe(['abcabc bcbc abab', 'aaaa aaaaaaa', 'ababab cabab'], 290);
    const [own, { tokenizer: file, tokenizerConfig: config }] = [new BpeEncoder(odd), tokenizerFiles(odd)];
    const other = createTokenizer(file, config);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 40 }), (text) => {
        expect([0, ...own.encode(text)]).toEqual([...other.encodePrompt(text)]);
      }),
      { numRuns: 500 },
    );
  });

  it('spell an identifier in one token a sign, wherever it stands', () => {
    const world = makeWorld({
      groups: [
        group({ identifiers: { grammar: 'symbol' } }),
        group({ identifiers: { grammar: 'hierarchical' } }, { name: 'h' }),
        group({ identifiers: { grammar: 'letters' } }, { name: 'l' }),
        group({ identifiers: { grammar: 'code' } }, { name: 'c' }),
      ],
      tokenizer: { vocabulary: 400 },
    });
    for (const { identifier } of world.facts) {
      expect(world.countTokens(identifier)).toBe(identifier.length);
      expect(world.countTokens(` ${identifier}`)).toBe(identifier.length);
      expect(world.countTokens(`${identifier}?`)).toBe(identifier.length + 1);
    }
  });
});

describe('golden: Python’s tokenizers', () => {
  const text = `${JSON.stringify(files.tokenizer, null, 1)}\n`;
  const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as {
    tokenizer_sha256: string;
    cases: { text: string; ids: number[]; decoded: string }[];
  };

  it('read this very file', async () => {
    await expect(text).toMatchFileSnapshot(TOKENIZER);
    expect(sha256Hex(text)).toBe(golden.tokenizer_sha256);
  });

  it('give the same ids and the same texts', () => {
    const library = new HfTokenizer(files.tokenizer, files.tokenizerConfig);
    expect(golden.cases.length).toBeGreaterThan(250);
    for (const { text: input, ids, decoded } of golden.cases) {
      expect(library.encode(input).ids, input).toEqual(ids);
      if (!input.includes(END_OF_TEXT)) expect([0, ...encoder.encode(input)], input).toEqual(ids);
      expect(decoded).toBe(`${END_OF_TEXT}${input}`);
    }
  });
});
