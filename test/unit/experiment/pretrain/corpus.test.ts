/** A corpus's folder: read whole, or refused with file and line. */
import { describe, expect, it } from 'vitest';
import { preparePretraining, readCorpus } from '../../../../src/experiment';
import { createTokenizer } from '../../../../src/tokens/hf-tokenizer';
import { corpusFiles, tinyCorpus, tinyPretrainConfig } from '../../../helpers/tiny-corpus';
import { jsonBytes, memoryFolder, TINY_BOS_ID, TINY_EOS_ID, tinyTokenizerJson } from '../../../helpers/tiny-model';

const text = tinyCorpus({ exposures: [3, 1], filler: 2, termFirst: 0.5 });
const encode = (content: string) => new TextEncoder().encode(content);

function folder(file = '', content: Uint8Array<ArrayBuffer> | null = null) {
  const files = corpusFiles(text);
  if (content) files.set(file, content);
  else files.delete(file);
  return memoryFolder(files, { name: 'worlds/a' });
}

describe('a corpus folder', () => {
  it('holds sentences, held-out lines and the tokenizer', async () => {
    const read = await readCorpus(folder());
    expect(read.corpus).toEqual(text.corpus);
    expect(read.tokenizer).toEqual(text.tokenizer);
  });

  it.each(['sentences.jsonl', 'held-out.txt', 'tokenizer.json', 'tokenizer_config.json'])('needs %s', async (file) => {
    await expect(readCorpus(folder(file))).rejects.toMatchObject({ code: 'file-missing' });
    await expect(readCorpus(folder(file))).rejects.toThrow(`worlds/a has no ${file}`);
  });

  const good = '{"text":"a","fact":0,"order":"term-to-id"}\n';
  it.each([
    ['{"text":"","fact":null,"order":null}', 'text'],
    ['{"text":"a","fact":-1,"order":"term-to-id"}', 'fact'],
    ['{"text":"a","fact":1,"order":"sideways"}', 'order'],
    ['{"text":"a","fact":1,"order":null}', 'both null'],
    ['{"text":"a","fact":null}', 'order'],
    ['{"text":"a"', 'not JSON'],
  ])('names the line of %s', async (line, what) => {
    const reading = readCorpus(folder('sentences.jsonl', encode(good + line)));
    await expect(reading).rejects.toMatchObject({ code: 'record-invalid' });
    await expect(reading).rejects.toThrow('worlds/a/sentences.jsonl, line 2');
    await expect(reading).rejects.toThrow(what);
  });
});

describe('a corpus that cannot be trained', () => {
  it('has no sentence', () => {
    const none = { ...text, corpus: { sentences: [], heldOut: [] } };
    expect(() => preparePretraining(none, tinyPretrainConfig())).toThrow('no sentence');
  });

  it('has a sentence longer than the context or a row, and says which', async () => {
    const long = { text: 'x'.repeat(90), fact: null, order: null };
    const corpus = { ...text.corpus, sentences: [...text.corpus.sentences, long] };
    const line = corpus.sentences.length;
    const prepare = (...sets: string[]) => preparePretraining({ ...text, corpus }, tinyPretrainConfig(...sets));
    expect(() => prepare()).toThrow(`line ${line}: the sentence takes 91 tokens, the model's context holds 64`);
    expect(() => prepare('model.contextLength=128')).toThrow('a packed row holds 64');
    expect(prepare('model.contextLength=128', 'batch.rowTokens=96').examples).toHaveLength(line);
    const heldOut = { ...text, corpus: { ...text.corpus, heldOut: ['short', 'x'.repeat(90)] } };
    expect(() => preparePretraining(heldOut, tinyPretrainConfig())).toThrow('held-out.txt, line 2');
  });

  it('has a tokenizer without BOS in front of a text, or without EOS', () => {
    const bare = { ...tinyTokenizerJson(), post_processor: { type: 'ByteLevel', trim_offsets: true } };
    const { tokenizerConfig } = text.tokenizer;
    const prepare = (tokenizer: Record<string, unknown>, config: Record<string, unknown>) =>
      preparePretraining({ ...text, tokenizer: { tokenizer, tokenizerConfig: config } }, tinyPretrainConfig());
    expect(() => prepare(bare, tokenizerConfig)).toThrow('does not put its bos_token in front');
    expect(() => prepare(tinyTokenizerJson(), { bos_token: '<s>' })).toThrow('names no eos_token');
    expect(() => prepare(tinyTokenizerJson(), { eos_token: '</s>' })).toThrow('names no bos_token');
  });
});

describe('a tokenizer that does nothing before a text', () => {
  const bare = { ...tinyTokenizerJson(), post_processor: null };
  const prepare = (tokenizerConfig: Record<string, unknown>) =>
    preparePretraining({ ...text, tokenizer: { tokenizer: bare, tokenizerConfig } }, tinyPretrainConfig());

  it('gets its own BOS in front, and the model a tokenizer that puts it there', () => {
    const { examples, tokenizerFiles, ids } = prepare(text.tokenizer.tokenizerConfig);
    expect(ids).toEqual({ bosId: TINY_BOS_ID, eosId: TINY_EOS_ID });
    expect(examples).toEqual(preparePretraining(text, tinyPretrainConfig()).examples);
    expect(tokenizerFiles.tokenizer).toEqual(tinyTokenizerJson());
  });

  it.each(['</s>', { content: '</s>', lstrip: false }])('has EOS at both ends where it names no BOS: %j', (eos) => {
    const { examples, tokenizerFiles, ids } = prepare({ bos_token: null, eos_token: eos });
    expect(ids).toEqual({ bosId: TINY_EOS_ID, eosId: TINY_EOS_ID });
    expect(examples.every(({ prompt, completion }) => prompt[0] === completion.at(-1))).toBe(true);
    expect(tokenizerFiles.tokenizerConfig).toMatchObject({ bos_token: '</s>' });
    const again = createTokenizer(tokenizerFiles.tokenizer, tokenizerFiles.tokenizerConfig);
    expect([...again.encodePrompt('no')].slice(0, 1)).toEqual([TINY_EOS_ID]);
  });
});

it('the same corpus is the same pretraining, however its files are laid out', async () => {
  const files = corpusFiles(text);
  files.set('tokenizer.json', encode(JSON.stringify(text.tokenizer.tokenizer)));
  files.set('tokenizer_config.json', jsonBytes({ ...text.tokenizer.tokenizerConfig }));
  const prepared = preparePretraining(await readCorpus(memoryFolder(files)), tinyPretrainConfig());
  expect(prepared.runId).toBe(preparePretraining(text, tinyPretrainConfig()).runId);
  const other = tinyCorpus({ exposures: [3, 1], filler: 2, termFirst: 0.5, seed: 2 });
  expect(preparePretraining(other, tinyPretrainConfig()).runId).not.toBe(prepared.runId);
});
