/** Philox against Random123's published known-answer vectors, and the draws built on it. */
import { describe, expect, it } from 'vitest';
import type { Counter, Key } from '../../../src/core/philox';
import { philox4x32, PhiloxSequence, STREAM, toUnit } from '../../../src/core/philox';

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('Philox4x32-10', () => {
  const vectors: [name: string, counter: Counter, key: Key, answer: string][] = [
    ['all zeros', [0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      'all ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ];
  it.each(vectors)('answers the known vector of %s', (_name, counter, key, answer) => {
    expect(hex(philox4x32(counter, key))).toBe(answer);
  });

  it('reads negative words as their unsigned twins', () => {
    expect(philox4x32([-1, -1, -1, -1], [-1, -1])).toEqual(
      philox4x32([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]),
    );
  });
});

describe('unit draws', () => {
  it('stay strictly between 0 and 1 and are exact in f32, where the GPU draws them', () => {
    for (const word of [0, 255, 256, 0x7fffffff, 0x80000000, 0x80000200, 0xffffffff]) {
      const unit = toUnit(word);
      expect(unit).toBeGreaterThan(0);
      expect(unit).toBeLessThan(1);
      expect(Math.fround(unit)).toBe(unit);
    }
  });
});

describe('a Philox sequence', () => {
  it('starts with the block of counter zero under its seed and stream', () => {
    const sequence = new PhiloxSequence(7, STREAM.split, 3);
    const first = Array.from({ length: 5 }, () => sequence.nextWord());
    expect(first.slice(0, 4)).toEqual(philox4x32([0, 0, 3, 0], [7, STREAM.split]));
    expect(first[4]).toBe(philox4x32([1, 0, 3, 0], [7, STREAM.split])[0]);
  });

  it('draws integers of every value with the right shares', () => {
    const sequence = new PhiloxSequence(1, STREAM.sampling);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let draw = 0; draw < 6000; draw++) counts[sequence.nextInt(6)]! += 1;
    // χ² with 5 degrees of freedom passes 20.5 once in a thousand seeds.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(20.5);
  });

  it('shuffles into a permutation that the seed alone decides', () => {
    const shuffled = (seed: number): number[] =>
      new PhiloxSequence(seed, STREAM.shuffle).shuffle(Array.from({ length: 50 }, (_, index) => index));
    expect(shuffled(5)).toEqual(shuffled(5));
    expect(shuffled(5)).not.toEqual(shuffled(6));
    expect(shuffled(5).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
