/** Plans of published models from their config.json alone: the facts of those files, no weights. */
import { describe, expect, it } from 'vitest';
import { LINEAR_NAMES, planMemory, weightSizes, type Precision, type TrainableSpec } from '../../../src/engine';
import { inspectModel, LEAST_LIMITS, memoryParts, type InspectOptions } from '../../../src/experiment';
import { refuseTooLarge } from '../../../src/experiment/host';
import { planUse } from '../../../src/experiment/model-plan';
import { readOutline } from '../../../src/models';
import { jsonBytes, memoryFolder } from '../../helpers/tiny-model';

const MiB = 1024 * 1024;
const inspect = (config: Record<string, unknown>, options: InspectOptions = {}) =>
  inspectModel(memoryFolder(new Map([['config.json', jsonBytes(config)]]), { name: 'org/model' }), options);

const sizes = (
  hidden: number,
  layers: number,
  heads: number,
  kv: number,
  ffn: number,
  vocab: number,
  context: number,
) => ({
  ...{ hidden_size: hidden, num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: kv },
  ...{ intermediate_size: ffn, vocab_size: vocab, max_position_embeddings: context },
});
const PUBLISHED: [string, Record<string, unknown>, number][] = [
  [
    'distilgpt2',
    { model_type: 'gpt2', n_embd: 768, n_layer: 6, n_head: 12, n_positions: 1024, vocab_size: 50257 },
    81_912_576,
  ],
  [
    'pythia-70m',
    { model_type: 'gpt_neox', ...sizes(512, 6, 8, 8, 2048, 50304, 2048), rotary_pct: 0.25, tie_word_embeddings: false },
    70_426_624,
  ],
  ['pythia-14m', { model_type: 'gpt_neox', ...sizes(128, 6, 4, 4, 512, 50304, 2048), rotary_pct: 0.25 }, 14_067_712],
  [
    'SmolLM2-135M',
    { model_type: 'llama', ...sizes(576, 30, 9, 3, 1536, 49152, 8192), rope_theta: 100000, tie_word_embeddings: true },
    134_515_008,
  ],
  [
    'Qwen2.5-0.5B',
    {
      model_type: 'qwen2',
      ...sizes(896, 24, 14, 2, 4864, 151936, 32768),
      tie_word_embeddings: true,
      use_sliding_window: false,
    },
    494_032_768,
  ],
  [
    'Qwen3-0.6B',
    { model_type: 'qwen3', ...sizes(1024, 28, 16, 8, 3072, 151936, 40960), head_dim: 128, tie_word_embeddings: true },
    596_049_920,
  ],
  [
    'gemma-3-270m',
    {
      model_type: 'gemma3_text',
      ...sizes(640, 18, 4, 1, 2048, 262144, 32768),
      ...{ head_dim: 256, query_pre_attn_scalar: 256, sliding_window: 512, rope_theta: 1e6 },
    },
    268_098_176,
  ],
];

const LORA: TrainableSpec = { kind: 'lora', rank: 16, scale: 2, targets: [...LINEAR_NAMES] };

it.each(PUBLISHED)('%s has its published parameters, and bindings below the limit', async (_, config, parameters) => {
  const outline = await readOutline(memoryFolder(new Map([['config.json', jsonBytes(config)]])));
  expect(outline).toMatchObject({ parameters, hasWeights: false, tokenizer: null });
  const bytes = (precision: Precision, doubleQuantisation = false) =>
    weightSizes(outline.config, { precision, doubleQuantisation }).bytes;
  expect(bytes('f32')).toBe(4 * parameters);
  const sizesOf = [bytes('nf4', true), bytes('nf4'), bytes('int8'), bytes('f16'), bytes('f32')];
  expect(sizesOf).toEqual([...sizesOf].sort((x, y) => x - y));
  expect(bytes('f16') / bytes('f32')).toBeCloseTo(0.5, 2);
  const plan = planMemory(outline.config, LORA, { rowTokens: 256, supervised: 256 });
  expect(plan.largestBindingBytes).toBeLessThanOrEqual(128 * MiB);
  expect(plan.weightsBytes / bytes('f32')).toBeGreaterThanOrEqual(1);
  const { weightsBytes, trainingBytes, activationBytes, decodingBytes, readBackBytes, totalBytes } = plan;
  expect(totalBytes).toBe(weightsBytes + trainingBytes + activationBytes + decodingBytes + readBackBytes);
  const { totalBytes: shown, ...parts } = memoryParts(plan);
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(shown);
});

