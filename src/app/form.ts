/**
 * A part of the spec as the controls of a form, made from the schema's shape and the table of fields. Pure.
 *
 * Promises: every field below the part has its control, with label, unit and help from the table; only files are left
 * out, which are chosen elsewhere. Must not know: how controls look.
 */
import { FIELDS, GROUPS, type SpecField, type SpecGroup } from '../spec';
import { fieldRow, unitOf } from '../spec/fields';
import { defaultOf, defaultsBeside, fieldsOf, isObject, keyShape, shapeAt, type Shape } from '../spec/shape';
import { optionLabel } from './form-words';

interface Common {
  path: string;
  label: string;
  /** Unit and help, as the note under the control. */
  hint: string;
}
export type FormField = Common &
  (
    | { kind: 'number'; value: number | null; nullable: boolean; whole: boolean }
    | { kind: 'choice'; value: string; options: { value: string; label: string }[] }
    | { kind: 'flag'; value: boolean }
    | { kind: 'numbers'; value: readonly number[] }
    /** A group that can be turned on. */
    | { kind: 'switch'; value: boolean }
  );

/** @param draft a spec, or one being written */
export function formOf(part: SpecGroup, draft: unknown): FormField[] {
  const names = part.split('.');
  const value = names.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), draft);
  const shape = shapeAt(names, draft);
  return shape === null ? [] : below(shape, part, value, null);
}

/** What a control's new value makes of the spec at its path: of a switch its whole group, of a variant's choice its fields. */
export function settingOf(path: string, value: unknown, draft: unknown): { path: string; value: unknown } {
  const names = path.split('.');
  const group = shapeAt(names, draft);
  if (group?.kind === 'object' && typeof value === 'boolean') {
    return { path, value: value ? defaultsBeside(group, {}, undefined) : null };
  }
  const owner = shapeAt(names.slice(0, -1), draft);
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
    const inside = isObject(value)
      ? [...shape.fields].flatMap(([name, field]) => below(field, `${path}.${name}`, value[name], null))
      : [];
    if (!shape.nullable) return inside;
    const { label, help } = GROUPS[path as SpecGroup];
    return [{ kind: 'switch', path, label, hint: help, value: isObject(value) }, ...inside];
  }
  const row = fieldRow(path);
  if (row === null || row.travel === 'local') return [];
  const unit = unitOf(row, variant);
  const hint = `${unit === null ? '' : `In ${unit}. `}${row.help}`;
  const common = { path, label: FIELDS[path as SpecField].label, hint };
  switch (shape.kind) {
    case 'number':
      return [
        {
          ...common,
          kind: 'number',
          value: typeof value === 'number' ? value : null,
          nullable: shape.nullable,
          whole: shape.integer,
        },
      ];
    case 'choice': {
      const options = shape.options.map((option) => ({ value: String(option), label: optionLabel(path, option) }));
      return [{ ...common, kind: 'choice', value: String(value), options }];
    }
    case 'flag':
      return [{ ...common, kind: 'flag', value: value === true }];
    case 'list':
      return shape.item.kind === 'number' && Array.isArray(value)
        ? [{ ...common, kind: 'numbers', value: value as number[] }]
        : [];
    default:
      return [];
  }
}
