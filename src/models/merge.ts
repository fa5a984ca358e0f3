/**
 * An adapter worked into the weights: W + s·BA, and with DoRA m·(W + s·BA)/‖W + s·BA‖ row by row, in f64.
 *
 * Promises: the adapter's tensors and the other weights are left as they are. Must not know: files, devices.
 */
import { LabError } from '../core/errors';
import { linearNames, linearShape, loraNames, targetsIn } from '../engine';
import type { DecoderConfig, NamedTensor, WeightMap } from '../engine/types';
import type { LoadedAdapter } from './peft-reader';

/** The weights with those of adapted layers replaced. */
export function mergeAdapter(
  weights: WeightMap,
  config: DecoderConfig,
  adapter: Pick<LoadedAdapter, 'rank' | 'scale' | 'targets' | 'dora' | 'tensors'>,
): WeightMap {
  const { rank, scale, targets, dora } = adapter;
  const tensors = new Map(adapter.tensors.map(({ name, data }) => [name, data]));
  const merged: WeightMap = new Map(weights);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const linear of linearNames(config).filter((name) => targetsIn(targets, layer).includes(name))) {
      const names = loraNames(config, layer, linear);
      const { outputs, inputs } = linearShape(config, linear);
      const [a, b] = [tensors.get(names.a)!, tensors.get(names.b)!];
      const magnitude = dora ? tensors.get(names.magnitude)! : null;
      const base = weights.get(`layers.${layer}.${linear}`)!;
      const result = new Float32Array(base.length);
      const row = new Float64Array(inputs);
      for (let o = 0; o < outputs; o++) {
        let squares = 0;
        for (let i = 0; i < inputs; i++) {
          let low = 0;
          for (let r = 0; r < rank; r++) low += b[o * rank + r]! * a[r * inputs + i]!;
          row[i] = base[o * inputs + i]! + scale * low;
          squares += row[i]! ** 2;
        }
        const factor = magnitude ? (squares > 0 ? magnitude[o]! / Math.sqrt(squares) : 0) : 1;
        for (let i = 0; i < inputs; i++) result[o * inputs + i] = factor * row[i]!;
      }
      const broken = result.findIndex((value) => !Number.isFinite(value));
      if (broken >= 0) throw tooLarge(names.b);
      merged.set(`layers.${layer}.${linear}`, result);
    }
  }
  return merged;
}

/** Merged weights as tensors of the model, in its order. */
export function namedWeights(weights: WeightMap, infos: readonly { name: string; shape: number[] }[]): NamedTensor[] {
  return infos.map(({ name, shape }) => ({ name, shape, data: weights.get(name)! }));
}

function tooLarge(name: string): LabError {
  return new LabError('adapter-invalid', `With ${name} a merged weight is too large for f32.`, {
    hint: 'Choose an adapter that was trained on this model.',
  });
}
