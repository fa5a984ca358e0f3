/** Training on the GPU: the optimiser's trajectory, its costs, and that the same seed gives the same bits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type Session, type StepSettings } from '../../src/engine';
import { loadTrajectories, TINY_MODELS, type TrajectoryGolden } from '../golden/load';
import { testGpu } from '../helpers/gpu';
import { distance } from '../helpers/numbers';
import { shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

const golden = loadTrajectories('tiny-tied');
const settings: StepSettings = golden.runs[0]!.settings;

function open(g: TrajectoryGolden, kind: 'full' | 'lora'): Promise<Session> {
  const trainable = kind === 'full' ? ({ kind } as const) : g.loraSpec;
  return createSession(device, g.config, g.weights, trainable, shapeOf(g.batches.flat()));
}

describe.each(TINY_MODELS)('30 AdamW steps of %s follow PyTorch in f64', (model) => {
  const g = loadTrajectories(model);
  it.each(
    g.runs.map(
      (run) => [`${run.kind}, weight decay ${run.settings.weightDecay}, clip ${run.settings.clipNorm}`, run] as const,
    ),
  )('%s', async (_, run) => {
    const session = await open(g, run.kind);
    if (run.kind === 'lora') {
      await session.importTrainable(
        [...run.parameters].map(([name, { shape }]) => ({ name, shape, data: g.lora.get(name)! })),
      );
    }
    for (let step = 0; step < g.steps; step++)
      await session.trainStep(g.batches[step % g.batches.length]!, run.settings);
    const reports = await session.readReports();
    expect(reports).toHaveLength(g.steps);
    reports.forEach((report, step) => {
      expect(Math.abs(report.loss / run.losses[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(1e-5);
      expect(Math.abs(report.gradientNorm / run.gradientNorms[step]! - 1), `norm of step ${step + 1}`).toBeLessThan(
        1e-4,
      );
    });
    for (const { name, data } of await session.exportTrainable()) {
      expect(distance(Float64Array.from(data), run.parameters.get(name)!.data), name).toBeLessThan(1e-5);
    }
    session.destroy();
  });
});

describe('the cost of a step', () => {
  it('is one submit per micro-step and no memory, over 300 steps', async () => {
    const session = await open(golden, 'lora');
    const batch = (step: number) => golden.batches[step % golden.batches.length]!;
    await session.trainStep(batch(0), settings);
    const { submits, bufferBytes, buffersCreated } = { ...session.counters };
    let microSteps = 0;
    for (let step = 1; step <= 300; step++) {
      const rows = batch(step);
      microSteps += rows.length;
      const before = session.counters.submits;
      await session.trainStep(rows, settings);
      // A full report ring is read back by a submit of its own, once.
      const readBack = step === 256 ? 1 : 0;
      expect(session.counters.submits - before).toBe(rows.length + readBack);
    }
    expect(session.counters.submits - submits).toBe(microSteps + 1);
    expect(session.counters.bufferBytes - bufferBytes).toBe(0);
    expect(session.counters.buffersCreated - buffersCreated).toBe(1);
    expect(await session.readReports()).toHaveLength(301);
    session.destroy();
  });
});

describe('one seed', () => {
  async function train(session: Session, from: number, steps: number) {
    for (let step = from; step < from + steps; step++) {
      await session.trainStep(golden.batches[step % golden.batches.length]!, settings);
    }
    return session.readReports();
  }

  it('gives the same bits twice, and continues from a saved state with the same bits', async () => {
    const session = await open(golden, 'lora');
    await session.resetTrainable(7);
    const first = await train(session, 0, 12);
    const trained = await session.exportTrainable();
    await session.resetTrainable(7);
    const again = await train(session, 0, 5);
    const saved = await session.exportState();
    const other = await open(golden, 'lora');
    await other.importState(saved);
    again.push(...(await train(other, 5, 7)));
    expect(again).toEqual(first);
    expect(await other.exportTrainable()).toEqual(trained);
    session.destroy();
    other.destroy();
  });

  it('gives another adapter under another seed', async () => {
    const session = await open(golden, 'lora');
    await session.resetTrainable(1);
    const one = await session.exportTrainable();
    await session.resetTrainable(2);
    expect(await session.exportTrainable()).not.toEqual(one);
    session.destroy();
  });

  it('does not depend on how the batch is packed', async () => {
    const rows = golden.batches.find((batch) => batch.length > 1)!;
    const session = await open(golden, 'full');
    await session.trainStep(rows, settings);
    await session.resetTrainable(0);
    await session.trainStep([...rows].reverse(), settings);
    const [report] = await session.readReports();
    await session.resetTrainable(0);
    await session.trainStep(rows, settings);
    const [other] = await session.readReports();
    expect(Math.abs(report!.loss / other!.loss - 1)).toBeLessThan(1e-6);
    session.destroy();
  });
});

describe('keeping what layers compute', () => {
  it.each(['full', 'lora'] as const)('gives the bits that computing it again gives: %s', async (kind) => {
    const trainable = kind === 'full' ? ({ kind } as const) : golden.loraSpec;
    const shape = shapeOf(golden.batches.flat());
    const results: unknown[] = [];
    for (const keepActivations of [false, true]) {
      const planned = { ...shape, keepActivations };
      const session = await createSession(device, golden.config, golden.weights, trainable, planned);
      await session.resetTrainable(3);
      for (let step = 0; step < 6; step++) {
        await session.trainStep(golden.batches[step % golden.batches.length]!, settings);
      }
      results.push({ reports: await session.readReports(), trained: await session.exportTrainable() });
      session.destroy();
    }
    expect(results[1]).toEqual(results[0]);
  });
});
