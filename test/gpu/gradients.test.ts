/** Whole-model gradients against f64: PyTorch's goldens, and the reference on the trained model. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acquireDevice,
  createSession,
  type EngineDevice,
  type NamedTensor,
  type TrainableSpec,
} from '../../src/engine';
import { lossAndGradients } from '../../src/engine/reference/decoder';
import { loadGradients, TINY_MODELS } from '../golden/load';
import { testGpu } from '../helpers/gpu';
import { distance, numbers } from '../helpers/numbers';
import { describeWithShared } from '../helpers/shared';
import { readStories260K, storiesRows } from '../helpers/stories';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

function expectEqualGradients(
  found: readonly NamedTensor[],
  expected: ReadonlyMap<string, ArrayLike<number>>,
  tolerance: number,
) {
  expect(found.map((tensor) => tensor.name).sort()).toEqual([...expected.keys()].sort());
  for (const { name, data } of found) {
    expect(distance(Float64Array.from(data), Float64Array.from(expected.get(name)!)), name).toBeLessThan(tolerance);
  }
}

describe.each(TINY_MODELS)('gradients of %s against PyTorch in f64', (model) => {
  const golden = loadGradients(model);

  it('every weight under full fine-tuning', async () => {
    const session = await createSession(device, golden.config, golden.weights, { kind: 'full' }, shapeOf(golden.rows));
    await session.trainStep(golden.rows, FROZEN_SETTINGS);
    const [report] = await session.readReports();
    expect(Math.abs(report!.loss / golden.full.loss - 1)).toBeLessThan(1e-6);
    const expected = new Map([...golden.full.gradients].map(([name, tensor]) => [name, tensor.data]));
    expectEqualGradients(await session.exportGradients(), expected, 1e-5);
    session.destroy();
  });

  it('every LoRA factor with B away from zero', async () => {
    const session = await createSession(device, golden.config, golden.weights, golden.loraSpec, shapeOf(golden.rows));
    const shapes = new Map([...golden.adapted.gradients].map(([name, { shape }]) => [name, shape]));
    await session.importTrainable([...golden.lora].map(([name, data]) => ({ name, shape: shapes.get(name)!, data })));
    await session.trainStep(golden.rows, FROZEN_SETTINGS);
    const [report] = await session.readReports();
    expect(Math.abs(report!.loss / golden.adapted.loss - 1)).toBeLessThan(1e-6);
    const expected = new Map([...golden.adapted.gradients].map(([name, tensor]) => [name, tensor.data]));
    expectEqualGradients(await session.exportGradients(), expected, 1e-5);
    session.destroy();
  });
});

describe('gradients under dropout against the f64 reference', () => {
  const golden = loadGradients(TINY_MODELS[0]!);
  const dropout = { rate: 0.25, seed: 9 };

  it.each([
    { layers: 'recomputed', keepActivations: false },
    { layers: 'kept', keepActivations: true },
  ])('every weight at the second step, with $layers activations and the masks of each row', async (keep) => {
    const rows = golden.rows.length > 1 ? golden.rows : [...golden.rows, ...golden.rows];
    const shape = { ...shapeOf(rows), ...keep, dropout };
    const session = await createSession(device, golden.config, golden.weights, { kind: 'full' }, shape);
    const losses = [];
    for (const step of [0, 1]) {
      await session.trainStep(rows, FROZEN_SETTINGS);
      const [report] = await session.readReports();
      losses.push(report!.loss);
      const objective = { dropout: { ...dropout, step } };
      const expected = lossAndGradients(golden.config, golden.weights, rows, { kind: 'full' }, undefined, objective);
      expect(Math.abs(report!.loss / expected.loss - 1)).toBeLessThan(1e-6);
      expectEqualGradients(await session.exportGradients(), expected.gradients, 1e-5);
    }
    expect(losses[1]).not.toBe(losses[0]);
    session.destroy();
  });

  it('every factor of LoRA', async () => {
    const { rows, loraSpec, config, weights } = golden;
    const session = await createSession(device, config, weights, loraSpec, { ...shapeOf(rows), dropout });
    const shapes = new Map([...golden.adapted.gradients].map(([name, { shape }]) => [name, shape]));
    await session.importTrainable([...golden.lora].map(([name, data]) => ({ name, shape: shapes.get(name)!, data })));
    await session.trainStep(rows, FROZEN_SETTINGS);
    const objective = { dropout: { ...dropout, step: 0 } };
    const expected = lossAndGradients(config, weights, rows, loraSpec, golden.lora, objective);
    expectEqualGradients(await session.exportGradients(), expected.gradients, 1e-5);
    session.destroy();
  });

  it('draws on where a saved state continues', async () => {
    const { rows, config, weights } = golden;
    const open = () => createSession(device, config, weights, { kind: 'full' }, { ...shapeOf(rows), dropout });
    const [first, second] = [await open(), await open()];
    await first.trainStep(rows, FROZEN_SETTINGS);
    await second.importState(await first.exportState());
    for (const session of [first, second]) await session.trainStep(rows, FROZEN_SETTINGS);
    expect(await second.exportGradients()).toEqual(await first.exportGradients());
    first.destroy();
    second.destroy();
  });

  it('scores as if nothing were ever dropped', async () => {
    const open = (further: object) =>
      createSession(device, golden.config, golden.weights, { kind: 'full' }, { ...shapeOf(golden.rows), ...further });
    const [plain, dropping] = [await open({}), await open({ dropout })];
    expect(await dropping.score(golden.rows, 1)).toEqual(await plain.score(golden.rows, 1));
    plain.destroy();
    dropping.destroy();
  });
});

describeWithShared('gradients of stories260K against the f64 reference', 'models/stories260K', () => {
  const TOLERANCE = 1e-4;

  it.each<[string, TrainableSpec]>([
    ['all weights', { kind: 'full' }],
    [
      'LoRA on all linear layers',
      {
        kind: 'lora',
        rank: 6,
        scale: 2,
        targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      },
    ],
    ['LoRA on q and v', { kind: 'lora', rank: 4, scale: 1, targets: ['q_proj', 'v_proj'] }],
  ])('%s', async (_, trainable) => {
    const { config, weights } = await readStories260K();
    const rows = storiesRows();
    const session = await createSession(device, config, weights, trainable, shapeOf(rows));
    const adapter: NamedTensor[] = (await session.exportTrainable()).map((tensor, n) =>
      trainable.kind === 'lora' ? { ...tensor, data: Float32Array.from(numbers(n, tensor.data.length, 0.1)) } : tensor,
    );
    if (trainable.kind === 'lora') await session.importTrainable(adapter);
    await session.trainStep(rows, FROZEN_SETTINGS);
    const [report] = await session.readReports();
    const tensors = new Map(adapter.map(({ name, data }) => [name, data]));
    const expected = lossAndGradients(
      config,
      weights,
      rows,
      trainable,
      trainable.kind === 'lora' ? tensors : undefined,
    );
    expect(Math.abs(report!.loss / expected.loss - 1)).toBeLessThan(1e-5);
    expectEqualGradients(await session.exportGradients(), expected.gradients, TOLERANCE);
    session.destroy();
  });
});
