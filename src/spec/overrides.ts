/**
 * `a.b=value` assignments onto a spec, or onto another file with a shape, as `--set` gives them. Into the lists of other
 * files a number leads (`groups.0.termFirst`); lists of a spec are set whole.
 *
 * Promises: the input is not changed; only fields of the spec can be named; the result still has to pass `parseSpec`,
 * which judges the values. Must not know: the command line.
 */
import { LabError } from '../core/errors';
import { unknownField } from './parse';
import { fieldsOf, isObject, shapeAt, SPEC_SHAPE, type Shape } from './shape';

interface Assignment {
  text: string;
  path: string[];
  value: string;
}

/**
 * A value is JSON where it parses (numbers, `null`, lists, objects), otherwise text; a field that holds text takes it
 * as written. Choosing another variant (`adapter.kind=full`) drops the fields that only the old one has; such choices
 * are applied before the other assignments. Later assignments win.
 * Throws LabError `usage` for what is not `path=value`, `spec-invalid` for an unknown path.
 */
export function applyOverrides(spec: unknown, assignments: readonly string[], root: Shape = SPEC_SHAPE): unknown {
  const parsed = assignments.map(split);
  const result: unknown = isObject(spec) ? structuredClone(spec) : spec;
  if (!isObject(result)) return result;
  const choosesVariant = ({ path }: Assignment) => {
    const parent = shapeAt(path.slice(0, -1), result, root);
    return parent?.kind === 'variant' && path.at(-1) === parent.key;
  };
  const first = parsed.filter(choosesVariant);
  for (const assignment of [...first, ...parsed.filter((entry) => !first.includes(entry))])
    assign(result, assignment, root);
  return result;
}

function split(text: string): Assignment {
  const at = text.indexOf('=');
  const path = text.slice(0, at).trim().split('.');
  if (at < 1 || path.some((name) => name === '')) {
    throw new LabError('usage', `${JSON.stringify(text)} is not an assignment.`, {
      hint: 'Write field=value with a dotted field name, for instance train.epochs=5.',
    });
  }
  return { text, path, value: text.slice(at + 1) };
}

function assign(spec: Record<string, unknown>, { text, path, value }: Assignment, root: Shape): void {
  let owner = spec;
  let shape = root;
  for (const [depth, name] of path.entries()) {
    const fields: ReadonlyMap<string, Shape> | null =
      shape.kind === 'list' && root !== SPEC_SHAPE
        ? entriesOf(shape.item, owner, path.slice(0, depth + 1), text)
        : fieldsOf(shape, owner);
    if (fields === null) throw notAField(path.slice(0, depth), text);
    const isKey = shape.kind === 'variant' && name === shape.key;
    const next = isKey ? shapeAt(path.slice(0, depth + 1), spec, root)! : fields.get(name);
    if (!next) {
      const problem = unknownField(path.slice(0, depth + 1), shape, fields, owner);
      throw new LabError('spec-invalid', `${text}: ${problem.path}: ${problem.text}.`, {
        hint: problem.hint,
        control: problem.path,
      });
    }
    if (depth === path.length - 1) {
      owner[name] = readValue(value, next);
      if (isKey) dropForeignFields(owner, shape);
      return;
    }
    if (next.kind === 'list' ? !Array.isArray(owner[name]) : !isObject(owner[name])) owner[name] = emptyValue(next);
    owner = owner[name] as Record<string, unknown>; // A list's entries are named by numbers.
    shape = next;
  }
}

/** The entry of a list that a path names, as if it were a field. Throws `spec-invalid` where the list has none there. */
function entriesOf(item: Shape, list: unknown, path: readonly string[], text: string): ReadonlyMap<string, Shape> {
  const { length } = list as unknown[];
  const name = path.at(-1)!;
  if (/^(0|[1-9]\d*)$/.test(name) && Number(name) < length) return new Map([[name, item]]);
  const field = path.slice(0, -1).join('.');
  throw new LabError('spec-invalid', `${text}: ${field} has no entry ${name}; it is written with ${length}.`, {
    hint: length === 0 ? `Write ${field} out, or set it whole.` : `Name an entry from 0 to ${length - 1}.`,
    control: field,
  });
}

/** What a path walks through when it is not there yet: an object of the default variant. */
function emptyValue(shape: Shape): Record<string, unknown> | unknown[] {
  if (shape.kind === 'list') return [];
  return shape.kind === 'variant' && shape.chosen !== null ? { [shape.key]: shape.chosen } : {};
}

/** Deletes what belongs to another variant than the one that is chosen now. */
export function dropForeignFields(owner: Record<string, unknown>, shape: Shape): void {
  const fields = fieldsOf(shape, owner);
  // An unknown variant keeps everything: the check then names the choice, not the fields.
  if (fields === null || fields.size === 0) return;
  for (const name of Object.keys(owner)) if (!fields.has(name)) delete owner[name];
}

function readValue(text: string, shape: Shape): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const takesText = shape.kind === 'text' && typeof value !== 'string' && !(value === null && shape.nullable);
    return takesText ? text : value;
  } catch {
    return text;
  }
}

function notAField(path: readonly string[], text: string): LabError {
  const field = path.join('.');
  return new LabError('spec-invalid', `${text}: ${field} is a single value and has no fields of its own.`, {
    hint: `Set it whole: ${field}=value (a list as JSON).`,
    control: field,
  });
}
