/** The optimiser's kernels against f64: loss report, norm, clipping, AdamW. */
import { describe, expect, it } from 'vitest';
import {
  adamw,
  adamw8,
  clip,
  hyperValues,
  lossReport,
  optimizerStep,
  reportLoss,
  squareSum,
} from '../../../src/engine/ops/optim';
import { DYNAMIC_MAPS } from '../../../src/engine/precision/dynamic';
import { adamw8Update, adamwUpdate, clipScale, globalNorm, zeroMoment } from '../../../src/engine/reference/kernels';
import type { StepSettings } from '../../../src/engine/types';
import { expectClose, floats, kernelBench, UNWRITTEN } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

const SETTINGS: StepSettings = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: Number.POSITIVE_INFINITY,
};
const SLOT = 2;

interface State {
  parameter: Float32Array;
  gradient: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
}

/** Every second parameter is zero: there the move itself is seen, not its rounding. */
const someState = (elements: number, spread: number): State => ({
  parameter: floats(1, elements).map((value, i) => (i % 2 === 0 ? value : 0)),
  gradient: floats(2, elements, spread),
  moment1: floats(3, elements, spread),
  moment2: floats(4, elements, spread).map((value) => value * value),
});

function update(state: State, settings: StepSettings, step: number, bindingBytes = 2 ** 27) {
  const elements = state.parameter.length;
  return run((t) => {
    const [parameter, moment1, moment2] = [t.input(state.parameter), t.input(state.moment1), t.input(state.moment2)];
    const [gradient, reports] = [t.input(state.gradient), t.output(8)];
    optimizerStep(
      t.plan,
      {
        ...{ elements, bindingBytes },
        ranges: [{ elements, gradient, parameter, moment1, moment2, quantised: false, faster: false }],
      },
      {
        ...{ reports, gradient },
        hyper: t.input(hyperValues(settings, step)),
        control: t.input(Uint32Array.of(SLOT, 1)),
        codeMaps: null,
      },
    );
    return async () => ({
      parameter: await t.floats(parameter),
      moment1: await t.floats(moment1),
      moment2: await t.floats(moment2),
      reports: await t.floats(reports),
    });
  });
}

function expectedUpdate(state: State, settings: StepSettings, step: number) {
  const norm = globalNorm([state.gradient]);
  const scale = clipScale(norm, settings.clipNorm);
  const parameter = Float64Array.from(state.parameter);
  const moment1 = Float64Array.from(state.moment1);
  const moment2 = Float64Array.from(state.moment2);
  const clipped = Float64Array.from(state.gradient, (g) => g * scale);
  adamwUpdate(parameter, clipped, moment1, moment2, step, settings);
  return { norm, parameter, moment1, moment2 };
}

describeKernel(squareSum, () => {
  /** Around one span, one level and two levels of the tree of 128; the last has three levels and several shards. */
  it.each([1, 127, 128, 129, 16_384, 16_385, 40_001])('the norm of %i values', async (elements) => {
    const state = someState(elements, 3);
    const { reports } = await update(state, SETTINGS, 1, 4 * 8192);
    expect(Math.abs(reports[SLOT * 2 + 1]! / globalNorm([state.gradient]) - 1)).toBeLessThan(1e-6);
    reports.forEach((value, i) => {
      if (i !== SLOT * 2 + 1) expect(value).toBe(UNWRITTEN);
    });
  });
});

describeKernel(clip, () => {
  it.each([
    ['far above the limit', 1e-3],
    ['just above it', 0.99],
    ['below it', 1.01],
    ['with no limit', Number.POSITIVE_INFINITY],
  ])('a gradient %s', async (_, share) => {
    const state = someState(700, 1e-3);
    const settings = { ...SETTINGS, clipNorm: share * globalNorm([state.gradient]) };
    const found = await update(state, settings, 3);
    expectClose(found.moment1, expectedUpdate(state, settings, 3).moment1, 2e-6);
  });

  it('a gradient of zeros changes nothing but by decay', async () => {
    const state = { ...someState(70, 1), gradient: new Float32Array(70) };
    state.moment1.fill(0);
    const { parameter, reports } = await update(state, { ...SETTINGS, clipNorm: 1 }, 1);
    expect(reports[SLOT * 2 + 1]).toBe(0);
    const decay = 1 - SETTINGS.learningRate * SETTINGS.weightDecay;
    expectClose(
      parameter,
      state.parameter.map((value) => value * decay),
      1e-6,
    );
  });
});

describeKernel(adamw, () => {
  it.each<[string, StepSettings, number, number]>([
    ['the first step', SETTINGS, 1, 1],
    ['a late step', SETTINGS, 4000, 1],
    ['tiny gradients, where ε decides', { ...SETTINGS, epsilon: 1e-6 }, 2, 1e-7],
    ['without decay, clipped', { ...SETTINGS, weightDecay: 0, clipNorm: 0.5 }, 7, 10],
    ['other betas', { ...SETTINGS, beta1: 0.8, beta2: 0.95 }, 5, 0.01],
    ['without momentum', { ...SETTINGS, beta1: 0, beta2: 0.99 }, 5, 0.01],
  ])('%s', async (_, settings, step, spread) => {
    const state = someState(331, spread);
    const [found, expected] = [await update(state, settings, step), expectedUpdate(state, settings, step)];
    expectClose(found.moment1, expected.moment1, 1e-6);
    expectClose(found.moment2, expected.moment2, 1e-6);
    expectClose(found.parameter, expected.parameter, 2e-7);
    const fromZero = (_value: number, i: number) => state.parameter[i] === 0;
    expectClose(found.parameter.filter(fromZero), expected.parameter.filter(fromZero), 2e-6);
  });

  it('several shards give the same bits as one', async () => {
    const state = someState(20_000, 1);
    const settings = { ...SETTINGS, clipNorm: 1 };
    const whole = await update(state, settings, 3);
    expect(await update(state, settings, 3, 4 * 8192)).toEqual(whole);
  });
});

