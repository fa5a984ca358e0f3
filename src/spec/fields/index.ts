/**
 * All fields of the spec, each with its label, unit, help, range, default, and where it may travel.
 *
 * Promises: a field or group without a row does not compile; ranges and defaults are read from the schema that specs are
 * checked with. Must not know: how forms, pages and links show them.
 */
import { allowedValues, defaultOf, keyShape, SPEC_SHAPE, type Shape } from '../shape';
import { DATA_FIELDS, DATA_GROUPS } from './data';
import { EVALUATION_FIELDS, EVALUATION_GROUPS } from './evaluation';
import { QUESTION_FIELDS, QUESTION_GROUPS } from './questions';
import { UNITS, type FieldRow, type GroupRow, type SpecField, type SpecGroup, type Travel, type Unit } from './row';
import { TRAINING_FIELDS, TRAINING_GROUPS } from './training';

export { UNITS, type FieldRow, type GroupRow, type SpecField, type SpecGroup, type Travel, type Unit };

export const FIELDS: Readonly<Record<SpecField, FieldRow>> = {
  ...DATA_FIELDS,
  ...QUESTION_FIELDS,
  ...TRAINING_FIELDS,
  ...EVALUATION_FIELDS,
};

/** Objects within a spec. */
export const GROUPS: Readonly<Record<SpecGroup, GroupRow>> = {
  ...DATA_GROUPS,
  ...QUESTION_GROUPS,
  ...TRAINING_GROUPS,
  ...EVALUATION_GROUPS,
};

export const TRAVEL = Object.fromEntries(
  Object.entries(FIELDS).map(([field, { travel }]) => [field, travel]),
) as Readonly<Record<SpecField, Travel>>;

export interface FieldInfo {
  path: SpecField;
  label: string;
  unit: Unit | null;
  help: string;
  /** In words. */
  allowed: string;
  /** Must be given, at least where `when` holds. */
  required: boolean;
  /** What stands for it where it is left out; absent where nothing does. */
  default?: unknown;
  travel: Travel;
  /** What must hold for the field to be there, in words; null: it always is. */
  when: string | null;
}

/**
 * All fields in the schema's order. A path stands twice where variants allow different values for it; `when` tells them
 * apart. Fields of an object that is absent by default have the defaults they take once it is given.
 */
export function listFields(): FieldInfo[] {
  return infosBelow(SPEC_SHAPE, '', null, null);
}

/** The row of a field by any dotted name, null for what is none. */
export function fieldRow(path: string): FieldRow | null {
  return Object.hasOwn(FIELDS, path) ? FIELDS[path as SpecField] : null;
}

export function groupRow(path: string): GroupRow | null {
  return Object.hasOwn(GROUPS, path) ? GROUPS[path as SpecGroup] : null;
}

/** @param variant the chosen one, where the field belongs to some */
export function unitOf({ unit }: FieldRow, variant: string | null): Unit | null {
  return unit === null || typeof unit === 'string' ? unit : (unit[variant ?? ''] ?? null);
}

function infosBelow(shape: Shape, path: string, when: string | null, variant: string | null): FieldInfo[] {
  if (shape.kind === 'list' && shape.item.kind === 'object') {
    return infosBelow(shape.item, path, `${path} has entries`, null);
  }
  if (shape.kind === 'object') {
    const absent = shape.nullable || (shape.optional && shape.fallback === undefined);
    const inside = absent ? `${path} is given` : when;
    return [...shape.fields].flatMap(([name, field]) => infosBelow(field, join(path, name), inside, null));
  }
  if (shape.kind === 'variant') return variantInfos(shape, path, when);
  const row = FIELDS[path as SpecField];
  const fallback = defaultOf(shape);
  return [
    {
      path: path as SpecField,
      label: row.label,
      unit: unitOf(row, variant),
      help: row.help,
      allowed: allowedValues(shape),
      required: !shape.optional,
      ...(fallback === undefined ? {} : { default: fallback }),
      travel: row.travel,
      when,
    },
  ];
}

/** The choice, then each field once for all the variants in which it is the same. */
function variantInfos(shape: Shape & { kind: 'variant' }, path: string, when: string | null): FieldInfo[] {
  const key = join(path, shape.key);
  const found: { info: FieldInfo; variants: string[] }[] = [];
  for (const [variant, { fields }] of shape.variants) {
    for (const [name, field] of fields) {
      if (name === shape.key) continue;
      for (const info of infosBelow(field, join(path, name), null, variant)) {
        const twin = found.find((other) => JSON.stringify(other.info) === JSON.stringify(info));
        if (twin) twin.variants.push(variant);
        else found.push({ info, variants: [variant] });
      }
    }
  }
  return [
    ...infosBelow(keyShape(shape), key, when, null),
    ...found.map(({ info, variants }) => ({
      ...info,
      when: `${key} is ${variants.map((v) => `"${v}"`).join(' or ')}`,
    })),
  ];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
