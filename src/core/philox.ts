/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * Promises: the same (key, counter) gives the same four words here and in `shaders/common/philox.wgsl`, on every host.
 * A key is (seed, stream); a counter is whatever the caller counts by: step, row, position.
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

export type Counter = readonly [number, number, number, number];
export type Key = readonly [number, number];

/** Streams keep independent uses of one seed apart. */
export const STREAM = {
  sampling: 1,
  split: 2,
  shuffle: 3,
  adapterInit: 4,
  decode: 5,
  templates: 6,
  resampling: 7,
  rehearsal: 8,
  probes: 11,
  initialWeights: 31,
  dropout: 32,
} as const;

/** High 32 bits of an unsigned 32×32 product, by 16-bit halves so that every step is exact in f64. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middle2 = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000)) >>> 0;
}

/** Four uniform 32-bit words for one counter under one key. */
export function philox4x32(counter: Counter, key: Key): [number, number, number, number] {
  let [c0, c1, c2, c3] = [counter[0] >>> 0, counter[1] >>> 0, counter[2] >>> 0, counter[3] >>> 0];
  let k0 = key[0] >>> 0;
  let k1 = key[1] >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = mulHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A uniform number in (0, 1) with 23 bits: (word >> 9 + ½) · 2⁻²³ needs 24 bits, so f32 holds it exactly. */
export function toUnit(word: number): number {
  return ((word >>> 9) + 0.5) / 8388608;
}

/** A sequential view of one (seed, stream, substream): for host-side draws such as shuffles and splits. */
export class PhiloxSequence {
  readonly #key: Key;
  readonly #substream: number;
  #block = 0;
  #words: number[] = [];

  constructor(seed: number, stream: number, substream = 0) {
    this.#key = [seed, stream];
    this.#substream = substream;
  }

  nextWord(): number {
    if (this.#words.length === 0) {
      this.#words = philox4x32([this.#block, 0, this.#substream, 0], this.#key);
      this.#block += 1;
    }
    return this.#words.shift()!;
  }

  /** Uniform in (0, 1). */
  nextUnit(): number {
    return toUnit(this.nextWord());
  }

  /** Uniform integer in [0, bound), without modulo bias (rejection). `bound` is at least 1. */
  nextInt(bound: number): number {
    if (!(bound >= 1)) throw new RangeError(`nextInt needs a bound of at least 1, not ${bound}`);
    const limit = 0x100000000 - (0x100000000 % bound);
    for (;;) {
      const word = this.nextWord();
      if (word < limit) return word % bound;
    }
  }

  /** Fisher–Yates in place; returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.nextInt(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
