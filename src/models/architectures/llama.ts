/** Llama and what shares its layout: SmolLM, TinyStories, TinyLlama. */
import type { LinearName } from '../../engine/types';
import { LLAMA_NORMS, llamaLike } from './llama-like';
import { refusal } from './refusal';

const ATTENTION: readonly LinearName[] = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const MLP: readonly LinearName[] = ['gate_proj', 'up_proj', 'down_proj'];

export const llama = llamaLike({
  modelType: 'llama',
  name: 'Llama',
  norms: LLAMA_NORMS,
  headDim: null,
  traits(fields) {
    const activation = fields.text('hidden_act') ?? 'silu';
    if (activation !== 'silu') {
      throw refusal(fields, 'Llama', `uses the activation "${activation}" (hidden_act); silu is needed`);
    }
    const slices = fields.count('pretraining_tp', 1);
    if (slices !== 1) throw refusal(fields, 'Llama', `slices its products (pretraining_tp: ${slices}); 1 is needed`);
    const attention = fields.flag('attention_bias') ? ATTENTION : [];
    return { biases: [...attention, ...(fields.flag('mlp_bias') ? MLP : [])] };
  },
});
