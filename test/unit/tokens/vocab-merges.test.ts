/** vocab.json and merges.txt, as transformers makes a tokenizer of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabError } from '../../../src/core/errors';
import { openModel } from '../../../src/models';
import { readModelConfig } from '../../../src/models/config';
import { fileSizes } from '../../../src/models/files';
import { openTokenizer } from '../../../src/models/tokenizer';
import { createTokenizer } from '../../../src/tokens/hf-tokenizer';
import type { Json } from '../../../src/tokens/tokenizer-file';
import { tokenizerOfVocabMerges } from '../../../src/tokens/vocab-merges';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import {
  folderFromDisk,
  jsonBytes,
  memoryFolder,
  tinyConfigJson,
  tinyModelFiles,
  tinyTokenizerJson,
} from '../../helpers/tiny-model';

const tiny = tinyTokenizerJson().model as { vocab: Json; merges: string[] };
const merges = `#version: 0.2\n${tiny.merges.join('\n')}\n`;
const open = (settings: Json = {}, vocab: Json = tiny.vocab, added: Json | null = null) => {
  const made = tokenizerOfVocabMerges({
    vocab,
    merges,
    settings: { tokenizer_class: 'GPT2Tokenizer', ...settings },
    added,
  });
  return createTokenizer(made.file, made.settings);
};
const END = '<|endoftext|>';
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

  it('takes the ids of added_tokens.json, which settings of older transformers do not have', () => {
    const named = { tokenizer_class: 'Qwen2Tokenizer', eos_token: '<|im_end|>' };
    const added = { '<|im_end|>': 291, '<|endoftext|>': 290, '<x>': 292 };
    const older = open(named, tiny.vocab, added);
    expect(older).toMatchObject({ vocabSize: 293, eosId: 291, padId: 290 });
    expect([...older.encodePrompt('1<x>')]).toContain(292);
    // Special by name or by class, so a text that holds it stays text.
    for (const token of ['<|im_end|>', '<|endoftext|>']) {
      expect(Math.max(...older.encodePrompt(`1${token}`))).toBeLessThan(290);
    }
    const listed = { ...named, added_tokens_decoder: { '290': { content: '<|im_end|>', special: true } } };
    expect(open(listed, tiny.vocab, added).eosId).toBe(290);
  });

  it('gives names without ids the next ones in the order of transformers', () => {
    const all = { mask_token: '<m>', pad_token: '<pad>', cls_token: '<c>', sep_token: '<sep>' };
    const ids = open({ ...all, add_bos_token: true });
    expect([290, 291, 292, 293, 294].map((id) => ids.tokenText(id))).toEqual([END, '<sep>', '<pad>', '<c>', '<m>']);
  });

  it('of GPT-NeoX composes characters and has a token to pad with', () => {
    const neox = open({ tokenizer_class: 'GPTNeoXTokenizerFast' });
    expect([...neox.encodePrompt('e\u0301')]).toEqual([...open().encodePrompt('é')]);
    expect(neox).toMatchObject({ eosId: 290, padId: 291 });
  });

  it('is refused for other classes, for ids that do not go together, and for merges that are none', () => {
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
    fails(() => open({ tokenizer_class: undefined }), 'tokenizer_class');
    for (const added of [{ '<x>': 'one' }, { '<x>': -1 }, { '<x>': 5 }, { '<s>': 290 }, { '<y>': 290, '<x>': 290 }]) {
      fails(() => open({}, tiny.vocab, added), 'added_tokens.json');
    }
    const settings = { tokenizer_class: 'GPT2Tokenizer' };
    fails(() => tokenizerOfVocabMerges({ vocab: tiny.vocab, merges: 'a b c\n', settings }), 'merge 1');
    fails(() => open({}, { a: 'one' }), '"one"');
  });
});

describe('a model folder', () => {
  const files = () => {
    const all = tinyModelFiles({ config: { vocab_size: 290, tokenizer_class: 'GPT2Tokenizer' } });
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

  it('may hold added_tokens.json beside them, which is one of the files that the model consists of', async () => {
    const all = files().set(
      'special_tokens_map.json',
      jsonBytes({ bos_token: '<s>', eos_token: '</s>', unk_token: 'a' }),
    );
    const own = await openModel(memoryFolder(all.set('added_tokens.json', jsonBytes({ '<s>': 0, '</s>': 1 }))));
    expect(own.files.map(({ path }) => path)).toContain('added_tokens.json');
    const beyond = openModel(memoryFolder(all.set('added_tokens.json', jsonBytes({ '<x>': 290 }))));
    await expect(beyond).rejects.toMatchObject({ code: 'tokenizer-mismatch' });
  });

  it('that names no tokenizer class has the one of its architecture, or is refused', async () => {
    const idsOf = async (modelType: string, hidden_act = 'silu') => {
      const config = { ...tinyConfigJson(), vocab_size: 292, model_type: modelType, hidden_act };
      const folder = memoryFolder(files());
      const read = readModelConfig(config, null, () => true);
      const tokenizer = await openTokenizer(folder, await fileSizes(folder), read);
      return [...tokenizer!.encodePrompt('000')];
    };
    const whole = [...open().encodePrompt('000')];
    expect(whole).toHaveLength(1);
    expect(await idsOf('gpt_neox', 'gelu')).toEqual(whole);
    expect(await idsOf('qwen2')).toEqual([...whole, ...whole, ...whole].map(() => tiny.vocab['0']));
    expect(await idsOf('qwen3')).toEqual(await idsOf('qwen2'));
    await expect(idsOf('llama')).rejects.toMatchObject({ code: 'tokenizer-invalid' });
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
