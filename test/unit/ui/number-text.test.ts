import { describe, expect, it } from 'vitest';
import { numberOf, stepped } from '../../../src/ui/widgets/number-text';

describe('a typed number', () => {
  it.each([
    ['20', 20],
    [' 5e-05 ', 5e-5],
    ['.5', 0.5],
    ['5.', 5],
    ['-1E+2', -100],
  ])('%s is %d', (text, number) => expect(numberOf(text)).toBe(number));

  it.each(['', '-', '5e', '5e-', '0,001', '1,000', '1 000', '0x10', 'Infinity', '1e999', '5 epochs'])(
    '“%s” is none, and no other one',
    (text) => expect(numberOf(text)).toBeNaN(),
  );

  it.each([
    ['20', 1, '21'],
    ['0.05', -1, '0.04'],
    ['0.0001', -1, '0.0000'],
    ['5e-05', 1, '6e-05'],
    ['9', 1, '10'],
    ['x', 1, null],
  ] as const)('%s stepped by %d', (text, by, next) => expect(stepped(text, by)).toBe(next));
});
