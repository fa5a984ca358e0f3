/**
 * Named numbers that travel with every pair: from tables of the user, and computed from the pair itself.
 *
 * Promises: each name is taken once, and none that stands for something computed; every value is finite or null for unknown. Must not
 * know: what a measure measures.
 */
import { isReservedCovariate } from '../core/covariate-names';
import { LabError } from '../core/errors';
import type { Candidate } from './candidates';
import { FiledUnder } from './filed';
import { requireOverlap } from './popularity';
import type { Covariates, Pair } from './types';

export interface CovariateTable {
  name: string;
  byIdentifier: ReadonlyMap<string, number | null>;
}

/** A pair before its covariates are known. */
export type BarePair = Omit<Pair, 'covariates'>;
/** Computed covariates of a pair. Pure. */
export type PairMeasures = (pair: BarePair) => Covariates;

/**
 * The covariates of a pair made from a candidate. A value is looked up under the identifier, then under alternative ones.
 * Throws `spec-invalid` for a name that comes twice or is reserved, `table-malformed` for values that are no numbers and for tables
 * that know none of the identifiers.
 */
export function covariatesOf(
  candidates: readonly Candidate[],
  tables: readonly CovariateTable[],
  measures: PairMeasures | undefined,
): (candidate: Candidate, pair: BarePair) => Covariates {
  const filed = new FiledUnder(candidates);
  const names = new Set<string>();
  for (const { name, byIdentifier } of tables) {
    if (names.has(name)) throw nameTaken(name);
    if (isReservedCovariate(name)) throw nameReserved(name);
    names.add(name);
    requireOverlap(candidates, filed, byIdentifier, {
      noun: `value of the covariate "${name}"`,
      control: 'ontology.covariates',
    });
  }
  return (candidate, pair) => {
    const values = new Map<string, number | null>();
    for (const { name, byIdentifier } of tables) values.set(name, filed.numbers(candidate, byIdentifier)[0] ?? null);
    for (const [name, value] of Object.entries(measures?.(pair) ?? {})) {
      if (names.has(name)) throw nameTaken(name);
      values.set(name, value);
    }
    for (const [name, value] of values) {
      if (value !== null && !Number.isFinite(value)) throw notANumber(name, candidate.identifier, value);
    }
    return Object.fromEntries(values);
  };
}

function nameTaken(name: string): LabError {
  return new LabError('spec-invalid', `Two covariates are called "${name}".`, {
    hint: 'Give one of them another name.',
    control: 'ontology.covariates',
  });
}

function nameReserved(name: string): LabError {
  return new LabError('spec-invalid', `A covariate is called "${name}", which the records use for something else.`, {
    hint: 'Give it another name: its column may be called so.',
    control: 'ontology.covariates',
  });
}

function notANumber(name: string, identifier: string, value: number): LabError {
  return new LabError(
    'table-malformed',
    `The covariate "${name}" of "${identifier}" is ${value}: not a finite number.`,
    {
      hint: 'Write a plain number, or leave the cell empty.',
      control: 'ontology.covariates',
    },
  );
}
