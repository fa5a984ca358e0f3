/** A broken weight must show in the loss: the run stops on it, so no kernel may swallow NaN on the way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, decoderWeights, type EngineDevice, type TrainableSpec } from '../../src/engine';
import { loadGradients } from '../golden/load';
import { testGpu } from '../helpers/gpu';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

const golden = loadGradients('tiny-untied');
const { config, rows } = golden;

/** Where a weight is broken: its last value; of the embedding, one that a supervised token reads. */
function brokenPlace(name: string, length: number): number {
  return name === 'embed' ? rows[0]!.ids[0]! * config.hiddenSize : length - 1;
}

async function lossWith(name: string, value: number, trainable: TrainableSpec) {
  const weights = new Map(golden.weights);
  const broken = weights.get(name)!.slice();
  broken[brokenPlace(name, broken.length)] = value;
  weights.set(name, broken);
  const session = await createSession(device, config, weights, trainable, shapeOf(rows));
  await session.trainStep(rows, { ...FROZEN_SETTINGS, clipNorm: 1 });
  const [report] = await session.readReports();
  const scores = await session.score(rows, 1);
  session.destroy();
  return { report: report!, logProbs: scores.flatMap(({ logProb }) => [...logProb]) };
}

describe.each([
  { value: Number.NaN, names: decoderWeights(config).map(({ name }) => name) },
  { value: Number.POSITIVE_INFINITY, names: ['embed', 'layers.0.k_proj', 'layers.1.up_proj', 'head'] },
])('one weight is $value', ({ value, names }) => {
  it.each(names)('%s: the reported loss is no number', async (name) => {
    const { report, logProbs } = await lossWith(name, value, { kind: 'full' });
    expect(Number.isFinite(report.loss)).toBe(false);
    expect(logProbs.every(Number.isFinite)).toBe(false);
  });
});

describe('one adapter value is NaN', () => {
  it.each(['q_proj', 'k_proj', 'v_proj', 'down_proj'])('%s: the reported loss is no number', async (target) => {
    const session = await createSession(device, config, golden.weights, golden.loraSpec, shapeOf(rows));
    const tensors = (await session.exportTrainable()).map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
    tensors.find(({ name }) => name === `layers.1.${target}.lora_B`)!.data[0] = Number.NaN;
    await session.importTrainable(tensors);
    await session.trainStep(rows, FROZEN_SETTINGS);
    const [report] = await session.readReports();
    expect(report!.loss).toBeNaN();
    session.destroy();
  });
});
