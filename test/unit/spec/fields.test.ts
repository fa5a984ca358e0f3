import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, FIELDS, GROUPS, listFields, UNITS } from '../../../src/spec';
import { SPEC_SHAPE, type Shape } from '../../../src/spec/shape';

const ONE_SENTENCE = /^[A-Z][^.!?]*\.$/;
/** A full stop within a name ends no sentence. */
const plain = (help: string) =>
  help.replaceAll('config.json', 'config').replaceAll('tokenizer.json', '').replaceAll('model.safetensors', '');

/** Every object within the spec, by its dotted path. */
function groups(shape: Shape, path: string): string[] {
  if (shape.kind === 'list') return groups(shape.item, path);
  if (shape.kind !== 'object' && shape.kind !== 'variant') return [];
  const objects = shape.kind === 'object' ? [shape] : [...shape.variants.values()];
  const below = objects.flatMap(({ fields }) =>
    [...fields].flatMap(([name, field]) => groups(field, path ? `${path}.${name}` : name)),
  );
  return [...(path ? [path] : []), ...below];
}

describe('the table of fields', () => {
  it('says of every field and group what it is, in a label and one sentence', () => {
    for (const [path, { label, help }] of [...Object.entries(FIELDS), ...Object.entries(GROUPS)]) {
      expect(label, path).toMatch(/^[A-Z][^.]*$/);
      expect(plain(help), path).toMatch(ONE_SENTENCE);
      expect(help.length, path).toBeLessThanOrEqual(110);
    }
  });

  it('has a row for every object of the schema and no other', () => {
    expect(Object.keys(GROUPS).sort()).toEqual([...new Set(groups(SPEC_SHAPE, ''))].sort());
  });

  it('counts in units of one short list, and only numbers have one', () => {
    const numbers = new Set(
      listFields()
        .filter(({ allowed }) => allowed.includes('number'))
        .map(({ path }) => path as string),
    );
    const used = new Set<string>();
    for (const [path, { unit }] of Object.entries(FIELDS)) {
      const units = unit === null ? [] : typeof unit === 'string' ? [unit] : Object.values(unit);
      for (const name of units) {
        expect(Object.keys(UNITS), path).toContain(name);
        expect(numbers, path).toContain(path);
        used.add(name);
      }
    }
    expect([...used].sort()).toEqual(Object.keys(UNITS).sort());
  });
});

describe('the list of fields', () => {
  const all = listFields();
  const only = (path: string) => all.filter((field) => field.path === path);

  it('names every field once, in the order of the schema, but where variants differ in it', () => {
    const paths = all.map(({ path }) => path as string);
    expect(new Set(paths)).toEqual(new Set(Object.keys(FIELDS)));
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual(['evaluation.at.every']);
    expect(paths.slice(0, 9)).toEqual([
      '$schema',
      'specVersion',
      'name',
      'description',
      'seed',
      'model.path',
      'model.precision',
      'model.doubleQuantisation',
      'ontology.path',
    ]);
  });

  it('says range and default as the schema has them', () => {
    expect(only('train.epochs')).toEqual([
      {
        path: 'train.epochs',
        label: 'Epochs',
        unit: 'epochs',
        help: expect.any(String),
        allowed: 'a whole number from 0 to 10000',
        required: false,
        default: 20,
        travel: 'link',
        when: null,
      },
    ]);
    expect(only('optimizer.clipNorm')[0]).toMatchObject({
      allowed: 'a number from 0.000001 to 1000000, or null',
      default: 1,
    });
    expect(only('directions')[0]).toMatchObject({ default: ['term-to-id', 'id-to-term'] });
    expect(only('ontology.counts.path')[0]).toMatchObject({ required: true, when: 'ontology.counts is given' });
    expect(only('ontology.counts.path')[0]).not.toHaveProperty('default');
    expect(only('specVersion')[0]).toMatchObject({ required: true, allowed: '2' });
  });

  it('has the default of every field that a spec has by default', () => {
    for (const { path, when, ...field } of all) {
      const value = path
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], DEFAULT_SPEC);
      if (when === null && path !== 'specVersion' && path !== '$schema') expect(value, path).toEqual(field.default);
    }
  });

  it('says where a field belongs that is not always there', () => {
    expect(only('method.kind')[0]).toMatchObject({ when: null, default: 'sft', allowed: '"sft" or "dft" or "bft"' });
    expect(only('method.window')[0]).toMatchObject({ when: 'method.kind is "bft"', default: 4, unit: 'tokens' });
    expect(only('adapter.rank')[0]).toMatchObject({ when: 'adapter.kind is "lora"' });
    expect(only('evaluation.at.every')).toMatchObject([
      { when: 'evaluation.at.kind is "epochs"', unit: 'epochs', default: 1, required: false },
      { when: 'evaluation.at.kind is "steps"', unit: 'steps', required: true },
    ]);
    expect(only('ontology.covariates.name')[0]).toMatchObject({ when: 'ontology.covariates has entries' });
    expect(only('evaluation.probes.canaries.count')[0]).toMatchObject({
      when: 'evaluation.probes.canaries is given',
      default: 20,
    });
  });
});
