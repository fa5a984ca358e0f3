/** Any value that a JSON Schema allows, for property tests: as much of JSON Schema as the spec's schemas use. */
import * as fc from 'fast-check';

export interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  uniqueItems?: boolean;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

type Special = Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>>;

/** @param special values of properties by their names, instead of what the schema says */
export function fromSchema(schema: Schema, special: Special = {}): fc.Arbitrary<unknown> {
  const below = (part: Schema) => fromSchema(part, special);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(below));
  const { minimum = -1e6, maximum = 1e6 } = schema;
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, part]) => {
        return [name, Object.hasOwn(special, name) ? special[name]!(part) : below(part)] as const;
      });
      return fc.record(Object.fromEntries(fields), {
        requiredKeys: [...(schema.required ?? [])],
        noNullPrototype: true,
      });
    }
    case 'array': {
      const lengths = { minLength: schema.minItems ?? 0, maxLength: 4 };
      return schema.uniqueItems
        ? fc.uniqueArray(below(schema.items!), { ...lengths, comparator: (a, b) => sameJson(a, b) })
        : fc.array(below(schema.items!), lengths);
    }
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true }).map((value) => value + 0);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      // Far from the longest, for lengths here count graphemes.
      return fc.string({ unit: 'grapheme', minLength: schema.minLength ?? 0, maxLength: 8 });
    default:
      throw new Error(`No values are known for the schema ${JSON.stringify(schema)}.`);
  }
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
