/**
 * Which linear layers have an adapter, and the names and shapes of its tensors.
 *
 * Must not know: where tensors lie, what is computed with them.
 */
import { LINEAR_NAMES, type DecoderConfig, type LinearName, type LoraSpec, type LoraTargets } from '../types';

/** [out, in] of each linear layer. */
export function linearShape(config: DecoderConfig, name: LinearName): { outputs: number; inputs: number } {
  const { hiddenSize: hidden, ffnSize: ffn, heads, kvHeads, headDim } = config;
  switch (name) {
    case 'q_proj':
      return { outputs: heads * headDim, inputs: hidden };
    case 'k_proj':
    case 'v_proj':
      return { outputs: kvHeads * headDim, inputs: hidden };
    case 'o_proj':
      return { outputs: hidden, inputs: heads * headDim };
    case 'gate_proj':
    case 'up_proj':
      return { outputs: ffn, inputs: hidden };
    case 'down_proj':
      return { outputs: hidden, inputs: ffn };
  }
}

/** The linear layers that the decoder has. */
export function linearNames({ traits }: Pick<DecoderConfig, 'traits'>): LinearName[] {
  return LINEAR_NAMES.filter((name) => traits.gated || name !== 'gate_proj');
}

/** The linear layers of one layer that have an adapter. */
export function targetsIn(targets: LoraTargets, layer: number): readonly LinearName[] {
  return isPerLayer(targets) ? (targets[layer] ?? []) : targets;
}

function isPerLayer(targets: LoraTargets): targets is readonly (readonly LinearName[])[] {
  return Array.isArray(targets[0]);
}

/** Names of an adapter's tensors: queries, keys and values that are one module share their A. */
export function loraNames(
  { traits }: Pick<DecoderConfig, 'traits'>,
  layer: number,
  name: LinearName,
): { a: string; b: string; magnitude: string } {
  const shared = traits.fusedQkv && /^[qkv]_proj$/.test(name);
  const at = `layers.${layer}`;
  return {
    a: `${at}.${shared ? 'qkv_proj' : name}.lora_A`,
    b: `${at}.${name}.lora_B`,
    magnitude: `${at}.${name}.lora_magnitude_vector`,
  };
}

export interface AdapterShape {
  name: string;
  /** Of the matrix; a magnitude vector is one row. */
  rows: number;
  columns: number;
  role: 'a' | 'b' | 'magnitude';
}

/** A [rank, in] and B [out, rank] of every target, and for DoRA the magnitudes [out], layer by layer. */
export function adapterShapes(config: DecoderConfig, { rank, targets, dora }: LoraSpec): AdapterShape[] {
  const shapes = new Map<string, AdapterShape>();
  for (let layer = 0; layer < config.layers; layer++) {
    const adapted = targetsIn(targets, layer);
    for (const name of linearNames(config).filter((linear) => adapted.includes(linear))) {
      const { outputs, inputs } = linearShape(config, name);
      const { a, b, magnitude } = loraNames(config, layer, name);
      shapes.set(a, { name: a, rows: rank, columns: inputs, role: 'a' });
      shapes.set(b, { name: b, rows: outputs, columns: rank, role: 'b' });
      if (dora) shapes.set(magnitude, { name: magnitude, rows: 1, columns: outputs, role: 'magnitude' });
    }
  }
  return [...shapes.values()];
}
