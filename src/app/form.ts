/**
 * The spec, or a part of it, as the controls of a form, made from the schema's shape and the table of fields. Pure.
 *
 * Promises: every field has its control, with label, unit and help from the table; only files are left out, which are
 * chosen elsewhere, and what means nothing beside the other settings. Must not know: how controls look.
 */
import { FIELDS, GROUPS, type SpecField, type SpecGroup } from '../spec';
import { fieldRow, groupRow, unitOf } from '../spec/fields';
import {
  defaultOf,
  defaultsBeside,
  fieldsOf,
  isObject,
  keyShape,
  shapeAt,
  SPEC_SHAPE,
  type Shape,
} from '../spec/shape';
import { idleField, isLongText, namedChoices, NONE_CHOSEN, optionLabel } from './form-words';

interface Common {
  path: string;
  label: string;
  /** Unit and help, as the note under the control. */
  hint: string;
}
export interface Option {
  value: string;
  label: string;
}
export type FormField = Common &
  (
    | { kind: 'number'; value: number | null; nullable: boolean; whole: boolean }
    /** An empty value stands for null. */
    | { kind: 'choice'; value: string; options: Option[] }
    | { kind: 'flag'; value: boolean }
    | { kind: 'numbers'; value: readonly number[] }
    | { kind: 'text'; value: string | null; nullable: boolean; long: boolean }
    /** Some of a few. */
    | { kind: 'choices'; value: readonly string[]; options: Option[] }
    | { kind: 'lines'; value: readonly string[] }
    /** Names, or one text that stands for them. */
    | { kind: 'names'; value: readonly string[] | string }
    /** A group that can be turned on. */
    | { kind: 'switch'; value: boolean }
  );

/** Fields that belong together, under the name of the object of the spec that holds them. */
export interface FormGroup {
  path: string;
  label: string;
  fields: FormField[];
}

export interface FormSection {
  /** A field of the spec's own, or `experiment` for its plain ones. */
  name: string;
  label: string;
  help: string;
  groups: FormGroup[];
}

/** There once its file is chosen: what is said of it may be said before. */
const OF_A_FILE = 'ontology.counts';

const EXPERIMENT = { label: 'Experiment', help: 'What the experiment is called and what it asks.' };

/** @param draft a spec, or one being written */
export function formOf(part: SpecGroup, draft: unknown): FormField[] {
  const names = part.split('.');
  const value = names.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), draft);
  const shape = shapeAt(names, draft);
  return shape === null ? [] : below(shape, part, value, null).filter(({ path }) => !idleField(path, draft));
}

/** The whole spec, a section for each of its parts. */
export function wholeForm(draft: unknown): FormSection[] {
  const names = [...(fieldsOf(SPEC_SHAPE, draft) ?? [])].map(([name]) => name);
  const parts = names.filter((name) => groupRow(name) !== null) as SpecGroup[];
  const values = isObject(draft) ? draft : {};
  const plain = names
    .filter((name) => groupRow(name) === null)
    .flatMap((name) => below(shapeAt([name], draft)!, name, values[name], null))
    .filter(({ path }) => !idleField(path, draft));
  return [
    { name: 'experiment', ...EXPERIMENT, groups: [{ path: '', label: EXPERIMENT.label, fields: plain }] },
    ...parts.map((part) => ({ name: part, ...GROUPS[part], groups: groupsOf(part, formOf(part, draft)) })),
  ];
}

/** By the nearest object around each, in the order of the fields. */
function groupsOf(part: SpecGroup, fields: readonly FormField[]): FormGroup[] {
  const groups = new Map<string, FormField[]>();
  for (const field of fields) {
    let owner = field.kind === 'switch' ? field.path : field.path.split('.').slice(0, -1).join('.');
    while (groupRow(owner) === null) owner = owner.split('.').slice(0, -1).join('.');
    groups.set(owner, [...(groups.get(owner) ?? []), field]);
  }
  return [...groups].map(([path, within]) => ({
    path,
    label: path === part ? '' : GROUPS[path as SpecGroup].label,
    fields: within,
  }));
}

