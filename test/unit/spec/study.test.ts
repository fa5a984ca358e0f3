/** Study files: what is read, what is refused and how it is named. */
import { toJsonSchema } from '@valibot/to-json-schema';
import Ajv from 'ajv';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { studyCells } from '../../../src/experiment/study';
import { parseStudy, studyHash, studySchema, studySeeds } from '../../../src/spec';
import { mutate } from '../../helpers/mutate';

const SCHEMA = fileURLToPath(new URL('../../../public/schemas/study.v1.json', import.meta.url));

const sample = {
  studyVersion: 1,
  name: 'ranks',
  base: { specVersion: 2, sampling: { seen: 8, withheld: 4 }, model: {}, ontology: {} },
  grid: { 'adapter.rank': [2, 4] },
  groups: { method: { sft: {}, bft: { 'method.kind': 'bft', 'method.window': 2 } } },
  seeds: { first: 3, count: 2 },
  analysis: { covariates: ['latent'] },
};

function refusal(value: unknown): LabError {
  try {
    parseStudy(value, 'study.json');
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a study', () => {
  it('is filled with its defaults', () => {
    const study = parseStudy('{"studyVersion": 1}', 'study.json');
    expect(study).toMatchObject({ name: 'untitled study', base: {}, grid: {}, groups: {} });
    expect(study.analysis).toEqual({
      template: 'held-out',
      sustained: 1,
      covariates: ['latent', 'popularity', 'lexical.ngram'],
      level: 0.95,
    });
    expect(studySeeds(study, 9)).toEqual([9]);
    expect(studySeeds(parseStudy(sample, 'study.json'), 9)).toEqual([3, 4]);
    expect(studySeeds(parseStudy({ studyVersion: 1, seeds: [5, 1] }, 'study.json'), 9)).toEqual([5, 1]);
  });

  it.each<[unknown, string, string]>([
    ['{', '', 'this is not JSON'],
    [[], '', 'found an empty list, allowed: a JSON object'],
    [{}, 'studyVersion', 'found nothing'],
    [{ studyVersion: 2 }, 'studyVersion', 'found 2, allowed: 1'],
    [{ ...sample, gird: {} }, 'gird', 'no such field'],
    [{ ...sample, analysis: { templat: 'trained' } }, 'analysis.templat', 'no such field'],
    [{ ...sample, analysis: { sustained: 0 } }, 'analysis.sustained', 'found 0, allowed: >=1'],
    [{ ...sample, analysis: { covariates: ['a', 'a'] } }, 'analysis.covariates', 'more than once'],
    [{ ...sample, grid: { 'adapter.rank': [] } }, 'grid.adapter.rank', 'an empty list'],
    [{ ...sample, grid: { 'adapter.rank': 4 } }, 'grid.adapter.rank', 'found 4'],
    [{ ...sample, grid: { 'adapter..rank': [4] } }, 'grid.adapter..rank', 'a dotted field name'],
    [{ ...sample, groups: { method: {} } }, 'groups.method', 'at least one level'],
    [{ ...sample, seeds: [] }, 'seeds', 'an empty list'],
    [{ ...sample, seeds: [1, -1] }, 'seeds.1', 'found -1'],
    [{ ...sample, seeds: [1, 2, 1] }, 'seeds', 'found 1 more than once'],
    [{ ...sample, seeds: { first: 4294967295, count: 2 } }, 'seeds', 'the last seed would be 4294967296'],
    [JSON.stringify(sample).replace('"adapter.rank"', '"__proto__"'), 'grid.__proto__', 'no such field'],
  ])('%j is refused, naming %s', (value, control, words) => {
    const error = refusal(value);
    expect(error).toMatchObject({ code: 'study-invalid', message: expect.stringContaining(words) as string });
    expect(error.control ?? '').toBe(control);
    expect(error.message).toContain('study.json');
  });

  it('suggests the field that was meant', () => {
    expect(refusal({ ...sample, gird: {} }).hint).toBe('Did you mean grid?');
  });

  it('has one hash for one content, whatever its order, description and schema', () => {
    const hash = studyHash(parseStudy(sample, 'a'));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const reversed = Object.fromEntries(Object.entries(sample).reverse());
    expect(studyHash(parseStudy({ ...reversed, description: 'other', $schema: 'x' }, 'b'))).toBe(hash);
    expect(studyHash(parseStudy({ ...sample, seeds: { first: 3, count: 3 } }, 'c'))).not.toBe(hash);
    expect(studyHash(parseStudy({ ...sample, grid: { 'adapter.rank': [4, 2] } }, 'd'))).not.toBe(hash);
  });
});

