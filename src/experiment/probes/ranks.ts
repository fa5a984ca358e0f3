/**
 * Ranks of the label's tokens. The trials carry them: the scoring pass counts them where `evaluation.probes.ranks` is set.
 */
import type { Probe } from './types';

export const ranks: Probe = {
  prepare({ spec }) {
    if (!spec.evaluation.probes.ranks) return Promise.resolve(null);
    return Promise.resolve({
      name: 'ranks',
      files: [],
      warnings: [],
      kind: null,
      due: () => true,
      records: 0,
      tokens: 0,
      decoding: [],
      decodedTokens: 0,
      row: null,
      states: null,
      open: () => Promise.resolve({ measure: () => Promise.resolve() }),
    });
  },
};
