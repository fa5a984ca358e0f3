/** Losses that the tests hold against each other, and the numbers known for four labels of p = .9, .5, .1, .8. */
import { SFT_LOSS } from '../../src/engine';
import type { LossSpec } from '../../src/engine/types';

export const DFT: LossSpec = { ...SFT_LOSS, tokenWeight: 'probability' };

export function bft(
  window: number,
  confidence: Partial<NonNullable<LossSpec['confidence']>> = {},
  rest: Partial<LossSpec> = {},
): LossSpec {
  return {
    tokenWeight: 'probability',
    confidence: { window, mean: 'geometric', gamma: 1, normalise: false, ...confidence },
    reduction: 'examples',
    klWeight: 0,
    ...rest,
  };
}

export const ANCHOR_PROBABILITIES = [0.9, 0.5, 0.1, 0.8];

/** Of the authors' code, to six places; the last two are worked out by hand from the formula. */
export const ANCHORS: { name: string; loss: LossSpec; value: number; weight: number | null }[] = [
  { name: 'SFT', loss: SFT_LOSS, value: 0.831059, weight: null },
  { name: 'DFT', loss: DFT, value: 0.212543, weight: null },
  { name: 'BFT, window 1', loss: bft(1), value: 0.191289, weight: 0.9 },
  { name: 'BFT, window 2', loss: bft(2), value: 0.165017, weight: 0.776393 },
  { name: 'BFT, window 3', loss: bft(3), value: 0.139854, weight: 0.658005 },
  { name: 'BFT, window 4', loss: bft(4), value: 0.119962, weight: 0.564412 },
  { name: 'BFT, window 256', loss: bft(256), value: 0.119962, weight: 0.564412 },
  // Window means .7, .3, .45: s = 1 − .3.
  { name: 'BFT, arithmetic window 2', loss: bft(2, { mean: 'arithmetic' }), value: 0.7 * 0.212543, weight: 0.7 },
  // s = 1 − .1².
  { name: 'BFT, window 1, gamma 2', loss: bft(1, { gamma: 2 }), value: 0.99 * 0.212543, weight: 0.99 },
];

/** Logits of two tokens of which the first has probability p, [n, 2]. */
export function logitsFor(probabilities: readonly number[]): Float64Array {
  return Float64Array.from(probabilities.flatMap((p) => [Math.log(p / (1 - p)), 0]));
}

/** Every kind of weighing, with and without the divergence: what whole models are checked under. */
export const LOSSES: [name: string, loss: LossSpec][] = [
  ['SFT with KL', { ...SFT_LOSS, klWeight: 0.7 }],
  ['DFT', DFT],
  ['DFT with KL', { ...DFT, klWeight: 0.3 }],
  ['BFT', bft(2)],
  ['BFT, arithmetic, gamma 2', bft(3, { mean: 'arithmetic', gamma: 2 })],
  ['BFT, normalised', bft(2, { normalise: true })],
  ['BFT without token weights', bft(1, {}, { tokenWeight: 'none' })],
  ['BFT per token, normalised, with KL', bft(2, { normalise: true }, { reduction: 'tokens', klWeight: 2 })],
  ['BFT, normalised, with KL', bft(2, { normalise: true, gamma: 0.5 }, { klWeight: 0.5 })],
];
