/**
 * Presets: named parts of a spec, laid under a spec of one's own.
 *
 * Promises: what comes later wins, field by field; a preset names no file and no run, so it fits every spec. Must not
 * know: where presets are kept.
 */
import * as v from 'valibot';
import { LabError } from '../core/errors';
import { fieldRow } from './fields';
import { migrateSpec, SPEC_VERSION } from './migrations';
import { dropForeignFields } from './overrides';
import { parseSpec, parseSpecJson } from './parse';
import type { ExperimentSpec } from './schema';
import { fieldsOf, isObject, SPEC_SHAPE, type Shape } from './shape';
import { describeDifferences, type SpecChange } from './words';

export interface Preset {
  /** Of letters, digits and hyphens, as `--preset` takes it. */
  name: string;
  label: string;
  /** One sentence. */
  description: string;
  /** The fields it sets, in this version's form; what it leaves out it leaves alone. */
  sets: Readonly<Record<string, unknown>>;
}

const presetSchema = v.strictObject({
  specVersion: v.number(),
  name: v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters and digits, joined by hyphens')),
  label: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
  description: v.pipe(v.string(), v.minLength(1), v.maxLength(400)),
  sets: v.custom<Record<string, unknown>>(isObject, 'an object with fields of a spec'),
});

/** What a spec says of itself. */
const OWN = new Set(['specVersion', 'name', 'description']);

/** A preset from JSON text or a plain value. Throws LabError `spec-invalid` or `spec-version`. */
export function parsePreset(source: unknown, sourceName: string): Preset {
  const result = v.safeParse(presetSchema, typeof source === 'string' ? parseSpecJson(source, sourceName) : source);
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue);
    throw refusal(sourceName, `${place ? `${place}: ` : ''}${issue.message}`, place ?? undefined);
  }
  const { specVersion, sets, ...about } = result.output;
  const foreign = foreignField(sets, '');
  if (foreign !== null) throw refusal(sourceName, `${foreign} cannot be set by a preset`, foreign);
  const { specVersion: _version, ...migrated } = migrateSpec({ specVersion, ...sets }) as Record<string, unknown>;
  // Judges version, names and values.
  parseSpec({ model: {}, ontology: {}, ...sets, specVersion }, sourceName);
  return { ...about, sets: migrated };
}

/** The registry of presets: `{"presets": […]}`. Throws what `parsePreset` throws. */
export function parsePresetList(source: unknown, sourceName: string): Preset[] {
  const content = typeof source === 'string' ? parseSpecJson(source, sourceName) : source;
  if (!isObject(content) || !Array.isArray(content.presets)) {
    throw refusal(sourceName, 'it has no list of presets');
  }
  const presets = content.presets.map((preset, index) => parsePreset(preset, `${sourceName}, preset ${index + 1}`));
  const twice = presets.find(({ name }, index) => presets.findIndex((other) => other.name === name) !== index);
  if (twice) throw refusal(sourceName, `the name ${JSON.stringify(twice.name)} stands twice`);
  return presets;
}

/**
 * A spec laid on presets, the first at the bottom: still to be parsed, as any spec. Lists are taken whole; choosing
 * another variant (`method.kind`) drops the fields that only the one below has.
 */
export function withPresets(own: unknown, presets: readonly Preset[]): unknown {
  const top = migrateSpec(own);
  return isObject(top) ? laidOn([...presets.map(({ sets }) => sets), top]) : top;
}

/** The spec of presets alone: defaults under them, nothing on top. */
export function resolvePresets(presets: readonly Preset[]): ExperimentSpec {
  const bare = { specVersion: SPEC_VERSION, model: {}, ontology: {} };
  return parseSpec(withPresets(bare, presets), presets.map(({ name }) => name).join(' + ') || 'defaults');
}

/** In what a spec differs from presets (side `a`), names and files aside. */
export function diffFromPreset(spec: ExperimentSpec, presets: readonly Preset[]): SpecChange[] {
  const base = resolvePresets(presets);
  const { $schema: _schema, ...rest } = spec;
  const { name, description } = base;
  const model = { ...spec.model, path: base.model.path };
  const { path, counts, covariates } = base.ontology;
  const comparable = { ...rest, name, description, model, ontology: { ...spec.ontology, path, counts, covariates } };
  return describeDifferences(base, comparable).filter((change) => fieldRow(change.path)?.travel !== 'local');
}

/** Layers of a spec, the first at the bottom, merged field by field; lists are taken whole. */
export function laidOn(layers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return layers.reduce<Record<string, unknown>>((below, layer) => onto(below, layer, SPEC_SHAPE) as typeof below, {});
}

function onto(below: unknown, above: unknown, shape: Shape | undefined): unknown {
  const fields = shape && fieldsOf(shape, above);
  if (!isObject(below) || !isObject(above) || !fields) return structuredClone(above);
  const known = shape.kind === 'variant' && !Object.hasOwn(above, shape.key) ? fieldsOf(shape, below)! : fields;
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  const result = Object.fromEntries(
    [...names].map((name) => {
      if (!Object.hasOwn(above, name)) return [name, below[name]];
      return [name, onto(Object.hasOwn(below, name) ? below[name] : undefined, above[name], known.get(name))];
    }),
  );
  // What the layer itself writes stays, so that the check can say where it belongs.
  if (shape.kind !== 'variant') return result;
  dropForeignFields(result, shape);
  return { ...result, ...Object.fromEntries(Object.entries(above).filter(([name]) => !Object.hasOwn(result, name))) };
}

/** The first field that is a file's place, or that a spec says of itself. */
function foreignField(value: unknown, path: string): string | null {
  if (Array.isArray(value)) return value.map((item) => foreignField(item, path)).find(Boolean) ?? null;
  if (!isObject(value)) return fieldRow(path)?.travel === 'local' || OWN.has(path) ? path : null;
  return (
    Object.entries(value)
      .map(([name, member]) => foreignField(member, path === '' ? name : `${path}.${name}`))
      .find(Boolean) ?? null
  );
}

function refusal(sourceName: string, text: string, control?: string): LabError {
  return new LabError('spec-invalid', `${sourceName}: ${text}.`, {
    hint: 'A preset is {"specVersion", "name", "label", "description", "sets"}; sets holds fields of a spec, but no files.',
    ...(control === undefined ? {} : { control }),
  });
}
