/** config.json of every family: both spellings, what is filled in, what is refused. */
import { describe, expect, it } from 'vitest';
import type { LabError } from '../../../src/core/errors';
import { decoderWeights } from '../../../src/engine';
import { openModel } from '../../../src/models';
import { readModelConfig } from '../../../src/models/config';
import { encodeF16 } from '../../../src/core/float16';
import { encodeSafetensors, type TensorToWrite } from '../../../src/models/safetensors';
import { filesOf, GEMMA, GPT2, LLAMA, NEOX, QWEN2, QWEN3, SIZES, type Config } from '../../helpers/family-files';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { folderFromDisk, jsonBytes, memoryFolder } from '../../helpers/tiny-model';

const read = (config: Config, head = false) =>
  readModelConfig(config, null, (name) => head && /^(lm_head|embed_out)\.weight$/.test(name)).decoder;

function refused(config: Config): LabError {
  try {
    read(config);
  } catch (error) {
    return error as LabError;
  }
  return expect.fail('the configuration was accepted');
}

describe('GPT-2', () => {
  it('has layer norms, learned positions, biases everywhere, and four times the width where n_inner is absent', () => {
    const decoder = read(GPT2);
    expect(decoder).toMatchObject({ ffnSize: 128, headDim: 8, kvHeads: 4, contextLength: 64, inverseFrequencies: [] });
    expect(decoder.traits).toMatchObject({
      norm: 'layer',
      positions: 'learned',
      gated: false,
      activation: 'gelu-tanh',
    });
    expect(decoder.traits).toMatchObject({ fusedQkv: true, attentionScale: null });
    expect(decoder.traits.biases).toHaveLength(6);
    expect(read({ ...GPT2, n_inner: 20, activation_function: 'gelu' })).toMatchObject({ ffnSize: 20 });
    expect(read({ ...GPT2, activation_function: 'gelu' }).traits.activation).toBe('gelu');
    expect(read({ ...GPT2, scale_attn_weights: false }).traits.attentionScale).toBe(1);
  });

  it('is tied unless it says no, whatever the file holds', () => {
    expect([read(GPT2, false).tiedHead, read(GPT2, true).tiedHead]).toEqual([true, true]);
    expect(read({ ...GPT2, tie_word_embeddings: false }, true).tiedHead).toBe(false);
  });

  it('may have dropouts: they are for training there, not part of the model', () => {
    const dropouts = { attn_pdrop: 0.1, embd_pdrop: 0.1, resid_pdrop: 0.1, reorder_and_upcast_attn: true };
    expect(read({ ...GPT2, ...dropouts })).toEqual(read(GPT2));
  });

  it.each([
    [{ activation_function: 'relu' }, 'relu'],
    [{ scale_attn_by_inverse_layer_idx: true }, 'scale_attn_by_inverse_layer_idx'],
    [{ add_cross_attention: true }, 'add_cross_attention'],
    [{ n_embd: 30 }, 'n_embd'],
    [{ quantization_config: { bits: 8 } }, 'quantization_config'],
  ])('is refused with %o', (change, word) => {
    expect(refused({ ...GPT2, ...change }).message).toContain(word);
  });
});

describe('GPT-NeoX', () => {
  it('rotates a quarter of each head, runs its blocks in parallel and is untied by its head', () => {
    const decoder = read(NEOX, true);
    expect(decoder).toMatchObject({ tiedHead: false, headDim: 8, kvHeads: 4, normEpsilon: 1e-5 });
    expect(decoder.inverseFrequencies).toEqual([1]);
    expect(decoder.traits).toMatchObject({ parallel: true, norm: 'layer', activation: 'gelu', fusedQkv: true });
    expect(read({ ...NEOX, use_parallel_residual: false }).traits.parallel).toBe(false);
  });

  it('means the same in both spellings', () => {
    const old = read({ ...NEOX, rotary_pct: 0.5, rotary_emb_base: 500 });
    const parameters = { rope_type: 'default', rope_theta: 500, partial_rotary_factor: 0.5 };
    expect(read({ ...NEOX, rope_parameters: parameters })).toEqual(old);
    expect(old.inverseFrequencies).toHaveLength(2);
    expect(old.inverseFrequencies[1]).toBeCloseTo(500 ** -0.5, 12);
  });

  it('without attention biases keeps those of the feed-forward block', () => {
    expect(read({ ...NEOX, attention_bias: false }).traits.biases).toEqual(['up_proj', 'down_proj']);
  });

  it.each([
    [{ hidden_act: 'gelu_fast' }, 'gelu_fast'],
    [{ rotary_pct: 0.2 }, 'rotary_pct'],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'linear'],
  ])('is refused with %o', (change, word) => {
    expect(refused({ ...NEOX, ...change }).message).toContain(word);
  });
});

