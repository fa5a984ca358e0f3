import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatLarge, formatP, formatShare } from '../../../src/ui/format';

it('writes bytes in binary units', () => {
  expect([0, 1023, 1536, 5.5 * 2 ** 20, 300 * 2 ** 30].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '5.5 MiB',
    '300 GiB',
  ]);
});

it('writes durations as people say them', () => {
  expect([400, 59_400, 65_000, 3_720_000].map(formatDuration)).toEqual(['0 s', '59 s', '1 min 05 s', '1 h 02 min']);
});

it('writes shares, with a decimal where they are small', () => {
  expect([0, 0.017, 0.5, 1].map(formatShare)).toEqual(['0 %', '1.7 %', '50 %', '100 %']);
});

it('never writes a p-value as zero, nor one that is not defined as a number', () => {
  expect([0, 2.4e-15, 0.00042, 0.031, 0.58, Number.NaN].map(formatP)).toEqual([
    'p < 1e-300',
    'p = 2.4e-15',
    'p = 0.00042',
    'p = 0.031',
    'p = 0.58',
    'p not defined',
  ]);
});

it('writes sizes of models', () => {
  expect([259_520, 1_234_567, 42].map(formatLarge)).toEqual(['260 K', '1.23 M', '42']);
});