describeKernel(adamw8, () => {
  /** Whole blocks, a part of one, and the second learning rate. */
  const elements = 2 * 256 + 100;
  const update8 = (gradients: Float32Array[], settings: StepSettings, bindingBytes = 2 ** 27, ratio = 1) =>
    run((t) => {
      const words = Math.ceil(elements / 256) * 65;
      const [parameter, moment1, moment2] = [t.input(floats(1, elements)), t.input(new Uint32Array(words)), t.input(new Uint32Array(words))]; // prettier-ignore
      const codeMaps = t.input(DYNAMIC_MAPS);
      gradients.forEach((values, i) => {
        const gradient = t.input(values);
        const faster = ratio !== 1;
        const ranges = [{ elements, gradient, parameter, moment1, moment2, quantised: true, faster }];
        const hyper = t.input(hyperValues(settings, i + 1, ratio));
        const control = t.input(Uint32Array.of(SLOT, 1));
        optimizerStep(
          t.plan,
          { elements, bindingBytes, ranges },
          { hyper, control, reports: t.output(8), gradient, codeMaps },
        );
      });
      return async () => ({
        parameter: await t.floats(parameter),
        moment1: await t.words(moment1),
        moment2: await t.words(moment2),
      });
    });
  const expected = (gradients: Float32Array[], settings: StepSettings) => {
    const parameter = Float64Array.from(floats(1, elements));
    const [first, second] = [zeroMoment(elements, 'first'), zeroMoment(elements, 'second')];
    gradients.forEach((gradient, i) => adamw8Update(parameter, gradient, first, second, i + 1, settings));
    return { parameter, first, second };
  };
  const codesOf = (words: Uint32Array) =>
    Array.from({ length: elements }, (_, i) => (words[Math.floor(i / 256) * 65 + Math.floor((i % 256) / 4)]! >>> (8 * (i % 4))) & 255); // prettier-ignore
  const gradients = [2, 3, 4].map((seed) => floats(seed, elements, 0.01));

  it('three steps, their codes and scales', async () => {
    const [found, reference] = [await update8(gradients, SETTINGS), expected(gradients, SETTINGS)];
    expectClose(found.parameter, reference.parameter, 3e-7);
    // A value on the border of two codes may fall to either side; no code is further off than one.
    for (const [words, { codes, scales }] of [
      [found.moment1, reference.first],
      [found.moment2, reference.second],
    ] as const) {
      const off = codesOf(words).map((code, i) => Math.abs(code - codes[i]!));
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
      expect(off.filter((each) => each > 0).length).toBeLessThan(6);
      const scaleWords = Uint32Array.from(scales, (_, block) => words[block * 65 + 64]!);
      expectClose(new Float32Array(scaleWords.buffer), scales, 1e-6);
    }
  });

  it('a gradient that is no number leaves its value alone and clears its moments', async () => {
    const broken = gradients[1]!.map((value, i) => (i === 300 ? NaN : value));
    const reference = expected([gradients[0]!, broken], SETTINGS);
    // The norm of such a gradient is no number either: only without clipping are the others told apart from it.
    const found = await update8([gradients[0]!, broken], SETTINGS);
    expectClose(found.parameter, reference.parameter, 3e-7);
    expect([codesOf(found.moment1)[300], codesOf(found.moment2)[300]]).toEqual([127, 0]);
  });

  it('at the second rate, as at that rate', async () => {
    const found = await update8(gradients, SETTINGS, 2 ** 27, 8);
    expectClose(found.parameter, expected(gradients, { ...SETTINGS, learningRate: 8e-3 }).parameter, 3e-6);
  });
});

describeKernel(lossReport, () => {
  const report = (rows: number, weights: Float32Array, first: 0 | 1) => {
    const logProb = floats(1, rows, 5).map((value) => value - 5);
    return run((t) => {
      const reports = t.input(Float32Array.from({ length: 8 }, (_, i) => i + 1));
      const inputs = {
        log_prob: t.input(logProb),
        weights: t.input(weights),
        control: t.input(Uint32Array.of(SLOT, first)),
      };
      reportLoss(t.plan, rows, { ...inputs, reports });
      return async () => ({ reports: await t.floats(reports), logProb });
    });
  };
  const weighted = (logProb: Float32Array, weights: Float32Array) =>
    logProb.reduce((sum, value, i) => sum - value * weights[i]!, 0);

  describe.each([1, 5, 130])('%i rows', (rows) => {
    const weights = floats(2, rows).map((value, i) => (i % 3 === 2 ? 0 : Math.abs(value)));

    it('start a step: the loss is set and the norm cleared, other slots stay', async () => {
      const { reports, logProb } = await report(rows, weights, 1);
      expect(Math.abs(reports[SLOT * 2]! / weighted(logProb, weights) - 1)).toBeLessThan(1e-6);
      expect([...reports.slice(0, 4), ...reports.slice(5)]).toEqual([1, 2, 3, 4, 0, 7, 8]);
    });

    it('add to a step begun', async () => {
      const { reports, logProb } = await report(rows, weights, 0);
      expect(Math.abs(reports[SLOT * 2]! / (5 + weighted(logProb, weights)) - 1)).toBeLessThan(1e-6);
      expect([...reports.slice(0, 4), ...reports.slice(5)]).toEqual([1, 2, 3, 4, 6, 7, 8]);
    });
  });
});
