/** Every family, from its files on disk to logits, gradients and trained weights, against transformers and PEFT. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type Session, type StepSettings } from '../../src/engine';
import { openModel, readAdapter, writeAdapter, writeHfWeights, type ModelHandle } from '../../src/models';
import { adapterFolder, FAMILIES, modelFolder, readGolden, rowOf, type Family } from '../golden/families';
import { testGpu } from '../helpers/gpu';
import { distance } from '../helpers/numbers';
import { memoryFolder } from '../helpers/tiny-model';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

/** max|Δ| / max|x|. */
function relative(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const [x, y] = [Array.from(found), Array.from(expected)];
  return Math.max(...x.map((value, i) => Math.abs(value - y[i]!))) / Math.max(...y.map(Math.abs));
}

async function expectLogits(session: Session, sequences: readonly number[][], expected: readonly number[][]) {
  for (const [i, ids] of sequences.entries()) {
    expect(relative(await session.logits(Uint32Array.from(ids), true), expected[i]!)).toBeLessThan(1e-5);
  }
}

/** ‖Δ‖ / ‖g‖ of each tensor; one that is nothing but rounding is held to the largest of all. */
function expectTensors(
  found: readonly { name: string; data: Float32Array }[],
  expected: ReadonlyMap<string, Float32Array>,
) {
  const size = (values: Float32Array) => Math.hypot(...values);
  const largest = Math.max(...[...expected.values()].map(size));
  expect(found.map(({ name }) => name).sort()).toEqual([...expected.keys()].sort());
  for (const { name, data } of found) {
    const reference = expected.get(name)!;
    if (size(reference) < 1e-6 * largest) expect(size(data), name).toBeLessThan(1e-5 * largest);
    else expect(distance(Float64Array.from(data), Float64Array.from(reference)), name).toBeLessThan(1e-4);
  }
}

const weightsOf = async (family: Family, what: 'gradients' | 'trained') =>
  (await openModel(await modelFolder(family, what))).loadWeights();

describe.each(FAMILIES)('%s', (family) => {
  const golden = readGolden(family);
  const row = rowOf(golden.sequences);
  let model: ModelHandle;
  beforeAll(async () => {
    model = await openModel(await modelFolder(family));
  });
  const open = async (trainable: Parameters<typeof createSession>[3], keepActivations = false) =>
    createSession(device, model.config, await model.loadWeights(), trainable, { ...shapeOf([row]), keepActivations });

  it('has the parameters and the logits of transformers', async () => {
    expect(model.parameters).toBe(golden.parameters);
    expect(model.ignored).toEqual([]);
    const session = await open({ kind: 'none' });
    await expectLogits(session, golden.sequences, golden.logits);
    session.destroy();
  });

  it('has its gradients, and its weights after ten steps, which it writes as files that open again', async () => {
    const session = await open({ kind: 'full' });
    await session.trainStep([row], FROZEN_SETTINGS);
    expect(relative([(await session.readReports())[0]!.loss], [golden.loss])).toBeLessThan(1e-5);
    expectTensors(await session.exportGradients(), await weightsOf(family, 'gradients'));
    await session.resetTrainable(0);
    const { lr, betas, eps, weight_decay } = golden.adamw;
    const settings: StepSettings = {
      ...{ learningRate: lr, beta1: betas[0], beta2: betas[1], epsilon: eps },
      ...{ weightDecay: weight_decay, clipNorm: Infinity },
    };
    for (const _ of golden.losses) await session.trainStep([row], settings);
    const losses = (await session.readReports()).map(({ loss }) => loss);
    expect(relative(losses, golden.losses)).toBeLessThan(1e-5);
    const trained = await session.exportTrainable();
    // Adam makes a step of any gradient, even of one that is nothing but rounding: biases of keys shift all scores alike.
    const expected = await weightsOf(family, 'trained');
    for (const name of [...expected.keys()]) if (/k_proj\.bias$/.test(name)) expected.delete(name);
    expectTensors(
      trained.filter(({ name }) => expected.has(name)),
      expected,
    );
    const { path, bytes } = writeHfWeights(trained, model.config, model.architecture);
    const folder = await modelFolder(family);
    const config = (await folder.list()).find(({ path: name }) => name === 'config.json')!;
    const files = new Map([
      [path, bytes],
      ['config.json', await folder.read('config.json', 0, config.bytes)],
    ]);
    const again = await openModel(memoryFolder(files));
    expect(again.ignored).toEqual([]);
    expect(new Map(trained.map(({ name, data }) => [name, data]))).toEqual(await again.loadWeights());
    session.destroy();
  });

  it('reads PEFT’s adapter, has its logits and gradients (the same bits with layers kept), and writes the same tensors', async () => {
    const base = { architecture: model.architecture, config: model.config };
    const adapter = await readAdapter(await adapterFolder(family), base);
    const { rank, scale, targets } = adapter;
    const session = await open({ kind: 'lora', rank, scale, targets });
    await session.importTrainable(adapter.tensors);
    await expectLogits(session, golden.sequences, golden.adaptedLogits);
    await session.trainStep([row], FROZEN_SETTINGS);
    expect(relative([(await session.readReports())[0]!.loss], [golden.adaptedLoss])).toBeLessThan(1e-5);
    const gradients = await readAdapter(await adapterFolder(family, true), base);
    const named = new Map(gradients.tensors.map(({ name, data }) => [name, data]));
    const found = await session.exportGradients();
    expectTensors(found, named);
    const keeping = await open({ kind: 'lora', rank, scale, targets }, true);
    await keeping.importTrainable(adapter.tensors);
    await keeping.trainStep([row], FROZEN_SETTINGS);
    expect(await keeping.exportGradients()).toEqual(found);
    keeping.destroy();
    const written = writeAdapter(adapter, model.config, await session.exportTrainable());
    const again = await readAdapter(memoryFolder(new Map(written.map(({ path, bytes }) => [path, bytes]))), base);
    expect(again.tensors).toEqual(adapter.tensors);
    expect(again.targets).toEqual(targets);
    session.destroy();
  });
});
