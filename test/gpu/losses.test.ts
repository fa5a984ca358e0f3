/** Whole models under weighted losses and the divergence: against the f64 reference, packed in any way, at what cost. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PackedRow, TokenExample } from '../../src/core/packed-row';
import {
  acquireDevice,
  createSession,
  planMemory,
  SFT_LOSS,
  type DecoderConfig,
  type EngineDevice,
  type NamedTensor,
  type Session,
  type TrainableSpec,
  type WeightMap,
} from '../../src/engine';
import { LLAMA_TRAITS } from '../../src/engine/traits';
import { lossAndGradients, weightShapes } from '../../src/engine/reference/decoder';
import type { LossSpec } from '../../src/engine/types';
import { packExamples } from '../../src/tokens/packing';
import { testGpu } from '../helpers/gpu';
import { bft, DFT, LOSSES } from '../helpers/losses';
import { distance, numbers } from '../helpers/numbers';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

/** 900 ids of width 64 under bindings of 128 KiB: the vocabulary is taken in two chunks. */
const BINDING_BYTES = 128 * 1024;
const config: DecoderConfig = {
  ...{ vocabSize: 900, hiddenSize: 64, ffnSize: 20, layers: 2, heads: 2, kvHeads: 1, headDim: 8 },
  ...{
    normEpsilon: 1e-5,
    contextLength: 64,
    inverseFrequencies: [1, 0.1, 0.01, 0.001],
    tiedHead: true,
    traits: LLAMA_TRAITS,
  },
};
const random = (seed: number, shape: readonly number[], spread: number) =>
  Float32Array.from(numbers(seed, shape.reduce((product, size) => product * size, 1), spread)); // prettier-ignore
const weights: WeightMap = new Map(
  weightShapes(config).map(({ name, shape }, i) => {
    const values = random(i, shape, 0.4);
    return [name, shape.length === 1 ? values.map((value) => 1 + value) : values];
  }),
);

/** Answers of one to nine tokens, one of them of a token the model is sure of. */
const examples: TokenExample[] = [3, 1, 9, 5, 2, 4].map((length, i) => ({
  prompt: Uint32Array.from(numbers(50 + i, 4 + i), (x) => Math.floor((x + 1) * 450)),
  completion: Uint32Array.from(numbers(70 + i, length), (x) => Math.floor((x + 1) * 450)),
}));
const PACKINGS = [256, 40, 18].map((rowTokens) => packExamples(examples, rowTokens, config.contextLength));

const TRAINABLE: TrainableSpec[] = [
  { kind: 'full' },
  { kind: 'lora', rank: 3, scale: 1.5, targets: ['q_proj', 'v_proj', 'down_proj'] },
];

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
  device.limits.bindingBytes = BINDING_BYTES;
});
afterAll(() => device?.destroy());

const shape = { ...shapeOf(PACKINGS.flat()), losses: [...LOSSES.map(([, loss]) => loss), SFT_LOSS] };
const step = (loss: LossSpec) => ({ ...FROZEN_SETTINGS, loss });

/** A session whose trained tensors have moved away from where they began. */
async function openMoved(trainable: TrainableSpec): Promise<{ session: Session; moved: Map<string, Float32Array> }> {
  const session = await createSession(device, config, weights, trainable, shape);
  const tensors: NamedTensor[] = (await session.exportTrainable()).map((tensor, n) => {
    const move = random(200 + n, tensor.shape, trainable.kind === 'full' ? 0.1 : 0.3);
    return { ...tensor, data: tensor.data.map((value, i) => value + move[i]!) };
  });
  await session.importTrainable(tensors);
  return { session, moved: new Map(tensors.map(({ name, data }) => [name, data])) };
}

async function gradientsOf(session: Session, rows: readonly PackedRow[], loss: LossSpec) {
  await session.trainStep(rows, step(loss));
  const [report] = await session.readReports();
  return { report: report!, gradients: await session.exportGradients() };
}

const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThan(3e-6 * (1 + expected));

describe.each(TRAINABLE.map((trainable) => [trainable.kind, trainable] as const))('%s', (_kind, trainable) => {
  let opened: Awaited<ReturnType<typeof openMoved>>;
  beforeAll(async () => {
    opened = await openMoved(trainable);
  });
  afterAll(() => opened?.session.destroy());

  describe.each(LOSSES)('under %s', (_name, loss) => {
    it('has the loss, its parts and every gradient of the reference', async () => {
      const { session, moved } = opened;
      const { report, gradients } = await gradientsOf(session, PACKINGS[1]!, loss);
      const full = trainable.kind === 'full';
      const expected = lossAndGradients(
        config,
        full ? moved : weights,
        PACKINGS[1]!,
        trainable,
        full ? undefined : moved,
        { loss, base: weights },
      );
      near(report.loss, expected.loss);
      near(report.crossEntropy!, expected.crossEntropy);
      if (loss.klWeight > 0) near(report.divergence!, expected.divergence);
      else expect(report.divergence).toBeNull();
      expect(gradients.length).toBe(expected.gradients.size);
      for (const { name, data } of gradients) {
        expect(distance(data, expected.gradients.get(name)!), name).toBeLessThan(2e-5);
      }
    });

    it('has them however the batch is packed', async () => {
      expect(PACKINGS.map((rows) => rows.length)).toEqual([1, 2, 5]);
      const results = [];
      for (const rows of PACKINGS) results.push(await gradientsOf(opened.session, rows, loss));
      const [one, ...others] = results;
      for (const { report, gradients } of others) {
        near(report.loss, one!.report.loss);
        gradients.forEach(({ name, data }, i) => {
          expect(distance(data, one!.gradients[i]!.data), name).toBeLessThan(1e-5);
        });
      }
    });
  });

  it('begins without any divergence, whatever was trained before', async () => {
    const { session } = opened;
    await session.resetTrainable(1);
    const { report } = await gradientsOf(session, PACKINGS[1]!, LOSSES[0]![1]);
    expect(report.divergence).toBe(0);
    expect(report.loss).toBe(report.crossEntropy);
  });
});

