/** Specs of every kind that the schema allows, for property tests. */
import * as fc from 'fast-check';
import { parseSpec, type ExperimentSpec } from '../../../src/spec';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const column = fc.option(text);
const path = fc.constantFrom('hp.obo', '/home/ada/private/hp.obo', 'C:\\data\\terms.tsv', '../x/counts.tsv.gz', '~/m');

const lora = fc.record(
  {
    kind: fc.constant('lora'),
    rank: fc.integer({ min: 1, max: 256 }),
    alpha: fc.constantFrom(1, 32, 0.5),
    scaling: fc.constantFrom('standard', 'rslora'),
    targets: fc.constantFrom(['q_proj'], ['q_proj', 'v_proj'], ['down_proj', 'up_proj']),
  },
  { requiredKeys: ['kind'] },
);

export const arbitrarySpec: fc.Arbitrary<ExperimentSpec> = fc
  .record(
    {
      specVersion: fc.constant(1),
      $schema: fc.constant('../schemas/experiment-spec.v1.json'),
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      description: text,
      seed: fc.nat(4294967295),
      model: fc.record({ path: fc.option(path) }, { requiredKeys: [] }),
      ontology: fc.record(
        {
          path: fc.option(path),
          terminology: fc.constantFrom(null, 'hpo', 'table'),
          termColumn: text,
          popularityColumn: column,
          names: fc.constantFrom('label', 'exact'),
          counts: fc.option(fc.record({ path, countColumn: column }, { requiredKeys: ['path'] })),
          covariates: fc.array(fc.record({ name: fc.constantFrom('pmc', 'age'), path, valueColumn: column }), {
            maxLength: 2,
          }),
        },
        { requiredKeys: [] },
      ),
      sampling: fc.record({ bins: fc.integer({ min: 1, max: 200 }), seen: fc.constantFrom(1, 100) }),
      directions: fc.constantFrom(['term-to-id'], ['id-to-term', 'term-to-id'], ['term-to-id', 'id-to-term']),
      templates: fc.record(
        {
          set: fc.constantFrom('short-questions', 'custom'),
          custom: fc.option(
            fc.record({ 'term-to-id': fc.constant({ trained: ['{term}? '], heldOut: 'What is {term}?' }) }),
          ),
          system: column,
          examples: fc.record({ count: fc.nat(10) }),
        },
        { requiredKeys: [] },
      ),
      scoring: fc.record({ 'term-to-id': fc.record({ case: fc.constantFrom('exact', 'fold') }) }),
      adapter: fc.oneof(fc.constant({ kind: 'full' }), lora),
      optimizer: fc.record({ learningRate: fc.constantFrom(0, 0.005, 1e-7), clipNorm: fc.constantFrom(null, 1, 0.3) }),
      schedule: fc.record({ kind: fc.constantFrom('constant', 'cosine') }),
      train: fc.record({ epochs: fc.nat(10000), rowTokens: fc.constantFrom(null, 64, 4096) }),
      evaluation: fc.record({ temperature: fc.constantFrom(1, 0.7), sampleAt: fc.constantFrom('never', 'every') }),
    },
    { requiredKeys: ['specVersion', 'model', 'ontology'] },
  )
  .map((spec) => parseSpec(spec, 'arbitrary'));
