/**
 * The spec's schema as plain data: which fields there are and what each allows, in words.
 *
 * Promises: read from `specSchema` itself, so that messages and overrides cannot disagree with it.
 * Must not know: any value of a spec.
 */
import { specSchema } from './schema';

export type Shape = (
  | { kind: 'object'; fields: ReadonlyMap<string, Shape> }
  | { kind: 'variant'; key: string; variants: ReadonlyMap<string, ObjectShape>; chosen: string | null }
  /** `orText`: or one text, which says it in another way. */
  | { kind: 'list'; item: Shape; minLength: number; orText?: true }
  | { kind: 'choice'; options: readonly (string | number)[] }
  | { kind: 'number'; integer: boolean; min: number; max: number }
  | { kind: 'flag' }
  | { kind: 'text'; minLength: number; maxLength: number }
) & {
  nullable: boolean;
  /** May be left out; `fallback` then stands for it, where there is one. */
  optional: boolean;
  /** As the schema writes it: an object's own defaults are not filled in. */
  fallback?: unknown;
};

/** The parts of a valibot schema that are read here. */
interface Node {
  type: string;
  wrapped?: Node;
  default?: unknown;
  entries?: Record<string, Node>;
  key?: string;
  options?: readonly (Node | string)[];
  item?: Node;
  literal?: string | number;
  pipe?: readonly { type: string; requirement?: unknown }[];
}

export type ObjectShape = Shape & { kind: 'object' };

export const SPEC_SHAPE = objectShape(specSchema);

/** The shape of another file's schema, for the same messages and overrides. */
export function objectShape(schema: unknown): ObjectShape {
  return toShape(schema as Node) as ObjectShape;
}

function toShape(node: Node): Shape {
  if (node.type === 'optional') {
    const { wrapped, default: fallback } = node;
    const shape = { ...toShape(wrapped!), optional: true, ...(fallback === undefined ? {} : { fallback }) };
    return shape.kind === 'variant' ? { ...shape, chosen: chosenBy(fallback, shape.key) } : shape;
  }
  if (node.type === 'nullable') return { ...toShape(node.wrapped!), nullable: true };
  return { ...core(node), nullable: false, optional: false };
}

function chosenBy(fallback: unknown, key: string): string | null {
  return isObject(fallback) && fallback[key] !== undefined ? String(fallback[key]) : null;
}

type Core<T = Shape> = T extends Shape ? Omit<T, 'nullable' | 'optional' | 'fallback'> : never;

function core(node: Node): Core {
  const limit = (type: string, otherwise: number) =>
    Number(node.pipe?.find((step) => step.type === type)?.requirement ?? otherwise);
  switch (node.type) {
    case 'strict_object':
      return {
        kind: 'object',
        fields: new Map(Object.entries(node.entries!).map(([name, field]) => [name, toShape(field)])),
      };
    case 'variant': {
      const key = node.key!;
      const options = node.options as readonly Node[];
      const variants = options.map(
        (option) => [String(option.entries![key]!.literal), toShape(option) as ObjectShape] as const,
      );
      return { kind: 'variant', key, variants: new Map(variants), chosen: null };
    }
    case 'array':
      return { kind: 'list', item: toShape(node.item!), minLength: limit('min_length', 0) };
    case 'union': {
      const [list, text] = node.options as readonly [Node, Node];
      if (list.type !== 'array' || text.type !== 'string') throw unread('another union than of a list and a text');
      return { ...(core(list) as Core & { kind: 'list' }), orText: true };
    }
    case 'picklist':
      return { kind: 'choice', options: node.options as readonly string[] };
    case 'literal':
      return { kind: 'choice', options: [node.literal!] };
    case 'number':
      return {
        kind: 'number',
        integer: node.pipe?.some((step) => step.type === 'integer') ?? false,
        min: limit('min_value', -Infinity),
        max: limit('max_value', Infinity),
      };
    case 'boolean':
      return { kind: 'flag' };
    case 'string':
      return { kind: 'text', minLength: limit('min_length', 0), maxLength: limit('max_length', Infinity) };
    default:
      throw unread(node.type);
  }
}

function unread(what: string): Error {
  return new Error(`The spec schema uses ${what}, which shape.ts does not read.`);
}

