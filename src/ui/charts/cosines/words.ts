/** Moments and small numbers in words. */
import { epochText } from '../../../core/epoch';

export function momentWords(epoch: number): string {
  return epoch === 0 ? 'before training' : `epoch ${epochText(epoch)}`;
}

/** Four decimals, with a minus as it is set. */
export function smallNumber(value: number): string {
  return value.toFixed(4).replace('-', '−');
}
