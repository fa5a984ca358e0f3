/** One small decoder a family, each with whatever sets that family apart. */
import type { PackedRow } from '../../src/core/packed-row';
import type { DecoderConfig } from '../../src/engine';
import { LLAMA_TRAITS, type DecoderTraits } from '../../src/engine/traits';

const BASE: DecoderConfig = {
  vocabSize: 13,
  hiddenSize: 8,
  ffnSize: 12,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headDim: 4,
  normEpsilon: 1e-5,
  contextLength: 16,
  inverseFrequencies: [1, 0.1],
  tiedHead: true,
  traits: LLAMA_TRAITS,
};

const like = (name: string, traits: Partial<DecoderTraits>, shape: Partial<DecoderConfig> = {}) => ({
  name,
  config: { ...BASE, ...shape, traits: { ...LLAMA_TRAITS, ...traits } },
});

export const DECODERS = [
  like(
    'as GPT-2: layer norms, all biases, a plain GELU by tanh, learned positions',
    {
      norm: 'layer',
      biases: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'up_proj', 'down_proj'],
      activation: 'gelu-tanh',
      gated: false,
      positions: 'learned',
    },
    { kvHeads: 2, inverseFrequencies: [] },
  ),
  like(
    'as GPT-NeoX: parallel blocks, half of each head rotated, a plain GELU, a head of its own',
    {
      norm: 'layer',
      biases: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'up_proj', 'down_proj'],
      activation: 'gelu',
      gated: false,
      parallel: true,
    },
    { kvHeads: 2, inverseFrequencies: [0.7], tiedHead: false },
  ),
  like('as Qwen2: biases of q, k and v', { biases: ['q_proj', 'k_proj', 'v_proj'] }),
  like(
    'as Qwen3: norms of heads, heads wider than the model',
    { headNorms: true },
    {
      headDim: 8,
      inverseFrequencies: [1, 0.5, 0.2, 0.1],
    },
  ),
  like('as Gemma 3: weights from 1, norms of branches, scaled embedding and scores, one local layer', {
    normOffset: 1,
    activation: 'gelu-tanh',
    headNorms: true,
    sandwich: true,
    embeddingScale: Math.fround(Math.sqrt(8)),
    attentionScale: 0.3,
    local: { layers: [0], window: 3, inverseFrequencies: [0.8, 0.05] },
  }),
];

/** Two rows of several segments each, labels at some positions. */
export function decoderRows({ vocabSize }: DecoderConfig): PackedRow[] {
  const row = (lengths: number[], every: number): PackedRow => {
    const start = lengths.flatMap((length, i) => {
      const first = lengths.slice(0, i).reduce((a, b) => a + b, 0);
      return Array.from({ length }, () => first);
    });
    const tokens = start.length;
    const index = Array.from({ length: tokens }, (_, t) => t).filter((t) => t % every === 0);
    return {
      ids: Uint32Array.from({ length: tokens }, (_, t) => (t * 5 + every) % vocabSize),
      segmentStart: Uint32Array.from(start),
      supervisedIndex: Uint32Array.from(index),
      labels: Uint32Array.from(index, (t) => (t * 7 + 2) % vocabSize),
      example: Uint32Array.from(index, (t) =>
        lengths.findIndex((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0) > t),
      ),
    };
  };
  return [row([7, 1, 5], 2), row([3, 9], 3)];
}