describe('a plan', () => {
  const shape = { model_type: 'llama', ...sizes(256, 3, 4, 2, 512, 8192, 2048), tie_word_embeddings: true };
  const planned = async (memoryMiB: number | null, options: InspectOptions = {}) => {
    const limits = { ...LEAST_LIMITS, memoryBytes: memoryMiB && memoryMiB * MiB };
    const [answer, lora, full] = (await inspect(shape, { ...options, limits })).plans;
    return { answer: answer!, lora: lora!, full: full! };
  };

  it('of what does not fit says what to change, and what it names does fit', async () => {
    const needs = (await planned(null)).lora.memory;
    const short = Math.floor(needs.totalBytes / MiB) - 4;
    const { lora, full } = await planned(short, { rowTokens: 64 });
    expect(lora).toMatchObject({ fits: true, advice: [] });
    expect(full).toMatchObject({
      fits: false,
      advice: expect.arrayContaining([expect.stringContaining('An adapter')]),
    });
    const tight = Math.floor((await planned(null, { rowTokens: 64 })).lora.memory.totalBytes / MiB) - 4;
    const refused = (await planned(tight, { rowTokens: 64 })).lora;
    expect(refused.fits).toBe(false);
    expect(refused.advice).toContain('A base in f16 fits (model.precision f16).');
    const f16 = { precision: 'f16', doubleQuantisation: false } as const;
    expect((await planned(tight, { rowTokens: 64, precision: f16 })).lora).toMatchObject({ fits: true, advice: [] });
    expect((await planned(1)).lora.advice).toEqual([expect.stringContaining('choose a smaller model')]);
  });

  it('of what fits by all remedies together names the base that was planned', async () => {
    const decoding = { longestPrompt: 32, prompts: 64, samples: 1, maxNewTokens: 48 };
    const precision = { precision: 'nf4', doubleQuantisation: true } as const;
    const least = { rowTokens: 64, rank: 16, limits: LEAST_LIMITS, decoding, precision };
    const { totalBytes } = planUse((await inspect(shape)).config, 'lora', least).memory;
    // A little more: advice plans layers that are computed again, which takes more where rows are short.
    const { advice } = (await planned(totalBytes / MiB + 1, { rowTokens: 1024 })).lora;
    expect(advice).toEqual([expect.stringContaining('(model.precision nf4, model.doubleQuantisation true)')]);
  });

  it('has the longest row that fits, and not one that is longer', async () => {
    const room = Math.floor((await planned(null, { rowTokens: 1024 })).lora.memory.totalBytes / MiB);
    const { lora } = await planned(room, { rowTokens: 4096 });
    expect(lora).toMatchObject({ fits: false, advice: expect.arrayContaining([expect.stringContaining('at most')]) });
    const most = lora.largestRowTokens!;
    expect((await planned(room, { rowTokens: most })).lora.fits).toBe(true);
    expect((await planned(room, { rowTokens: most + 64 })).lora.fits).toBe(false);
  });

  it('computes layers again where keeping them does not fit', async () => {
    const roomy = (await planned(null)).lora;
    expect(roomy).toMatchObject({ keepActivations: true, fits: true });
    const tight = (await planned(roomy.memory.totalBytes / MiB - 1)).lora;
    expect(tight).toMatchObject({ keepActivations: false, fits: true });
    expect(tight.memory.totalBytes).toBeLessThan(roomy.memory.totalBytes);
  });
});

it('what is read back is the largest of what passes put out', async () => {
  const config = { model_type: 'llama', ...sizes(64, 2, 2, 2, 64, 256, 512), tie_word_embeddings: true };
  const outline = await readOutline(memoryFolder(new Map([['config.json', jsonBytes(config)]])));
  const readBack = (states: { tokens: number; spans: number; layers: number[] } | undefined) =>
    planMemory(outline.config, { kind: 'none' }, { rowTokens: 64, supervised: 64, ...(states && { states }) })
      .readBackBytes;
  // 100 spans in two layers of 64 columns.
  expect(readBack({ tokens: 64, spans: 100, layers: [0, 1] })).toBeGreaterThanOrEqual(2 * 100 * 64 * 4);
  expect(readBack(undefined)).toBeLessThan(2 * 100 * 64 * 4);
});

