/**
 * A whole small decoder: its scores, a short training with LoRA, and its samples against the f64 reference; then the same
 * training again, which must give the same bits.
 */
import type { PackedRow } from '../../../core/packed-row';
import { createSession } from '../../session';
import { score } from '../../reference/decoder';
import { generate } from '../../reference/sampler';
import { weightShapes } from '../../reference/tensors';
import { startTraining, trainStep } from '../../reference/training';
import { LLAMA_TRAITS } from '../../traits';
import type { DecoderConfig, LoraSpec, NamedTensor, Session, StepSettings, WeightMap } from '../../types';
import { numbers } from '../numbers';
import { near, same, type Comparison, type FamilyCheck } from '../types';

const CONFIG: DecoderConfig = {
  ...{ vocabSize: 37, hiddenSize: 16, ffnSize: 24, layers: 2, heads: 4, kvHeads: 2, headDim: 4 },
  ...{ normEpsilon: 1e-5, contextLength: 32, inverseFrequencies: [1, 0.1], tiedHead: true, traits: LLAMA_TRAITS },
};
const TRAINABLE: LoraSpec = { kind: 'lora', rank: 4, scale: 2, targets: ['q_proj', 'v_proj', 'down_proj'] };
const SETTINGS: StepSettings = {
  ...{ learningRate: 5e-3, beta1: 0.9, beta2: 0.999 },
  ...{ epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
};
const STEPS = 6;
const DRAWS = { seed: 4, stream: 2, stopIds: [1] };

function rowOf(lengths: number[], every: number): PackedRow {
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const segment = lengths.flatMap((length, i) => Array<number>(length).fill(i));
  const index = segment.flatMap((_, t) => (t % every === 0 ? [t] : []));
  return {
    ids: Uint32Array.from(segment, (_, t) => (t * 5 + every) % CONFIG.vocabSize),
    segmentStart: Uint32Array.from(segment, (i) => starts[i]!),
    supervisedIndex: Uint32Array.from(index),
    labels: Uint32Array.from(index, (t) => (t * 7 + 2) % CONFIG.vocabSize),
    example: Uint32Array.from(index, (t) => segment[t]!),
  };
}
const BATCH = [rowOf([7, 1, 5], 2), rowOf([3, 9], 3)];

function weightsOf(config: DecoderConfig): WeightMap {
  return new Map(
    weightShapes(config).map(({ name, shape }, seed) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const [middle, spread] = shape.length === 1 ? [1, 0.1] : [0, 1.2 / Math.sqrt(shape[1]!)];
      return [name, Float32Array.from(numbers(seed + 1, count, spread), (value) => middle + value)];
    }),
  );
}

async function train(session: Session): Promise<{ losses: number[]; trained: NamedTensor[] }> {
  await session.resetTrainable(7);
  for (let step = 0; step < STEPS; step++) await session.trainStep(BATCH, SETTINGS);
  const losses = (await session.readReports()).map(({ loss }) => loss);
  return { losses, trained: await session.exportTrainable() };
}

const flat = (tensors: readonly NamedTensor[]) => tensors.flatMap(({ data }) => [...data]);

export const trainingCheck: FamilyCheck = {
  name: 'training',
  title: 'A whole decoder: training, scores, samples',
  async run(_run, device) {
    const weights = weightsOf(CONFIG);
    const shape = { rowTokens: 16, supervised: 8 };
    const session = await createSession(device, CONFIG, weights, TRAINABLE, shape);
    try {
      const comparisons: Comparison[] = [];
      const base = await session.score(BATCH, 1);
      BATCH.forEach((row, i) => {
        const expected = score(CONFIG, weights, row, 1).logProb;
        comparisons.push(near(`scores of row ${i + 1}`, base[i]!.logProb, expected, 2e-5));
      });
      await session.resetTrainable(7);
      const initial = new Map((await session.exportTrainable()).map(({ name, data }) => [name, data]));
      const first = await train(session);
      const reference = startTraining(initial);
      const step = () => trainStep(CONFIG, weights, BATCH, TRAINABLE, reference, SETTINGS).loss;
      const losses = Float64Array.from({ length: STEPS }, step);
      comparisons.push(near(`losses of ${STEPS} steps`, Float64Array.from(first.losses), losses, 5e-5));
      const second = await train(session);
      comparisons.push(same('the same training again: losses', second.losses, first.losses));
      comparisons.push(same('the same training again: weights', flat(second.trained), flat(first.trained)));
      const prompts = [Uint32Array.of(3, 8, 13), Uint32Array.of(5, 1)];
      const asked = { prompts, ...{ samples: 2, maxNewTokens: 5, temperature: 1, topK: 0, topP: 1 }, ...DRAWS };
      const lora = { scale: TRAINABLE.scale, tensors: new Map(second.trained.map(({ name, data }) => [name, data])) };
      const [drawn, wanted] = [await session.generate(asked), generate(CONFIG, weights, asked, lora)];
      comparisons.push(
        same(
          'samples',
          drawn.flatMap(({ ids }) => [-1, ...ids]),
          wanted.flatMap(({ ids }) => [-1, ...ids]),
        ),
      );
      return comparisons;
    } finally {
      session.destroy();
    }
  },
};
