/** How a fact is stated. Must not know: the questions asked later. */
import type { Direction } from '../../core/direction';

export interface SentenceSet {
  readonly description: string;
  /**
   * `term-to-id` says the term before the identifier. Both lists are equally long: the n-th of one order is the n-th of the
   * other said the other way round, so that a flipped twin differs in order only.
   */
  readonly templates: Readonly<Record<Direction, readonly string[]>>;
}