describe('the caches of decoding', () => {
  const [, smol] = PUBLISHED.find(([name]) => name === 'SmolLM2-135M')!;
  const demand = { longestPrompt: 32, prompts: 64, samples: 20, maxNewTokens: 48 };

  it('lie in buffers that the device allows, however large they are', async () => {
    const { config } = await readOutline(memoryFolder(new Map([['config.json', jsonBytes(smol)]])));
    const shape = { rowTokens: 256, supervised: 256, decoding: [demand] };
    const { decodingBytes, largestBufferBytes } = planMemory(config, { kind: 'none' }, shape);
    expect(decodingBytes).toBeGreaterThan(512 * MiB);
    expect(largestBufferBytes).toBeLessThanOrEqual(256 * MiB);
  });

  it('count as buffers where nothing else is as large', async () => {
    const config = { model_type: 'llama', ...sizes(64, 2, 2, 2, 64, 256, 512), tie_word_embeddings: true };
    const outline = await readOutline(memoryFolder(new Map([['config.json', jsonBytes(config)]])));
    const shape = { rowTokens: 64, supervised: 64 };
    const largest = (decoding: (typeof demand)[]) =>
      planMemory(outline.config, { kind: 'none' }, { ...shape, decoding }).largestBufferBytes;
    // Keys and values of 256 rows of 400 tokens, in two layers of 64 columns.
    const cache = 4 * 256 * 400 * 64 * 4;
    expect(largest([])).toBeLessThan(cache);
    expect(largest([{ ...demand, maxNewTokens: 400 }])).toBe(cache);
  });
});

it('a device is refused before weights are loaded where a buffer or a binding is too large for it', async () => {
  const config = { model_type: 'llama', ...sizes(4096, 1, 32, 8, 16384, 256, 512), tie_word_embeddings: true };
  const outline = await readOutline(memoryFolder(new Map([['config.json', jsonBytes(config)]])));
  const needs = { config: outline.config, trainable: { kind: 'none' } as const, control: 'model.path' };
  const refusal = (precision: Precision, bufferBytes = 1024 * MiB) => {
    const shape = { rowTokens: 64, supervised: 64, precision: { precision, doubleQuantisation: false } };
    return () => refuseTooLarge({ ...needs, shape }, { limits: { bindingBytes: 128 * MiB, bufferBytes } });
  };
  // 4096 × 16384 values: 256 MiB in f32, 128 MiB in f16.
  expect(refusal('f32')).toThrow('268435456 of them in one binding');
  expect(refusal('f32', 128 * MiB)).toThrow('268435456 of them in one buffer');
  expect(refusal('f16')).not.toThrow();
});

describe('config.json alone', () => {
  it('of absurd sizes is refused before anything is laid out', async () => {
    for (const absurd of [{ num_hidden_layers: 1e9 }, { vocab_size: 1e14 }, { max_position_embeddings: 1e15 }]) {
      const config = { model_type: 'llama', ...sizes(64, 2, 4, 4, 128, 256, 512), ...absurd };
      await expect(inspect(config)).rejects.toMatchObject({ code: 'config-invalid' });
    }
  });

  it('leaves the head to the class where it says nothing of it', async () => {
    const shape = sizes(64, 2, 4, 4, 128, 256, 512);
    const tied = async (config: Record<string, unknown>) => (await inspect({ ...shape, ...config })).config.tiedHead;
    expect(await tied({ model_type: 'llama' })).toBe(false);
    expect(await tied({ model_type: 'gpt_neox' })).toBe(false);
    expect(await tied({ model_type: 'gemma3_text', head_dim: 16 })).toBe(true);
    expect(await tied({ model_type: 'gpt2', n_embd: 64, n_layer: 2, n_head: 4, n_positions: 128 })).toBe(true);
  });
});
