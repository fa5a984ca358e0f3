/** Opening model folders: the tiny model whole and mutated, real models where they lie. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { sha256Hex } from '../../../src/core/hash';
import { openModel } from '../../../src/models';
import { encodeSafetensors } from '../../../src/models/safetensors';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import {
  type FileMap,
  folderFromDisk,
  jsonBytes,
  memoryFolder,
  tinyConfigJson,
  tinyDecoderConfig,
  tinyModelFiles,
  tinyTensors,
  tinyTokenizerJson,
} from '../../helpers/tiny-model';

const text = (value: string) => new TextEncoder().encode(value);

async function errorOf(promise: Promise<unknown>): Promise<LabError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LabError);
  return error as LabError;
}

/** The tiny model with some files replaced, or removed by null. */
function tinyFiles(changes: Record<string, Uint8Array<ArrayBuffer> | null>): FileMap {
  const files = tinyModelFiles();
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === null) files.delete(path);
    else files.set(path, bytes);
  }
  return files;
}

const openTiny = (changes: Record<string, Uint8Array<ArrayBuffer> | null> = {}) =>
  openModel(memoryFolder(tinyFiles(changes)));

/** The tiny weights in two shards, layer 1 in the second one. */
function shards(): Record<string, Uint8Array<ArrayBuffer> | null> {
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const tensors = tinyTensors();
  const shardOf = (name: string) => (name.includes('layers.1.') ? 1 : 0);
  const map = Object.fromEntries(tensors.map(({ name }) => [name, names[shardOf(name)]]));
  return {
    'model.safetensors': null,
    'model.safetensors.index.json': jsonBytes({ metadata: { total_size: 111232 }, weight_map: map }),
    [names[0]!]: encodeSafetensors(tensors.filter(({ name }) => shardOf(name) === 0)),
    [names[1]!]: encodeSafetensors(tensors.filter(({ name }) => shardOf(name) === 1)),
  };
}

