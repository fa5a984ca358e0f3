/** Every family's export, run by ONNX Runtime, answers as the f64 reference and as transformers do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequenceLogits } from '../../../src/engine/reference/decoder';
import type { WeightMap } from '../../../src/engine';
import { exportOnnx } from '../../../src/experiment';
import { openModel, type ModelHandle } from '../../../src/models';
import { FAMILIES, modelFolder, readGolden } from '../../golden/families';
import { type Cache, OnnxDecoder } from '../../helpers/onnx';
import { worstError } from '../../helpers/numbers';

const TOLERANCE = 1e-4;

describe.each(FAMILIES)('%s as ONNX', (family) => {
  const golden = readGolden(family);
  let model: ModelHandle;
  let weights: WeightMap;
  let decoder: OnnxDecoder;

  beforeAll(async () => {
    const folder = await modelFolder(family);
    model = await openModel(folder);
    weights = await model.loadWeights();
    decoder = await OnnxDecoder.open(await exportOnnx(folder, { dtypes: ['f32'] }), 'onnx/model.onnx', model.config);
  });
  afterAll(() => decoder.close());

  it('gives the logits of transformers and of the reference', async () => {
    for (const [i, ids] of golden.sequences.entries()) {
      const { logits } = await decoder.run({ ids: [ids] });
      expect(worstError(logits[0]!, Float64Array.from(golden.logits[i]!))).toBeLessThan(TOLERANCE);
      const reference = sequenceLogits(model.config, weights, Uint32Array.from(ids));
      expect(worstError(logits[0]!, reference)).toBeLessThan(TOLERANCE);
    }
  });

  it('goes on from past keys and values, one token or several at a time', async () => {
    const ids = golden.sequences.reduce((a, b) => (b.length > a.length ? b : a));
    const whole = (await decoder.run({ ids: [ids] })).logits[0]!;
    const { vocabSize } = model.config;
    let cache: Cache | undefined;
    let at = 0;
    for (const take of [1, 2, ids.length - 4, 1]) {
      const answer = await decoder.run({ ids: [ids.slice(at, at + take)], ...(cache && { cache }) });
      const expected = whole.slice(at * vocabSize, (at + take) * vocabSize);
      expect(worstError(answer.logits[0]!, expected)).toBeLessThan(1e-5);
      ({ cache } = answer);
      at += take;
    }
    expect(at).toBe(ids.length);
  });

  it('decodes greedily as the reference does', async () => {
    const prompt = golden.sequences[0]!.slice(0, 3);
    const { vocabSize } = model.config;
    const expected = [...prompt];
    for (let i = 0; i < 8; i++) {
      const logits = sequenceLogits(model.config, weights, Uint32Array.from(expected)).slice(-vocabSize);
      expected.push(logits.indexOf(Math.max(...logits)));
    }
    expect(await decoder.greedy(prompt, 8)).toEqual(expected.slice(prompt.length));
  });

  it('answers a batch with padding on the left as each sequence alone', async () => {
    const longest = Math.max(...golden.sequences.map(({ length }) => length));
    const padding = golden.sequences.map(({ length }) => longest - length);
    expect(Math.max(...padding)).toBeGreaterThan(0);
    const ids = golden.sequences.map((sequence, i) => [...new Array<number>(padding[i]!).fill(0), ...sequence]);
    const mask = golden.sequences.map((sequence, i) => [
      ...new Array<number>(padding[i]!).fill(0),
      ...sequence.map(() => 1),
    ]);
    const first = await decoder.run({ ids, mask });
    const next = await decoder.run({
      ids: ids.map(() => [2]),
      mask: mask.map((row) => [...row, 1]),
      cache: first.cache,
    });
    for (const [i, sequence] of golden.sequences.entries()) {
      const alone = await decoder.run({ ids: [[...sequence, 2]] });
      const given = Float64Array.of(
        ...first.logits[i]!.slice(padding[i]! * model.config.vocabSize),
        ...next.logits[i]!,
      );
      expect(worstError(given, alone.logits[0]!)).toBeLessThan(1e-5);
    }
  });
});
