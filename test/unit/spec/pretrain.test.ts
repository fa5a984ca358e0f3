/** Pretraining configurations: defaults, and what is said of wrong ones. */
import { toJsonSchema } from '@valibot/to-json-schema';
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { parsePretrainConfig, pretrainIdentity, pretrainSchema } from '../../../src/spec';

const SCHEMA = fileURLToPath(new URL('../../../public/schemas/pretrain.v1.json', import.meta.url));

const parse = (fields: object = {}, ...sets: string[]) =>
  parsePretrainConfig({ pretrainVersion: 1, ...fields }, 'model.json', sets);

describe('a pretraining configuration', () => {
  it('needs its version only, and fills in the rest', () => {
    expect(parse()).toMatchObject({
      model: { hiddenSize: 128, layers: 4, tiedEmbeddings: true },
      initialisation: { deviation: 0.02 },
      optimizer: { beta2: 0.95, clipNorm: 1 },
      schedule: { finalShare: 0.1 },
      checkpoint: { everySeconds: 60 },
    });
    expect(parsePretrainConfig('{"pretrainVersion": 1}', 'model.json')).toEqual(parse());
  });

  it('takes assignments as --set gives them', () => {
    const config = parse({ model: { layers: 2 } }, 'model.hiddenSize=64', 'optimizer.clipNorm=null', 'name=7');
    expect(config).toMatchObject({ name: '7', model: { layers: 2, hiddenSize: 64 }, optimizer: { clipNorm: null } });
  });

  it.each([
    [{ model: { hiden: 4 } }, 'model.hiden', 'no such field'],
    [{ model: { layers: 0 } }, 'model.layers', 'found 0'],
    [{ optimizer: { beta1: 1 } }, 'optimizer.beta1', 'found 1'],
    [{ model: { hiddenSize: 20, heads: 4 } }, 'model.hiddenSize', 'a multiple of 4 × model.heads, 16'],
    [{ model: { heads: 4, kvHeads: 3 } }, 'model.kvHeads', 'a divisor of model.heads, 4'],
    [{ model: { intermediateSize: 30 } }, 'model.intermediateSize', 'a multiple of 4'],
    [{ schedule: { finalShare: '0.1' } }, 'schedule.finalShare', 'found "0.1"'],
    [{ pretrainVersion: 2 }, 'pretrainVersion', 'found 2'],
    [{ pretrainVersion: undefined }, 'pretrainVersion', 'found nothing'],
  ])('%j is refused at %s', (fields, path, text) => {
    expect(() => parse(fields)).toThrow(expect.objectContaining({ control: path }) as Error);
    expect(() => parse(fields)).toThrow(text);
    expect(() => parse(fields)).toThrow('model.json');
  });

  it('that is no object, or names no field in an assignment, is refused', () => {
    expect(() => parsePretrainConfig('[]', 'model.json')).toThrow('model.json');
    expect(() => parsePretrainConfig('{', 'model.json')).toThrow('not JSON');
    expect(() => parse({}, 'model.size=3')).toThrow('model.size');
    expect(() => parse({}, 'model')).toThrow('not an assignment');
  });

  it('is the same computation under another name or with other checkpoints, and under no other change', () => {
    const identity = pretrainIdentity(parse());
    expect(pretrainIdentity(parse({ name: 'b', checkpoint: { everySteps: 3 } }))).toBe(identity);
    for (const set of ['seed=2', 'batch.rows=2', 'evaluation.everySteps=7', 'model.ropeTheta=500']) {
      expect(pretrainIdentity(parse({}, set)), set).not.toBe(identity);
    }
  });
});

describe('the published JSON Schema of pretraining configurations', () => {
  it('is the schema that they are checked with (after a change: vitest run -u on this file)', async () => {
    const { $schema, ...schema } = toJsonSchema(pretrainSchema, { typeMode: 'input' });
    const published = {
      $schema,
      title: 'Ontoscope pretraining, version 1',
      description:
        'The shape of a model and how it is trained from nothing. Fields that are left out take their default.',
      ...schema,
    };
    const options = { ...(await prettier.resolveConfig(SCHEMA)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(published), options)).toMatchFileSnapshot(SCHEMA);
  });

  it.each<[string, object, boolean]>([
    ['the smallest one', {}, true],
    ['a link to the schema', { $schema: './pretrain.v1.json', model: { layers: 2 } }, true],
    ['no clipping', { optimizer: { clipNorm: null } }, true],
    ['no version', { pretrainVersion: undefined }, false],
    ['another version', { pretrainVersion: 2 }, false],
    ['an unknown field', { model: { size: 3 } }, false],
    ['no layer', { model: { layers: 0 } }, false],
    ['half a layer', { model: { layers: 1.5 } }, false],
    ['a list for an object', { batch: [] }, false],
  ])('judges %s as the parser does', (_name, fields, valid) => {
    const config: unknown = JSON.parse(JSON.stringify({ pretrainVersion: 1, ...fields }));
    expect(new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object)(config)).toBe(valid);
    if (valid) expect(() => parsePretrainConfig(config, 'model.json')).not.toThrow();
    else expect(() => parsePretrainConfig(config, 'model.json')).toThrow();
  });
});
