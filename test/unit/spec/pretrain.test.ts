/** Pretraining configurations: defaults, and what is said of wrong ones. */
import { describe, expect, it } from 'vitest';
import { parsePretrainConfig, pretrainIdentity } from '../../../src/spec';

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
    for (const set of ['dropout=0.1', 'seed=2', 'batch.rows=2', 'evaluation.everySteps=7', 'model.ropeTheta=500']) {
      expect(pretrainIdentity(parse({}, set)), set).not.toBe(identity);
    }
  });
});
