/**
 * Double quantisation as bitsandbytes does it: the scales of blocks, less their mean, in 8 bits of a dynamic map, with
 * one scale for 256 of them.
 */
import { absmaxOf, codeOf, midPoints, reciprocal } from './nf4';
import { NESTED_BLOCK } from './storage';

/** Decades of the map: 10⁻⁶ to 1. */
const DECADES = 7;

/**
 * The dynamic map, ascending: in decade i (of 0.1 to 1, times 10^(i − 6)) the middles of 2^i equal steps with either sign,
 * or of twice as many without one; then 0 and 1. Rounded as PyTorch rounds its linspace.
 */
export function dynamicMap(signed: boolean): Float32Array {
  const values = [0, 1];
  for (let decade = 0; decade < DECADES; decade++) {
    const steps = 2 ** (decade + (signed ? 0 : 1));
    const [first, last] = [Math.fround(0.1), 1];
    const step = Math.fround(Math.fround(last - first) / steps);
    const border = (i: number) =>
      // One rounding: PyTorch's vectors multiply and add at once.
      Math.fround(i < (steps + 1) / 2 ? first + step * i : last - step * (steps - i));
    const power = Math.fround(10 ** (decade - DECADES + 1));
    for (let i = 0; i < steps; i++) {
      const value = Math.fround(power * Math.fround(Math.fround(border(i) + border(i + 1)) / 2));
      values.push(value, ...(signed ? [-value] : []));
    }
  }
  return Float32Array.from(values).sort();
}

export const DYNAMIC_VALUES = dynamicMap(true);
/** The signed map, of first moments, and behind it the other, of second moments. */
export const DYNAMIC_MAPS = Float32Array.from([...DYNAMIC_VALUES, ...dynamicMap(false)]);
/** Codes of zero. */
export const ZERO_CODES = { first: 127, second: 0 };
const BORDERS = midPoints(DYNAMIC_VALUES);

export interface NestedScales {
  /** Mean of the scales. */
  offset: number;
  /** Largest deviation of each 256. */
  absmax: Float32Array;
  codes: Uint8Array;
}

export function quantiseScales(scales: Float32Array): NestedScales {
  const offset = Math.fround(scales.reduce((sum, scale) => sum + scale, 0) / scales.length);
  const rest = scales.map((scale) => scale - offset);
  const absmax = new Float32Array(Math.ceil(rest.length / NESTED_BLOCK));
  const codes = new Uint8Array(rest.length);
  for (let group = 0; group < absmax.length; group++) {
    const start = group * NESTED_BLOCK;
    const end = Math.min(start + NESTED_BLOCK, rest.length);
    absmax[group] = absmaxOf(rest, start, end);
    const scale = reciprocal(absmax[group]!);
    for (let i = start; i < end; i++) codes[i] = codeOf(Math.fround(rest[i]! * scale), BORDERS);
  }
  return { offset, absmax, codes };
}

export function dequantiseScales({ offset, absmax, codes }: NestedScales): Float32Array {
  return Float32Array.from(codes, (code, i) =>
    // One rounding, as in the shader.
    Math.fround(DYNAMIC_VALUES[code]! * absmax[Math.floor(i / NESTED_BLOCK)]! + offset),
  );
}
