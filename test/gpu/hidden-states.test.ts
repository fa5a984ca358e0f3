/** Hidden states and ranks of the whole engine against the f64 decoder: every layer, adapted and fully trained models too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, planMemory, type EngineDevice } from '../../src/engine';
import { hiddenStates, score } from '../../src/engine/reference/decoder';
import type { SpanRow, TrainableSpec } from '../../src/engine/types';
import { loadGradients, TINY_MODELS } from '../golden/load';
import { testGpu } from '../helpers/gpu';
import { worstError } from '../helpers/kernel-bench';
import { FROZEN_SETTINGS } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

/** Two texts and a padded one in a row: whole, but for the first token, the last token alone, padding included. */
const ids = Uint32Array.of(3, 9, 14, 5, 3, 21, 30, 3, 12, 1, 1, 1, 1);
const segmentStart = Uint32Array.of(0, 0, 0, 0, 4, 4, 4, 7, 7, 7, 7, 7, 7);
const empty = new Uint32Array(0);
const spanRow: SpanRow = {
  row: { ids, segmentStart, supervisedIndex: empty, labels: empty, example: empty },
  spans: Uint32Array.of(0, 4, 1, 4, 6, 7, 7, 13),
  keyEnd: Uint32Array.from(ids, (_, t) => Math.min(t + 1, t >= 7 ? 9 : 13)),
};

function meansOf(states: Float64Array, width: number): Float64Array {
  const { spans } = spanRow;
  const means = new Float64Array((spans.length / 2) * width);
  for (let s = 0; s < spans.length / 2; s++) {
    const [first, end] = [spans[2 * s]!, spans[2 * s + 1]!];
    for (let t = first; t < end; t++) {
      for (let i = 0; i < width; i++) means[s * width + i]! += states[t * width + i]! / (end - first);
    }
  }
  return means;
}

describe.each(TINY_MODELS)('%s', (name) => {
  const golden = loadGradients(name);
  const { config } = golden;
  const all = [-1, ...Array.from({ length: config.layers + 1 }, (_, layer) => layer)];

  it.each<[string, TrainableSpec]>([
    ['as it is', { kind: 'none' }],
    ['with an adapter, after training', golden.loraSpec],
    ['with all weights trained', { kind: 'full' }],
  ])('gives the means of every layer: the model %s', async (_, trainable) => {
    const session = await createSession(device, config, golden.weights, trainable);
    if (trainable.kind === 'lora') {
      await session.importTrainable(
        [...golden.lora].map(([tensor, data]) => {
          const rank = golden.loraSpec.rank;
          const shape = tensor.endsWith('lora_A') ? [rank, data.length / rank] : [data.length / rank, rank];
          return { name: tensor, shape, data };
        }),
      );
    }
    if (trainable.kind !== 'none')
      for (const row of golden.rows) await session.trainStep([row], { ...FROZEN_SETTINGS, learningRate: 0.01 });
    const exported = trainable.kind === 'none' ? [] : await session.exportTrainable();
    const trained = new Map(exported.map((tensor) => [tensor.name, tensor.data]));
    const weights = trainable.kind === 'full' ? trained : golden.weights;
    const lora = trainable.kind === 'lora' ? { scale: trainable.scale, tensors: trained } : undefined;
    const { layers, last } = hiddenStates(config, weights, spanRow.row, { lora, keyEnd: spanRow.keyEnd! });
    const found = await session.hiddenStates([spanRow, spanRow], all);
    const reference = [last, ...layers].map((states) => meansOf(states, config.hiddenSize));
    found.forEach((means, at) => {
      const half = means.length / 2;
      expect(worstError(means.subarray(0, half), reference[at]!), `layer ${all[at]}`).toBeLessThan(2e-5);
      expect(means.subarray(half)).toEqual(means.subarray(0, half));
    });
    // What training did must be in it: an untouched model would not pass.
    if (trainable.kind === 'lora') {
      const untouched = meansOf(
        hiddenStates(config, weights, spanRow.row, { keyEnd: spanRow.keyEnd! }).last,
        config.hiddenSize,
      );
      expect(worstError(found[0]!.subarray(0, untouched.length), untouched)).toBeGreaterThan(1e-3);
    }
    session.destroy();
  });

  it('ranks every label as the reference does, and the scores beside the ranks stay what they are without', async () => {
    const session = await createSession(device, config, golden.weights, { kind: 'none' });
    const ranked = await session.score(golden.rows, 0.7, { ranks: true });
    const plain = await session.score(golden.rows, 0.7);
    const seen = new Set<number>();
    golden.rows.forEach((row, r) => {
      const reference = score(config, golden.weights, row, 0.7);
      expect([...ranked[r]!.ranks!]).toEqual([...reference.ranks]);
      reference.ranks.forEach((rank) => seen.add(rank));
      expect(plain[r]).toEqual({ ...ranked[r]!, ranks: null });
    });
    expect(seen.size).toBeGreaterThan(3);
    session.destroy();
  });

  it('takes no memory beyond the plan, and refuses a layer that is not there', async () => {
    const states = { tokens: 64, spans: 8, layers: all };
    const shape = { rowTokens: 64, supervised: 64, states };
    const before = device.counters.bufferBytes;
    const session = await createSession(device, config, golden.weights, { kind: 'none' }, shape);
    await session.hiddenStates([spanRow], all);
    const held = device.counters.bufferBytes - before;
    expect(held).toBeLessThanOrEqual(session.memory.totalBytes * 1.02);
    const without = planMemory(config, { kind: 'none' }, { rowTokens: 64, supervised: 64 });
    expect(session.memory.totalBytes).toBeGreaterThan(without.totalBytes);
    await expect(session.hiddenStates([spanRow], [config.layers + 1])).rejects.toMatchObject({
      code: 'spec-invalid',
      message: expect.stringContaining(`1 to ${config.layers}`),
    });
    session.destroy();
  });
});
