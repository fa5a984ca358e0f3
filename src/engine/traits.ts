/**
 * What tells the families of decoders apart, as data: the engine records one graph from it, whatever the family.
 *
 * Must not know: families' names, files.
 */
/** Engine-side weight names; `models` maps file names to these. Linear weights are [out, in], row-major. */
export type LinearName = 'q_proj' | 'k_proj' | 'v_proj' | 'o_proj' | 'gate_proj' | 'up_proj' | 'down_proj';
export const LINEAR_NAMES: readonly LinearName[] = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
];

/** Of the feed-forward block: SiLU, GELU by tanh, GELU by the normal distribution. */
export type Activation = 'silu' | 'gelu-tanh' | 'gelu';

export interface DecoderTraits {
  /** By root mean square (Zhang & Sennrich 2019), or by mean and deviation with a bias (Ba et al. 2016). */
  norm: 'rms' | 'layer';
  /** Added to every weight of the norms: 1 where what is stored is the difference from 1. */
  normOffset: number;
  /** Linear layers that add a bias. */
  biases: readonly LinearName[];
  activation: Activation;
  /** down(act(gate x)·up x); else down(act(up x)), and there is no gate. SiLU is always gated. */
  gated: boolean;
  /** Rotation of queries and keys (Su et al. 2021), or a table added to the embedded tokens. */
  positions: 'rotary' | 'learned';
  /** Attention and feed-forward block both read the layer's input; else the second reads what the first left. */
  parallel: boolean;
  /** RMS norm of each head of queries and keys, before they are rotated. */
  headNorms: boolean;
  /** Norms also of what attention and feed-forward block give, before it is added. */
  sandwich: boolean;
  /** Queries, keys and values are one module of the model: an adapter of theirs has one A and a B for each. */
  fusedQkv: boolean;
  /** Factor of the embedded tokens. */
  embeddingScale: number;
  /** Factor of attention's scores; null: 1/√headDim. */
  attentionScale: number | null;
  /** Layers that see only the last tokens, and rotate at frequencies of their own. */
  local: null | {
    layers: readonly number[];
    /** Tokens that a token sees, itself included. */
    window: number;
    /** Radians per position, as many as the decoder's own. */
    inverseFrequencies: readonly number[];
  };
}

/** RMSNorm, rotary positions, SwiGLU, no biases: the layout of Llama. */
export const LLAMA_TRAITS: DecoderTraits = {
  norm: 'rms',
  normOffset: 0,
  biases: [],
  activation: 'silu',
  gated: true,
  positions: 'rotary',
  parallel: false,
  headNorms: false,
  sandwich: false,
  fusedQkv: false,
  embeddingScale: 1,
  attentionScale: null,
  local: null,
};