/**
 * What stands for a field that is left out, its own defaults filled in; undefined where nothing does.
 * @param chosen for a variant: the one to take instead of the schema's own
 */
export function defaultOf(shape: Shape, chosen?: string): unknown {
  if (shape.kind === 'variant' && chosen !== undefined) return fillIn(shape, { [shape.key]: chosen });
  return fillIn(shape, shape.fallback);
}

/**
 * The defaults that the fields of an object would have: of the variant it chooses, of an object that is absent by default.
 * @param defaults what stands for the object itself where it is left out
 */
export function defaultsBeside(
  shape: Shape,
  value: Record<string, unknown>,
  defaults: unknown,
): Record<string, unknown> {
  if (shape.kind === 'variant' && !(isObject(defaults) && value[shape.key] === defaults[shape.key])) {
    return defaultOf(shape, String(value[shape.key])) as Record<string, unknown>;
  }
  return isObject(defaults) ? defaults : (fillIn(shape, {}) as Record<string, unknown>);
}

function fillIn(shape: Shape, value: unknown): unknown {
  const fields = isObject(value) ? fieldsOf(shape, value) : null;
  if (!isObject(value) || fields === null) return value;
  return Object.fromEntries(
    [...fields].flatMap(([name, field]) => {
      const member = name in value ? fillIn(field, value[name]) : defaultOf(field);
      return member === undefined ? [] : [[name, member]];
    }),
  );
}

/** The choice of a variant's key, as a field of its own. */
export function keyShape(shape: Shape & { kind: 'variant' }): Shape {
  return {
    kind: 'choice',
    options: [...shape.variants.keys()],
    nullable: false,
    optional: false,
    ...(shape.chosen === null ? {} : { fallback: shape.chosen }),
  };
}

/** What a field allows, for a message: `a whole number from 1 to 200`. */
export function allowedValues(shape: Shape): string {
  return `${allowedCore(shape)}${shape.nullable ? ', or null' : ''}`;
}

function allowedCore(shape: Shape): string {
  switch (shape.kind) {
    case 'choice':
      return shape.options.map((option) => JSON.stringify(option)).join(' or ');
    case 'flag':
      return 'true or false';
    case 'number':
      return `a ${shape.integer ? 'whole ' : ''}number from ${shape.min} to ${shape.max}`;
    case 'text':
      if (shape.maxLength < Infinity) return `text of ${shape.minLength} to ${shape.maxLength} characters`;
      return shape.minLength > 0 ? 'text that is not empty' : 'text';
    case 'list':
      return (
        `a list of ${allowedCore(shape.item)}${shape.minLength > 0 ? `, at least ${shape.minLength} of them` : ''}` +
        (shape.orText ? `; or ${allowedCore(shape.item)}` : '')
      );
    case 'variant':
      return `an object whose ${shape.key} is ${[...shape.variants.keys()].map((name) => JSON.stringify(name)).join(' or ')}`;
    case 'object':
      return `an object with the fields ${[...shape.fields.keys()].join(', ')}`;
  }
}

/** Fields of an object shape; of a variant shape those of the variant that `value` names, or of the default one. */
export function fieldsOf(shape: Shape, value: unknown): ReadonlyMap<string, Shape> | null {
  if (shape.kind === 'object') return shape.fields;
  if (shape.kind !== 'variant') return null;
  const chosen = isObject(value) && Object.hasOwn(value, shape.key) ? String(value[shape.key]) : shape.chosen;
  return shape.variants.get(chosen ?? '')?.fields ?? new Map();
}

/** The shape at the end of a path, as far as the spec's own variants lead to it; null where there is none. */
export function shapeAt(path: readonly string[], spec: unknown, root: Shape = SPEC_SHAPE): Shape | null {
  let shape: Shape | null = root;
  let value = spec;
  for (const name of path) {
    if (shape === null) return null;
    if (shape.kind === 'list') {
      shape = /^\d+$/.test(name) ? shape.item : null;
    } else if (shape.kind === 'variant' && name === shape.key) {
      return keyShape(shape);
    } else {
      shape = fieldsOf(shape, value)?.get(name) ?? null;
    }
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = inside ? (value as Record<string, unknown>)[name] : undefined;
  }
  return shape;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
