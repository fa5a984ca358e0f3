/**
 * Specs in words: every setting, and every difference of two specs, with labels and units.
 *
 * Promises: everything that differs is said, nothing twice; where another variant was chosen, or a group turned on, it is
 * said in one piece with what is not at its default there. Must not know: who reads it.
 */
import { equalValues } from '../core/json';
import { DEFAULT_SPEC } from './defaults';
import { fieldRow, groupRow, UNITS, unitOf, type Unit } from './fields';
import type { ExperimentSpec } from './schema';
import { defaultOf, defaultsBeside, fieldsOf, isObject, SPEC_SHAPE, type Shape } from './shape';

export interface SpecValue {
  /** Undefined where the field is absent. */
  value: unknown;
  /** With its unit. */
  text: string;
  isDefault: boolean;
}

export interface SpecChange {
  /** Dotted. */
  path: string;
  label: string;
  a: SpecValue;
  b: SpecValue;
}

export interface SpecSetting extends SpecValue {
  path: string;
  label: string;
}

/** A value of the spec with what is known of its place. */
interface Place {
  shape: Shape;
  path: string;
  /** What stands there where nothing is written. */
  fallback: unknown;
  /** The variant of the object around it. */
  variant: string | null;
}

const WHOLE: Place = { shape: SPEC_SHAPE, path: '', fallback: DEFAULT_SPEC, variant: null };

/** In the schema's order. `$schema` and the description count like any field. */
export function describeDifferences(a: ExperimentSpec, b: ExperimentSpec): SpecChange[] {
  return changes(a, b, WHOLE);
}

/** Where a spec differs from the defaults; those stand on side `a`. */
export function describeOwnSettings(spec: ExperimentSpec): SpecChange[] {
  return describeDifferences(DEFAULT_SPEC, spec);
}

/** Every field of a spec, groups that are off as one. */
export function describeSpec(spec: ExperimentSpec): SpecSetting[] {
  return settings(spec, WHOLE);
}

function changes(a: unknown, b: unknown, place: Place): SpecChange[] {
  if (equalValues(a, b)) return [];
  const { shape, path } = place;
  const together =
    isObject(a) && isObject(b) && (shape.kind !== 'variant' || a[shape.key] === b[shape.key])
      ? members(a, place)
      : null;
  if (together && isObject(a) && isObject(b)) {
    return together.flatMap(([name, member]) => changes(a[name], b[name], member));
  }
  return [{ path, label: labelOf(path), a: inWords(a, place), b: inWords(b, place) }];
}

function settings(value: unknown, place: Place): SpecSetting[] {
  const within = isObject(value) ? members(value, place) : null;
  if (within && isObject(value)) return within.flatMap(([name, member]) => settings(value[name], member));
  return value === undefined ? [] : [{ path: place.path, label: labelOf(place.path), ...inWords(value, place) }];
}

/** What lies in an object, whether or not it is given there; null for what is no object of the schema. */
function members(value: Record<string, unknown>, { shape, path, fallback }: Place): [string, Place][] | null {
  const fields = fieldsOf(shape, value);
  if (fields === null) return null;
  const defaults = defaultsBeside(shape, value, fallback);
  const variant = shape.kind === 'variant' ? String(value[shape.key]) : null;
  return [...fields].map(([name, field]) => {
    // Which variant is chosen by default is known around it only.
    const isKey = shape.kind === 'variant' && name === shape.key;
    const own = isKey ? (isObject(fallback) ? fallback[name] : undefined) : defaults[name];
    return [name, { shape: field, path: path === '' ? name : `${path}.${name}`, fallback: own, variant }];
  });
}

function inWords(value: unknown, place: Place): SpecValue {
  return { value, text: wordsFor(value, place), isDefault: equalValues(value, place.fallback) };
}

function wordsFor(value: unknown, place: Place): string {
  const { shape, path, variant } = place;
  if (value === undefined) return 'not given';
  if (value === null) return shape.kind === 'object' ? 'off' : 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    const row = fieldRow(path);
    return withUnit(value, row && unitOf(row, variant));
  }
  if (Array.isArray(value)) {
    if (shape.kind !== 'list') return JSON.stringify(value);
    const items = value.map((item) => {
      const text = wordsFor(item, { ...place, shape: shape.item, fallback: defaultOf(shape.item) });
      return isObject(item) ? `(${text})` : text;
    });
    return items.length === 0 ? 'none' : items.join(', ');
  }
  if (isObject(value)) return objectWords(value, place);
  const text = String(value);
  return shape.kind === 'choice' ? text : JSON.stringify(text);
}

function objectWords(value: Record<string, unknown>, place: Place): string {
  const { shape } = place;
  const key = shape.kind === 'variant' ? shape.key : null;
  const own = (members(value, place) ?? []).flatMap(([name, member]) =>
    name === key || equalValues(value[name], member.fallback)
      ? []
      : [`${labelOf(member.path)} ${wordsFor(value[name], member)}`],
  );
  const parts = [...(key === null ? [] : [String(value[key])]), ...own];
  return parts.length === 0 ? 'on' : parts.join(', ');
}

function withUnit(value: number, unit: Unit | null): string {
  if (unit === null) return String(value);
  return `${value} ${value === 1 ? UNITS[unit] : unit}`;
}

function labelOf(path: string): string {
  return fieldRow(path)?.label ?? groupRow(path)?.label ?? path;
}
