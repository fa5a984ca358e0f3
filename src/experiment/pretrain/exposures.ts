/**
 * When each fact was trained, and with which side first: the dials of a world as they were really turned. Pure.
 *
 * Promises: one line a fact that occurs, in the order of the facts; a fact without a line was never trained.
 * Must not know: models.
 */
import type { TokenExample } from '../../core/packed-row';
import type { Sentence } from '../../worlds/types';
import type { Stretch } from './sequences';

export interface ExposureRecord {
  fact: number;
  exposures: number;
  /** How many say the term before the identifier. */
  termFirst: number;
  /** One entry an exposure, in the order of training. */
  at: {
    /** Optimiser step, 1-based. */
    step: number[];
    /** Tokens of the corpus that were trained before the sentence, EOS counted. */
    token: number[];
    /** 1 where the term comes first. */
    termFirst: (0 | 1)[];
  };
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
        const record = records.get(fact) ?? newRecord(fact);
        records.set(fact, record);
        record.exposures += 1;
        const termFirst = order === 'term-to-id' ? 1 : 0;
        record.termFirst += termFirst;
        record.at.step.push(index + 1);
        record.at.token.push(token);
        record.at.termFirst.push(termFirst);
      }
      token += examples[i]!.completion.length;
    }
  }
  return [...records.values()].sort((a, b) => a.fact - b.fact);
}

function newRecord(fact: number): ExposureRecord {
  return { fact, exposures: 0, termFirst: 0, at: { step: [], token: [], termFirst: [] } };
}
