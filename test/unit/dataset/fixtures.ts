/** Candidates made of nothing but identifiers and labels. */
import { candidatesFrom, type Candidate, type CandidateSource } from '../../../src/dataset/candidates';
import { draw, type DrawOptions } from '../../../src/dataset/draw';
import type { Dataset } from '../../../src/dataset/types';
import { LabError } from '../../../src/core/errors';

export function source(identifier: string, term: string, more: Partial<CandidateSource> = {}): CandidateSource {
  return { identifier, term, synonyms: [], otherIdentifiers: [], entity: null, cells: null, ...more };
}

/** `n` candidates X:0 … X:n−1 with distinct labels. */
export function numbered(n: number, more: (i: number) => Partial<CandidateSource> = () => ({})): Candidate[] {
  return candidatesFrom(Array.from({ length: n }, (_, i) => source(`X:${i}`, `thing number ${i}`, more(i))));
}

/** A draw without its universe. */
export function drawDataset(options: DrawOptions): Dataset {
  return draw(options).dataset;
}

/** The LabError that a call ends with. */
export function failure(run: () => unknown): LabError {
  try {
    run();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('expected a LabError');
}
