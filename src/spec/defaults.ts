/**
 * A spec without what its schema fills in anyway: the shortest spec with the same meaning.
 *
 * Promises: `parseSpec(withoutDefaults(spec))` is the spec again. Must not know: what the shortened spec is for.
 */
import * as v from 'valibot';
import { equalValues } from '../core/json';
import { SPEC_VERSION } from './migrations';
import { specSchema, type ExperimentSpec } from './schema';
import { defaultsBeside, fieldsOf, isObject, SPEC_SHAPE, type Shape } from './shape';

/** What must stand in every spec, whatever its value. */
const REQUIRED = ['specVersion', 'model', 'ontology'];

/** Every field that has a default, at its default. */
export const DEFAULT_SPEC: ExperimentSpec = v.parse(specSchema, { specVersion: SPEC_VERSION, model: {}, ontology: {} });

export function withoutDefaults(spec: ExperimentSpec): Record<string, unknown> {
  const shortened = differing(spec, SPEC_SHAPE, DEFAULT_SPEC) as Record<string, unknown>;
  for (const name of REQUIRED) shortened[name] ??= name === 'specVersion' ? spec.specVersion : {};
  return shortened;
}

/** Objects keep the fields in which they differ; lists and plain values are kept whole. */
function differing(value: unknown, shape: Shape, defaults: unknown): unknown {
  const fields = fieldsOf(shape, value);
  if (!isObject(value) || fields === null) return value;
  const key = shape.kind === 'variant' ? shape.key : null;
  const base = defaultsBeside(shape, value, defaults);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (member === undefined || (name !== key && equalValues(member, base[name]))) return [];
      const field = fields.get(name);
      return [[name, field ? differing(member, field, base[name]) : member]];
    }),
  );
}
