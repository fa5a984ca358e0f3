/**
 * The spec's schema as plain data: which fields there are and what each allows, in words.
 *
 * Promises: read from `specSchema` itself, so that messages and overrides cannot disagree with it.
 * Must not know: any value of a spec.
 */
import { specSchema } from './schema';

export type Shape = (
  | { kind: 'object'; fields: ReadonlyMap<string, Shape> }
  | { kind: 'variant'; key: string; variants: ReadonlyMap<string, Shape & { kind: 'object' }>; fallback: string | null }
  | { kind: 'list'; item: Shape; minLength: number }
  | { kind: 'choice'; options: readonly (string | number)[] }
  | { kind: 'number'; integer: boolean; min: number; max: number }
  | { kind: 'flag' }
  | { kind: 'text'; minLength: number; maxLength: number }
) & { nullable: boolean };

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

export const SPEC_SHAPE = toShape(specSchema) as Shape & { kind: 'object' };

function toShape(node: Node, fallback: unknown = undefined): Shape {
  if (node.type === 'optional') return toShape(node.wrapped!, node.default);
  if (node.type === 'nullable') return { ...toShape(node.wrapped!, fallback), nullable: true };
  const limit = (type: string, otherwise: number) =>
    Number(node.pipe?.find((step) => step.type === type)?.requirement ?? otherwise);
  switch (node.type) {
    case 'strict_object':
      return {
        kind: 'object',
        fields: new Map(Object.entries(node.entries!).map(([name, field]) => [name, toShape(field)])),
        nullable: false,
      };
    case 'variant': {
      const key = node.key!;
      const variants = new Map(
        (node.options as readonly Node[]).map((option) => [
          String(option.entries![key]!.literal),
          toShape(option) as Shape & { kind: 'object' },
        ]),
      );
      const chosen = (fallback as Record<string, unknown> | undefined)?.[key];
      return {
        kind: 'variant',
        key,
        variants,
        fallback: chosen === undefined ? null : String(chosen),
        nullable: false,
      };
    }
    case 'array':
      return { kind: 'list', item: toShape(node.item!), minLength: limit('min_length', 0), nullable: false };
    case 'picklist':
      return { kind: 'choice', options: node.options as readonly string[], nullable: false };
    case 'literal':
      return { kind: 'choice', options: [node.literal!], nullable: false };
    case 'number':
      return {
        kind: 'number',
        integer: node.pipe?.some((step) => step.type === 'integer') ?? false,
        min: limit('min_value', -Infinity),
        max: limit('max_value', Infinity),
        nullable: false,
      };
    case 'boolean':
      return { kind: 'flag', nullable: false };
    case 'string':
      return {
        kind: 'text',
        minLength: limit('min_length', 0),
        maxLength: limit('max_length', Infinity),
        nullable: false,
      };
    default:
      throw new Error(`The spec schema uses ${node.type}, which shape.ts does not read.`);
  }
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
      return `a list of ${allowedCore(shape.item)}${shape.minLength > 0 ? `, at least ${shape.minLength} of them` : ''}`;
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
  const chosen = isObject(value) && Object.hasOwn(value, shape.key) ? String(value[shape.key]) : shape.fallback;
  return shape.variants.get(chosen ?? '')?.fields ?? new Map();
}

/** The shape at the end of a path, as far as the spec's own variants lead to it; null where there is none. */
export function shapeAt(path: readonly string[], spec: unknown): Shape | null {
  let shape: Shape | null = SPEC_SHAPE;
  let value = spec;
  for (const name of path) {
    if (shape === null) return null;
    if (shape.kind === 'list') {
      shape = /^\d+$/.test(name) ? shape.item : null;
    } else if (shape.kind === 'variant' && name === shape.key) {
      return { kind: 'choice', options: [...shape.variants.keys()], nullable: false };
    } else {
      shape = fieldsOf(shape, value)?.get(name) ?? null;
    }
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return shape;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
