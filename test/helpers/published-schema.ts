/**
 * The JSON Schema of specs as it is published: from the schema that specs are checked with, with the titles, help, units
 * and travel of the table of fields.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import { FIELDS, GROUPS, SPEC_VERSION, specSchema, type SpecField, type SpecGroup } from '../../src/spec';

type Json = Record<string, unknown>;

/** The schema of what a person writes: fields with a default may be missing. */
export function publishedSchema(): Json {
  const schema = toJsonSchema(specSchema, {
    typeMode: 'input',
    ignoreActions: ['sort_items'],
    overrideSchema: ({ jsonSchema }) =>
      jsonSchema.type === 'array' ? { ...jsonSchema, uniqueItems: true } : undefined,
  });
  return {
    $schema: schema.$schema,
    title: `Ontoscope experiment, version ${SPEC_VERSION}`,
    description: 'Everything one run depends on. Fields that are left out take their default.',
    ...annotated(schema as Json, '', null),
  };
}

/** @param variant the value of `kind` beside the field, where there is one */
function annotated(schema: Json, path: string, variant: string | null): Json {
  return { ...aboutField(path, variant), ...annotatedParts(schema, path) };
}

function annotatedParts(schema: Json, path: string): Json {
  const result = { ...schema };
  for (const key of ['anyOf', 'oneOf'] as const) {
    if (schema[key]) result[key] = (schema[key] as Json[]).map((part) => annotatedParts(part, path));
  }
  if (schema.items) result.items = annotatedParts(schema.items as Json, path);
  if (!schema.properties) return result;
  const properties = schema.properties as Record<string, Json>;
  const variant = typeof properties.kind?.const === 'string' ? properties.kind.const : null;
  result.properties = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [
      name,
      annotated(part, path === '' ? name : `${path}.${name}`, variant),
    ]),
  );
  return result;
}

function aboutField(path: string, variant: string | null): Json {
  if (Object.hasOwn(GROUPS, path)) {
    const { label, help } = GROUPS[path as SpecGroup];
    return { title: label, description: help };
  }
  if (path === '') return {};
  const { label, help, unit, travel } = FIELDS[path as SpecField];
  const shown = unit === null || typeof unit === 'string' ? unit : unit[variant ?? ''];
  return { title: label, description: help, ...(shown ? { 'x-unit': shown } : {}), 'x-travel': travel };
}