describe('Qwen', () => {
  it('2 has biases of queries, keys and values; 3 has norms of heads and a head width of its own', () => {
    expect(read(QWEN2).traits.biases).toEqual(['q_proj', 'k_proj', 'v_proj']);
    expect(read(QWEN2)).toMatchObject({ headDim: 8, traits: { headNorms: false } });
    expect(read(QWEN3)).toMatchObject({ headDim: 16, traits: { headNorms: true, biases: [] } });
    expect(read({ ...QWEN3, head_dim: undefined }).headDim).toBe(128);
    expect(read({ ...QWEN3, attention_bias: true }).traits.biases).toHaveLength(4);
  });

  it('may name a window that it does not use', () => {
    const unused = { use_sliding_window: false, sliding_window: 16, max_window_layers: 3 };
    expect(read({ ...QWEN2, ...unused })).toEqual(read(QWEN2));
  });

  it.each([
    [QWEN2, { use_sliding_window: true }, 'use_sliding_window'],
    [QWEN3, { use_sliding_window: true }, 'use_sliding_window'],
    [QWEN2, { hidden_act: 'gelu' }, 'gelu'],
    [QWEN3, { rope_scaling: { rope_type: 'yarn', factor: 4 } }, 'yarn'],
    [QWEN2, { rope_parameters: { rope_type: 'longrope' } }, 'longrope'],
  ])('%# is refused', (config, change, word) => {
    expect(refused({ ...config, ...change }).message).toContain(word);
  });
});

describe('Gemma 3', () => {
  it('has norms from 1, scaled embeddings, and every sixth layer a full one', () => {
    const { traits, headDim, tiedHead } = read(GEMMA);
    expect([headDim, tiedHead]).toEqual([16, true]);
    expect(traits).toMatchObject({ normOffset: 1, sandwich: true, headNorms: true, attentionScale: 1 / 16 });
    expect(traits.embeddingScale).toBe(Math.fround(Math.sqrt(32)));
    expect(traits.local).toMatchObject({ layers: [0, 1, 2, 3, 4, 6], window: 4096 });
    expect(traits.local!.inverseFrequencies[1]).toBeCloseTo(10000 ** (-2 / 16), 12);
    expect(read(GEMMA).inverseFrequencies[1]).toBeCloseTo(1e6 ** (-2 / 16), 12);
    expect(read({ ...GEMMA, head_dim: undefined }).headDim).toBe(256);
    expect(read({ ...GEMMA, query_pre_attn_scalar: 25 }).traits.attentionScale).toBe(0.2);
  });

  it('means the same in both spellings', () => {
    const kinds = SIZES.num_hidden_layers;
    const layer_types = Array.from({ length: kinds }, (_, i) => (i % 3 === 2 ? 'full_attention' : 'sliding_attention'));
    const old = { sliding_window_pattern: 3, rope_theta: 5e5, rope_local_base_freq: 2e4, sliding_window: 8 };
    const five = {
      ...{ layer_types, sliding_window: 8 },
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta: 5e5 },
        sliding_attention: { rope_type: 'default', rope_theta: 2e4 },
      },
    };
    expect(read({ ...GEMMA, ...five })).toEqual(read({ ...GEMMA, ...old }));
    const all = { layer_types: layer_types.map(() => 'full_attention') };
    expect(read({ ...GEMMA, ...all }).traits.local).toBeNull();
  });

  it.each([
    [{ attn_logit_softcapping: 50 }, 'attn_logit_softcapping'],
    [{ final_logit_softcapping: 30 }, 'final_logit_softcapping'],
    [{ use_bidirectional_attention: true }, 'use_bidirectional_attention'],
    [{ hidden_activation: 'gelu' }, 'gelu'],
    [{ num_hidden_layers: 2 ** 31 }, 'num_hidden_layers'],
    [{ head_dim: 2 ** 31 }, 'head_dim'],
    [{ layer_types: ['full_attention'] }, 'layer_types'],
    [{ layer_types: Array(7).fill('chunked_attention') }, 'layer_types'],
    [{ rope_scaling: { rope_type: 'linear', factor: 8 } }, 'linear'],
  ])('is refused with %o', (change, word) => {
    expect(refused({ ...GEMMA, ...change }).message).toContain(word);
  });
});

it.each([
  ...['opt', 'bloom', 'mamba', 'phi3', 'phi', 'gemma', 'gemma2', 'gemma3', 'mistral', 'mixtral', 'qwen2_moe'],
  ...['qwen3_moe', 'gpt_neo', 'gptj', 'falcon', 'bert', 'roberta', 't5', 'bart', 'olmo2', 'toString'],
])('a model of the type %s is refused by name, with the list of what works', (model_type) => {
  const error = refused({ ...SIZES, model_type });
  expect(error.code).toBe('architecture-unsupported');
  expect(error.message).toContain(`"${model_type}"`);
  expect(error.hint).toContain('llama, qwen2, qwen3, gemma3_text, gpt2, gpt_neox');
});

