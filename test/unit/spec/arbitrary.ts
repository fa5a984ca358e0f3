/** Specs of every kind that the published schemas allow, for property tests. */
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSpec, type ExperimentSpec } from '../../../src/spec';
import { fromSchema, type Schema } from '../../helpers/from-schema';

export function schemaFile(version: 1 | 2): Schema {
  const file = fileURLToPath(new URL(`../../../public/schemas/experiment-spec.v${version}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as Schema;
}

const path = fc.constantFrom('hp.obo', '/home/ada/private/hp.obo', 'C:\\data\\terms.tsv', '../x/counts.tsv.gz', '~/m');

const arbitraryOf = (version: 1 | 2) =>
  fromSchema(schemaFile(version), { path: (schema) => (schema.anyOf ? fc.option(path) : path) }) as fc.Arbitrary<
    Record<string, unknown>
  >;

/** As people write them: with some fields and without others. */
export const arbitraryInput = { v1: arbitraryOf(1), v2: arbitraryOf(2) };

export const arbitrarySpec: fc.Arbitrary<ExperimentSpec> = arbitraryInput.v2.map((spec) =>
  parseSpec(spec, 'arbitrary'),
);
