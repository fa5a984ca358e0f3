/** Prompts and completions through real tokenizer files and our own. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import { describeWithShared, hasShared, sharedPath } from '../../helpers/shared';
import { TINY_BOS_ID, TINY_EOS_ID, tinyTokenizerJson } from '../../helpers/tiny-model';

type Json = Record<string, unknown>;
const settings = { bos_token: '<s>', eos_token: { content: '</s>' } };
const tiny = () => createTokenizer(tinyTokenizerJson(), settings);

const TERMS = [
  'Abnormality of the head',
  'HP:0001250',
  'GO:0005634',
  'Ménière’s disease',
  'β-thalassæmia',
  '脳の異常',
  'a , b . c',
  'Type 2 (47,XXY) [mosaic]',
  'tail ',
  ' two  spaces',
  '🧬',
];

const readJson = (...parts: string[]): Json =>
  hasShared(...parts) ? (JSON.parse(readFileSync(sharedPath(...parts), 'utf8')) as Json) : {};
const opened = new Map<string, ReturnType<typeof createTokenizer>>();
const open = (folder: string) => {
  const tokenizer =
    opened.get(folder) ??
    createTokenizer(readJson(folder, 'tokenizer.json'), readJson(folder, 'tokenizer_config.json'));
  opened.set(folder, tokenizer);
  return tokenizer;
};

describe('a byte-level tokenizer', () => {
  it('starts a prompt as its file says and continues it with a space', () => {
    const tokenizer = tiny();
    expect(tokenizer).toMatchObject({ bosId: TINY_BOS_ID, eosId: TINY_EOS_ID, vocabSize: 290 });
    const prompt = [...tokenizer.encodePrompt('no')];
    expect(prompt.map((id) => tokenizer.tokenText(id))).toEqual(['<s>', 'no']);
    const completion = [...tokenizer.encodeCompletion('HP:0012', TINY_EOS_ID)];
    expect(completion.map((id) => tokenizer.tokenText(id))).toEqual([' HP', ':', '00', '12', '</s>']);
    expect([...tokenizer.encodePrompt('')]).toEqual([TINY_BOS_ID]);
  });

  it('gives back every text that it encodes', () => {
    const tokenizer = tiny();
    for (const term of TERMS) expect(tokenizer.decodeCompletion([...tokenizer.encodeCompletion(term, 1)])).toBe(term);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('<s>') && !text.includes('</s>'));
        expect(tokenizer.decodeCompletion([...tokenizer.encodeCompletion(text, 1)])).toBe(text);
      }),
    );
  });

  it('leaves out specials, stop ids and ids without a token, and takes no space that is not there', () => {
    const plain = createTokenizer({ ...tinyTokenizerJson(), added_tokens: [] }, {}, { stopIds: [2, 3] });
    expect(plain.eosId).toBe(2);
    const h = plain.encodePrompt('h').at(-1);
    expect(plain.decodeCompletion([h!, 2, 3, 40000])).toBe('h');
    expect(plain.decodeCompletion([])).toBe('');
    expect(plain.tokenText(40000)).toBe('<40000>');
  });

  it('spells by its parts what a stray merge would lose', () => {
    const json = tinyTokenizerJson();
    const model = json.model as { merges: string[] };
    const many = Array.from({ length: 100 }, () => model.merges).flat();
    const tokenizer = createTokenizer({ ...json, model: { ...model, merges: ['x z', ...many] } }, settings);
    const ids = [...tokenizer.encodeCompletion('xzab', 1)];
    expect(ids.map((id) => tokenizer.tokenText(id))).toEqual([' ', 'x', 'z', 'ab', '</s>']);
  });

  it('says which texts its own merges cannot reach', () => {
    expect(tiny().strayMerges).toEqual([]);
    const json = tinyTokenizerJson();
    const model = json.model as { merges: string[] };
    const many = Array.from({ length: 100 }, () => model.merges).flat();
    const tokenizer = createTokenizer({ ...json, model: { ...model, merges: ['x z', ...many, 'xz y'] } });
    expect(tokenizer.strayMerges).toEqual(['xz', 'xzy']);
  });

  it('refuses half of a character', () => {
    expect(() => tiny().encodePrompt('a\ud83e')).toThrow('half of a character');
    expect(() => tiny().encodePrompt('a🧬')).not.toThrow();
  });

  it('shows a token that is half a character as the file spells it', () => {
    const tokenizer = tiny();
    const [first] = tokenizer.encodePrompt('é').slice(1);
    expect(tokenizer.tokenText(first!)).toBe('Ã');
  });

  it('keeps what stands behind a text out of the prompt', () => {
    const json = tinyTokenizerJson();
    const single = [
      { SpecialToken: { id: '<s>', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
    ];
    const tokenizer = createTokenizer(
      { ...json, post_processor: { type: 'TemplateProcessing', single, pair: [], special_tokens: {} } },
      settings,
    );
    expect([...tokenizer.encodePrompt('no')]).toEqual([...tiny().encodePrompt('no')]);
  });

  it('takes BOS and EOS from the model where its own files name none', () => {
    const tokenizer = createTokenizer(tinyTokenizerJson(), {}, { bosId: 5, stopIds: [7, 8] });
    expect([tokenizer.bosId, tokenizer.eosId]).toEqual([5, 7]);
    expect([createTokenizer(tinyTokenizerJson()).bosId, createTokenizer(tinyTokenizerJson()).eosId]).toEqual([
      null,
      null,
    ]);
  });
});

describe('a word-level tokenizer', () => {
  const words = (unknown: string | null) => ({
    ...tinyTokenizerJson(),
    added_tokens: [],
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: { '<unk>': 0, head: 1, of: 2 }, unk_token: unknown },
  });

  it('joins words with spaces', () => {
    const tokenizer = createTokenizer(words('<unk>'), { unk_token: '<unk>' });
    expect([...tokenizer.encodeCompletion('head of', 0)]).toEqual([1, 2, 0]);
    expect(tokenizer.decodeCompletion([1, 2])).toBe('head of');
  });

  it('without a token for the unknown says which word it cannot spell', () => {
    const tokenizer = createTokenizer(words(null), {});
    expect(() => tokenizer.encodePrompt('head of hair')).toThrow(/"hair" in "head of hair"/);
  });
});

describe('a tokenizer file that is refused', () => {
  const json = tinyTokenizerJson();
  const model = json.model as Json;
  const cases: [string, Json, string][] = [
    ['no model', { ...json, model: null }, '"model" is missing'],
    ['no vocabulary', { ...json, model: { ...model, vocab: 7 } }, 'model.vocab'],
    ['an empty vocabulary', { ...json, added_tokens: [], model: { ...model, vocab: {}, merges: [] } }, 'empty'],
    ['an id in words', { ...json, model: { ...model, vocab: { a: 'one' }, merges: [] } }, '"a" has the id "one"'],
    ['a negative id', { ...json, model: { ...model, vocab: { a: -1 }, merges: [] } }, '-1'],
    ['a list of scores without tokens', { ...json, model: { type: 'Unigram', vocab: [[1, 2]] } }, 'model.vocab'],
    ['merges that are no list', { ...json, model: { ...model, merges: 'a b' } }, 'model.merges'],
    ['a merge of one', { ...json, model: { ...model, merges: ['ab'] } }, 'merges[0]'],
    ['a merge of three', { ...json, model: { ...model, merges: [['a', 'b', 'c']] } }, 'merges[0]'],
    ['merges of another vocabulary', { ...json, model: { ...model, merges: [['a', 'b'], 'x z'] } }, 'merges[1]'],
    ['added tokens that are no list', { ...json, added_tokens: {} }, 'added_tokens'],
    ['an added token without id', { ...json, added_tokens: [{ content: '<s>' }] }, 'added_tokens[0]'],
    ['a dropout', { ...json, model: { ...model, dropout: 0.1 } }, 'dropout'],
    [
      'a prefix of inner parts',
      { ...json, model: { ...model, continuing_subword_prefix: '##' } },
      'continuing_subword',
    ],
    ['a suffix of words', { ...json, model: { ...model, end_of_word_suffix: '</w>' } }, 'end_of_word_suffix'],
    [
      'unknown signs in one',
      { ...json, pre_tokenizer: null, model: { ...model, unk_token: 'a', fuse_unk: true } },
      'fuse',
    ],
    ['a Unigram', { ...json, model: { type: 'Unigram', vocab: { a: 1 } } }, 'Unigram'],
    ['a WordPiece', { ...json, model: { type: 'WordPiece', vocab: { a: 1 } } }, 'WordPiece'],
    [
      'a token of whole words',
      { ...json, added_tokens: [{ id: 0, content: '<s>', single_word: true }] },
      'single_word',
    ],
    ['lower case', { ...json, normalizer: { type: 'Lowercase' } }, 'Lowercase'],
    ['BERT’s cuts', { ...json, pre_tokenizer: { type: 'BertPreTokenizer' } }, 'BertPreTokenizer'],
    [
      'an inverted cut',
      { ...json, pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Isolated', invert: true } },
      'inverted',
    ],
    ['an unknown cut', { ...json, pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Odd' } }, 'Odd'],
    ['a cut by nothing', { ...json, pre_tokenizer: { type: 'Split', pattern: 5, behavior: 'Isolated' } }, 'Split'],
    ['a pattern in the decoder', { ...json, decoder: { type: 'Replace', pattern: { Regex: 'a' } } }, 'Replace'],
    ['a word-piece decoder', { ...json, decoder: { type: 'WordPiece', prefix: '##' } }, 'WordPiece'],
    ['an unknown decoder', { ...json, decoder: { type: 'Enigma' } }, 'Enigma'],
    ['a missing part', { ...json, pre_tokenizer: undefined, decoder: { type: 7 } }, 'tok.json'],
    ['an unknown model', { ...json, model: { type: 'Magic', vocab: null } }, 'model.vocab'],
  ];
  it.each(cases)('for %s', (_, file, words) => {
    try {
      createTokenizer(file, {}, { fileName: 'tok.json' });
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
      const { code, message, hint } = error as LabError;
      expect([code, message]).toEqual(['tokenizer-invalid', expect.stringContaining(words)]);
      expect(message).toContain('tok.json');
      expect(hint).toMatch(/tok\.json|Choose a model/);
      return;
    }
    expect.fail('the file was accepted');
  });
});

const STORIES = 'models/stories260K';
describeWithShared('the stories260K tokenizer', STORIES, () => {
  it('gives the reference ids of all eight texts', () => {
    const tokenizer = open(STORIES);
    const { cases } = readJson(STORIES, 'reference.json') as { cases: { text: string; ids: number[] }[] };
    expect(cases).toHaveLength(8);
    for (const { text, ids } of cases) expect([...tokenizer.encodePrompt(text)]).toEqual(ids);
    expect(tokenizer).toMatchObject({ vocabSize: 512, bosId: 1, eosId: 2 });
  });

  it('decodes the reference story', () => {
    const reference = readJson(STORIES, 'reference.json') as { greedy_ids: number[]; greedy_text: string };
    expect(open(STORIES).decodeCompletion(reference.greedy_ids).trim()).toBe(reference.greedy_text.trim());
  });
});

const FOLDERS = ['gpt2', 'mistral', 'neox', 'phi3', 'tinyllama'].map((name) => `tokenizers/${name}`);
describeWithShared('real tokenizers', [...FOLDERS, STORIES, 'models/tiny-gpt2-random-16d'], () => {
  it.each([...FOLDERS, STORIES, 'models/tiny-gpt2-random-16d'])('%s gives back every completion', (folder) => {
    const tokenizer = open(folder);
    // NFC normalisation and unknown characters are the file's own business; these texts are in NFC.
    for (const term of TERMS) {
      const ids = [...tokenizer.encodeCompletion(term, tokenizer.eosId ?? 0)];
      expect(ids.at(-1)).toBe(tokenizer.eosId ?? 0);
      expect(tokenizer.decodeCompletion(tokenizer.eosId === null ? ids.slice(0, -1) : ids)).toBe(term);
    }
  });

  it.each([...FOLDERS, STORIES])('%s continues a prompt as if both were one text', (folder) => {
    const tokenizer = open(folder);
    for (const [prompt, completion] of [
      ['Term: Seizure. Identifier:', 'HP:0001250'],
      ['What is GO:0005634?', 'nucleus'],
    ] as const) {
      const parts = [...tokenizer.encodePrompt(prompt), ...tokenizer.encodeCompletion(completion, 9).slice(0, -1)];
      expect(parts).toEqual([...tokenizer.encodePrompt(`${prompt} ${completion}`)]);
    }
  });

  it.each([
    ['gpt2', [' HP', ':', '0001', '250']],
    ['neox', [' HP', ':', '0001', '250']],
    ['mistral', [' HP', ':', '0', '0', '0', '1', '2', '5', '0']],
    ['phi3', [' H', 'P', ':', '0', '0', '0', '1', '2', '5', '0']],
  ])('%s splits an identifier as known', (name, expected) => {
    const tokenizer = open(`tokenizers/${name}`);
    const ids = [...tokenizer.encodeCompletion('HP:0001250', 0)].slice(0, -1);
    expect(ids.map((id) => tokenizer.tokenText(id))).toEqual(expected);
  });

  it('gpt2 has no EOS of its own and takes that of the model', () => {
    const file = readJson('tokenizers/gpt2', 'tokenizer.json');
    expect(createTokenizer(file, { model_max_length: 1024 }).eosId).toBeNull();
    expect(createTokenizer(file, {}, { stopIds: [50256] }).eosId).toBe(50256);
  });
});