describe('a step', () => {
  const lora = TRAINABLE[1]!;

  it('is one submit per row and no memory; a normalised loss over several rows looks at each row once more', async () => {
    const session = await createSession(device, config, weights, lora, shape);
    const submits = async (rows: readonly PackedRow[], loss: LossSpec) => {
      const before = session.counters.submits;
      await session.trainStep(rows, step(loss));
      return session.counters.submits - before;
    };
    const normalised = bft(2, { normalise: true });
    for (const loss of [SFT_LOSS, DFT, bft(2), normalised]) await submits(PACKINGS[2]!, loss);
    const { bufferBytes } = { ...session.counters };
    expect(await submits(PACKINGS[2]!, DFT)).toBe(5);
    expect(await submits(PACKINGS[2]!, bft(2))).toBe(5);
    expect(await submits(PACKINGS[2]!, normalised)).toBe(10);
    expect(await submits(PACKINGS[0]!, normalised)).toBe(1);
    expect(session.counters.bufferBytes).toBe(bufferBytes);
    session.destroy();
  });

  it('may have another loss than the one before it; reports come in order', async () => {
    const session = await createSession(device, config, weights, lora, shape);
    const losses = [SFT_LOSS, DFT, LOSSES[0]![1], SFT_LOSS];
    for (const loss of losses) await session.trainStep(PACKINGS[1]!, step(loss));
    const reports = await session.readReports();
    expect(reports.map((report) => report.step)).toEqual([1, 2, 3, 4]);
    const [sft, dft, kl, again] = reports;
    expect(sft).toMatchObject({ crossEntropy: null, divergence: null });
    expect(dft!.crossEntropy).toBe(sft!.loss);
    expect(dft!.loss).toBeLessThan(sft!.loss);
    expect(kl).toMatchObject({ crossEntropy: sft!.loss, divergence: 0 });
    expect(again!.loss).toBe(sft!.loss);
    session.destroy();
  });

  it('refuses a divergence from weights that were not kept', async () => {
    const session = await createSession(device, config, weights, { kind: 'full' }, shapeOf(PACKINGS.flat()));
    await expect(session.trainStep(PACKINGS[1]!, step(LOSSES[0]![1]))).rejects.toMatchObject({ code: 'internal' });
    session.destroy();
  });
});

describe('the memory plan', () => {
  const held: LossSpec = { ...SFT_LOSS, klWeight: 1 };
  const plan = (trainable: TrainableSpec, losses?: LossSpec[]) =>
    planMemory(config, trainable, { ...shapeOf(PACKINGS.flat()), ...(losses ? { losses } : {}) }, BINDING_BYTES);

  it('counts the frozen copy of fully trained weights, and none beside an adapter', () => {
    const [full, adapter] = TRAINABLE.map((trainable) => ({ plain: plan(trainable), held: plan(trainable, [held]) }));
    const parameterBytes = full!.plain.trainingBytes / 3; // gradients and two moments
    expect(full!.held.trainingBytes - full!.plain.trainingBytes).toBe(parameterBytes);
    expect(adapter!.held.trainingBytes).toBe(adapter!.plain.trainingBytes);
    expect(adapter!.held.activationBytes).toBeGreaterThan(adapter!.plain.activationBytes);
  });

  it('holds for every loss at once', async () => {
    for (const trainable of TRAINABLE) {
      const session = await createSession(device, config, weights, trainable, shape);
      for (const [, loss] of LOSSES) await session.trainStep(PACKINGS[1]!, step(loss));
      expect(session.counters.bufferBytes).toBeLessThanOrEqual(session.memory.totalBytes);
      await session.readReports();
      session.destroy();
    }
  });
});

describe('what is minimised', () => {
  it('falls, and a model that is held drifts less while it learns', async () => {
    const adapter = TRAINABLE[1]!;
    const drift = async (klWeight: number) => {
      const session = await createSession(device, config, weights, adapter, {
        ...shape,
        losses: [{ ...SFT_LOSS, klWeight }],
      });
      const settings = { ...FROZEN_SETTINGS, learningRate: 0.02, loss: { ...SFT_LOSS, klWeight } };
      await session.resetTrainable(3);
      for (let n = 0; n < 20; n++) await session.trainStep(PACKINGS[1]!, settings);
      const reports = await session.readReports();
      session.destroy();
      expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss);
      return reports.at(-1)!;
    };
    const [loose, tight] = [await drift(1e-6), await drift(4)];
    expect(tight.divergence!).toBeLessThan(loose.divergence! / 2);
    expect(tight.crossEntropy!).toBeGreaterThan(loose.crossEntropy!);
  });
});
