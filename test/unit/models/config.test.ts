/** config.json in the spellings of transformers 4 and 5, and everything that must be refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LabError, type LabErrorCode } from '../../../src/core/errors';
import { readModelConfig } from '../../../src/models/config';
import { Fields } from '../../../src/models/fields';
import { inverseFrequencies } from '../../../src/models/rope';
import { tinyConfigJson } from '../../helpers/tiny-model';

const read = (config: Record<string, unknown>, generation: Record<string, unknown> | null = null, head = false) =>
  readModelConfig(tinyConfigJson({ config }), generation, (name) => head && name === 'lm_head.weight');

function errorOf(config: Record<string, unknown>, generation: Record<string, unknown> | null = null): LabError {
  try {
    read(config, generation);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  return expect.fail('the configuration was accepted');
}

const plainFrequencies = [1, 0.1, 0.01, 0.001];

describe('a Llama configuration', () => {
  it('gives the sizes of the decoder', () => {
    const { decoder, stopIds, bosId, architecture } = read({});
    expect(architecture.modelType).toBe('llama');
    expect(decoder).toMatchObject({ hiddenSize: 32, ffnSize: 64, layers: 2, heads: 4, kvHeads: 2, headDim: 8 });
    expect(decoder).toMatchObject({ contextLength: 256, normEpsilon: 1e-5, tiedHead: true });
    expect(decoder.inverseFrequencies).toHaveLength(4);
    decoder.inverseFrequencies.forEach((f, i) => expect(f).toBeCloseTo(plainFrequencies[i]!, 12));
    expect([stopIds, bosId]).toEqual([[1], 0]);
  });

  it('means the same in the spelling of transformers 5', () => {
    const four = read({ rope_theta: 500000 }).decoder;
    const five = read({
      rope_theta: undefined,
      rope_scaling: undefined,
      torch_dtype: undefined,
      dtype: 'float32',
      rope_parameters: { rope_theta: 500000, rope_type: 'default' },
    }).decoder;
    expect(five).toEqual(four);
    expect(four.inverseFrequencies[3]).toBeCloseTo(500000 ** -0.75, 15);
  });

  it('may leave head_dim out, or give one that is not hidden_size / heads', () => {
    expect(read({ head_dim: undefined }).decoder.headDim).toBe(8);
    expect(read({ head_dim: null }).decoder.headDim).toBe(8);
    expect(read({ head_dim: 16 }).decoder.headDim).toBe(16);
  });

  it('may leave out what transformers fills in', () => {
    const { decoder } = read({ num_key_value_heads: undefined, rms_norm_eps: undefined, rope_theta: undefined });
    expect(decoder).toMatchObject({ kvHeads: 4, normEpsilon: 1e-6 });
    expect(decoder.inverseFrequencies[1]).toBeCloseTo(0.1, 12);
  });

  it('may have biases, of attention and of the feed-forward block', () => {
    const attention = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
    const mlp = ['gate_proj', 'up_proj', 'down_proj'];
    expect(read({}).decoder.traits.biases).toEqual([]);
    expect(read({ attention_bias: true }).decoder.traits.biases).toEqual(attention);
    expect(read({ mlp_bias: true }).decoder.traits.biases).toEqual(mlp);
    expect(read({ attention_bias: true, mlp_bias: true }).decoder.traits.biases).toEqual([...attention, ...mlp]);
  });

  it('without tie_word_embeddings has a tied head exactly where the file holds no head', () => {
    expect(read({ tie_word_embeddings: undefined }, null, false).decoder.tiedHead).toBe(true);
    expect(read({ tie_word_embeddings: undefined }, null, true).decoder.tiedHead).toBe(false);
    expect(read({ tie_word_embeddings: true }, null, true).decoder.tiedHead).toBe(true);
  });

  it('lets generation_config.json decide which ids stop, one or many', () => {
    expect(read({ eos_token_id: [1, 5, 1] }).stopIds).toEqual([1, 5]);
    expect(read({}, { eos_token_id: [7, 3] }).stopIds).toEqual([7, 3]);
    expect(read({}, {}).stopIds).toEqual([1]);
    expect(read({ eos_token_id: null }).stopIds).toEqual([]);
  });

  it('with a stale BOS beyond the vocabulary has none', () => {
    expect(read({ bos_token_id: 50256 }).bosId).toBeNull();
  });
});

describe('llama3 rope scaling', () => {
  const golden = JSON.parse(readFileSync(new URL('../../golden/rope_llama3.json', import.meta.url), 'utf8')) as {
    head_dim: number;
    rope: Record<string, number>;
    inverse_frequencies: number[];
  }[];

  it.each(golden)('gives the frequencies of transformers for $rope over heads of $head_dim', (entry) => {
    const { rope_theta, ...scaling } = entry.rope;
    const spellings = [
      { rope_theta, rope_scaling: { rope_type: 'llama3', ...scaling } },
      { rope_theta, rope_scaling: { type: 'llama3', ...scaling } },
      { rope_parameters: { rope_type: 'llama3', ...entry.rope } },
    ];
    for (const spelling of spellings) {
      const got = inverseFrequencies(new Fields('config.json', spelling), entry.head_dim);
      expect(got).toHaveLength(entry.inverse_frequencies.length);
      got.forEach((value, i) => expect(Math.abs(value / entry.inverse_frequencies[i]! - 1)).toBeLessThan(2e-6));
    }
  });

  it('names the field that is missing or wrong', () => {
    const llama3 = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };
    const missing = errorOf({ rope_scaling: { rope_type: 'llama3', ...llama3, factor: undefined } });
    expect([missing.code, missing.message]).toEqual(['config-invalid', expect.stringContaining('rope_scaling.factor')]);
    const order = errorOf({ rope_scaling: { rope_type: 'llama3', ...llama3, high_freq_factor: 1 } });
    expect(order.message).toContain('rope_scaling.high_freq_factor');
  });
});

describe('a configuration that is refused', () => {
  const refusals: [string, Record<string, unknown>, LabErrorCode, string[]][] = [
    ['another architecture', { model_type: 'opt' }, 'architecture-unsupported', ['"opt"']],
    ['no architecture', { model_type: undefined }, 'config-invalid', ['model_type', 'missing']],
    ['another activation', { hidden_act: 'gelu' }, 'architecture-unsupported', ['hidden_act', '"gelu"']],
    ['sliced products', { pretraining_tp: 2 }, 'architecture-unsupported', ['pretraining_tp', '2']],
    ['quantised weights', { quantization_config: { bits: 4 } }, 'architecture-unsupported', ['quantization_config']],
    ['odd heads', { head_dim: 6 }, 'architecture-unsupported', ['head_dim', '6', 'multiple of 4']],
    ['yarn', { rope_scaling: { rope_type: 'yarn', factor: 2 } }, 'rope-unsupported', ['"yarn"']],
    ['linear scaling', { rope_scaling: { type: 'linear', factor: 2 } }, 'rope-unsupported', ['"linear"']],
    ['dynamic', { rope_parameters: { rope_type: 'dynamic' } }, 'rope-unsupported', ['"dynamic"']],
    ['partial rotation', { partial_rotary_factor: 0.5 }, 'rope-unsupported', ['0.5']],
    ['partial rotation (5)', { rope_parameters: { partial_rotary_factor: 0.25 } }, 'rope-unsupported', ['0.25']],
    ['no size', { hidden_size: undefined }, 'config-invalid', ['hidden_size', 'missing']],
    ['a size in quotes', { intermediate_size: '64' }, 'config-invalid', ['intermediate_size', '"64"']],
    ['no layers', { num_hidden_layers: 0 }, 'config-invalid', ['num_hidden_layers', '0']],
    ['half a token', { vocab_size: 10.5 }, 'config-invalid', ['vocab_size', '10.5']],
    ['kv heads that do not divide', { num_key_value_heads: 3 }, 'config-invalid', ['num_key_value_heads', '3']],
    ['heads that do not divide', { head_dim: null, num_attention_heads: 6 }, 'config-invalid', ['hidden_size']],
    ['an epsilon of zero', { rms_norm_eps: 0 }, 'config-invalid', ['rms_norm_eps']],
    ['a theta in words', { rope_theta: 'big' }, 'config-invalid', ['rope_theta', '"big"']],
    ['rope_scaling that is a list', { rope_scaling: [8] }, 'config-invalid', ['rope_scaling', '[8]']],
    ['a flag in words', { tie_word_embeddings: 'yes' }, 'config-invalid', ['tie_word_embeddings', '"yes"']],
    ['a stop id in words', { eos_token_id: '</s>' }, 'config-invalid', ['eos_token_id', '"</s>"']],
    ['a stop id beyond the vocabulary', { eos_token_id: 9999 }, 'config-invalid', ['eos_token_id', '9999']],
  ];
  it.each(refusals)('for %s', (_, config, code, words) => {
    const error = errorOf(config);
    expect(error.code).toBe(code);
    for (const word of ['config.json', ...words]) expect(error.message).toContain(word);
    expect(error.hint.length).toBeGreaterThan(20);
  });

  it('lists what is supported', () => {
    const { hint } = errorOf({ model_type: 'mamba' });
    for (const name of ['llama', 'qwen2', 'qwen3', 'gemma3_text', 'gpt2', 'gpt_neox']) expect(hint).toContain(name);
  });

  it('names generation_config.json where that is at fault', () => {
    expect(errorOf({}, { eos_token_id: [2, 1e6] }).message).toContain('generation_config.json: eos_token_id');
  });
});
