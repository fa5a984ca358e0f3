/**
 * NF4, the 4-bit normal float of QLoRA, in bitsandbytes' bits: blocks of 64 values, each a code times the block's
 * largest magnitude; two codes a byte, the first in the high nibble.
 */
import { NF4_BLOCK } from './storage';

/** The value of each code, ascending; quantiles of the normal distribution, with a zero. */
export const NF4_VALUES = Float32Array.of(
  -1,
  -0.6961928009986877,
  -0.5250730514526367,
  -0.39491748809814453,
  -0.28444138169288635,
  -0.18477343022823334,
  -0.09105003625154495,
  0,
  0.07958029955625534,
  0.16093020141124725,
  0.24611230194568634,
  0.33791524171829224,
  0.44070982933044434,
  0.5626170039176941,
  0.7229568362236023,
  1,
);

/** Values that ascend → the borders between them, in f32. */
export function midPoints(values: Float32Array): Float32Array {
  return Float32Array.from({ length: values.length - 1 }, (_, i) => Math.fround(values[i]! + values[i + 1]!) / 2);
}

/** How many borders lie below the value: one that lies on a border gets the lower code. */
export function codeOf(value: number, borders: Float32Array): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (borders[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Below this a block's largest magnitude has no reciprocal in f32. */
const SMALLEST = Math.fround(1e-38);

/** Largest magnitude of `values[start, end)`. */
export function absmaxOf(values: Float32Array, start: number, end: number): number {
  let largest = 0;
  for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/** What values are multiplied by to lie within ±1. */
export function reciprocal(absmax: number): number {
  return Math.fround(1 / Math.max(absmax, SMALLEST));
}

const BORDERS = midPoints(NF4_VALUES);

export interface Nf4 {
  packed: Uint8Array;
  /** Of each block. */
  absmax: Float32Array;
}

/** Quantises a flattened weight, or whole blocks of one. */
export function quantiseNf4(values: Float32Array): Nf4 {
  const packed = new Uint8Array(Math.ceil(values.length / 2));
  const absmax = new Float32Array(Math.ceil(values.length / NF4_BLOCK));
  for (let block = 0; block < absmax.length; block++) {
    const start = block * NF4_BLOCK;
    const end = Math.min(start + NF4_BLOCK, values.length);
    absmax[block] = absmaxOf(values, start, end);
    const scale = reciprocal(absmax[block]!);
    for (let i = start; i < end; i++) {
      const code = codeOf(Math.fround(values[i]! * scale), BORDERS);
      packed[i >> 1]! |= i & 1 ? code : code << 4;
    }
  }
  return { packed, absmax };
}

/** The code of value i. */
export function nf4Code(packed: Uint8Array, i: number): number {
  return i & 1 ? packed[i >> 1]! & 15 : packed[i >> 1]! >> 4;
}

export function dequantiseNf4({ packed, absmax }: Nf4, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => NF4_VALUES[nf4Code(packed, i)]! * absmax[Math.floor(i / NF4_BLOCK)]!);
}
