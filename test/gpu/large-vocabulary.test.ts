/** A vocabulary table larger than one binding: it is read and trained in parts, with the same results. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhiloxSequence } from '../../src/core/philox';
import { acquireDevice, createSession, type DecoderConfig, type EngineDevice, type WeightMap } from '../../src/engine';
import { LLAMA_TRAITS } from '../../src/engine/traits';
import { DecoderMemory } from '../../src/engine/decoder/memory';
import { vocabularyChunks } from '../../src/engine/decoder/head';
import { lossAndGradients, score, weightShapes } from '../../src/engine/reference/decoder';
import { generate } from '../../src/engine/reference/sampler';
import { completionRow } from '../helpers/completions';
import { testGpu } from '../helpers/gpu';
import { distance, numbers } from '../helpers/numbers';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

/** 900 ids of width 64 under bindings of 128 KiB: two shards of 512 and 388 rows. */
const BINDING_BYTES = 128 * 1024;
const config: DecoderConfig = {
  ...{ vocabSize: 900, hiddenSize: 64, ffnSize: 20, layers: 1, heads: 2, kvHeads: 1, headDim: 8 },
  ...{
    normEpsilon: 1e-5,
    contextLength: 32,
    inverseFrequencies: [1, 0.1, 0.01, 0.001],
    tiedHead: true,
    traits: LLAMA_TRAITS,
  },
};

const weights: WeightMap = new Map(
  weightShapes(config).map(({ name, shape }, i) => {
    const values = numbers(
      i,
      shape.reduce((product, size) => product * size, 1),
      0.3,
    );
    return [name, Float32Array.from(values, (value) => (shape.length === 1 ? 1 + value : value))];
  }),
);

const draws = new PhiloxSequence(1, 55);
const someIds = (length: number) => Uint32Array.from({ length }, () => draws.nextInt(config.vocabSize));
const rows = [20, 12].map((length) => completionRow(someIds(length), [0, 511, 512, 899, ...someIds(8)]));

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
  device.limits.bindingBytes = BINDING_BYTES;
});
afterAll(() => device?.destroy());

describe('a vocabulary table larger than a binding', () => {
  it('falls into chunks that each fit one, for one row and for many', () => {
    const memory = new DecoderMemory(config, { kind: 'none' }, BINDING_BYTES);
    for (const count of [1, 64, 256]) {
      const chunks = vocabularyChunks(memory, count);
      expect(chunks.length).toBeGreaterThan(1);
      let next = 0;
      for (const { first, count: columns } of chunks) {
        expect(first).toBe(next);
        expect(first % 64).toBe(0);
        expect(columns * config.hiddenSize * 4).toBeLessThanOrEqual(BINDING_BYTES);
        next = first + columns;
      }
      expect(next).toBe(config.vocabSize);
    }
  });

  it('scores, loss and every gradient equal the reference', async () => {
    const session = await createSession(device, config, weights, { kind: 'full' }, shapeOf(rows));
    await session.trainStep(rows, FROZEN_SETTINGS);
    const [report] = await session.readReports();
    const expected = lossAndGradients(config, weights, rows, { kind: 'full' });
    expect(Math.abs(report!.loss / expected.loss - 1)).toBeLessThan(1e-6);
    for (const { name, data } of await session.exportGradients()) {
      expect(distance(data, expected.gradients.get(name)!), name).toBeLessThan(1e-5);
    }
    const scores = await session.score(rows, 0.8);
    rows.forEach((row, i) => {
      const reference = score(config, weights, row, 0.8);
      expect(distance(scores[i]!.logProb, reference.logProb)).toBeLessThan(1e-6);
      expect(distance(scores[i]!.logProbT, reference.logProbT)).toBeLessThan(1e-6);
      expect(scores[i]!.argmax).toEqual(reference.argmax);
    });
    session.destroy();
  });

  it('decoding draws what the reference draws, in groups whose logits fit a binding', async () => {
    const session = await createSession(device, config, weights, { kind: 'none' }, shapeOf(rows));
    const options = {
      ...{
        prompts: [someIds(3), someIds(5), someIds(1)],
        samples: 15,
        maxNewTokens: 4,
        temperature: 1.5,
        topK: 40,
        topP: 0.9,
      },
      ...{ seed: 4, stream: 1, stopIds: [] },
    };
    const ids = (list: { ids: number[] }[]) => list.map((each) => each.ids);
    expect(ids(await session.generate(options))).toEqual(ids(generate(config, weights, options)));
    session.destroy();
  });
});