/** Those that a search finds: every word in label, help, name or a choice. */
export function searchForm(sections: readonly FormSection[], query: string): FormSection[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (section: FormSection, group: FormGroup, field: FormField) => {
    const options = 'options' in field ? field.options.map(({ label }) => label) : [];
    const text = [section.label, group.label, field.label, field.hint, field.path, ...options].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return sections
    .map((section) => ({
      ...section,
      groups: section.groups
        .map((group) => ({ ...group, fields: group.fields.filter((field) => found(section, group, field)) }))
        .filter(({ fields }) => fields.length > 0),
    }))
    .filter(({ groups }) => groups.length > 0);
}

/** What a control's new value makes of the spec at its path: of a switch its whole group, of a variant's choice its fields. */
export function settingOf(path: string, value: unknown, draft: unknown): { path: string; value: unknown } {
  const names = path.split('.');
  const group = shapeAt(names, draft);
  if (group?.kind === 'object' && typeof value === 'boolean') {
    return { path, value: value ? defaultsBeside(group, {}, undefined) : null };
  }
  const owner = shapeAt(names.slice(0, -1), draft);
  if (value === '' && group?.kind === 'choice' && group.nullable) return { path, value: null };
  if (owner?.kind === 'variant' && owner.key === names.at(-1)) {
    return { path: names.slice(0, -1).join('.'), value: startOf(owner, String(value)) };
  }
  return { path, value };
}

/** The defaults of a variant; a field without one begins at the least it allows. */
function startOf(shape: Shape & { kind: 'variant' }, chosen: string): Record<string, unknown> {
  const start = { ...(defaultOf(shape, chosen) as Record<string, unknown>) };
  for (const [name, field] of shape.variants.get(chosen)?.fields ?? []) {
    if (name in start) continue;
    if (field.kind === 'number') start[name] = Math.max(field.min, 1);
    if (field.kind === 'list') start[name] = [1];
  }
  return start;
}

function below(shape: Shape, path: string, value: unknown, variant: string | null): FormField[] {
  if (shape.kind === 'variant' && isObject(value)) {
    const chosen = String(value[shape.key]);
    const own = [...(fieldsOf(shape, value) ?? [])].filter(([name]) => name !== shape.key);
    return [
      ...below(keyShape(shape), `${path}.${shape.key}`, chosen, null),
      ...own.flatMap(([name, field]) => below(field, `${path}.${name}`, value[name], chosen)),
    ];
  }
  if (shape.kind === 'object') {
    if (value === undefined) return [];
    const given = value ?? (path === OF_A_FILE ? {} : null);
    const inside = isObject(given)
      ? [...shape.fields].flatMap(([name, field]) => below(field, `${path}.${name}`, given[name], null))
      : [];
    if (!shape.nullable || idleField(path, null)) return inside;
    const { label, help } = GROUPS[path as SpecGroup];
    return [{ kind: 'switch', path, label, hint: help, value: isObject(value) }, ...inside];
  }
  const field = plainField(shape, path, value, variant);
  return field === null ? [] : [field];
}

/** Null for files, and for what no control can show. */
function plainField(shape: Shape, path: string, value: unknown, variant: string | null): FormField | null {
  const row = fieldRow(path);
  if (row === null || row.travel === 'local') return null;
  const unit = unitOf(row, variant);
  const { label } = FIELDS[path as SpecField];
  // “Seen pairs: in pairs” says nothing more.
  const said = unit === null || label.toLowerCase().includes(unit);
  const common = { path, label, hint: said ? row.help : `In ${unit}. ${row.help}` };
  const { nullable } = shape;
  const labelled = (options: readonly (string | number)[]) =>
    options.map((option) => ({ value: String(option), label: optionLabel(path, option) }));
  switch (shape.kind) {
    case 'number': {
      const number = typeof value === 'number' ? value : null;
      return { ...common, kind: 'number', value: number, nullable, whole: shape.integer };
    }
    case 'choice': {
      const none = nullable ? [{ value: '', label: optionLabel(path, NONE_CHOSEN) }] : [];
      return { ...common, kind: 'choice', value: String(value ?? ''), options: [...none, ...labelled(shape.options)] };
    }
    case 'flag':
      return { ...common, kind: 'flag', value: value === true };
    case 'text': {
      const named = namedChoices(path);
      if (named !== null) return { ...common, kind: 'choice', value: String(value), options: labelled(named) };
      return {
        ...common,
        kind: 'text',
        value: typeof value === 'string' ? value : null,
        nullable,
        long: isLongText(path),
      };
    }
    case 'list':
      return listField(shape, common, value, labelled);
    default:
      return null;
  }
}

function listField(
  { item, orText }: Shape & { kind: 'list' },
  common: Common,
  value: unknown,
  labelled: (options: readonly (string | number)[]) => Option[],
): FormField | null {
  if (orText && (typeof value === 'string' || Array.isArray(value))) {
    return { ...common, kind: 'names', value: value as string | string[] };
  }
  if (!Array.isArray(value)) return null;
  if (item.kind === 'number') return { ...common, kind: 'numbers', value: value as number[] };
  if (item.kind === 'choice')
    return { ...common, kind: 'choices', value: value as string[], options: labelled(item.options) };
  return item.kind === 'text' ? { ...common, kind: 'lines', value: value as string[] } : null;
}
