/** Moments in words. */
import { epochText } from '../../../core/epoch';

export function momentWords(epoch: number): string {
  return epoch === 0 ? 'before training' : `epoch ${epochText(epoch)}`;
}
