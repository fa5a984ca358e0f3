/**
 * Reference of AdamW with 8-bit block-wise moments (Dettmers et al. 2022) in bitsandbytes' order: the step first, decay
 * after it. Moments are kept as codes of a map with the largest of each 256 as scale.
 *
 * Must not know: the GPU, which tensors a model has.
 */
import { dynamicMap, ZERO_CODES } from '../precision/dynamic';
import type { StepSettings } from '../types';
import type { Reals } from './linear';

const BLOCK = 256;

/** A moment: a code for each value, a scale for each block. */
export interface CodedMoment {
  codes: Uint8Array;
  scales: Float32Array;
}

const MAPS = { first: dynamicMap(true), second: dynamicMap(false) };

export function zeroMoment(elements: number, which: 'first' | 'second'): CodedMoment {
  return {
    codes: new Uint8Array(elements).fill(ZERO_CODES[which]),
    scales: new Float32Array(Math.ceil(elements / BLOCK)),
  };
}

/** One tensor's update, in place. `step` counts from 1; `gradient` is clipped already. */
export function adamw8Update(
  parameter: Float64Array,
  gradient: Reals,
  first: CodedMoment,
  second: CodedMoment,
  step: number,
  settings: Omit<StepSettings, 'clipNorm'>,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = settings;
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  for (let block = 0; block * BLOCK < parameter.length; block++) {
    const [start, end] = [block * BLOCK, Math.min(parameter.length, (block + 1) * BLOCK)];
    const m = new Float64Array(end - start);
    const v = new Float64Array(end - start);
    for (let i = start; i < end; i++) {
      const g = gradient[i]!;
      // What is no number leaves its value alone and its moments empty.
      if (!Number.isFinite(g)) continue;
      const mean = beta1 * MAPS.first[first.codes[i]!]! * first.scales[block]! + (1 - beta1) * g;
      const square = beta2 * MAPS.second[second.codes[i]!]! * second.scales[block]! + (1 - beta2) * g * g;
      [m[i - start], v[i - start]] = [mean, square];
      const move = (learningRate * correction2 * mean) / correction1 / (Math.sqrt(square) + correction2 * epsilon);
      parameter[i] = (parameter[i]! - move) * (1 - learningRate * weightDecay);
    }
    encode(m, first, block, 'first');
    encode(v, second, block, 'second');
  }
}

function encode(values: Float64Array, moment: CodedMoment, block: number, which: 'first' | 'second'): void {
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  moment.scales[block] = scale;
  values.forEach((value, i) => {
    const code = scale > 0 ? nearestCode(value / scale, MAPS[which]) : ZERO_CODES[which];
    // A first moment keeps its sign.
    const flipped = which === 'first' && (value < 0 ? code >= ZERO_CODES.first : value > 0 && code < ZERO_CODES.first);
    moment.codes[block * BLOCK + i] = flipped ? ZERO_CODES.first - (value < 0 ? 1 : 0) : code;
  });
}

/** The lower one in the middle of two. */
export function nearestCode(value: number, map: Float32Array): number {
  const above = map.findIndex((entry) => entry > value);
  if (above === 0) return 0;
  if (above < 0) return map.length - 1;
  return value > (map[above - 1]! + map[above]!) / 2 ? above : above - 1;
}
