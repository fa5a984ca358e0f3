/** What makes two specs the same: hashes and differences. */
import { sha256Hex } from '../core/hash';
import { canonicalJson, equalValues } from '../core/json';
import { fieldRow, type SpecField } from './fields';
import type { ExperimentSpec } from './schema';
import { isObject } from './shape';

/**
 * SHA-256 of the filled spec's canonical JSON without `$schema` and `description`, which say nothing about the run.
 * It tells spec files apart, names and paths included; what tells experiments apart is `experimentIdentity`.
 */
export function specHash(spec: ExperimentSpec): string {
  const { $schema: _schema, description: _description, ...rest } = withoutLaterFields(spec);
  return sha256Hex(canonicalJson(rest));
}

/**
 * Fields that came after runs had been recorded, with the default that says what those did: left out where they have it, so
 * that what a run was called it is still called.
 */
export const LATER_FIELDS: readonly [field: SpecField, standing: unknown][] = [
  ['model.precision', 'f32'],
  ['model.doubleQuantisation', false],
  ['adapter.dora', false],
  ['optimizer.loraPlusRatio', null],
  ['evaluation.keptAnswers', 0],
  ['evaluation.probes.tokens', false],
];

function withoutLaterFields(spec: ExperimentSpec): ExperimentSpec {
  const copy = structuredClone(spec) as unknown as Record<string, unknown>;
  for (const [field, standing] of LATER_FIELDS) {
    const names = field.split('.');
    const owner = names.slice(0, -1).reduce<unknown>((at, name) => (isObject(at) ? at[name] : null), copy);
    const name = names.at(-1)!;
    if (isObject(owner) && equalValues(owner[name], standing)) delete owner[name];
  }
  return copy as unknown as ExperimentSpec;
}

/**
 * The part of a spec that decides its records, given the contents of its files: no paths, no name, no prose, no
 * checkpoints. With the files' hashes it identifies the experiment, wherever the files lie. Where a file may be absent
 * it says whether there is one.
 */
export function experimentIdentity(spec: ExperimentSpec): Record<string, unknown> {
  const {
    $schema: _schema,
    description: _description,
    name: _name,
    checkpoint: _checkpoint,
    ...rest
  } = withoutLaterFields(spec);
  return withoutPaths(rest, '') as Record<string, unknown>;
}

/** A text that may not travel is a file's place. */
function withoutPaths(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutPaths(item, field));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const path = field === '' ? name : `${field}.${name}`;
      if (fieldRow(path)?.travel !== 'local') return [name, withoutPaths(member, path)];
      return ['file', ALWAYS_THERE.has(path) || member !== null];
    }),
  );
}

/** No run is without these, whether or not its spec says where they lie. */
const ALWAYS_THERE: ReadonlySet<string> = new Set<SpecField>(['model.path', 'ontology.path']);

export interface SpecDifference {
  /** Dotted. */
  path: string;
  /** `undefined` where the field is absent on that side. */
  a: unknown;
  b: unknown;
}

/** Fields in which two specs differ, in the order of `a`, then those only in `b`. Lists are compared whole. */
export function diffSpecs(a: ExperimentSpec, b: ExperimentSpec): SpecDifference[] {
  return difference(a, b, '');
}

function difference(a: unknown, b: unknown, path: string): SpecDifference[] {
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
      difference(a[name], b[name], path ? `${path}.${name}` : name),
    );
  }
  return equalValues(a, b) ? [] : [{ path, a, b }];
}
