/**
 * One weight on its way into GPU memory: f32 values in, a part at a time and in order; words as they are stored out.
 *
 * Promises: holds one part and the scales, never the weight; what the weight lost is known at the end; a value that the
 * precision cannot hold is an error with the weight's name, never infinite. Must not know: devices.
 */
import { LabError } from '../../core/errors';
import { decodeF16, encodeF16 } from '../../core/float16';
import type { WeightInfo } from '../types';
import { dequantiseScales, quantiseScales } from './dynamic';
import { dequantiseInt8, quantiseInt8 } from './int8';
import { nf4Code, NF4_VALUES, quantiseNf4 } from './nf4';
import type { Storage } from './kinds';
import { NF4_BLOCK, storedLayout, type StoredLayout } from './storage';

/** Words to write, from a word of the stored weight. */
export interface StoredPart {
  at: number;
  words: Uint32Array<ArrayBuffer>;
}

export interface WeightPacker {
  /** The next values. A part holds whole rows, and whole blocks of `partMultiple` values unless it is the last. */
  add(values: Float32Array): StoredPart[];
  /** What is known only now. */
  finish(): StoredPart[];
  /** √(Σ(w − stored)² / Σw²), after `finish`; 0 for f32, and for a weight of zeros. */
  relativeRmse(): number;
}

/** Values that a part must be a multiple of. */
export function partMultiple(storage: Storage): number {
  if (storage === 'f32') return 1;
  return storage === 'nf4' || storage === 'nf4-double' ? NF4_BLOCK : 4;
}

export function packerFor(info: WeightInfo, storage: Storage): WeightPacker {
  if (storage === 'f32') return new PlainPacker();
  if (storage === 'f16') return new HalfPacker(info.name);
  const layout = storedLayout(info, storage);
  return storage === 'int8' ? new Int8Packer(info.name, layout) : new Nf4Packer(info.name, layout);
}

