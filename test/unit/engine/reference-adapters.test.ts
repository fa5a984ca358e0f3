/** DoRA's gradients by finite differences, and 8-bit AdamW against an independent re-implementation of bitsandbytes. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dynamicMap } from '../../../src/engine/precision/dynamic';
import { linearShape, lossAndGradients } from '../../../src/engine/reference/decoder';
import { adamw8Update, nearestCode, rowNorms, zeroMoment } from '../../../src/engine/reference/kernels';
import { adapterNames } from '../../../src/engine/reference/tensors';
import { LINEAR_NAMES, type LinearName, type LoraSpec } from '../../../src/engine/types';
import { DECODERS, decoderRows } from '../../helpers/decoders';
import { numbers } from '../../helpers/numbers';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { expectGradient, tinyConfig, tinyLora, tinyWeights } from './reference-checks';

const RANK = 2;

describe.each([{ name: 'as Llama', config: tinyConfig(true) }, DECODERS[0]!])('DoRA in a model $name', ({ config }) => {
  const rows = decoderRows(config);
  const weights = tinyWeights(config);
  const targets = LINEAR_NAMES.filter((name) => config.traits.gated || name !== 'gate_proj');
  const spec: LoraSpec = { kind: 'lora', rank: RANK, scale: 1.5, targets, dora: true };
  const eachLayer = (use: (layer: number, name: LinearName) => void) => {
    for (let layer = 0; layer < config.layers; layer++) for (const name of targets) use(layer, name);
  };
  const normsOf = (tensors: ReadonlyMap<string, Float64Array>) => {
    const norms = new Map<string, Float64Array>();
    eachLayer((layer, name) => {
      const [outSize, inSize] = linearShape(config, name);
      const { a, b, magnitude } = adapterNames(config, layer, name);
      const shape = { inSize, outSize, rank: RANK, scale: 1.5 };
      norms.set(magnitude, rowNorms(weights.get(`layers.${layer}.${name}`)!, tensors.get(a)!, tensors.get(b)!, shape));
    });
    return norms;
  };

  it('has the gradient of every A, B and magnitude, the norms held', () => {
    const tensors = tinyLora(config, [...targets], RANK);
    const frozenNorms = normsOf(tensors);
    for (const [n, [name, norm]] of [...frozenNorms].entries()) {
      tensors.set(
        name,
        norm.map((value, i) => value * (1 + numbers(700 + n, norm.length, 0.3)[i]!)),
      );
    }
    const { gradients } = lossAndGradients(config, weights, rows, spec, tensors, { frozenNorms });
    expect(gradients).toEqual(lossAndGradients(config, weights, rows, spec, tensors).gradients);
    expect([...gradients.keys()].sort()).toEqual([...tensors.keys()].sort());
    const loss = () => lossAndGradients(config, weights, rows, spec, tensors, { frozenNorms }).loss;
    for (const [name, gradient] of gradients) expectGradient(name, loss, tensors.get(name)!, gradient, { entries: 4 });
  });

  it('changes nothing where B is zero and magnitudes are the norms of the rows', () => {
    const tensors = tinyLora(config, [...targets], RANK);
    for (const [name, tensor] of tensors) if (name.endsWith('lora_B')) tensor.fill(0);
    for (const [name, norm] of normsOf(tensors)) tensors.set(name, norm);
    const { loss } = lossAndGradients(config, weights, rows, spec, tensors);
    expect(loss).toBeCloseTo(lossAndGradients(config, weights, rows, { kind: 'none' }).loss, 13);
  });
});

describe('the dynamic data type', () => {
  it('has 256 ascending values, nought and one among them, and symmetric but for those where it is signed', () => {
    for (const signed of [true, false]) {
      const map = dynamicMap(signed);
      expect(map).toHaveLength(256);
      for (let i = 1; i < 256; i++) expect(map[i]).toBeGreaterThan(map[i - 1]!);
      expect([map[signed ? 127 : 0], map[255]]).toEqual([0, 1]);
    }
    const signed = dynamicMap(true);
    expect([...signed.slice(0, 127)].reverse()).toEqual([...signed.slice(128, 255)].map((x) => -x));
  });

  it('takes the nearest value, the lower one in the middle', () => {
    const map = Float32Array.of(-0.5, 0, 0.25, 1);
    expect([-9, -0.25, -0.2, 0.125, 0.13, 0.7, 5].map((x) => nearestCode(x, map))).toEqual([0, 0, 1, 1, 2, 3, 3]);
  });
});

describe('8-bit AdamW', () => {
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

  it('leaves alone what has a gradient that is no number, and clears its moments', () => {
    const [first, second] = [zeroMoment(300, 'first'), zeroMoment(300, 'second')];
    const parameter = numbers(1, 300);
    adamw8Update(parameter, numbers(2, 300), first, second, 1, settings);
    const before = parameter.slice();
    const gradient = numbers(3, 300);
    gradient[7] = NaN;
    gradient[299] = Infinity;
    adamw8Update(parameter, gradient, first, second, 2, { ...settings, weightDecay: 0.1 });
    expect([7, 299].map((i) => parameter[i])).toEqual([7, 299].map((i) => before[i]));
    expect([7, 299].map((i) => [first.codes[i], second.codes[i]])).toEqual([[127, 0], [127, 0]]); // prettier-ignore
    expect(parameter.filter((value, i) => value === before[i])).toHaveLength(2);
  });

  describeWithShared('over three steps', 'data/golden_quant.json', () => {
    const golden = JSON.parse(readFileSync(sharedPath('data/golden_quant.json'), 'utf8')) as Record<string, number[]>;

    it('has the maps of bitsandbytes', () => {
      [...dynamicMap(true)].forEach((value, i) => expect(value).toBeCloseTo(golden.dynamic_signed![i]!, 6));
      [...dynamicMap(false)].forEach((value, i) => expect(value).toBeCloseTo(golden.dynamic_unsigned![i]!, 6));
    });

    it('gives the golden’s weights, which f32 moments do not', () => {
      const elements = 4096;
      const parameter = normals(7, elements);
      const [first, second] = [zeroMoment(elements, 'first'), zeroMoment(elements, 'second')];
      for (let step = 1; step <= 3; step++) {
        const used = { ...settings, learningRate: 1e-3, weightDecay: 0.01 };
        adamw8Update(parameter, normals(100 + step, elements), first, second, step, used);
      }
      const worst = (other: number[]) => Math.max(...other.map((value, i) => Math.abs(value - parameter[i]!)));
      expect(worst(golden.adamw8_w_first16!)).toBeLessThan(6e-7);
      expect(worst(golden.adamw32_w_first16!)).toBeGreaterThan(1e-5);
    });
  });
});

/** The golden's inputs: a linear congruential generator and Box and Muller's cosines. */
function normals(seed: number, length: number): Float64Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return Float64Array.from({ length }, () => {
    const radius = Math.sqrt(-2 * Math.log(next()));
    return Math.fround(radius * Math.cos(2 * Math.PI * next()));
  });
}
