import Ajv from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC, migrateSpec, migrationsOf, parseSpec } from '../../../src/spec';
import { arbitraryInput, schemaFile } from './arbitrary';

const valid = { v1: new Ajv().compile(schemaFile(1)), v2: new Ajv().compile(schemaFile(2)) };

describe('a spec of version 1', () => {
  it('that its schema allows becomes one that the schema of version 2 allows, and means the same', () => {
    let [methods, rhythms] = [0, 0];
    fc.assert(
      fc.property(arbitraryInput.v1, (old) => {
        expect(valid.v1(old)).toBe(true);
        const before = structuredClone(old);
        const migrated = migrateSpec(old) as Record<string, unknown>;
        expect(old).toEqual(before);
        expect(valid.v2(migrated), JSON.stringify(valid.v2.errors)).toBe(true);
        const spec = parseSpec(old, 'old.json');
        expect(spec).toEqual(parseSpec(migrated, 'new.json'));

        const { method, evaluation, specVersion: _version, $schema: _schema, ...same } = old;
        expect(spec).toMatchObject(same);
        expect(spec.method).toEqual({ kind: method ?? 'sft' });
        const { everyEpochs, ...sampling } = (evaluation ?? {}) as Record<string, unknown>;
        expect(spec.evaluation).toMatchObject(sampling);
        expect(spec.evaluation.at).toEqual({ kind: 'epochs', every: everyEpochs ?? 1 });
        expect(spec).toMatchObject({ retention: DEFAULT_SPEC.retention, checkpoint: DEFAULT_SPEC.checkpoint });
        expect(spec.train.earlyStopping).toBeNull();
        methods += Number(method !== undefined);
        rhythms += Number(everyEpochs !== undefined);
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(Math.min(methods, rhythms)).toBeGreaterThan(100);
  });

  it('says what was changed, once a step', () => {
    expect(migrationsOf({ specVersion: 1 })).toEqual([
      { from: 1, to: 2, changes: [expect.stringContaining('method'), expect.stringContaining('everyEpochs')] },
    ]);
    for (const value of [{ specVersion: 2 }, { specVersion: 3 }, {}, null, 'text'])
      expect(migrationsOf(value)).toEqual([]);
  });

  it('that an editor checks is checked against the new schema afterwards, wherever that lies', () => {
    const at = ($schema: unknown) => (migrateSpec({ $schema, specVersion: 1 }) as Record<string, unknown>).$schema;
    expect(at('../schemas/experiment-spec.v1.json')).toBe('../schemas/experiment-spec.v2.json');
    expect(at('https://lab.example/schemas/experiment-spec.v1.json')).toContain('/experiment-spec.v2.json');
    expect(at('my-own.json')).toBe('my-own.json');
    expect(at(3)).toBe(3);
  });

  it.each([
    [{ specVersion: 1, model: {}, ontology: {}, method: 'magic' }, 'method.kind'],
    [{ specVersion: 1, model: {}, ontology: {}, method: 3 }, 'method'],
    [{ specVersion: 1, model: {}, ontology: {}, evaluation: { everyEpochs: 0 } }, 'evaluation.at.every'],
    [{ specVersion: 1, model: {}, ontology: {}, evaluation: [] }, 'evaluation'],
    [{ specVersion: 1, model: {}, ontology: {}, evaluation: { everyEpochs: 1, at: 'noon' } }, 'evaluation.at'],
    [JSON.parse('{"specVersion":1,"model":{},"ontology":{},"__proto__":{"seed":3}}'), '__proto__'],
    [JSON.parse('{"specVersion":1,"model":{},"ontology":{},"evaluation":{"__proto__":{}}}'), 'evaluation.__proto__'],
  ])('that was wrong is refused with the place of the slip: %j', (old, control) => {
    expect(() => parseSpec(old, 'old.json')).toThrow(expect.objectContaining({ code: 'spec-invalid', control }));
  });
});

describe('a spec of this version', () => {
  it('that the parser reads is one that the published schema allows, and is left as it stands', () => {
    fc.assert(
      fc.property(arbitraryInput.v2, (input) => {
        expect(valid.v2(input), JSON.stringify(valid.v2.errors)).toBe(true);
        expect(migrateSpec(input)).toBe(input);
        const spec = parseSpec(input, 'spec.json');
        expect(valid.v2(spec), JSON.stringify(valid.v2.errors)).toBe(true);
        expect(parseSpec(spec, 'again.json')).toEqual(spec);
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