/** A view of what is owned anyway. Its bytes are a multiple of four, or are filled up. */
function wordsOf(values: Float32Array | Uint16Array | Int8Array | Uint8Array): Uint32Array<ArrayBuffer> {
  if (values.byteLength % 4 === 0 && values.byteOffset % 4 === 0 && values.buffer instanceof ArrayBuffer) {
    return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  }
  const words = new Uint32Array(Math.ceil(values.byteLength / 4));
  new Uint8Array(words.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return words;
}

class PlainPacker implements WeightPacker {
  #at = 0;

  add(values: Float32Array): StoredPart[] {
    const at = this.#at;
    this.#at += values.length;
    return [{ at, words: wordsOf(values) }];
  }

  finish(): StoredPart[] {
    return [];
  }

  relativeRmse(): number {
    return 0;
  }
}

/** Σ of squares of weights, and of what is stored less the weight. */
class Loss {
  #squares = 0;
  #lost = 0;

  add(values: Float32Array, stored: Float32Array): void {
    for (let i = 0; i < values.length; i++) {
      this.#squares += values[i]! * values[i]!;
      this.#lost += (stored[i]! - values[i]!) ** 2;
    }
  }

  relativeRmse(): number {
    return this.#squares === 0 ? 0 : Math.sqrt(this.#lost / this.#squares);
  }
}

class HalfPacker implements WeightPacker {
  readonly #name: string;
  readonly #loss = new Loss();
  #at = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(values: Float32Array): StoredPart[] {
    const { halves, overflow } = encodeF16(values);
    if (overflow !== null) throw pastF16(this.#name, values[overflow]!);
    this.#loss.add(values, decodeF16(halves));
    const at = this.#at;
    this.#at += Math.ceil(values.length / 2);
    return [{ at, words: wordsOf(halves) }];
  }

  finish(): StoredPart[] {
    return [];
  }

  relativeRmse(): number {
    return this.#loss.relativeRmse();
  }
}

class Int8Packer implements WeightPacker {
  readonly #name: string;
  readonly #layout: StoredLayout;
  readonly #loss = new Loss();
  readonly #scales: Float32Array<ArrayBuffer>;
  #done = 0;

  constructor(name: string, layout: StoredLayout) {
    this.#name = name;
    this.#layout = layout;
    this.#scales = new Float32Array(layout.rows);
  }

  add(values: Float32Array): StoredPart[] {
    requireFinite(this.#name, values, 'int8');
    const columns = this.#layout.elements / this.#layout.rows;
    const made = quantiseInt8(values, columns);
    this.#loss.add(values, dequantiseInt8(made, columns));
    this.#scales.set(made.scales, this.#done / columns);
    const at = this.#done / 4;
    this.#done += values.length;
    return [{ at, words: wordsOf(made.codes) }];
  }

  finish(): StoredPart[] {
    return [{ at: this.#layout.scales, words: wordsOf(this.#scales) }];
  }

  relativeRmse(): number {
    return this.#loss.relativeRmse();
  }
}

/** Its scales may still change when they are quantised: what is lost is summed per block, for any scale. */
class Nf4Packer implements WeightPacker {
  readonly #name: string;
  readonly #layout: StoredLayout;
  readonly #absmax: Float32Array<ArrayBuffer>;
  /** Of each block Σw², Σw·code and Σcode². */
  readonly #sums: Float64Array;
  #done = 0;

  constructor(name: string, layout: StoredLayout) {
    this.#name = name;
    this.#layout = layout;
    this.#absmax = new Float32Array(Math.ceil(layout.elements / NF4_BLOCK));
    this.#sums = new Float64Array(3 * this.#absmax.length);
  }

  add(values: Float32Array): StoredPart[] {
    requireFinite(this.#name, values, 'nf4');
    const { packed, absmax } = quantiseNf4(values);
    const first = this.#done / NF4_BLOCK;
    this.#absmax.set(absmax, first);
    for (let i = 0; i < values.length; i++) {
      const at = 3 * (first + Math.floor(i / NF4_BLOCK));
      const value = values[i]!;
      const code = NF4_VALUES[nf4Code(packed, i)]!;
      this.#sums[at]! += value * value;
      this.#sums[at + 1]! += value * code;
      this.#sums[at + 2]! += code * code;
    }
    const at = this.#done / 8;
    this.#done += values.length;
    return [{ at, words: wordsOf(packed) }];
  }

  finish(): StoredPart[] {
    const { scales, nested } = this.#layout;
    if (!nested) return [{ at: scales, words: wordsOf(this.#absmax) }];
    const made = quantiseScales(this.#absmax);
    this.#absmax.set(dequantiseScales(made));
    return [
      { at: nested.offset, words: wordsOf(Float32Array.of(made.offset)) },
      { at: nested.scales, words: wordsOf(made.absmax) },
      { at: nested.codes, words: wordsOf(made.codes) },
    ];
  }

  relativeRmse(): number {
    let squares = 0;
    let lost = 0;
    this.#absmax.forEach((scale, block) => {
      const [ww, wc, cc] = this.#sums.subarray(3 * block, 3 * block + 3) as unknown as [number, number, number];
      squares += ww;
      lost += ww - 2 * scale * wc + scale * scale * cc;
    });
    return squares === 0 ? 0 : Math.sqrt(Math.max(0, lost) / squares);
  }
}

function requireFinite(name: string, values: Float32Array, precision: string): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw notFinite(name, values[bad]!, precision);
}

function pastF16(name: string, value: number): LabError {
  if (!Number.isFinite(value)) return notFinite(name, value, 'f16');
  return new LabError(
    'tensor-range',
    `Weight "${name}" holds ${value}; f16 holds values up to 65504, and would make it infinite.`,
    { hint: 'Set model.precision to f32.', control: 'model.precision' },
  );
}

/** In f32 it would be taken as it is, and the model would answer nothing but that. */
function notFinite(name: string, value: number, precision: string): LabError {
  return new LabError('tensor-range', `Weight "${name}" holds ${value}, which cannot be kept in ${precision}.`, {
    hint: 'The file is damaged: fetch it again.',
    control: 'model.path',
  });
}
