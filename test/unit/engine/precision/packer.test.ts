/** A weight that comes in parts: the words, wherever it is cut, are those of the whole weight, and its loss is told. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { decodeF16 } from '../../../../src/core/float16';
import { dequantiseInt8 } from '../../../../src/engine/precision/int8';
import { partMultiple } from '../../../../src/engine/precision/packer';
import type { Storage } from '../../../../src/engine/precision/kinds';
import { storageOf, storedLayout } from '../../../../src/engine/precision/storage';
import { storedValues } from '../../../../src/engine/reference/stored';
import { numbers } from '../../../helpers/numbers';
import { packedWeight } from '../../../../src/engine/check/stored-weight';

const STORAGES: Storage[] = ['f32', 'f16', 'int8', 'nf4', 'nf4-double'];

const rmse = (values: Float32Array, stored: ArrayLike<number>) => {
  const lost = values.reduce((sum, value, i) => sum + (stored[i]! - value) ** 2, 0);
  return Math.sqrt(lost / values.reduce((sum, value) => sum + value * value, 0));
};

describe.each(STORAGES)('a weight stored as %s', (storage) => {
  it('has the same words in whatever parts it comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(999),
        (rows, quads, seed) => {
          const shape: [number, number] = [rows, 4 * quads];
          const values = Float32Array.from(numbers(seed, rows * 4 * quads));
          // As many rows as make whole blocks.
          let step = 1;
          while ((step * shape[1]) % partMultiple(storage) !== 0) step += 1;
          const whole = packedWeight(values, shape, storage);
          expect(packedWeight(values, shape, storage, step)).toEqual(whole);
          const stored = storedValues(whole.words, shape, storage);
          expect(stored.length).toBe(values.length);
          expect(whole.loss).toBeCloseTo(rmse(values, stored), 7);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of zeros stays zero', () => {
    const { words, loss } = packedWeight(new Float32Array(256), [8, 32], storage);
    expect([...storedValues(words, [8, 32], storage)]).toEqual(new Array(256).fill(0));
    expect(loss).toBe(0);
  });
});

describe('what a precision loses of normally distributed weights', () => {
  const [rows, columns] = [256, 512];
  const draws = numbers(7, 12 * rows * columns);
  const values = Float32Array.from({ length: rows * columns }, (_, i) =>
    draws.subarray(12 * i, 12 * i + 12).reduce((sum, draw) => sum + draw / 2, 0),
  );
  it.each([
    ['f16', 1e-4, 4e-4],
    ['int8', 0.005, 0.01],
    ['nf4', 0.088, 0.095],
    ['nf4-double', 0.088, 0.095],
  ] as const)('%s: between %f and %f', (storage, low, high) => {
    const { loss } = packedWeight(values, [rows, columns], storage);
    expect(loss).toBeGreaterThan(low);
    expect(loss).toBeLessThan(high);
  });
});

describe('the pieces of a stored weight', () => {
  it('f16: two values a word, the first in the low half', () => {
    const { words } = packedWeight(Float32Array.of(1, -2, 0.5, 6e-8), [1, 4], 'f16');
    expect([...words]).toEqual([0xc0003c00, 0x00013800]);
    expect([...decodeF16(new Uint16Array(words.buffer))]).toEqual([1, -2, 0.5, 2 ** -24]);
  });

  it('int8: four values a word, then a scale a row', () => {
    const { words } = packedWeight(Float32Array.of(127, -127, 1, 0, 2, -1, 0.5, 0), [2, 4], 'int8');
    expect([...words.subarray(0, 2)]).toEqual([0x0001817f, 0x0020c07f]);
    expect([...new Float32Array(words.buffer, 8)]).toEqual([1, Math.fround(2 / 127)]);
    expect(dequantiseInt8({ codes: new Int8Array(words.buffer, 0, 4), scales: Float32Array.of(1) }, 4)[1]).toBe(-127);
  });

  it('takes 16, 8.25, 4.5 and 4.13 bits a value', () => {
    const bits = (storage: Storage) => (storedLayout({ shape: [1024, 128] }, storage).words * 32) / (1024 * 128);
    expect(bits('f16')).toBe(16);
    expect(bits('int8')).toBe(8.25);
    expect(bits('nf4')).toBe(4.5);
    expect(bits('nf4-double')).toBeCloseTo(4.127, 3);
  });
});

describe('which weight is stored how', () => {
  const nf4 = { precision: 'nf4', doubleQuantisation: false } as const;
  it('quantises linear layers, halves tables, leaves norms and biases', () => {
    const names = [
      'embed',
      'positions',
      'head',
      'layers.3.q_proj',
      'layers.3.q_proj.bias',
      'layers.3.ffn_norm',
      'final_norm',
    ];
    expect(names.map((name) => storageOf(name, nf4))).toEqual(['f16', 'f16', 'f16', 'nf4', 'f32', 'f32', 'f32']);
    expect(storageOf('layers.3.q_proj', { ...nf4, doubleQuantisation: true })).toBe('nf4-double');
    expect(storageOf('layers.3.q_proj', { precision: 'int8', doubleQuantisation: true })).toBe('int8');
    expect(storageOf('embed', { precision: 'f32', doubleQuantisation: false })).toBe('f32');
  });
});

describe('a value that the precision cannot hold', () => {
  it.each([
    ['f16', 65520],
    ['f16', Number.NaN],
    ['int8', Number.POSITIVE_INFINITY],
    ['nf4', Number.NaN],
  ] as const)('%s: %f is refused with the weight’s name', (storage, value) => {
    const refused = () => packedWeight(Float32Array.of(0, 1, value, 2), [1, 4], storage);
    expect(refused).toThrow(LabError);
    expect(refused).toThrow(`"layers.0.q_proj" holds ${value}`);
    // No precision mends a damaged file.
    const control = Number.isFinite(value) ? 'model.precision' : 'model.path';
    expect(refused).toThrow(expect.objectContaining({ control }));
  });
});
