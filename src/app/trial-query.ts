/** Filtering and sorting of the trial table. Pure. */
import type { Direction } from '../core/direction';
import { factSet, type FactSet } from '../records';
import { TEMPLATE_ROLES, type TemplateRole, type TrialRecord } from '../records/types';

export { factSet } from '../records';

export interface TrialFilter {
  direction: Direction | 'all';
  set: 'all' | FactSet;
  epoch: number | 'all';
  template: TemplateRole | 'all';
  hit: 'all' | 'right' | 'wrong';
  /** Part of term, identifier or answer; case is ignored. */
  text: string;
  /** These facts only; all without. */
  facts?: ReadonlySet<string> | null;
}

export const SORT_FIELDS = ['term', 'identifier', 'answer', 'epoch', 'hit', 'logQ'] as const;
export type SortField = (typeof SORT_FIELDS)[number];
export interface TrialSort {
  field: SortField;
  descending: boolean;
}

/** @param rehearsed keys of the facts that were */
export function filterTrials(
  trials: readonly TrialRecord[],
  filter: TrialFilter,
  rehearsed: ReadonlySet<string>,
): TrialRecord[] {
  const text = filter.text.trim().toLowerCase();
  return trials.filter(
    (trial) =>
      (filter.facts?.has(trial.fact) ?? true) &&
      (filter.direction === 'all' || trial.direction === filter.direction) &&
      (filter.set === 'all' || factSet(trial, rehearsed) === filter.set) &&
      (filter.epoch === 'all' || trial.epoch === filter.epoch) &&
      (filter.template === 'all' || trial.template === filter.template) &&
      (filter.hit === 'all' || trial.answerHit === (filter.hit === 'right')) &&
      (text === '' || [trial.term, trial.identifier, trial.answer].some((field) => field.toLowerCase().includes(text))),
  );
}

const keyOf: Record<SortField, (trial: TrialRecord) => string | number> = {
  term: ({ term }) => term.toLowerCase(),
  identifier: ({ identifier }) => identifier,
  answer: ({ answer }) => answer.toLowerCase(),
  epoch: ({ epoch }) => epoch,
  // Token-exact above right by the scoring rule above wrong.
  hit: ({ tokenHit, answerHit }) => (tokenHit ? 2 : answerHit ? 1 : 0),
  logQ: ({ logQ }) => logQ,
};

/** A sorted copy; equal rows keep their order. */
export function sortTrials(trials: readonly TrialRecord[], { field, descending }: TrialSort): TrialRecord[] {
  const key = keyOf[field];
  const sign = descending ? -1 : 1;
  return [...trials].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x < y ? -sign : x > y ? sign : 0;
  });
}

export function epochsOf(trials: readonly TrialRecord[]): number[] {
  return [...new Set(trials.map(({ epoch }) => epoch))].sort((a, b) => a - b);
}

export function templatesOf(trials: readonly TrialRecord[]): TemplateRole[] {
  return TEMPLATE_ROLES.filter((role) => trials.some(({ template }) => template === role));
}
