/** Clipping by the global norm and AdamW, its moments in f32 and in 8 bits. */
import { hyperValues, optimizerStep } from '../../ops/optim';
import { DYNAMIC_MAPS } from '../../precision/dynamic';
import { adamwUpdate, clipScale, globalNorm } from '../../reference/optimizer';
import { adamw8Update, zeroMoment } from '../../reference/optimizer-8bit';
import type { StepSettings } from '../../types';
import { floats } from '../numbers';
import { near, type FamilyCheck } from '../types';

const ELEMENTS = 2 * 256 + 100;
const STEP = 3;
const SETTINGS: StepSettings = {
  ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.999 },
  ...{ epsilon: 1e-8, weightDecay: 0.1, clipNorm: 0.5 },
};

export const optimizerCheck: FamilyCheck = {
  name: 'optimizer',
  title: 'Optimiser',
  async run(run) {
    const [start, gradient, mean] = [floats(1, ELEMENTS), floats(2, ELEMENTS, 0.1), floats(3, ELEMENTS, 0.1)];
    const square = mean.map((value) => value * value);
    const found = await run((t) => {
      const hyper = t.input(hyperValues(SETTINGS, STEP));
      const control = t.input(Uint32Array.of(0, 1));
      const tensors = { gradient: t.input(gradient), parameter: t.input(start) };
      const moments = { moment1: t.input(mean), moment2: t.input(square) };
      const words = new Uint32Array(Math.ceil(ELEMENTS / 256) * 65);
      const coded = { gradient: tensors.gradient, parameter: t.input(start) };
      const codes = { moment1: t.input(words), moment2: t.input(words) };
      const range = { elements: ELEMENTS, faster: false };
      const [reports, shape] = [t.output(2), { elements: ELEMENTS, bindingBytes: 2 ** 27 }];
      const common = { hyper, control, reports, gradient: tensors.gradient, codeMaps: t.input(DYNAMIC_MAPS) };
      optimizerStep(t.plan, { ...shape, ranges: [{ ...range, ...tensors, ...moments, quantised: false }] }, common);
      optimizerStep(t.plan, { ...shape, ranges: [{ ...range, ...coded, ...codes, quantised: true }] }, common);
      const all = [tensors.parameter, moments.moment1, moments.moment2, coded.parameter, reports];
      return () => Promise.all(all.map((tensor) => t.floats(tensor)));
    });
    const norm = globalNorm([gradient]);
    const clipped = Float64Array.from(gradient, (value) => value * clipScale(norm, SETTINGS.clipNorm));
    const [parameter, m, v] = [start, mean, square].map((values) => Float64Array.from(values));
    adamwUpdate(parameter!, clipped, m!, v!, STEP, SETTINGS);
    const coded = Float64Array.from(start);
    adamw8Update(coded, clipped, zeroMoment(ELEMENTS, 'first'), zeroMoment(ELEMENTS, 'second'), STEP, SETTINGS);
    return [
      near('norm of the gradient', found[4]!.subarray(1, 2), Float64Array.of(norm), 2e-6),
      near('first moment', found[1]!, m!, 4e-6),
      near('second moment', found[2]!, v!, 4e-6),
      near('AdamW', found[0]!, parameter!, 4e-7),
      near('AdamW with 8-bit moments', found[3]!, coded, 6e-7),
    ];
  },
};
