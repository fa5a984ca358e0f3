/** What a sampler of false statements gets: a cell of the data set and the bookkeeping of what has been made. Types only. */
import type { PhiloxSequence } from '../../core/philox';
import type { Edge } from './graph';

export interface Cell {
  subjects: readonly number[];
  objects: readonly number[];
  positives: readonly Edge[];
}

/** What a sampler of negatives gets. */
export interface NegativeRequest {
  cell: Cell;
  perPositive: number;
  /** True if the statement may be called false and has not been made yet. */
  isFree: (subject: number, object: number) => boolean;
  /** Records a statement that was made. */
  take: (subject: number, object: number) => void;
  draws: PhiloxSequence;
  classOf: (object: number) => string | null;
}
