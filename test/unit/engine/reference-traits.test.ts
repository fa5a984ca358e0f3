/** Gradients of the reference under every trait, by finite differences: what PyTorch's goldens then rest on. */
import { describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../../src/engine/reference/decoder';
import { erf } from '../../../src/engine/reference/kernels';
import { DECODERS, decoderRows } from '../../helpers/decoders';
import { expectGradient, tinyWeights } from './reference-checks';

describe.each(DECODERS)('$name', ({ config }) => {
  it('has the gradient of every weight', () => {
    const weights = tinyWeights(config);
    const rows = decoderRows(config);
    const { gradients } = lossAndGradients(config, weights, rows, { kind: 'full' });
    expect([...gradients.keys()].sort()).toEqual([...weights.keys()].sort());
    const loss = () => lossAndGradients(config, weights, rows, { kind: 'none' }).loss;
    for (const [name, gradient] of gradients) expectGradient(name, loss, weights.get(name)!, gradient, { entries: 8 });
  });
});

describe('erf', () => {
  // Abramowitz & Stegun, Table 7.1.
  it.each([
    [0, 0],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [-2, -0.995322265],
    [7, 1],
  ])('of %d is %d', (x, value) => expect(erf(x)).toBeCloseTo(value, 9));
});
