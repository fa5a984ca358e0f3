/**
 * How fast this device pretrains, from a few steps that are not kept, and a model that nobody trained yet.
 *
 * Must not know: files, terminals.
 */
import { decoderWeights } from '../../engine';
import type { OutputFile } from '../../models';
import { openSession } from '../host';
import type { PretrainHost } from './events';
import { initialWeights } from './initial-weights';
import { modelFiles } from './output';
import { rowsOfStep, type PreparedPretraining } from './prepare';

const LEAST_MS = 1000;
const MOST_STEPS = 50;

/** Milliseconds per operation, as `plan.operations` counts them: one step to warm up, then about a second of them. */
export async function measurePretraining(
  prepared: PreparedPretraining,
  host: PretrainHost,
  signal: AbortSignal,
): Promise<number> {
  const { decoder, config, session: shape, plan, trainedTokens, steps } = prepared;
  const { seed, initialisation, optimizer } = config;
  const needs = {
    config: decoder,
    trainable: { kind: 'full' as const },
    shape,
    weights: () => initialWeights(decoder, seed, initialisation.deviation),
    control: 'model.hiddenSize',
  };
  const { session, close } = await (host.openSession ?? openSession)(needs, host.gpu, signal, () => {});
  const settings = { ...optimizer, learningRate: 0, clipNorm: optimizer.clipNorm ?? Infinity };
  const train = async (step: number) => {
    await session.trainStep(rowsOfStep(prepared, step % steps.length), settings);
    await session.readReports();
  };
  try {
    await train(0);
    const beganMs = host.clock.nowMs();
    let tokens = 0;
    for (let step = 0; step < MOST_STEPS && host.clock.nowMs() - beganMs < LEAST_MS; step++) {
      await train(step);
      const at = step % steps.length;
      tokens += trainedTokens[at]! - (trainedTokens[at - 1] ?? 0);
    }
    return (host.clock.nowMs() - beganMs) / (tokens * (plan.operations.total / plan.tokens));
  } finally {
    close();
  }
}

/** The model's files as they would be before the first step: what they hold aside, they are what pretraining will write. */
export function untrainedFiles({ decoder, config, shape, ids, tokenizerFiles }: PreparedPretraining): OutputFile[] {
  const weights = initialWeights(decoder, config.seed, config.initialisation.deviation);
  const tensors = decoderWeights(decoder).map(({ name, shape: sides }) => {
    return { name, shape: [...sides], data: weights.get(name) as Float32Array };
  });
  return modelFiles({ shape, ids, decoder }, tokenizerFiles, tensors, 'f32');
}
