/**
 * A spec without what its schema fills in anyway: the shortest spec with the same meaning.
 *
 * Promises: `parseSpec(withoutDefaults(spec))` is the spec again. Must not know: what the shortened spec is for.
 */
import * as v from 'valibot';
import { canonicalJson } from '../core/json';
import { SPEC_VERSION } from './migrations';
import { specSchema, type ExperimentSpec } from './schema';
import { fieldsOf, isObject, SPEC_SHAPE, type Shape } from './shape';

/** What must stand in every spec, whatever its value. */
const REQUIRED = ['specVersion', 'model', 'ontology'];

/** Every field that has a default, at its default. */
export const DEFAULT_SPEC: ExperimentSpec = v.parse(specSchema, { specVersion: SPEC_VERSION, model: {}, ontology: {} });

export function withoutDefaults(spec: ExperimentSpec): Record<string, unknown> {
  const shortened = differing(spec, SPEC_SHAPE, DEFAULT_SPEC, []) as Record<string, unknown>;
  for (const name of REQUIRED) shortened[name] ??= name === 'specVersion' ? spec.specVersion : {};
  return shortened;
}

/** Objects keep the fields in which they differ; lists and plain values are kept whole. */
function differing(value: unknown, shape: Shape, defaults: unknown, path: readonly string[]): unknown {
  const fields = isObject(value) && isObject(defaults) ? fieldsOf(shape, value) : null;
  if (!isObject(value) || !isObject(defaults) || fields === null) return value;
  const key = shape.kind === 'variant' ? shape.key : null;
  const base = key === null || value[key] === defaults[key] ? defaults : defaultsOfVariant(path, key, value[key]);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (member === undefined || (name !== key && same(member, base[name]))) return [];
      const field = fields.get(name);
      return [[name, field ? differing(member, field, base[name], [...path, name]) : member]];
    }),
  );
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (b !== undefined && canonicalJson(a) === canonicalJson(b));
}

/** Defaults of another variant than the schema's own choice; none where the variant has fields that must be given. */
function defaultsOfVariant(path: readonly string[], key: string, choice: unknown): Record<string, unknown> {
  const chosen = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), { [key]: choice });
  const result = v.safeParse(specSchema, { specVersion: SPEC_VERSION, model: {}, ontology: {}, ...(chosen as object) });
  if (!result.success) return {};
  const found = path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), result.output);
  return isObject(found) ? found : {};
}
