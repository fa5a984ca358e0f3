/** Initial weights: the golden's own Philox, the spreads that are promised, one seed one model. */
import { describe, expect, it } from 'vitest';
import { preparePretraining } from '../../../../src/experiment';
import { initialWeights } from '../../../../src/experiment/pretrain/initial-weights';
import { loadPretraining } from '../../../golden/load';
import { tinyCorpus, tinyPretrainConfig } from '../../../helpers/tiny-corpus';

const { decoder } = preparePretraining(tinyCorpus({ exposures: [1] }), tinyPretrainConfig());

describe('initial weights', () => {
  it('are those that Python draws from the same seed', () => {
    const drawn = initialWeights(decoder, 7, 0.1);
    const { initial } = loadPretraining();
    expect([...drawn.keys()]).toEqual([...initial.keys()]);
    for (const [name, values] of initial) {
      // Python's and JavaScript's cosines may differ in the last bit of f64, so a rounding to f32 may, too.
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - drawn.get(name)![i]!)), 0);
      expect(worst, name).toBeLessThan(1e-8);
    }
  });

  it('are normal with the deviation asked for, less where they write into the residual stream, norms 1', () => {
    const wide = { ...decoder, hiddenSize: 256, ffnSize: 512, headDim: 64, layers: 3 };
    const spread = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    for (const [name, values] of initialWeights(wide, 1, 0.02)) {
      if (name.endsWith('norm')) expect(values.every((value) => value === 1)).toBe(true);
      else {
        const wanted = /o_proj|down_proj/.test(name) ? 0.02 / Math.sqrt(6) : 0.02;
        expect(Math.abs(spread(values) / wanted - 1), name).toBeLessThan(0.02);
        const beyond = values.filter((value) => Math.abs(value) > 2 * wanted).length / values.length;
        expect(Math.abs(beyond - 0.0455), name).toBeLessThan(0.006);
      }
    }
  });

  it('depend on the seed', () => {
    expect(initialWeights(decoder, 1, 0.02)).toEqual(initialWeights(decoder, 1, 0.02));
    expect(initialWeights(decoder, 1, 0.02).get('embed')).not.toEqual(initialWeights(decoder, 2, 0.02).get('embed'));
  });
});
