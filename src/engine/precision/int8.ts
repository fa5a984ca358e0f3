/** Eight-bit whole numbers, symmetric around zero, with one f32 scale per output row. */
import { halfToEven } from '../../core/float16';
import { absmaxOf } from './nf4';

const LARGEST = 127;

export interface Int8 {
  codes: Int8Array;
  /** Of each row: its largest magnitude is 127 of them. */
  scales: Float32Array;
}

/** Quantises whole rows. */
export function quantiseInt8(values: Float32Array, columns: number): Int8 {
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(values.length / columns);
  for (let row = 0; row < scales.length; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    const scale = Math.fround(absmaxOf(values, start, end) / LARGEST);
    scales[row] = scale;
    if (scale === 0) continue;
    for (let i = start; i < end; i++) {
      const steps = Math.min(halfToEven(Math.abs(values[i]!) / scale), LARGEST);
      codes[i] = values[i]! < 0 ? -steps : steps;
    }
  }
  return { codes, scales };
}

export function dequantiseInt8({ codes, scales }: Int8, columns: number): Float32Array {
  return Float32Array.from(codes, (code, i) => code * scales[Math.floor(i / columns)]!);
}
