/**
 * The person's own numbers of terms: tables chosen, their columns taken as covariates. The settings name each covariate with
 * its columns; the session holds the tables.
 *
 * Promises: a table is read and every number of it checked before any of it is taken; tables are read one after the other,
 * none of them for another ontology than it was chosen for. Must not know: readers, components.
 */
import { LabError, toLabError, type SerializedLabError } from '../core/errors';
import type { PickedFile } from '../platform/folder';
import type { ExperimentSpec } from '../spec/schema';
import type { NumbersTable } from '../worker/client';
import { freeName } from './free-name';
import type { ChosenFiles, LabSession } from './session.svelte';

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

export class CovariateTables {
  /** Name of the table that is being read. */
  reading = $state.raw<string | null>(null);
  /** Of the tables chosen last. */
  error = $state.raw<SerializedLabError | null>(null);
  /** What tables hold, the newest reading first. */
  #read = $state.raw<readonly { file: PickedFile['file']; table: NumbersTable }[]>([]);
  /** Done when the last table that was chosen is read. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly calls: { numbers(file: PickedFile, identifierColumn: string | null): Promise<NumbersTable> },
    private readonly session: LabSession,
  ) {}

  get tables(): CovariateTable[] {
    const named = this.session.spec.draft.ontology.covariates;
    return unique(named.map(({ path }) => path)).map((path): CovariateTable => {
      const own = named.filter((each) => each.path === path);
      const file = own.map((each) => this.session.covariateTable(each)).find((each) => each)?.file ?? null;
      const { identifierColumn } = own[0]!;
      const known = file === null ? undefined : this.#known(file, identifierColumn);
      return {
        path,
        file,
        identifierColumn: identifierColumn ?? known?.identifierColumn ?? null,
        header: known?.header ?? [],
        columns:
          known === undefined
            ? own.map(({ name, valueColumn }) => ({ name: valueColumn ?? name, as: name }))
            : known.columns.map((name) => ({
                name,
                as: own.find((each) => columnOf(each, known) === name)?.name ?? null,
              })),
        identifiers: known?.identifiers ?? null,
      };
    });
  }

  /**
   * Reads a table and takes every column of numbers; one of the same name, or `instead`, gives way to it, and of columns
   * that it has, too, those that were taken are taken again. The table that settings from elsewhere name must have theirs.
   */
  choose(file: PickedFile, instead: string = file.path): Promise<void> {
    return this.#inTurn(file, async () => {
      const before = this.#of(instead);
      const read = await this.#load(file, before[0]?.identifierColumn ?? null);
      const lost = before.filter((each) => !read.columns.includes(columnOf(each, read) ?? ''));
      const wanted = before.some((each) => this.session.covariateTable(each) === undefined);
      if (wanted && lost.length > 0) throw columnsMissing(file, lost, 'It was not taken.');
      return () => {
        const again = before.filter((each) => !lost.includes(each)).map((each) => columnOf(each, read)!);
        this.#take(file, read, again.length > 0 ? again : read.columns, [instead, file.path]);
        if (again.length > 0 && lost.length > 0) {
          throw columnsMissing(file, lost, 'The others were taken.');
        }
      };
    });
  }

  /** Reads it anew: what was the column of identifiers may hold numbers. */
  async setIdentifierColumn({ path, file }: CovariateTable, name: string): Promise<void> {
    if (file === null) return;
    await this.#inTurn(file, async () => {
      const read = await this.#load(file, name);
      const now = this.tables.find((each) => each.path === path && each.file?.file === file.file);
      // Removed or replaced by then.
      if (now === undefined) return () => undefined;
      const taken = now.columns.filter((column) => column.as !== null && read.columns.includes(column.name));
      const names = taken.length > 0 ? taken.map((column) => column.name) : read.columns;
      return () => this.#take(file, read, names, [path]);
    });
  }

  /** One column stays: a table without any is taken away by its name. */
  setTaken({ file, identifierColumn, columns }: CovariateTable, name: string, taken: boolean): void {
    const known = file && this.#known(file, identifierColumn);
    if (!known) return;
    const wanted = columns.filter((each) => (each.name === name ? taken : each.as !== null)).map((each) => each.name);
    if (wanted.length > 0) this.#take(file, known, wanted, [file.path]);
  }

  /** Out of the settings, with its file: undo brings both again. */
  remove(path: string): void {
    const { draft } = this.session.spec;
    const gone = this.#of(path);
    draft.ontology.covariates = draft.ontology.covariates.filter((each) => each.path !== path);
    this.session.setCovariates(this.session.covariates.filter((each) => !gone.some((one) => isOf(each, one))));
  }

  /** The tables as they were chosen for settings that are back; of those chosen since, what these settings name stays. */
  stand(chosen: ChosenFiles['covariates']): void {
    const { spec, covariates } = this.session;
    const since = covariates.filter(
      (each) =>
        spec.draft.ontology.covariates.some((one) => isOf(each, one)) &&
        !chosen.some(({ name, file }) => isOf(each, { name, path: file.path })),
    );
    const stood = since.length === 0 ? chosen : [...chosen, ...since];
    const same = stood.length === covariates.length && stood.every((each, place) => each === covariates[place]);
    if (!same) this.session.setCovariates(stood);
  }

  #known({ file }: PickedFile, identifierColumn: string | null): NumbersTable | undefined {
    return this.#read.find(
      (each) => each.file === file && each.table.identifierColumn === (identifierColumn ?? each.table.header[0]),
    )?.table;
  }

  #of(path: string): Covariate[] {
    return this.session.spec.snapshot().ontology.covariates.filter((each) => each.path === path);
  }

  /** @param work reads, and gives what is to be done with it. */
  #inTurn(file: PickedFile, work: () => Promise<() => void>): Promise<void> {
    const { ontology } = this.session;
    this.error = null;
    this.#turn = this.#turn.then(async () => {
      this.reading = file.path;
      try {
        const take = await work();
        // Numbers belong to the terms of their ontology.
        if (ontology !== null && ontology !== this.session.ontology) throw ontologyChanged(file);
        take();
      } catch (thrown) {
        const error = toLabError(thrown);
        if (error.code !== 'cancelled') this.error = error.serialize();
      } finally {
        this.reading = null;
      }
    });
    return this.#turn;
  }

  async #load(file: PickedFile, identifierColumn: string | null): Promise<NumbersTable> {
    const table = await this.calls.numbers(file, identifierColumn);
    this.#read = [{ file: file.file, table }, ...this.#read];
    return table;
  }

  /** @param paths of tables that it takes the place of */
  #take(file: PickedFile, table: NumbersTable, columns: readonly string[], paths: readonly string[]): void {
    const { spec, covariates } = this.session;
    const all = spec.snapshot().ontology.covariates;
    const gone = all.filter(({ path }) => paths.includes(path));
    const others = all.filter((each) => !gone.includes(each));
    const names = others.map(({ name }) => name);
    const own = unique(columns).flatMap((valueColumn) => {
      const before = gone.filter((each) => columnOf(each, table) === valueColumn).map(({ name }) => name);
      const again = before.length > 0 ? before : [valueColumn];
      return again.map((wanted): Covariate => {
        const name = freeName(wanted, names);
        names.push(name);
        return { name, path: file.path, identifierColumn: table.identifierColumn, valueColumn };
      });
    });
    spec.draft.ontology.covariates = [...others, ...own];
    this.session.setCovariates([
      ...covariates.filter((each) => others.some((one) => isOf(each, one))),
      ...own.map(({ name }) => ({ name, file })),
    ]);
  }
}

const unique = (texts: readonly string[]) => texts.filter((text, place) => texts.indexOf(text) === place);

/** One that names no column is the first of numbers; null where the table has none. */
const columnOf = ({ valueColumn }: Covariate, table: NumbersTable) => valueColumn ?? table.firstColumn;

const isOf = ({ name, file }: ChosenFiles['covariates'][number], covariate: { name: string; path: string }) =>
  name === covariate.name && file.path === covariate.path;

function columnsMissing({ path }: PickedFile, lost: readonly Covariate[], then: string): LabError {
  const names = lost.map(({ name, valueColumn }) => `“${valueColumn ?? name}”`).join(', ');
  return new LabError(
    'table-malformed',
    `${path} has no column of numbers ${names}, which the settings name. ${then}`,
    {
      hint: 'Choose a table that has it, or remove the covariate and choose this table anew.',
      control: 'ontology.covariates',
    },
  );
}

function ontologyChanged({ path }: PickedFile): LabError {
  return new LabError('usage', `${path} was not taken: another ontology was chosen while it was read.`, {
    hint: 'Choose it again if its numbers belong to the terms of this ontology.',
    control: 'ontology.covariates',
  });
}