const open = (config: Config, tensors: TensorToWrite[]) =>
  openModel(
    memoryFolder(
      new Map([
        ['config.json', jsonBytes(config)],
        ['model.safetensors', encodeSafetensors(tensors)],
      ]),
    ),
  );
const buffer = (name: string, shape: number[]) => ({
  ...{ name, shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)) },
});

describe('files', () => {
  it('of GPT-2 are read with and without their prefix, masks left alone', async () => {
    const prefixed = await open(GPT2, filesOf(GPT2));
    const bare = filesOf(GPT2, (name) => name.replace(/^transformer\./, ''));
    const masks = [buffer('h.0.attn.bias', [1, 1, 64, 64]), buffer('h.1.attn.masked_bias', [])];
    const plain = await open(GPT2, [...bare, ...masks]);
    expect(plain.ignored.sort()).toEqual(masks.map(({ name }) => name));
    const values = await plain.loadWeights();
    expect([...values.keys()].sort()).toEqual(
      decoderWeights(plain.config)
        .map(({ name }) => name)
        .sort(),
    );
    // The values above follow from the names' lengths: those of the prefixed file are others, but lie in the same places.
    expect([...values].map(([, data]) => data.length)).toEqual(
      [...(await prefixed.loadWeights())].map(([, data]) => data.length),
    );
  });

  it('of GPT-NeoX may hold masks and rotations', async () => {
    const at = 'gpt_neox.layers.0.attention';
    const old = [
      buffer(`${at}.bias`, [1, 1, 64, 64]),
      buffer(`${at}.masked_bias`, []),
      buffer(`${at}.rotary_emb.inv_freq`, [1]),
    ];
    const model = await open({ ...NEOX, tie_word_embeddings: true }, [
      ...filesOf({ ...NEOX, tie_word_embeddings: true }),
      ...old,
    ]);
    expect(model.ignored).toHaveLength(3);
  });

  it('of a tied model may hold the head a second time', async () => {
    for (const config of [QWEN3, GEMMA, GPT2]) {
      const model = await open(config, [...filesOf(config), buffer('lm_head.weight', [40, 32])]);
      expect([model.config.tiedHead, model.ignored]).toEqual([true, ['lm_head.weight']]);
    }
  });

  it.each([
    ['biases that config.json does not name', LLAMA, 'model.layers.0.self_attn.q_proj.bias'],
    ['norms of heads', QWEN2, 'model.layers.6.self_attn.q_norm.weight'],
    ['experts', LLAMA, 'model.layers.0.mlp.experts.0.up_proj.weight'],
  ])('with %s are another model', async (_, config, name) => {
    const opened = open(config, [...filesOf(config), buffer(name, [32])]);
    await expect(opened).rejects.toMatchObject({
      code: 'architecture-unsupported',
      message: expect.stringContaining(name),
    });
  });

  it('in f16 are the values of f32 where those are exact', async () => {
    const tensors = filesOf(LLAMA);
    const whole = await (await open(LLAMA, tensors)).loadWeights();
    const halves = tensors.map(({ data, ...rest }) => ({ ...rest, data: encodeF16(data as Float32Array).halves }));
    expect(await (await open(LLAMA, halves)).loadWeights()).toEqual(whole);
  });
});

describeWithShared('stories260K in two more dtypes', ['models/stories260K', 'models/stories260K-dtypes'], () => {
  it('opens in f16 and in bf16, with the same values but for rounding', async () => {
    const base = await folderFromDisk(sharedPath('models/stories260K'));
    const other = await folderFromDisk(sharedPath('models/stories260K-dtypes'));
    const config = await base.read(
      'config.json',
      0,
      (await base.list()).find(({ path }) => path === 'config.json')!.bytes,
    );
    const weightsOf = async (file: string) => {
      const { bytes } = (await other.list()).find(({ path }) => path === file)!;
      const files = new Map([
        ['config.json', config],
        ['model.safetensors', await other.read(file, 0, bytes)],
      ]);
      return (await openModel(memoryFolder(files))).loadWeights();
    };
    const [half, brain] = [await weightsOf('model.f16.safetensors'), await weightsOf('model.bf16.safetensors')];
    expect([...brain.keys()]).toEqual([...half.keys()]);
    for (const [name, values] of half) {
      const size = Math.max(...values.map(Math.abs));
      const error = Math.max(...values.map((value, i) => Math.abs(value - brain.get(name)![i]!)));
      expect(error / size, name).toBeLessThan(2 ** -7);
      expect(size, name).toBeGreaterThan(0);
    }
  });
});
