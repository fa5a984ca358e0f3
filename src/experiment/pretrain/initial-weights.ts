/**
 * The weights that pretraining starts from, drawn from a seed. Pure.
 *
 * Normal with one deviation, 0.02 by default; the projections that write into the residual stream (o_proj, down_proj)
 * get it over √(2 · layers), for two of them a layer; norms 1. As in GPT-2 (Radford et al., 2019, "Language models are
 * unsupervised multitask learners", section 2.3).
 * Promises: a tensor's values depend on seed, its place in the model and its shape only. Must not know: training.
 */
import { elementsOf } from '../../core/shape';
import { PhiloxSequence, STREAM } from '../../core/philox';
import { decoderWeights, type DecoderConfig, type WeightMap } from '../../engine';

const INTO_RESIDUAL = /\.(o_proj|down_proj)$/;

/** f32 weights by engine name. */
export function initialWeights(config: DecoderConfig, seed: number, deviation: number): WeightMap {
  const residual = deviation / Math.sqrt(2 * config.layers);
  return new Map(
    decoderWeights(config).map(({ name, shape }, index) => {
      const values = new Float32Array(elementsOf(shape));
      if (shape.length === 1) return [name, values.fill(1)];
      fillNormal(values, INTO_RESIDUAL.test(name) ? residual : deviation, seed, index);
      return [name, values];
    }),
  );
}

/** Box–Muller in f64 over pairs of uniform numbers, rounded to f32 once. */
function fillNormal(values: Float32Array, deviation: number, seed: number, substream: number): void {
  const uniform = new PhiloxSequence(seed, STREAM.initialWeights, substream);
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform.nextUnit()));
    const angle = 2 * Math.PI * uniform.nextUnit();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
}
