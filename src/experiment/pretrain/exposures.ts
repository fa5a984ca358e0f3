/**
 * When each fact was trained, and with which side first: the dials of a world as they were really turned. Pure.
 *
 * Promises: one line a fact that occurs, in the order of the facts; a fact without a line was never trained.
 * Must not know: models.
 */
import type { Direction } from '../../core/direction';
import type { TokenExample } from '../../core/packed-row';
import type { Sentence } from '../../worlds/types';
import type { Stretch } from './sequences';

export interface ExposureRecord {
  fact: number;
  exposures: number;
  /** How many say the term before the identifier. */
  termFirst: number;
  /** In the order of training. */
  at: {
    /** Optimiser step, 1-based. */
    step: number;
    /** Tokens of the corpus that were trained before this sentence, EOS counted. */
    token: number;
    order: Direction | null;
  }[];
}

/** @param steps rows of each step that was taken */
export function exposuresOf(
  sentences: readonly Sentence[],
  examples: readonly TokenExample[],
  steps: readonly (readonly Stretch[])[],
): ExposureRecord[] {
  const records = new Map<number, ExposureRecord>();
  let token = 0;
  for (const [index, rows] of steps.entries()) {
    for (let i = rows[0]!.first; i < rows.at(-1)!.end; i++) {
      const { fact, order } = sentences[i]!;
      if (fact !== null) {
        const record = records.get(fact) ?? { fact, exposures: 0, termFirst: 0, at: [] };
        records.set(fact, record);
        record.exposures += 1;
        if (order === 'term-to-id') record.termFirst += 1;
        record.at.push({ step: index + 1, token, order });
      }
      token += examples[i]!.completion.length;
    }
  }
  return [...records.values()].sort((a, b) => a.fact - b.fact);
}