describe('the tiny model', () => {
  it('opens with its name, sizes, tokenizer and files, before any weight is read', async () => {
    const reads: [string, number][] = [];
    const folder = memoryFolder(tinyModelFiles(), {
      name: '/home/someone/models/tiny',
      onRead: (path, _, end) => void reads.push([path, end]),
    });
    const model = await openModel(folder);
    expect(model).toMatchObject({ name: 'tiny', architecture: 'llama', stopIds: [1], ignored: [] });
    expect(model.config).toEqual(tinyDecoderConfig());
    expect(model.requireTokenizer()).toBe(model.tokenizer);
    expect(model.files.map(({ path }) => path)).toEqual([
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'model.safetensors',
    ]);
    const weightBytes = model.files.at(-1)!.bytes;
    const largestRead = Math.max(...reads.filter(([path]) => path === 'model.safetensors').map(([, end]) => end));
    expect(largestRead).toBe(weightBytes - model.parameters * 4);
    expect(model.parameters).toBeGreaterThan(20_000);
    expect(model.parameters).toBeLessThan(50_000);
  });

  it('takes the chat template from its own file, else from the tokenizer’s settings, and counts the file in', async () => {
    const settings = { bos_token: '<s>', eos_token: '</s>', chat_template: 'settings' };
    const among = await openTiny({ 'tokenizer_config.json': jsonBytes(settings) });
    expect(among.requireTokenizer().chatTemplate).toBe('settings');
    const template = '{{ messages[0].content }}:';
    const own = await openTiny({
      'tokenizer_config.json': jsonBytes(settings),
      'chat_template.jinja': text(template),
    });
    const tokenizer = own.requireTokenizer();
    expect(tokenizer.chatTemplate).toBe(template);
    const ids = tokenizer.encodeChat([{ role: 'user', content: 'no' }]);
    expect([...ids].map((id) => tokenizer.tokenText(id)).join('')).toBe('no:');
    expect(own.files.map(({ path }) => path)).toContain('chat_template.jinja');
    expect((await openTiny()).requireTokenizer().chatTemplate).toBeNull();
  });

  it('loads its weights by engine name, with progress to the last byte', async () => {
    const model = await openTiny();
    const progress: [number, number][] = [];
    const weights = await model.loadWeights((done, total) => progress.push([done, total]));
    expect([...weights.keys()]).toEqual(model.weights.map(({ name }) => name));
    expect(weights.get('layers.1.k_proj')).toEqual(
      tinyTensors().find(({ name }) => name === 'model.layers.1.self_attn.k_proj.weight')!.data,
    );
    expect(progress).toHaveLength(weights.size);
    expect(progress.at(-1)).toEqual([model.parameters * 4, model.parameters * 4]);
    expect(model.weights.find(({ name }) => name === 'layers.0.down_proj')!.shape).toEqual([32, 64]);
  });

  it('stops loading when cancelled', async () => {
    const model = await openTiny();
    const cancel = new AbortController();
    const loading = model.loadWeights((done, total) => done > total / 2 && cancel.abort(), cancel.signal);
    expect((await errorOf(loading)).code).toBe('cancelled');
    expect((await errorOf(model.hashFiles(cancel.signal))).code).toBe('cancelled');
  });

  it('has the hash of every file it consists of', async () => {
    const files = tinyModelFiles();
    const hashed = await (await openTiny()).hashFiles();
    expect(hashed).toEqual(
      [...files].map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256Hex(bytes) })),
    );
  });

  it('with an untied head has one weight more', async () => {
    const untied = await openModel(memoryFolder(tinyModelFiles({ tied: false })));
    expect(untied.config.tiedHead).toBe(false);
    expect(untied.weights.at(-1)).toEqual({ name: 'head', shape: [untied.config.vocabSize, 32] });
    expect(untied.parameters - (await openTiny()).parameters).toBe(untied.config.vocabSize * 32);
  });

  it('reports tensors that it does not use', async () => {
    const extra = { name: 'model.rotary.inv_freq', shape: [2], data: Float32Array.of(1, 2) };
    const head = { name: 'lm_head.weight', shape: [1], data: Float32Array.of(0) };
    const model = await openTiny({ 'model.safetensors': encodeSafetensors([...tinyTensors(), extra, head]) });
    expect(model.ignored).toEqual(['lm_head.weight', 'model.rotary.inv_freq']);
    expect((await model.loadWeights()).has('head')).toBe(false);
  });

  it('in shards is the same model', async () => {
    const whole = await openTiny();
    const sharded = await openTiny(shards());
    expect(await sharded.loadWeights()).toEqual(await whole.loadWeights());
    expect(sharded.files.slice(-3).map(({ path }) => path)).toEqual([
      'model.safetensors.index.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);
  });

  it('opens without tokenizer files, and asks for one only where text is needed', async () => {
    const model = await openTiny({ 'tokenizer.json': null, 'tokenizer_config.json': null });
    expect(model.tokenizer).toBeNull();
    expect(() => model.requireTokenizer()).toThrow('tokenizer.json');
  });

  it('takes its stop id from the tokenizer where no configuration names one', async () => {
    const model = await openTiny({
      'generation_config.json': null,
      'config.json': jsonBytes(tinyConfigJson({ config: { eos_token_id: undefined } })),
    });
    expect(model.stopIds).toEqual([1]);
  });
});

