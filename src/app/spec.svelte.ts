/**
 * The experiment being set up: a draft spec, what is wrong with it, and whether it differs from the run on show.
 *
 * Promises: `valid` is a complete spec or null; every problem stands under the dotted path of its field.
 * Must not know: inputs (files), the worker, how fields look.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';
import { canonicalJson } from '../core/json';
import { publicReference } from '../core/model-reference';
import { setAt } from '../core/set-at';
import { SPEC_VERSION } from '../spec/migrations';
import { LINEAR_MODULES, specSchema, type ExperimentSpec, type LinearModule } from '../spec/schema';

import { settingOf, wholeForm, type FormSection } from './form';

export { LINEAR_MODULES, type LinearModule };

export type LoraAdapter = Extract<ExperimentSpec['adapter'], { kind: 'lora' }>;

/** The file format's own defaults, under a name. */
export function defaultSpec(): ExperimentSpec {
  return v.parse(specSchema, { specVersion: SPEC_VERSION, name: 'My run', model: {}, ontology: {} });
}

const CREATE_LORA = (): LoraAdapter => defaultSpec().adapter as LoraAdapter;

export class SpecStore {
  draft = $state<ExperimentSpec>(defaultSpec());
  #lora: LoraAdapter = CREATE_LORA();

  readonly #checked = $derived(v.safeParse(specSchema, $state.snapshot(this.draft)));

  /** The draft with every field checked; null while a field is wrong. */
  get valid(): ExperimentSpec | null {
    return this.#checked.success ? this.#checked.output : null;
  }

  /** Dotted path → what is wrong there. */
  get problems(): Record<string, string> {
    if (this.#checked.success) return {};
    return Object.fromEntries(this.#checked.issues.map((issue) => [v.getDotPath(issue) ?? '', plainIssue(issue)]));
  }

  setNumber(path: string, value: number | null): void {
    this.set(path, value);
  }

  /** Every field as a control, by sections. */
  get form(): FormSection[] {
    return wholeForm($state.snapshot(this.draft));
  }

  /** Sets a field of the form; a switch sets its group, a variant's choice what belongs to it. */
  set(field: string, chosen: unknown): void {
    if (field === 'templates.set') return this.setTemplates(String(chosen));
    if (field === 'adapter.kind') return this.setAdapter(chosen as LoraAdapter['kind'] | 'full');
    if (field === 'model.precision' && chosen !== 'nf4') this.draft.model.doubleQuantisation = false;
    if (field.startsWith('ontology.counts.')) {
      this.draft.ontology.counts ??= { path: '', identifierColumn: null, countColumn: null };
    }
    const { path, value } = settingOf(field, chosen, this.draft);
    this.assign(path, value);
  }

  /** Puts a value, or a whole group, in its place. */
  assign(path: string, value: unknown): void {
    setAt(this.draft, path, value);
  }

  /** These very settings again. */
  replace(draft: ExperimentSpec): void {
    this.draft = structuredClone(draft);
    if (draft.adapter.kind === 'lora') this.#lora = structuredClone(draft.adapter);
  }

  /** What is wrong at a field or within it. */
  problemAt(path: string): string | undefined {
    const { problems } = this;
    const within = Object.keys(problems).find((each) => each === path || each.startsWith(`${path}.`));
    return within === undefined ? undefined : problems[within];
  }

  setColumn(role: 'term' | 'identifier', name: string): void {
    this.draft.ontology[role === 'term' ? 'termColumn' : 'identifierColumn'] = name;
  }

  /** Choosing `custom` begins with templates to change. */
  setTemplates(set: string): void {
    const { templates } = this.draft;
    templates.set = set;
    if (set !== 'custom') return;
    templates.custom ??= {};
    for (const direction of DIRECTIONS) {
      const placeholder = direction === 'term-to-id' ? '{term}' : '{identifier}';
      templates.custom[direction] ??= {
        trained: [`What belongs to ${placeholder}?`],
        heldOut: `${placeholder} goes with`,
      };
    }
  }

  setAdapter(kind: 'lora' | 'full'): void {
    if (kind === this.draft.adapter.kind) return;
    if (this.draft.adapter.kind === 'lora') this.#lora = $state.snapshot(this.draft.adapter) as LoraAdapter;
    this.draft.adapter = kind === 'full' ? { kind: 'full' } : this.#lora;
  }

  reset(): void {
    this.draft = defaultSpec();
    this.#lora = CREATE_LORA();
  }

  /**
   * Takes over the settings of a run or of a link; files are chosen beside them, their columns stay. A model that can be
   * fetched stays named, so that it can be offered.
   */
  adopt(spec: ExperimentSpec): void {
    const own = structuredClone(spec);
    const path = own.model.path === null ? null : publicReference(own.model.path);
    this.draft = { ...own, model: { ...own.model, path }, ontology: { ...own.ontology, path: null } };
    if (own.adapter.kind === 'lora') this.#lora = structuredClone(own.adapter);
  }

  /** The draft as it stands, wrong fields included. */
  snapshot(): ExperimentSpec {
    return $state.snapshot(this.draft) as ExperimentSpec;
  }

  /** Dotted paths of the fields in which the draft differs from a run's spec; files and names aside. */
  changedFrom(other: ExperimentSpec): string[] {
    return differences(comparable($state.snapshot(this.draft) as ExperimentSpec), comparable(other));
  }
}

/** What is wrong with a field, to whoever filled it in. */
export function plainIssue(issue: v.BaseIssue<unknown>): string {
  switch (issue.type) {
    case 'min_value':
      return `At least ${String(issue.requirement)}.`;
    case 'max_value':
      return `At most ${String(issue.requirement)}.`;
    case 'integer':
      return 'A whole number, please.';
    case 'number':
      return 'A number, please.';
    case 'min_length':
      return 'Choose at least one.';
    default:
      return issue.message;
  }
}

function comparable(spec: ExperimentSpec): unknown {
  const { name: _name, description: _description, $schema: _schema, model, ontology, ...rest } = spec;
  const { path: _folder, ...precision } = model;
  const { path: _path, counts: _counts, covariates: _covariates, ...columns } = ontology;
  return { ...rest, model: precision, ontology: columns };
}

function differences(a: unknown, b: unknown, prefix = ''): string[] {
  const nested = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!nested(a) || !nested(b)) return canonicalJson(a) === canonicalJson(b) ? [] : [prefix];
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return fields.flatMap((field) => differences(a[field], b[field], prefix === '' ? field : `${prefix}.${field}`));
}
