/** NF4 and double quantisation against bitsandbytes itself (test/golden/quant_goldens.py), bit for bit. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dequantiseScales, DYNAMIC_VALUES, quantiseScales } from '../../../../src/engine/precision/dynamic';
import { dequantiseNf4, NF4_VALUES, quantiseNf4 } from '../../../../src/engine/precision/nf4';
import { describeWithShared, sharedPath } from '../../../helpers/shared';

const golden = JSON.parse(readFileSync(new URL('../../../golden/quant.json', import.meta.url), 'utf8')) as {
  rows: number;
  columns: number;
  seed: number;
  firstValues: number[];
  code: number[];
  packed: string;
  absmax: string;
  dequantised: string;
  nested: { code: string; offset: number; codes: string; absmax: string; dequantised: string };
};
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const floats = (text: string) => new Float32Array(bytes(text).buffer);

/** The script's weight, from the same whole numbers. */
function goldenWeight(): Float32Array {
  const { rows, columns, seed } = golden;
  let state = seed;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    let total = 0;
    for (let draw = 0; draw < 4; draw++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      total += state >>> 16;
    }
    return ((total - 131070) / 65536) * (1 + (Math.floor(i / columns) % 7));
  });
}

describe('a weight of 59 × 324 values', () => {
  const weight = goldenWeight();
  const made = quantiseNf4(weight);

  it('is the one that bitsandbytes got', () => {
    expect([...weight.subarray(0, 4)]).toEqual(golden.firstValues);
    expect(weight.length % 64).not.toBe(0);
  });

  it('gets the same codes, in the same nibbles, and the same scales', () => {
    expect([...NF4_VALUES]).toEqual(golden.code);
    expect(made.packed).toEqual(bytes(golden.packed));
    expect(made.absmax).toEqual(floats(golden.absmax));
  });

  it('comes back as the same values', () => {
    expect(dequantiseNf4(made, weight.length).subarray(0, 256)).toEqual(floats(golden.dequantised));
  });

  it('gets the same scales of its scales', () => {
    const { nested } = golden;
    expect(DYNAMIC_VALUES).toEqual(floats(nested.code));
    const scales = quantiseScales(made.absmax);
    // bitsandbytes sums the mean in f32.
    expect(Math.abs(scales.offset / nested.offset - 1)).toBeLessThan(1e-6);
    expect(scales.codes).toEqual(bytes(nested.codes));
    floats(nested.absmax).forEach((value, i) => expect(scales.absmax[i]! / value).toBeCloseTo(1, 6));
    const values = dequantiseNf4({ ...made, absmax: dequantiseScales(scales) }, weight.length);
    floats(nested.dequantised).forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThan(1e-6));
  });
});

describeWithShared('an independent implementation', 'data/golden_quant.json', () => {
  const shared = JSON.parse(readFileSync(sharedPath('data', 'golden_quant.json'), 'utf8')) as {
    nf4_code: number[];
    dynamic_signed: number[];
    nf4_x_first64: number[];
    nf4_absmax_first8: number[];
    nf4_packed_first64: number[];
  };

  it('has the same tables', () => {
    expect([...NF4_VALUES]).toEqual(shared.nf4_code.map(Math.fround));
    // To the last bit of a linspace, which PyTorch alone rounds as it does.
    shared.dynamic_signed.forEach((value, i) => expect(Math.abs(DYNAMIC_VALUES[i]! - value)).toBeLessThan(1.3e-7));
  });

  it('packs its first block into the same bytes', () => {
    const { packed, absmax } = quantiseNf4(Float32Array.from(shared.nf4_x_first64));
    expect([...packed]).toEqual(shared.nf4_packed_first64.slice(0, 32));
    expect(absmax[0]).toBe(Math.fround(shared.nf4_absmax_first8[0]!));
  });
});
