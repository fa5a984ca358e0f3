/**
 * A study being built from the present settings: the fields it varies, their values, the seeds.
 *
 * Promises: `built` is a whole study or null; every problem stands beside what causes it. Must not know: components,
 * the worker.
 */
import { LabError } from '../core/errors';
import { parseStudy, STUDY_VERSION, type StudySpec } from '../spec';
import type { SpecStore } from './spec.svelte';
import {
  gridStudy,
  newRow,
  rowValues,
  seedsOf,
  variedFields,
  wordsOf,
  type GridRow,
  type VariedField,
} from './study-grid';

const { analysis: USUAL } = parseStudy({ studyVersion: STUDY_VERSION }, 'defaults');

export class StudyBuilder {
  open = $state(false);
  name = $state('My study');
  seeds = $state('1, 2, 3');
  rows = $state<GridRow[]>([]);
  template = $state(USUAL.template);
  covariates = $state(USUAL.covariates.join(', '));

  constructor(private readonly spec: SpecStore) {}

  get sections(): { section: string; fields: VariedField[] }[] {
    return variedFields(this.spec.draft);
  }

  field(path: string): VariedField | undefined {
    return this.sections.flatMap(({ fields }) => fields).find((field) => field.path === path);
  }

  /** Adds a row for the first field that has none. */
  add(path: string): void {
    const field = this.field(path);
    if (field && !this.rows.some((row) => row.field === path)) this.rows.push(newRow(field));
  }

  remove(path: string): void {
    this.rows = this.rows.filter(({ field }) => field !== path);
  }

  problem(row: GridRow): string | null {
    const field = this.field(row.field);
    if (field === undefined) return 'The present settings have no such field any more: remove it.';
    return this.spec.valid === null ? null : rowValues(row, field, this.spec.valid).problem;
  }

  get seedsProblem(): string | null {
    return seedsOf(this.seeds) === null ? 'Whole numbers with commas between, each once, or a range like 1–5.' : null;
  }

  /** Why there is no study to list yet, in words; null where there is one. */
  get problemOfAll(): string | null {
    if (this.spec.valid === null) return 'Correct the marked settings.';
    if (this.name.trim() === '') return 'Give the study a name.';
    const seeds = seedsOf(this.seeds);
    if (seeds === null || this.rows.some((row) => this.problem(row) !== null)) return 'Correct what is marked.';
    if (this.rows.length === 0 && seeds.length < 2) return 'Vary a setting, or give several seeds.';
    return null;
  }

  /** How many cells it will have. */
  get cells(): number {
    const levels = this.rows.map((row) => this.#values(row).length);
    return levels.reduce((product, count) => product * count, seedsOf(this.seeds)?.length ?? 0);
  }

  /** None where the settings have no such field, or are wrong themselves. */
  #values(row: GridRow): unknown[] {
    const field = this.field(row.field);
    const { valid } = this.spec;
    return field === undefined || valid === null ? [] : rowValues(row, field, valid).values;
  }

  /** Throws `study-invalid`, and `usage` while something is wrong. */
  build(): StudySpec {
    const { valid } = this.spec;
    const seeds = seedsOf(this.seeds);
    const problem = this.problemOfAll;
    if (valid === null || seeds === null || problem !== null) {
      throw new LabError('usage', 'The study is not whole yet.', { hint: problem ?? 'Correct what is marked.' });
    }
    const grid = Object.fromEntries(this.rows.map((row) => [row.field, this.#values(row)]));
    const analysis = { template: this.template, covariates: wordsOf(this.covariates) };
    return gridStudy(valid, { name: this.name.trim().slice(0, 120), grid, seeds, analysis });
  }
}
