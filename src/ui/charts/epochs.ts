/** A range of epochs in words. */
import { epochText } from '../../core/epoch';

export function epochWords(from: number, to: number): string {
  return from === to ? `epoch ${epochText(from)}` : `epochs ${epochText(from)} to ${epochText(to)}`;
}
