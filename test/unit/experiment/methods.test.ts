/** The training methods: one for every name a spec may give, each with the loss it is named after. */
import { describe, expect, it } from 'vitest';
import { SFT_LOSS } from '../../../src/engine';
import { objectiveOf, TRAINING_METHODS } from '../../../src/experiment/methods';
import { METHODS, parseSpec, type ExperimentSpec } from '../../../src/spec';
import { shapeAt, type Shape } from '../../../src/spec/shape';
import { tinySpec } from '../../helpers/tiny-run';

const spec = (...sets: string[]): ExperimentSpec => parseSpec(tinySpec(...sets), 'tiny.json');

describe('the registry of methods', () => {
  it('implements and describes every method that a spec may name, and no other', () => {
    const shape = shapeAt(['method', 'kind'], {}) as Shape & { kind: 'choice' };
    expect(Object.keys(TRAINING_METHODS).sort()).toEqual([...shape.options].sort());
    expect(Object.keys(METHODS).sort()).toEqual([...shape.options].sort());
  });

  it.each(Object.entries(TRAINING_METHODS))(
    'keeps %s under its own name, with a loss for its defaults',
    (name, method) => {
      expect(method.name).toBe(name);
      const { losses, lossAt } = objectiveOf(spec(`method={"kind":"${name}"}`));
      expect(losses.length).toBeGreaterThan(0);
      for (const step of [1, 2, 1000]) expect(losses).toContain(lossAt(step));
    },
  );
});

describe('a loss', () => {
  it('of the default spec is the mean cross-entropy and nothing else', () => {
    expect(objectiveOf(spec()).losses).toEqual([SFT_LOSS]);
  });

  it('takes every setting of BFT, and the divergence of retention under every method', () => {
    const settings = {
      kind: 'bft',
      window: 2,
      windowMean: 'arithmetic',
      gamma: 0.5,
      tokenWeights: false,
      normalise: true,
    };
    expect(objectiveOf(spec(`method=${JSON.stringify(settings)}`, 'retention.klWeight=0.25')).lossAt(7)).toEqual({
      tokenWeight: 'none',
      confidence: { window: 2, mean: 'arithmetic', gamma: 0.5, normalise: true },
      reduction: 'examples',
      klWeight: 0.25,
    });
    const dft = objectiveOf(spec('method={"kind":"dft"}', 'retention.klWeight=2')).losses;
    expect(dft).toEqual([{ ...SFT_LOSS, tokenWeight: 'probability', klWeight: 2 }]);
  });
});