describe('a model folder that is refused', () => {
  const sound = tinyModelFiles();
  const tensors = tinyTensors();
  const norm = 'model.layers.1.input_layernorm.weight';
  const gate = tensors.find(({ name }) => name === 'model.layers.0.mlp.gate_proj.weight')!;
  const without = (name: string) => tensors.filter((tensor) => tensor.name !== name);
  const tokenizer = tinyTokenizerJson();
  const added = tokenizer.added_tokens as Record<string, unknown>[];
  const model = tokenizer.model as Record<string, unknown>;
  const { [Object.keys(shards()).at(-1)!]: _, ...oneShard } = shards();

  /** The files with one tensor of whole numbers. */
  const integers = (name: string, shape: number[]) => {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    const bytes = encodeSafetensors([...without(name), { name, shape, data }]);
    const header = new TextDecoder().decode(bytes).indexOf(`"${name}":{"dtype":"F32"`);
    bytes.set(text(`"${name}":{"dtype":"I32"`), header);
    return bytes;
  };

  const cases: [string, Record<string, Uint8Array<ArrayBuffer> | null>, string, string[], string][] = [
    ['no config.json', { 'config.json': null }, 'file-missing', ['config.json'], 'model.safetensors'],
    ['no weights', { 'model.safetensors': null }, 'file-missing', ['model.safetensors'], 'safetensors'],
    [
      'weights in another format',
      { 'model.safetensors': null, 'pytorch_model.bin': text('PK') },
      'file-missing',
      ['model.safetensors'],
      'pytorch_model.bin',
    ],
    ['a config that is no JSON', { 'config.json': text('{"a":') }, 'config-invalid', ['config.json'], 'again'],
    ['a config that is a list', { 'config.json': text('[]') }, 'config-invalid', ['JSON object'], 'again'],
    [
      'a config that is no text',
      { 'config.json': Uint8Array.of(0xff, 0xfe, 0x7b) },
      'config-invalid',
      ['UTF-8'],
      'again',
    ],
    [
      'another architecture, even without weights',
      { 'config.json': jsonBytes({ model_type: 'mamba' }), 'model.safetensors': null },
      'architecture-unsupported',
      ['"mamba"'],
      'llama',
    ],
    [
      'a missing tensor',
      { 'model.safetensors': encodeSafetensors(without(norm)) },
      'tensor-missing',
      ['model.safetensors', norm, '[32]'],
      'config.json',
    ],
    [
      'a hundred million layers',
      { 'config.json': jsonBytes({ ...tinyConfigJson(), num_hidden_layers: 100_000_000 }) },
      'tensor-missing',
      ['config.json', '100,000,000 layers', 'model.safetensors'],
      'do not belong together',
    ],
    [
      'fewer layers than the weights hold',
      { 'config.json': jsonBytes({ ...tinyConfigJson(), num_hidden_layers: 1 }) },
      'config-invalid',
      ['config.json', '1 layers', 'model.safetensors', 'model.layers.1.'],
      'do not belong together',
    ],
    [
      'a tensor lying on its side',
      { 'model.safetensors': encodeSafetensors([...without(gate.name), { ...gate, shape: [32, 64] }]) },
      'tensor-shape',
      ['model.safetensors', gate.name, '[32, 64]', '[64, 32]'],
      'config.json',
    ],
    [
      'a weight that is packed already, in a shape of its own',
      { 'model.safetensors': integers(gate.name, [512, 1]) },
      'tensor-dtype',
      [gate.name, 'I32'],
      'without quantisation',
    ],
    ['integers as weights', { 'model.safetensors': integers(norm, [32]) }, 'tensor-dtype', [norm, 'I32'], 'F32'],
    [
      'an untied head that is not there',
      { 'config.json': jsonBytes(tinyConfigJson({ tied: false })) },
      'tensor-missing',
      ['lm_head.weight', '[290, 32]'],
      'config.json',
    ],
    [
      'weights cut short',
      { 'model.safetensors': sound.get('model.safetensors')!.slice(0, 9000) },
      'safetensors-truncated',
      ['model.safetensors'],
      '9,000 found',
    ],
    ['a missing shard', oneShard, 'file-missing', ['model-00002-of-00002.safetensors'], 'missing part'],
    [
      'a shard without a tensor of the index',
      { ...shards(), 'model-00002-of-00002.safetensors': encodeSafetensors([]) },
      'tensor-missing',
      ['model-00002-of-00002.safetensors has no tensor model.layers.1.', 'index.json says so'],
      'again',
    ],
    [
      'an index without a map',
      { ...shards(), 'model.safetensors.index.json': jsonBytes({}) },
      'safetensors-invalid',
      ['index.json', 'weight_map'],
      'again',
    ],
    [
      'an index with a number for a file',
      { ...shards(), 'model.safetensors.index.json': jsonBytes({ weight_map: { [norm]: 2 } }) },
      'safetensors-invalid',
      [norm, '2'],
      'again',
    ],
    [
      'a tokenizer with ids beyond the model',
      {
        'tokenizer.json': jsonBytes({
          ...tokenizer,
          added_tokens: [...added, { ...added[0], id: 31999, content: '<x>' }],
        }),
      },
      'tokenizer-mismatch',
      ['31,999', '290'],
      'tokenizer.json',
    ],
    ['a tokenizer that is no JSON', { 'tokenizer.json': text('<html>') }, 'tokenizer-invalid', ['JSON'], 'again'],
    [
      'a tokenizer without a model',
      { 'tokenizer.json': jsonBytes({ ...tokenizer, model: undefined }) },
      'tokenizer-invalid',
      ['tokenizer.json', 'model'],
      'tokenizer.json',
    ],
    [
      'a tokenizer of an unknown kind',
      { 'tokenizer.json': jsonBytes({ ...tokenizer, normalizer: { type: 'Rot13' } }) },
      'tokenizer-invalid',
      ['tokenizer.json', 'Rot13'],
      'tokenizer.json',
    ],
    [
      'a tokenizer whose merges lead nowhere',
      { 'tokenizer.json': jsonBytes({ ...tokenizer, model: { ...model, merges: ['Z Q'] } }) },
      'tokenizer-invalid',
      ['merges[0]', '"ZQ"'],
      'tokenizer.json',
    ],
    ['a bad tokenizer_config.json', { 'tokenizer_config.json': text('{') }, 'tokenizer-invalid', ['config'], 'again'],
    [
      'a chat template that is no text',
      { 'tokenizer_config.json': jsonBytes({ chat_template: 7 }) },
      'tokenizer-invalid',
      ['tokenizer_config.json', 'chat_template'],
      'tokenizer_config.json',
    ],
    [
      'a chat template in another encoding',
      { 'chat_template.jinja': new Uint8Array([0xff, 0xfe]) },
      'tokenizer-invalid',
      ['chat_template.jinja', 'UTF-8'],
      'again',
    ],
  ];
  it.each(cases)('for %s', async (_name, changes, code, words, hint) => {
    const error = await errorOf(openTiny(changes));
    expect(error.code).toBe(code);
    for (const word of words) expect(error.message).toContain(word);
    expect(error.hint).toContain(hint);
  });

  it('keeps the error of a file that cannot be read', async () => {
    for (const path of sound.keys()) {
      const error = await errorOf(openModel(memoryFolder(sound, { unreadable: [path] })));
      expect([error.code, error.message]).toEqual(['file-unreadable', expect.stringContaining(path)]);
    }
  });
});

