import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, experimentIdentity, parseSpec, TRAVEL, travelSpec, withoutDefaults } from '../../../src/spec';
import { SPEC_SHAPE, type Shape } from '../../../src/spec/shape';
import { arbitrarySpec } from './arbitrary';

/** Every field with a plain value, with its shape. */
function leaves(shape: Shape, path: string): [string, Shape][] {
  const below = (fields: ReadonlyMap<string, Shape>) =>
    [...fields].flatMap(([name, field]) => leaves(field, path ? `${path}.${name}` : name));
  if (shape.kind === 'object') return below(shape.fields);
  if (shape.kind === 'variant') return [...shape.variants.values()].flatMap((variant) => below(variant.fields));
  return shape.kind === 'list' ? leaves(shape.item, path) : [[path, shape]];
}

const fields = new Map(leaves(SPEC_SHAPE, ''));

describe('the table of where a field may travel', () => {
  it('has one row for every field of the schema and no other', () => {
    expect(Object.keys(TRAVEL).sort()).toEqual([...fields.keys()].sort());
  });

  it('keeps every path to itself, and only text can be cut to a file name', () => {
    for (const [field, shape] of fields) {
      if (field.endsWith('.path')) expect(TRAVEL[field as keyof typeof TRAVEL], field).toBe('local');
      if (TRAVEL[field as keyof typeof TRAVEL] === 'local') expect(shape.kind, field).toBe('text');
    }
  });
});

describe('a travelling spec', () => {
  const at = (path: string) =>
    parseSpec(
      {
        specVersion: 2,
        $schema: '/home/ada/schema.json',
        model: { path },
        ontology: { path, counts: { path }, covariates: [{ name: 'age', path }] },
      },
      'test',
    );

  it.each([
    ['hf:owner/name@0123456789abcdef0123456789abcdef01234567', null],
    ['hf:owner/name', null],
    ['https://ada:pass@example.org/m/?token=abc#part', 'm'],
    ['https://example.org/m?token=abc#part', 'https://example.org/m/'],
    ['https://huggingface.co/owner/name/tree/v1?token=abc', 'hf:owner/name@v1'],
    ['hf:../..', 'file'],
  ])('says where a public model lies: of %s %s', (path, travels) => {
    for (const to of ['link', 'bundle'] as const) expect(travelSpec(at(path), to).model.path).toBe(travels ?? path);
    expect(travelSpec(at('https://example.org/hp.obo?token=abc#part'), 'link').ontology.path).toBe('hp.obo');
  });

  it.each([
    ['/home/ada/secret project/hp.obo', 'hp.obo'],
    ['C:\\Users\\ada\\hp.obo', 'hp.obo'],
    ['models/tiny/', 'tiny'],
    ['hp.obo', 'hp.obo'],
    ['../..', 'file'],
    ['C:\\', 'file'],
    ['/', 'file'],
  ])('takes of %s only %s', (path, name) => {
    for (const to of ['link', 'bundle'] as const) {
      const spec = travelSpec(at(path), to);
      expect(spec).not.toHaveProperty('$schema');
      expect(spec.model.path).toBe(name);
      expect(spec.ontology).toMatchObject({
        path: name,
        counts: { path: name },
        covariates: [{ name: 'age', path: name }],
      });
    }
  });

  it('is the same experiment, is a valid spec, and travels on unchanged', () => {
    fc.assert(
      fc.property(arbitrarySpec, fc.constantFrom('link' as const, 'bundle' as const), (spec, to) => {
        const travelled = travelSpec(spec, to);
        expect(experimentIdentity(travelled)).toEqual(experimentIdentity(spec));
        expect(parseSpec(travelled, 'travelled')).toEqual(travelled);
        expect(travelSpec(travelled, to)).toEqual(travelled);
        expect(JSON.stringify(travelled)).not.toMatch(/home|private|C:|data/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a spec without its defaults', () => {
  it('of defaults alone is the smallest spec', () => {
    expect(withoutDefaults(DEFAULT_SPEC)).toEqual({ specVersion: 2, model: {}, ontology: {} });
  });

  it('names the variant it chooses and what differs from that variant’s own defaults', () => {
    const of = (adapter: unknown) =>
      withoutDefaults(parseSpec({ specVersion: 2, model: {}, ontology: {}, adapter }, 'test')).adapter;
    expect(of({ kind: 'full' })).toEqual({ kind: 'full' });
    expect(of({ kind: 'lora', rank: 8, alpha: 32 })).toEqual({ kind: 'lora', rank: 8 });
    expect(of({ kind: 'lora', rank: 16 })).toBeUndefined();
  });

  it('means the same spec', () => {
    fc.assert(
      fc.property(arbitrarySpec, (spec) => {
        expect(parseSpec(withoutDefaults(spec), 'short')).toEqual(spec);
      }),
      { numRuns: 500 },
    );
  });
});
