import Ajv from 'ajv';
import * as prettier from 'prettier';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../src/spec';
import { publishedSchema } from '../../helpers/published-schema';

const PATH = fileURLToPath(new URL('../../../public/schemas/experiment-spec.v2.json', import.meta.url));

describe('the published JSON Schema', () => {
  it('is the schema that specs are checked with (after a change: vitest run -u on this file)', async () => {
    const options = { ...(await prettier.resolveConfig(PATH)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(publishedSchema()), options)).toMatchFileSnapshot(PATH);
  });

  const validate = new Ajv().compile(JSON.parse(readFileSync(PATH, 'utf8')) as object);
  const minimal = { specVersion: 2, model: {}, ontology: {} };
  const samples: [name: string, spec: unknown, valid: boolean][] = [
    ['the smallest spec', minimal, true],
    ['a link to the schema', { $schema: './experiment-spec.v2.json', ...minimal }, true],
    ['all weights', { ...minimal, adapter: { kind: 'full' } }, true],
    ['clipping turned off', { ...minimal, optimizer: { clipNorm: null } }, true],
    ['counts from a table', { ...minimal, ontology: { path: 'hp.obo', counts: { path: 'counts.tsv' } } }, true],
    ['no version', { model: {}, ontology: {} }, false],
    ['another version', { ...minimal, specVersion: 3 }, false],
    ['no model', { specVersion: 2, ontology: {} }, false],
    ['an unknown field', { ...minimal, sampling: { bin: 3 } }, false],
    ['a number out of range', { ...minimal, sampling: { bins: 0 } }, false],
    ['half a bin', { ...minimal, sampling: { bins: 1.5 } }, false],
    ['a number as text', { ...minimal, seed: '1' }, false],
    ['an unknown direction', { ...minimal, directions: ['sideways'] }, false],
    ['no direction', { ...minimal, directions: [] }, false],
    ['one direction twice', { ...minimal, directions: ['term-to-id', 'term-to-id'] }, false],
    ['a rank for all weights', { ...minimal, adapter: { kind: 'full', rank: 4 } }, false],
    ['an adapter without its kind', { ...minimal, adapter: { rank: 4 } }, false],
    ['a list for an object', { ...minimal, sampling: [] }, false],
    ['null for an object', { ...minimal, train: null }, false],
    ['counts without a path', { ...minimal, ontology: { counts: {} } }, false],
  ];

  it.each(samples)('judges %s as the parser does', (_name, spec, valid) => {
    expect(validate(spec)).toBe(valid);
    if (valid) expect(() => parseSpec(spec, 'sample')).not.toThrow();
    else expect(() => parseSpec(spec, 'sample')).toThrow();
  });
});
