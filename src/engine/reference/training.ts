/**
 * f64 reference of an optimiser step: loss and gradients of a batch, clipping by global norm, AdamW on every trained tensor.
 *
 * Must not know: the GPU, schedules, records.
 */
import type { PackedRow } from '../../core/packed-row';
import { isEvenlyWeighted, SFT_LOSS } from '../loss';
import type { DecoderConfig, StepReport, StepSettings, TrainableSpec } from '../types';
import type { Tensors } from './decoder';
import { lossAndGradients } from './decoder';
import { adamwUpdate, clipScale, globalNorm } from './optimizer';

/** Trained tensors with AdamW's moments, by name; `trainStep` changes them in place. */
export interface ReferenceTraining {
  step: number;
  parameters: Map<string, Float64Array>;
  moment1: Map<string, Float64Array>;
  moment2: Map<string, Float64Array>;
}

/** Fresh training state from initial tensors (the weights for 'full', the adapters for 'lora'), which are copied. */
export function startTraining(initial: Tensors): ReferenceTraining {
  const parameters = new Map<string, Float64Array>();
  const moment1 = new Map<string, Float64Array>();
  const moment2 = new Map<string, Float64Array>();
  for (const [name, tensor] of initial) {
    parameters.set(name, Float64Array.from(tensor));
    moment1.set(name, new Float64Array(tensor.length));
    moment2.set(name, new Float64Array(tensor.length));
  }
  return { step: 0, parameters, moment1, moment2 };
}

/** One optimiser step over a batch of rows. `base` holds the weights as loaded: what LoRA and a divergence stand on. */
export function trainStep(
  config: DecoderConfig,
  base: Tensors,
  rows: readonly PackedRow[],
  trainable: Extract<TrainableSpec, { kind: 'lora' | 'full' }>,
  training: ReferenceTraining,
  settings: StepSettings,
): StepReport {
  const weights = trainable.kind === 'full' ? training.parameters : base;
  const loss = settings.loss ?? SFT_LOSS;
  const result = lossAndGradients(config, weights, rows, trainable, training.parameters, { loss, base });
  const gradientNorm = globalNorm(result.gradients.values());
  const scale = clipScale(gradientNorm, settings.clipNorm);
  training.step += 1;
  for (const [name, gradient] of result.gradients) {
    const clipped = gradient.map((g) => g * scale);
    const [m, v] = [training.moment1.get(name)!, training.moment2.get(name)!];
    adamwUpdate(training.parameters.get(name)!, clipped, m, v, training.step, settings);
  }
  return {
    step: training.step,
    loss: result.loss,
    crossEntropy: isEvenlyWeighted(loss) && loss.klWeight === 0 ? null : result.crossEntropy,
    divergence: loss.klWeight > 0 ? result.divergence : null,
    gradientNorm,
    supervisedTokens: result.supervisedTokens,
  };
}
