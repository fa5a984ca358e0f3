/**
 * A grid over the present settings: which fields can be varied, and what is written for their values. Pure.
 *
 * Promises: label, unit and help come from the table of fields; a value that the settings would refuse is refused here, in
 * the same words. Must not know: studies' cells, components.
 */
import { LabError } from '../core/errors';
import {
  applyOverrides,
  bySection,
  GROUPS,
  listFields,
  parseSpec,
  parseStudy,
  STUDY_VERSION,
  withoutDefaults,
  type ExperimentSpec,
  type SpecGroup,
  type StudySpec,
} from '../spec';
import { formOf, type FormField } from './form';

/** A field that a study may vary. */
export type VariedField = Extract<FormField, { kind: 'number' | 'choice' | 'flag' }> & {
  /** In words. */
  allowed: string;
};

/** One row of the builder. */
export interface GridRow {
  field: string;
  /** Numbers, as written. */
  text: string;
  /** Options and switches, as chosen. */
  chosen: string[];
}

/** What belongs to files, and what changes no number of a run. */
const LEFT_OUT: readonly string[] = ['model', 'ontology', 'checkpoint'];

/** By section, those that the present settings have. */
export function variedFields(draft: unknown): { section: string; fields: VariedField[] }[] {
  const allowed = new Map(listFields().map((info) => [info.path as string, info.allowed]));
  const groups = Object.keys(GROUPS).filter((name) => !name.includes('.') && !LEFT_OUT.includes(name)) as SpecGroup[];
  const fields = groups
    .flatMap((group) => formOf(group, draft))
    .filter((field) => field.kind === 'number' || field.kind === 'choice' || field.kind === 'flag')
    .map((field) => ({ ...field, allowed: allowed.get(field.path) ?? '' }));
  return bySection(fields).map(({ section, rows }) => ({ section: section.label, fields: rows }));
}

/** A row begins with the value that the settings have. */
export function newRow(field: VariedField): GridRow {
  const value = String(field.value ?? 'off');
  return { field: field.path, text: field.kind === 'number' ? value : '', chosen: [value] };
}

/** What a row varies; its first value is the reference. `problem`: what is wrong, in words. */
export function rowValues(
  row: GridRow,
  field: VariedField,
  draft: ExperimentSpec,
): { values: unknown[]; problem: string | null } {
  const values = field.kind === 'number' ? numbersOf(row.text, field.nullable) : chosenOf(row, field);
  if (values === null || values.length === 0) {
    return { values: [], problem: field.kind === 'number' ? 'Numbers, with commas between.' : 'Choose at least one.' };
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) return { values, problem: `${String(twice)} stands more than once.` };
  for (const value of values) {
    const problem = refused(field.path, value, draft);
    if (problem !== null) return { values, problem };
  }
  return { values, problem: null };
}

/** `1, 2, 3` and `1–5`. Null where it is neither. */
export function seedsOf(text: string): number[] | null {
  const seeds: number[] = [];
  for (const part of wordsOf(text.replace(/\s*[-–]\s*/g, '-'))) {
    const [, first, last] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part) ?? [];
    if (first === undefined) return null;
    const [from, to] = [Number(first), Number(last ?? first)];
    if (to < from || to - from >= 1000) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds.length > 0 && new Set(seeds).size === seeds.length ? seeds : null;
}

/** Throws `study-invalid`. */
export function gridStudy(
  settings: ExperimentSpec,
  parts: { name: string; grid: Record<string, unknown[]>; seeds: number[]; analysis: Partial<StudySpec['analysis']> },
): StudySpec {
  const { name: _name, description: _description, seed: _seed, ...base } = withoutDefaults(settings);
  return parseStudy({ studyVersion: STUDY_VERSION, base, ...parts }, parts.name);
}

/** What stands between commas or spaces. */
export function wordsOf(text: string): string[] {
  return text.split(/[,;\s]+/).filter((word) => word !== '');
}

function numbersOf(text: string, nullable: boolean): (number | null)[] | null {
  const values = wordsOf(text).map((part) => (nullable && /^(off|null)$/i.test(part) ? null : Number(part)));
  return values.some((value) => value !== null && !Number.isFinite(value)) ? null : values;
}

/** In the order of the options, the present value first. */
function chosenOf({ chosen }: GridRow, field: VariedField): unknown[] {
  const options = field.kind === 'choice' ? field.options.map(({ value }) => value) : ['false', 'true'];
  const present = String(field.value);
  const wanted = options.filter((option) => chosen.includes(option));
  const ordered = [...wanted.filter((option) => option === present), ...wanted.filter((option) => option !== present)];
  return field.kind === 'flag' ? ordered.map((option) => option === 'true') : ordered;
}

function refused(path: string, value: unknown, draft: ExperimentSpec): string | null {
  try {
    parseSpec(applyOverrides(draft, [`${path}=${JSON.stringify(value)}`]), 'With this value');
    return null;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return `${error.message} ${error.hint}`;
  }
}