describeWithShared('real models', 'models', () => {
  it('stories260K opens with 260,032 parameters and finite weights', async () => {
    const model = await openModel(await folderFromDisk(sharedPath('models/stories260K')));
    expect(model).toMatchObject({ name: 'stories260K', architecture: 'llama', stopIds: [2], parameters: 260_032 });
    expect(model.config).toMatchObject({ layers: 5, heads: 8, kvHeads: 4, headDim: 8, tiedHead: true, ffnSize: 172 });
    expect(model.ignored).toEqual([]);
    const weights = await model.loadWeights();
    expect(weights.size).toBe(47);
    expect(weights.get('layers.4.k_proj')).toHaveLength(32 * 64);
  });

  it('GPT-2 models open, with or without a tokenizer', async () => {
    const capp = await openModel(await folderFromDisk(sharedPath('models/capp-gpt2')));
    expect(capp).toMatchObject({ architecture: 'gpt2', stopIds: [51], parameters: 236_224, tokenizer: null });
    expect((await errorOf(Promise.resolve().then(() => capp.requireTokenizer()))).code).toBe('file-missing');
    const tiny = await openModel(await folderFromDisk(sharedPath('models/tiny-gpt2-random-16d')));
    expect(tiny).toMatchObject({ architecture: 'gpt2', stopIds: [50256], parameters: 811_520, ignored: [] });
    expect(tiny.requireTokenizer().vocabSize).toBe(50257);
  });
});
