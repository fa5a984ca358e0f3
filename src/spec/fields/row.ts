/**
 * What the tables of fields are made of.
 *
 * Promises: the names of all fields and groups are types, so that a table that forgets or invents one does not compile.
 * Must not know: any field.
 */
import type { ExperimentSpec } from '../schema';

/**
 * Where a field may travel. `link`: into links, and so into bundles too; `bundle`: into bundles only; `local`: stays in
 * the spec file and in this browser, and only the file's name goes along.
 */
export type Travel = 'link' | 'bundle' | 'local';

/** Every unit a field may have, with its singular. */
export const UNITS = {
  pairs: 'pair',
  bins: 'bin',
  questions: 'question',
  examples: 'example',
  samples: 'sample',
  texts: 'text',
  tokens: 'token',
  steps: 'step',
  epochs: 'epoch',
  evaluations: 'evaluation',
  seconds: 'second',
} as const;
export type Unit = keyof typeof UNITS;

export interface FieldRow {
  label: string;
  /** What a number counts; under the variant's name where variants count different things. */
  unit: Unit | null | Readonly<Record<string, Unit>>;
  /** One sentence. */
  help: string;
  travel: Travel;
}

export interface GroupRow {
  label: string;
  /** One sentence. */
  help: string;
}

/** Dotted names of all fields with a plain value; a list's items stand under the list's own name. */
export type SpecField = FieldsOf<ExperimentSpec>;

type Plain = string | number | boolean | null | undefined;

type FieldsOf<T, P extends string = ''> = T extends Plain
  ? P
  : T extends readonly (infer Item)[]
    ? FieldsOf<Item, P>
    : { [K in keyof T & string]-?: FieldsOf<NonNullable<T[K]>, Below<P, K>> }[keyof T & string];

/** Dotted names of all objects within a spec, and of lists of objects. */
export type SpecGroup = Exclude<GroupsOf<ExperimentSpec>, ''>;

type GroupsOf<T, P extends string = ''> = T extends Plain
  ? never
  : T extends readonly (infer Item)[]
    ? GroupsOf<Item, P>
    : P | { [K in keyof T & string]-?: GroupsOf<NonNullable<T[K]>, Below<P, K>> }[keyof T & string];

type Below<P extends string, K extends string> = P extends '' ? K : `${P}.${K}`;

/** The part of a table that belongs to a section: a field of the spec itself, with what is below it. */
export type Section<Name extends string, S extends string> = Extract<Name, S | `${S}.${string}`>;

type Units = FieldRow['unit'];

export const link = (label: string, unit: Units, help: string): FieldRow => ({ label, unit, help, travel: 'link' });
export const local = (label: string, help: string): FieldRow => ({ label, unit: null, help, travel: 'local' });
