/**
 * A spec from text or from an unknown value.
 *
 * Promises: a filled, valid spec, or one LabError that says for every wrong field (up to five) what was found and what
 * is allowed; `control` is the dotted path of the first. Must not know: files, or how a run uses the fields.
 */
import * as v from 'valibot';
import { LabError, type LabErrorCode } from '../core/errors';
import { canonicalJson } from '../core/json';
import { migrateSpec, SPEC_VERSION } from './migrations';
import { clipped, found, invalidDocument, versionProblems, type Problem } from './problems';
import { specSchema, type ExperimentSpec } from './schema';
import { allowedValues, fieldsOf, isObject, shapeAt, SPEC_SHAPE, type Shape } from './shape';
import { nearestName } from './suggest';

/**
 * Text is read as JSON (a byte order mark is passed over); any other value is taken as it is.
 * Throws LabError `spec-invalid`, or `spec-version` for a version this Ontoscope does not read.
 */
export function parseSpec(source: unknown, sourceName: string): ExperimentSpec {
  const value = migrateSpec(typeof source === 'string' ? parseSpecJson(source, sourceName) : source);
  requireVersion(value, sourceName);
  return checkValue({ schema: specSchema, shape: SPEC_SHAPE }, value, sourceName);
}

/** A value against a schema and the shape read from it. Throws LabError `spec-invalid` as `parseSpec` does. */
export function checkValue<T>(
  { schema, shape }: { schema: v.GenericSchema<unknown, T>; shape: Shape },
  value: unknown,
  sourceName: string,
): T {
  const problems = structureProblems(value, shape, []);
  if (problems.length > 0) throw invalidDocument('spec-invalid', sourceName, problems);
  const result = v.safeParse(schema, value);
  if (!result.success) {
    throw invalidDocument(
      'spec-invalid',
      sourceName,
      onePerPath(result.issues.map((issue) => describe(issue, value, shape))),
    );
  }
  const repeated = repetitionProblems(result.output, []);
  if (repeated.length > 0) throw invalidDocument('spec-invalid', sourceName, repeated);
  return result.output;
}

/** JSON text of a spec as a plain value, not yet checked: for overrides that come before the check. */
export function parseSpecJson(text: string, sourceName: string, code: LabErrorCode = 'spec-invalid'): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new LabError(code, `${sourceName}: this is not JSON: ${reason}${place(text, reason)}.`, {
      hint: 'Correct the JSON there; common slips are a missing comma, a comma after the last field, or a comment.',
      cause,
    });
  }
}

/** Line and column where the host's message gives only an offset. */
function place(text: string, reason: string): string {
  const offset = /position (\d+)/.exec(reason);
  if (!offset || /line \d+/.test(reason)) return '';
  const before = text.slice(0, Number(offset[1])).split('\n');
  return ` (line ${before.length}, column ${before.at(-1)!.length + 1})`;
}

function requireVersion(value: unknown, sourceName: string): void {
  if (!isObject(value)) {
    throw new LabError('spec-invalid', `${sourceName}: found ${found(value)}, allowed: a JSON object.`, {
      hint: `A spec starts like {"specVersion": ${SPEC_VERSION}, "model": {}, "ontology": {}}.`,
    });
  }
  const otherVersion = versionProblems('spec', 'specVersion', value, SPEC_VERSION);
  if (otherVersion.length > 0) throw invalidDocument('spec-version', sourceName, otherVersion);
}

/** What valibot lets pass or words poorly: unknown fields, and lists where an object belongs. */
function structureProblems(value: unknown, shape: Shape, path: readonly string[]): Problem[] {
  const fields = fieldsOf(shape, value);
  if (fields === null || value === undefined || value === null) return [];
  if (!isObject(value)) {
    return [wrongValue(path, value, shape)];
  }
  const key = shape.kind === 'variant' ? shape.key : null;
  if (key !== null && fields.size === 0) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const field = fields.get(name);
    if (field) return structureProblems(member, field, [...path, name]);
    return [unknownField([...path, name], shape, fields, value)];
  });
}

/** A problem for a name the spec does not have, with the name that was probably meant. */
export function unknownField(
  path: readonly string[],
  shape: Shape,
  fields: ReadonlyMap<string, Shape>,
  value: unknown,
): Problem {
  const name = path.at(-1)!;
  const parent = path.slice(0, -1);
  const near = nearestName(name, fields.keys());
  const names = [...fields.keys()].join(', ');
  const where = parent.length > 0 ? `${parent.join('.')} has` : 'a spec has';
  const owner =
    shape.kind === 'variant' ? [...shape.variants].find(([, variant]) => variant.fields.has(name))?.[0] : undefined;
  if (shape.kind === 'variant' && owner !== undefined) {
    const chosen = isObject(value) && Object.hasOwn(value, shape.key) ? value[shape.key] : shape.chosen;
    return {
      path: path.join('.'),
      text: `belongs to ${shape.key} ${JSON.stringify(owner)}, but ${[...parent, shape.key].join('.')} is ${JSON.stringify(chosen)}`,
      hint: `Remove ${path.join('.')}, or set ${[...parent, shape.key].join('.')} to ${JSON.stringify(owner)}.`,
    };
  }
  return {
    path: path.join('.'),
    text: `no such field; ${where}: ${names}`,
    hint: near
      ? `Did you mean ${[...parent, near].join('.')}?`
      : `Remove ${path.join('.')} or use one of the fields listed.`,
  };
}

function describe(issue: v.BaseIssue<unknown>, spec: unknown, root: Shape): Problem {
  const path = (issue.path ?? []).map((item) => String(item.key));
  const shape = shapeAt(path, spec, root);
  // A missing required field is reported with its parent's value as input; the field itself is absent.
  const absent = issue.received === 'undefined';
  return shape ? wrongValue(path, absent ? undefined : issue.input, shape) : fallback(path, issue);
}

function wrongValue(path: readonly string[], value: unknown, shape: Shape): Problem {
  const near =
    shape.kind === 'choice' && typeof value === 'string' ? nearestName(value, shape.options.map(String)) : null;
  const field = path.join('.');
  return {
    path: field,
    text: `found ${found(value)}, allowed: ${allowedValues(shape)}`,
    hint: near
      ? `Did you mean ${JSON.stringify(near)}?`
      : `Give ${field || 'the spec'} an allowed value${value === undefined ? '' : ' or leave it out for its default'}.`,
  };
}

function fallback(path: readonly string[], issue: v.BaseIssue<unknown>): Problem {
  return { path: path.join('.'), text: issue.message, hint: `Correct ${path.join('.')}.` };
}

function onePerPath(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.path, problem])).values()].toReversed();
}

/** A direction, a layer or a question named twice would be run, adapted or trained twice. */
function repetitionProblems(value: unknown, path: readonly string[]): Problem[] {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, member]) => repetitionProblems(member, [...path, name]));
  }
  if (!Array.isArray(value)) return [];
  const texts = value.map(canonicalJson);
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice === undefined) return [];
  const field = path.join('.');
  const text = `found ${clipped(twice)} more than once, allowed: each value once`;
  return [{ path: field, text, hint: `Remove the repetition from ${field}.` }];
}
