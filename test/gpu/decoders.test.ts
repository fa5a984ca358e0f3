/** The engine against the f64 reference for decoders of every family: scores, decoding, gradients, hidden states. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acquireDevice,
  createSession,
  decoderWeights,
  LINEAR_NAMES,
  type EngineDevice,
  type WeightMap,
} from '../../src/engine';
import { hiddenStates, lossAndGradients, score, sequenceLogits } from '../../src/engine/reference/decoder';
import { argmaxOf } from '../../src/engine/reference/kernels';
import { DECODERS, decoderRows } from '../helpers/decoders';
import { testGpu } from '../helpers/gpu';
import { distance, numbers } from '../helpers/numbers';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

describe.each(DECODERS)('$name', ({ config }) => {
  const weights: WeightMap = new Map(
    decoderWeights(config).map(({ name, shape }, n) => {
      const elements = shape.reduce((a, b) => a * b, 1);
      const values = numbers(n + 1, elements, 0.8);
      return [name, Float32Array.from(/norm$/.test(name) ? values.map((x) => 1 + x / 4) : values)];
    }),
  );
  const rows = decoderRows(config);
  const open = (trainable: Parameters<typeof createSession>[3] = { kind: 'full' }, further: object = {}) =>
    createSession(device, config, weights, trainable, { ...shapeOf(rows), ...further });

  it('scores every label, in one row or another', async () => {
    const session = await open({ kind: 'none' });
    const found = await session.score(rows, 0.7);
    rows.forEach((row, i) => {
      const expected = score(config, weights, row, 0.7);
      expect(distance(Float64Array.from(found[i]!.logProb), expected.logProb)).toBeLessThan(1e-5);
      expect(distance(Float64Array.from(found[i]!.logProbT), expected.logProbT)).toBeLessThan(1e-5);
      expect(found[i]!.argmax).toEqual(expected.argmax);
    });
    session.destroy();
  });

  it('has the gradient of every weight, layers kept or computed again', async () => {
    const expected = lossAndGradients(config, weights, rows, { kind: 'full' });
    for (const keepActivations of [false, true]) {
      const session = await open({ kind: 'full' }, { keepActivations });
      await session.trainStep(rows, FROZEN_SETTINGS);
      const [report] = await session.readReports();
      expect(Math.abs(report!.loss / expected.loss - 1)).toBeLessThan(1e-5);
      const found = await session.exportGradients();
      expect(found.map(({ name }) => name).sort()).toEqual([...expected.gradients.keys()].sort());
      for (const { name, data } of found) {
        // Some gradients vanish by symmetry (a bias of keys shifts all scores alike): those are held to the largest one.
        const reference = expected.gradients.get(name)!;
        const size = Math.hypot(...reference);
        const error = Math.hypot(...reference.map((value, i) => value - data[i]!));
        expect(error, name).toBeLessThan(2e-5 * Math.max(size, 0.05));
      }
      session.destroy();
    }
  });

  const targets = LINEAR_NAMES.filter((name) => config.traits.gated || name !== 'gate_proj');
  it.each([
    ['LoRA on every linear layer', { targets }, {}],
    ['DoRA on every linear layer', { targets, dora: true }, {}],
    ['DoRA where layers are kept, other targets in each', { targets: [targets.slice(1), ['q_proj' as const]], dora: true }, { keepActivations: true }], // prettier-ignore
  ])('has the gradients, scores and answers of %s', async (_, adapted, further) => {
    const trainable = { kind: 'lora' as const, rank: 3, scale: 1.5, ...adapted };
    const session = await open(trainable, further);
    const fresh = await session.exportTrainable();
    if ('dora' in adapted) {
      const { logProb } = (await session.score(rows, 1))[0]!;
      expect(distance(Float64Array.from(logProb), score(config, weights, rows[0]!, 1).logProb)).toBeLessThan(1e-5);
    }
    const adapter = fresh.map((tensor, n) => ({
      ...tensor,
      data:
        tensor.shape.length === 1
          ? tensor.data.map((norm, i) => norm * (1 + numbers(40 + n, tensor.data.length, 0.5)[i]!))
          : Float32Array.from(numbers(40 + n, tensor.data.length, 0.5)),
    }));
    await session.importTrainable(adapter);
    const lora = { scale: 1.5, tensors: new Map(adapter.map(({ name, data }) => [name, data])) };
    await session.trainStep(rows, FROZEN_SETTINGS);
    const { gradients } = lossAndGradients(config, weights, rows, trainable, lora.tensors);
    const found = await session.exportGradients();
    expect(found.map(({ name }) => name).sort()).toEqual([...gradients.keys()].sort());
    for (const { name, data } of found) {
      expect(distance(Float64Array.from(data), gradients.get(name)!), name).toBeLessThan(2e-5);
    }
    const { logProb } = (await session.score(rows, 1))[0]!;
    expect(distance(Float64Array.from(logProb), score(config, weights, rows[0]!, 1, lora).logProb)).toBeLessThan(1e-5);
    const options = { samples: 1, temperature: 0, topK: 0, topP: 1, seed: 1, stream: 0, stopIds: [] };
    const [sample] = await session.generate({ prompts: [Uint32Array.of(1, 4)], maxNewTokens: 3, ...options });
    let sequence = [1, 4];
    for (let step = 0; step < 3; step++) {
      const logits = sequenceLogits(config, weights, Uint32Array.from(sequence), lora);
      sequence = [...sequence, argmaxOf(logits, logits.length - config.vocabSize, config.vocabSize)];
    }
    expect(sample!.ids).toEqual(sequence.slice(2));
    session.destroy();
  });

  it('decodes greedily what the whole sequence says, past the window', async () => {
    const session = await open({ kind: 'none' });
    const prompts = [Uint32Array.of(1, 4, 9), Uint32Array.of(7)];
    const options = { samples: 1, temperature: 0, topK: 0, topP: 1, seed: 1, stream: 0, stopIds: [] };
    const found = await session.generate({ prompts, maxNewTokens: 9, ...options });
    for (const { prompt, ids } of found) {
      let sequence = [...prompts[prompt]!];
      for (let step = 0; step < 9; step++) {
        const logits = sequenceLogits(config, weights, Uint32Array.from(sequence));
        sequence = [...sequence, argmaxOf(logits, logits.length - config.vocabSize, config.vocabSize)];
      }
      expect(ids).toEqual(sequence.slice(prompts[prompt]!.length));
    }
    session.destroy();
  });

  it('reads the hidden states of every layer', async () => {
    const session = await open({ kind: 'none' });
    const row = rows[0]!;
    const tokens = row.ids.length;
    const spans = Uint32Array.from({ length: tokens * 2 }, (_, i) => Math.floor(i / 2) + (i % 2));
    const layers = [0, 1, config.layers, -1];
    const found = await session.hiddenStates([{ row, spans, keyEnd: null }], layers);
    const expected = hiddenStates(config, weights, row);
    layers.forEach((layer, i) => {
      const reference = layer < 0 ? expected.last : expected.layers[layer]!;
      expect(distance(Float64Array.from(found[i]!), reference), `layer ${layer}`).toBeLessThan(1e-5);
    });
    session.destroy();
  });
});
