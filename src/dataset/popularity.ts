/**
 * How popular a candidate is: a count per identifier, a number in a column of its own table, or unknown.
 *
 * Promises: every popularity is a finite number or null for unknown; anything else → `table-malformed` naming identifier
 * and cell. Must not know: ranks, sampling.
 */
import { LabError } from '../core/errors';
import { requireColumn, type Candidate } from './candidates';
import { FiledUnder } from './filed';

export type Popularity =
  /** Identifiers without a count have 0: an annotation table lists what is annotated. */
  | { kind: 'counts'; counts: ReadonlyMap<string, number> }
  /** Empty cells are unknown and rank last. */
  | { kind: 'column'; column: string }
  | { kind: 'none' };

/**
 * The popularity of each of the candidates.
 *
 * A count that is filed under an alternative identifier counts for the term. Where several of its identifiers have one,
 * the largest is taken, not their sum: counts are of distinct genes or diseases, and one that stands under both
 * identifiers would be counted twice.
 */
export function popularityOf(
  candidates: readonly Candidate[],
  popularity: Popularity,
): (candidate: Candidate) => number | null {
  switch (popularity.kind) {
    case 'none':
      return () => null;
    case 'counts':
      return fromCounts(candidates, popularity.counts);
    case 'column':
      return fromColumn(candidates, popularity.column);
  }
}

function fromCounts(candidates: readonly Candidate[], counts: ReadonlyMap<string, number>) {
  const filed = new FiledUnder(candidates);
  requireOverlap(candidates, filed, counts, { noun: 'count', control: 'ontology.counts' });
  return (candidate: Candidate) => {
    const found = filed.numbers(candidate, counts);
    for (const count of found) {
      if (!Number.isFinite(count)) throw notANumber(candidate.identifier, String(count), 'ontology.counts');
    }
    return found.length === 0 ? 0 : Math.max(...found);
  };
}

function fromColumn(candidates: readonly Candidate[], column: string) {
  const control = 'ontology.popularityColumn';
  requireColumn(candidates, column, control);
  return ({ identifier, cells }: Candidate) => {
    const cell = cells?.[column]?.trim() ?? '';
    if (cell === '') return null;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) || !Number.isFinite(Number(cell))) {
      throw notANumber(identifier, cell, control);
    }
    return Number(cell);
  };
}

function notANumber(identifier: string, value: string, control: string): LabError {
  return new LabError(
    'table-malformed',
    `The popularity of "${identifier}" is "${value.slice(0, 40)}": not a number.`,
    {
      hint: 'Write a plain number such as 12 or 3.5, or leave the cell empty.',
      control,
    },
  );
}

/** Numbers that name none of the identifiers are another terminology's, or stand beside the wrong column. */
export function requireOverlap(
  candidates: readonly Candidate[],
  filed: FiledUnder,
  table: ReadonlyMap<string, number | null>,
  { noun, control }: { noun: string; control: string },
): void {
  if (candidates.length === 0 || candidates.some((one) => filed.identifiers(one).some((id) => table.has(id)))) return;
  const listed = table.keys().next().value;
  throw new LabError(
    'table-malformed',
    `None of the ${candidates.length} identifiers of the ontology (such as "${candidates[0]!.identifier}") has a ${noun}` +
      (listed === undefined ? '.' : `; the table has identifiers such as "${listed}".`),
    { hint: 'Choose a table of the same ontology, and name its identifier column.', control },
  );
}