/** Values with one member changed to something else, removed, renamed or moved. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(NaN, -1, 1e308, 0.5, '', '__proto__', [], {}, null, [[]], { count: 0 }, 'adapter.rank'),
);

describe('garbage', () => {
  it('is refused by a typed error, or is a study whose cells are valid', () => {
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
        anyJson,
        fc.nat(2),
        (path, replacement, how) => {
          try {
            const study = parseStudy(mutate(sample, path, replacement, how), 'study.json');
            expect(studyCells(study, 'study.json').length).toBeGreaterThan(0);
            taken += 1;
          } catch (error) {
            expect(error, String(error)).toBeInstanceOf(LabError);
            expect(error).toMatchObject({ code: 'study-invalid' });
            expect((error as LabError).hint.length).toBeGreaterThan(5);
            refused += 1;
          }
        },
      ),
      { numRuns: 4000, seed: 11 },
    );
    // Both ends are reached, so neither claim is empty.
    expect(refused).toBeGreaterThan(500);
    expect(taken).toBeGreaterThan(50);
  });

  it('as text is refused as well', () => {
    const text = JSON.stringify(sample);
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 3 }), fc.nat(4), (at, insert, remove) => {
        const broken = text.slice(0, at) + insert + text.slice(at + remove);
        try {
          studyCells(parseStudy(broken, 'study.json'), 'study.json');
        } catch (error) {
          expect(error, String(error)).toMatchObject({ code: 'study-invalid' });
        }
      }),
      { numRuns: 3000, seed: 12 },
    );
  });
});

describe('the published JSON Schema of studies', () => {
  it('is the schema that studies are checked with (after a change: vitest run -u on this file)', async () => {
    const schema = toJsonSchema(studySchema, {
      typeMode: 'input',
      ignoreActions: ['check', 'finite'],
      overrideSchema: ({ jsonSchema }) =>
        jsonSchema.type === 'array' ? { ...jsonSchema, uniqueItems: true } : undefined,
    });
    const titled = {
      ...schema,
      title: 'Ontoscope study, version 1',
      description:
        'One experiment over a grid of settings and several seeds. `base` is an experiment spec, or a part of one.',
    };
    const options = { ...(await prettier.resolveConfig(SCHEMA)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(titled), options)).toMatchFileSnapshot(SCHEMA);
  });

  const validate = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
  it.each<[string, unknown, boolean]>([
    ['the sample', sample, true],
    ['the smallest study', { studyVersion: 1 }, true],
    ['seeds as a list', { studyVersion: 1, seeds: [1, 2] }, true],
    ['no version', {}, false],
    ['an unknown field', { studyVersion: 1, gird: {} }, false],
    ['no value', { studyVersion: 1, grid: { seed: [] } }, false],
    ['a negative seed', { studyVersion: 1, seeds: [-1] }, false],
    ['a seed twice', { studyVersion: 1, seeds: [1, 1] }, false],
    ['no seeds', { studyVersion: 1, seeds: { count: 0 } }, false],
    ['an unknown template', { studyVersion: 1, analysis: { template: 'best' } }, false],
  ])('judges %s as the parser does', (_name, study, valid) => {
    expect(validate(study)).toBe(valid);
    if (valid) expect(() => parseStudy(study, 'sample')).not.toThrow();
    else expect(() => parseStudy(study, 'sample')).toThrow();
  });
});
