/** Units of feed-forward blocks against f64, far tails included. */
import { expect, it } from 'vitest';
import {
  gatedUnit,
  gatedUnitGrad,
  geluPlainGrad,
  geluUnit,
  geluUnitGrad,
  plainUnit,
  plainUnitGrad,
  swiglu,
  swigluGrad,
} from '../../../src/engine/ops/activation';
import { activation, gatedUnit as referenceUnit, gatedUnitBackward } from '../../../src/engine/reference/kernels';
import type { Activation } from '../../../src/engine/traits';
import { floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

/** Past ±88 the exponential leaves f32: both ends of the sigmoid are among the gates. */
const GATES = Float32Array.of(0, -0, 1e-6, -1e-6, 5.5, -5.5, 20, -20, 87.5, -87.5, 200, -200, ...floats(1, 121, 12));
const UP = floats(2, GATES.length, 3);
const DY = floats(3, GATES.length);
const GELUS = ['gelu', 'gelu-tanh'] as const;

function expectNear(found: Float32Array, expected: ArrayLike<number>, relative: number, absolute: number) {
  Array.from(expected).forEach((value, i) =>
    expect(Math.abs(found[i]! - value), `gate ${GATES[i]}`).toBeLessThan(relative * Math.abs(value) + absolute),
  );
}

function unit(kind: Activation) {
  return run((t) => {
    const y = t.output(GATES.length);
    gatedUnit(t.plan, GATES.length, kind, { gate: t.input(GATES), up: t.input(UP), y });
    return () => t.floats(y);
  });
}

function unitGrad(kind: Activation) {
  return run((t) => {
    const [dgate, dup] = [t.output(GATES.length), t.output(GATES.length)];
    const inputs = { gate: t.input(GATES), up: t.input(UP), dy: t.input(DY) };
    gatedUnitGrad(t.plan, GATES.length, kind, { ...inputs, dgate, dup });
    return async () => ({ dgate: await t.floats(dgate), dup: await t.floats(dup) });
  });
}

describeKernel(swiglu, () => {
  it('silu(gate)·up', async () => {
    expectNear(await unit('silu'), referenceUnit('silu', GATES, UP), 1e-6, 1e-35);
  });
});

describeKernel(swigluGrad, () => {
  it('both gradients', async () => {
    const found = await unitGrad('silu');
    const { dGate, dUp } = gatedUnitBackward('silu', DY, GATES, UP);
    expectNear(found.dgate, dGate, 1e-5, 1e-6);
    expectNear(found.dup, dUp, 1e-6, 1e-35);
  });
});

describeKernel(geluUnit, () => {
  it.each(GELUS)('%s(gate)·up, and %s alone', async (kind) => {
    expectNear(await unit(kind), referenceUnit(kind, GATES, UP), 1e-6, 1e-6);
    const alone = await run((t) => {
      const y = t.output(GATES.length);
      plainUnit(t.plan, GATES.length, kind, { x: t.input(GATES), y });
      return () => t.floats(y);
    });
    const expected = Array.from(GATES, (gate) => activation(kind, gate).value);
    expectNear(alone, expected, 1e-6, 1e-6);
  });
});

describeKernel(geluUnitGrad, () => {
  it.each(GELUS)('both gradients of %s', async (kind) => {
    const found = await unitGrad(kind);
    const { dGate, dUp } = gatedUnitBackward(kind, DY, GATES, UP);
    expectNear(found.dgate, dGate, 1e-5, 2e-6);
    expectNear(found.dup, dUp, 1e-6, 1e-6);
  });
});

describeKernel(geluPlainGrad, () => {
  it.each(GELUS)('the gradient of %s alone', async (kind) => {
    const found = await run((t) => {
      const dx = t.output(GATES.length);
      plainUnitGrad(t.plan, GATES.length, kind, { x: t.input(GATES), dy: t.input(DY), dx });
      return () => t.floats(dx);
    });
    const expected = Array.from(GATES, (gate, i) => DY[i]! * activation(kind, gate).slope);
    expectNear(found, expected, 1e-5, 2e-6);
  });
});
