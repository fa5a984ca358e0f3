/** What the weights of a decoder take in each precision. */
import { decoderWeights } from '../decoder/memory';
import type { DecoderConfig } from '../types';
import type { BasePrecision } from './kinds';
import { storageOf, storedLayout } from './storage';

/** Bytes of all weights, each stored as `precision` has it; `packed` of them otherwise than in f32. */
export function weightSizes(config: DecoderConfig, precision: BasePrecision): { bytes: number; packed: number } {
  let [bytes, packed] = [0, 0];
  for (const weight of decoderWeights(config)) {
    const storage = storageOf(weight.name, precision);
    bytes += 4 * storedLayout(weight, storage).words;
    if (storage !== 'f32') packed += 1;
  }
  return { bytes, packed };
}
