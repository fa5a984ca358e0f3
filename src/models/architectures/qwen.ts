/** Qwen2 and 2.5 (biases of q, k and v) and Qwen3 (norms of heads, a head width of its own). */
import type { Fields } from '../fields';
import { LLAMA_NORMS, llamaLike } from './llama-like';
import { refusal, requireFlag } from './refusal';

function refuseUnimplemented(fields: Fields, name: string): void {
  const activation = fields.text('hidden_act') ?? 'silu';
  if (activation !== 'silu') throw refusal(fields, name, `uses the activation "${activation}"; silu is needed`);
  requireFlag(fields, name, 'use_sliding_window', false);
}

export const qwen2 = llamaLike({
  modelType: 'qwen2',
  name: 'Qwen2',
  norms: LLAMA_NORMS,
  headDim: null,
  traits(fields) {
    refuseUnimplemented(fields, 'Qwen2');
    return { biases: ['q_proj', 'k_proj', 'v_proj'] };
  },
});

export const qwen3 = llamaLike({
  modelType: 'qwen3',
  name: 'Qwen3',
  norms: { ...LLAMA_NORMS, q_norm: 'self_attn.q_norm', k_norm: 'self_attn.k_norm' },
  headDim: 128,
  traits(fields) {
    refuseUnimplemented(fields, 'Qwen3');
    return { headNorms: true, biases: fields.flag('attention_bias') ? ['q_proj', 'k_proj', 'v_proj', 'o_proj'] : [] };
  },
});
