/** vocab.json and merges.txt, as transformers makes a tokenizer of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabError } from '../../../src/core/errors';
import { openModel } from '../../../src/models';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import type { Json } from '../../../src/tokens/tokenizer-file';
import { tokenizerOfVocabMerges } from '../../../src/tokens/vocab-merges';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { folderFromDisk, jsonBytes, memoryFolder, tinyModelFiles, tinyTokenizerJson } from '../../helpers/tiny-model';

const tiny = tinyTokenizerJson().model as { vocab: Json; merges: string[] };
const merges = `#version: 0.2\n${tiny.merges.join('\n')}\n`;
const open = (settings: Json = {}, vocab: Json = tiny.vocab) => {
  const made = tokenizerOfVocabMerges({ vocab, merges, settings });
  return createTokenizer(made.file, made.settings);
};
const TEXTS = ['Abnormality of the head', 'HP:0001250', "it's  two\n", 'β-thalassæmia 脳 🧬', 'x1y22'];

describe('a tokenizer of vocab.json and merges.txt', () => {
  it('cuts as GPT-2 does and has its special token, behind the vocabulary where that lacks it', () => {
    const same = createTokenizer(tinyTokenizerJson(), { bos_token: '<s>', eos_token: '</s>' });
    const tokenizer = open();
    expect(tokenizer).toMatchObject({ vocabSize: 291, bosId: 290, eosId: 290, padId: null });
    for (const text of TEXTS) {
      expect([...tokenizer.encodePrompt(text)]).toEqual([...same.encodePrompt(text)].slice(1));
      expect(tokenizer.decodeCompletion([...tokenizer.encodeCompletion(text, 290)])).toBe(text);
    }
  });

  it('takes the names of special tokens from its settings, and puts BOS in front where they say so', () => {
    const named = { bos_token: '<s>', eos_token: { content: '</s>' }, unk_token: '</s>', pad_token: '<pad>' };
    expect(open(named)).toMatchObject({ vocabSize: 291, bosId: 0, eosId: 1, padId: 290 });
    expect([...open({ ...named, pad_token: null, add_bos_token: true }).encodePrompt('no')][0]).toBe(0);
    const given = { '290': { content: '<x>', special: true }, '300': { content: 'ab', special: false, lstrip: true } };
    const added = open({ ...named, pad_token: null, added_tokens_decoder: given });
    expect(added.vocabSize).toBe(301);
    expect([...added.encodePrompt('<x>')]).not.toContain(290);
    expect([...added.encodePrompt('xab')]).toContain(300);
  });

  it('of Qwen2 cuts every digit alone and composes characters', () => {
    const qwen = open({ tokenizer_class: 'Qwen2TokenizerFast' });
    const texts = (text: string) => [...qwen.encodePrompt(text)].map((id) => qwen.tokenText(id));
    expect(texts('0012')).toEqual(['0', '0', '1', '2']);
    expect([...qwen.encodePrompt('e\u0301')]).toEqual([...open().encodePrompt('é')]);
    expect([...open().encodePrompt('e\u0301')]).not.toEqual([...open().encodePrompt('é')]);
    expect(qwen).toMatchObject({ bosId: null, eosId: 290, padId: 290 });
  });

  it('is refused for other classes, and for merges that are none', () => {
    const fails = (make: () => unknown, words: string) => {
      try {
        make();
      } catch (error) {
        expect((error as LabError).code).toBe('tokenizer-invalid');
        expect((error as LabError).message).toContain(words);
        return;
      }
      expect.fail('accepted');
    };
    fails(() => open({ tokenizer_class: 'RobertaTokenizer' }), 'RobertaTokenizer');
    fails(() => open({ tokenizer_class: 7 }), '7');
    fails(() => tokenizerOfVocabMerges({ vocab: tiny.vocab, merges: 'a b c\n', settings: {} }), 'merge 1');
    fails(() => open({}, { a: 'one' }), '"one"');
  });
});

describe('a model folder', () => {
  const files = () => {
    const all = tinyModelFiles({ config: { vocab_size: 290 } });
    all.delete('tokenizer.json');
    all.delete('tokenizer_config.json');
    all.set('vocab.json', jsonBytes(tiny.vocab));
    all.set('merges.txt', new TextEncoder().encode(merges));
    return all;
  };

  it('may hold the two files and special_tokens_map.json in place of tokenizer.json', async () => {
    const special = jsonBytes({ bos_token: '<s>', eos_token: '</s>', unk_token: '</s>' });
    const model = await openModel(memoryFolder(files().set('special_tokens_map.json', special)));
    expect(model.requireTokenizer()).toMatchObject({ vocabSize: 290, bosId: 0, eosId: 1 });
    const used = ['vocab.json', 'merges.txt', 'special_tokens_map.json'];
    expect(model.files.map(({ path }) => path)).toEqual(expect.arrayContaining(used));
    const unnamed = openModel(memoryFolder(files()));
    await expect(unnamed).rejects.toMatchObject({
      code: 'tokenizer-mismatch',
      message: expect.stringContaining('290'),
    });
  });

  it('with one of the two files has no tokenizer', async () => {
    const one = files();
    one.delete('merges.txt');
    expect((await openModel(memoryFolder(one))).tokenizer).toBeNull();
  });
});

const FOLDER = 'models/tiny-gpt2-random-16d';
describeWithShared('GPT-2’s own files', FOLDER, () => {
  it('give what its tokenizer.json gives', async () => {
    const folder = await folderFromDisk(sharedPath(FOLDER));
    const without = {
      ...folder,
      list: async () => (await folder.list()).filter(({ path }) => path !== 'tokenizer.json'),
    };
    const made = (await openModel(without)).requireTokenizer();
    const json = (await openModel(folder)).requireTokenizer();
    expect(made).toMatchObject({ vocabSize: 50257, bosId: 50256, eosId: 50256 });
    const { corpus } = JSON.parse(readFileSync(new URL('../../golden/tokenizers.json', import.meta.url), 'utf8')) as {
      corpus: string[];
    };
    for (const text of corpus) expect([...made.encodePrompt(text)]).toEqual([...json.encodePrompt(text)]);
  });
});
