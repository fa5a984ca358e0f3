/**
 * The person's own numbers of terms: tables chosen, their columns taken as covariates. The settings name each covariate with
 * its columns; the session holds the tables.
 *
 * Promises: a table is read and every number of it checked before any of it is taken; no two covariates share a name.
 * Must not know: readers, components.
 */
import { toLabError, type SerializedLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import type { ExperimentSpec } from '../spec/schema';
import type { NumbersTable } from '../worker/client';
import type { LabSession } from './session.svelte';

type Covariate = ExperimentSpec['ontology']['covariates'][number];

export interface CovariateTable {
  /** Of its file. */
  path: string;
  /** Null: the settings name it and it is not chosen. */
  file: PickedFile | null;
  identifierColumn: string | null;
  /** Those of the table that can hold identifiers. */
  header: readonly string[];
  /** Those of numbers; `as`: the name of the covariate that one is taken as, null where it is not taken. */
  columns: readonly { name: string; as: string | null }[];
  /** Identifiers with numbers; null before it is read. */
  identifiers: number | null;
}

const LONGEST_NAME = 60;

export class CovariateTables {
  /** Name of the table that is being read. */
  reading = $state.raw<string | null>(null);
  /** Of the table chosen last. */
  error = $state.raw<SerializedLabError | null>(null);
  /** What tables hold, the newest reading first. */
  #read = $state.raw<readonly { file: PickedFile['file']; table: NumbersTable }[]>([]);

  constructor(
    private readonly calls: { numbers(file: PickedFile, identifierColumn: string | null): Promise<NumbersTable> },
    private readonly session: LabSession,
  ) {}

  get tables(): CovariateTable[] {
    const { spec, covariates: chosen } = this.session;
    const named = spec.draft.ontology.covariates;
    return named.flatMap(({ path }, place) => {
      if (named.findIndex((each) => each.path === path) < place) return [];
      const own = named.filter((each) => each.path === path);
      const file = chosen.find(({ name }) => own.some((each) => each.name === name))?.file ?? null;
      const known = file === null ? null : this.#known(file);
      const columns = known?.columns ?? own.map(columnOf);
      return {
        path,
        file,
        identifierColumn: own[0]!.identifierColumn ?? known?.identifierColumn ?? null,
        header: known?.header ?? [],
        columns: columns.map((name) => ({ name, as: own.find((each) => columnOf(each) === name)?.name ?? null })),
        identifiers: known?.identifiers ?? null,
      };
    });
  }

  /** Reads a table and takes every column of numbers; one of the same name, or `instead`, gives way to it. */
  async choose(file: PickedFile, instead: string = file.path): Promise<void> {
    const before = this.#of(instead);
    const read = await this.#load(file, before[0]?.identifierColumn ?? null);
    if (read === null) return;
    const again = before.filter((each) => read.columns.includes(columnOf(each))).map(columnOf);
    this.#take(file, read, again.length > 0 ? again : read.columns, [instead, file.path]);
  }

  /** Reads it anew: what was the column of identifiers may hold numbers. */
  async setIdentifierColumn({ path, file, columns }: CovariateTable, name: string): Promise<void> {
    const read = file && (await this.#load(file, name));
    if (!read) return;
    const taken = columns
      .filter((column) => column.as !== null && read.columns.includes(column.name))
      .map((column) => column.name);
    this.#take(file, read, taken.length > 0 ? taken : read.columns, [path]);
  }

  /** One column stays: a table without any is taken away by its name. */
  setTaken({ file, columns }: CovariateTable, name: string, taken: boolean): void {
    const known = file && this.#known(file);
    if (!known) return;
    const wanted = columns.filter((each) => (each.name === name ? taken : each.as !== null)).map((each) => each.name);
    if (wanted.length > 0) this.#take(file, known, wanted, [file.path]);
  }

  /** Out of the settings: undo brings it again. */
  remove(path: string): void {
    const { draft } = this.session.spec;
    draft.ontology.covariates = draft.ontology.covariates.filter((each) => each.path !== path);
    this.session.setCovariates(this.session.covariates);
  }

  #known({ file }: PickedFile): NumbersTable | undefined {
    return this.#read.find((each) => each.file === file)?.table;
  }

  #of(path: string): Covariate[] {
    return this.session.spec.snapshot().ontology.covariates.filter((each) => each.path === path);
  }

  async #load(file: PickedFile, identifierColumn: string | null): Promise<NumbersTable | null> {
    this.reading = file.path;
    try {
      this.error = null;
      return await this.calls.numbers(file, identifierColumn);
    } catch (thrown) {
      this.error = toLabError(thrown).serialize();
      return null;
    } finally {
      this.reading = null;
    }
  }

  /** @param paths of tables that it takes the place of */
  #take(file: PickedFile, table: NumbersTable, columns: readonly string[], paths: readonly string[]): void {
    const { spec, covariates } = this.session;
    const all = spec.snapshot().ontology.covariates;
    const others = all.filter(({ path }) => !paths.includes(path));
    const names = others.map(({ name }) => name);
    const own = columns.map((column): Covariate => {
      const before = all.find((each) => paths.includes(each.path) && columnOf(each) === column);
      const name = before?.name ?? freeName(column, names);
      names.push(name);
      return { name, path: file.path, identifierColumn: table.identifierColumn, valueColumn: column };
    });
    this.#read = [{ file: file.file, table }, ...this.#read.filter((each) => each.file !== file.file)];
    spec.draft.ontology.covariates = [...others, ...own];
    this.session.setCovariates([
      ...covariates.filter(({ name }) => !own.some((each) => each.name === name)),
      ...own.map(({ name }) => ({ name, file })),
    ]);
  }
}

/** One that names no column is the first of its table. */
const columnOf = ({ name, valueColumn }: Covariate) => valueColumn ?? name;

/** Neither longer than a name may be, nor half a character at its end. */
const cut = (text: string, length: number) => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');

function freeName(column: string, taken: readonly string[]): string {
  const name = cut(column, LONGEST_NAME) || 'column';
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const numbered = `${cut(name, LONGEST_NAME - 6)} (${number})`;
    if (!taken.includes(numbered)) return numbered;
  }
}
