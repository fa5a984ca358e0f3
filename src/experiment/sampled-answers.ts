/**
 * The stochastic answers of one fact, counted: how many were right, and which texts they were.
 *
 * Promises: what comes out depends on the answers only, not on the order in which they were drawn.
 * Must not know: how an answer is drawn or scored.
 */
import type { SampledAnswer, SampledAnswers } from '../records/types';

export class AnswerCount {
  #answerHits = 0;
  #tokenHits = 0;
  readonly #texts = new Map<string, SampledAnswer>();

  /**
   * @param right by the scoring rule, the same for the same text
   * @param exact token for token the label, which is right, too
   */
  add(text: string, right: boolean, exact: boolean): void {
    if (exact) this.#tokenHits += 1;
    if (right) this.#answerHits += 1;
    const known = this.#texts.get(text);
    if (known) known.count += 1;
    else this.#texts.set(text, { text, count: 1, right });
  }

  /** @param kept different answers to keep as texts; 0 keeps no list at all */
  result(samples: number, kept: number): SampledAnswers {
    const counts = { samples, answerHits: this.#answerHits, tokenHits: this.#tokenHits };
    return kept === 0 ? counts : { ...counts, answers: [...this.#texts.values()].sort(byCount).slice(0, kept) };
  }
}

/** The most frequent first, equal counts by code units. */
function byCount(a: SampledAnswer, b: SampledAnswer): number {
  return b.count - a.count || (a.text < b.text ? -1 : 1);
}
