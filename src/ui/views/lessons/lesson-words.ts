/** Numbers of lessons as they are read. Pure. */
import type { ToldEstimate, ToldNumber } from '../../../app/lessons/lesson-numbers';
import { formatCount, formatLarge, formatShare } from '../../format';

const hard = (text: string) => text.replaceAll(' ', '\u00a0');

/** A value on its scale: `45 %`, `+34 points`, `6.3`. */
export function valueText(scale: ToldEstimate['scale'], value: number): string {
  switch (scale) {
    case 'share':
      return hard(formatShare(value));
    case 'difference':
      return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value * 100).toFixed(Math.abs(value) < 0.1 ? 1 : 0)}`;
    case 'hazard ratio':
    case 'nats':
      return value.toPrecision(value >= 100 ? 3 : 2).replace('-', '−');
    case 'epochs':
      return String(value);
    case 'correlation':
    case 'AUC':
      return value.toFixed(3).replace('-', '−');
  }
}

/** Words after the value. */
const AFTER: Partial<Record<ToldEstimate['scale'], string>> = { difference: ' points' };

/** `36 % to 55 %, n = 100 facts`. */
export function intervalText({ scale, estimate: { lo, hi, n }, unit }: ToldEstimate): string {
  const counted = `n = ${formatCount(n)} ${unit}`;
  return `${hard(`${valueText(scale, lo)} to ${valueText(scale, hi)}`)}, ${hard(counted)}`;
}

/** The value, and in brackets what it is worth; a count is itself. */
export function toldWords(told: ToldNumber): { value: string; worth: string | null } {
  if (told.kind === 'count') {
    return { value: told.value >= 100_000 ? hard(formatLarge(told.value)) : formatCount(told.value), worth: null };
  }
  const value = `${valueText(told.scale, told.estimate.value)}${AFTER[told.scale] ?? ''}`;
  return { value: hard(value), worth: intervalText(told) };
}
