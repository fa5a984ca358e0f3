/**
 * A study as it may be stored and shown.
 *
 * Promises: addresses of models stand in it without their query and fragment, in base, grid and groups; everything else as it
 * was. Must not know: how a study is read, what its cells are.
 */
import { publicReference, readModelReference } from '../../core/model-reference';
import type { StudySpec } from '../../spec';

/** Throws `spec-invalid` for a model's place that cannot be one: what it says would be stored as it is. */
export function publicStudy(study: StudySpec): StudySpec {
  const grid = mapped(study.grid, (values, field) => values.map((value) => told(value, field)));
  const groups = mapped(study.groups, (levels) => mapped(levels, (sets) => mapped(sets, told)));
  return { ...study, base: told(study.base, ''), grid, groups };
}

function told<T>(value: T, field: string): T {
  if (field === 'model.path' && typeof value === 'string' && readModelReference(value) !== null) {
    return publicReference(value) as T;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return mapped(value as Record<string, unknown>, (member, name) =>
    told(member, field === '' ? name : `${field}.${name}`),
  ) as T;
}

function mapped<T>(record: Record<string, T>, change: (value: T, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
