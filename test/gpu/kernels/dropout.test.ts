/** Dropout's masks bit for bit, and their share. */
import { expect, it } from 'vitest';
import { drop, dropout } from '../../../src/engine/ops/dropout';
import { dropout as referenceDropout } from '../../../src/engine/reference/kernels';
import { expectClose, floats, kernelBench } from '../../helpers/kernel-bench';

const { run, describeKernel } = kernelBench();

describeKernel(dropout, () => {
  it.each([
    { elements: 4, rate: 0.5, site: 0, step: 0, row: 0, seed: 1 },
    { elements: 1300, rate: 0.1, site: 7, step: 4000, row: 3, seed: 4294967295 },
    { elements: 1300, rate: 0, site: 1, step: 1, row: 0, seed: 2 },
  ])('drops $rate of $elements elements as the reference does, with and without a residual', async (s) => {
    const [x, base] = [floats(1, s.elements, 2), floats(2, s.elements, 2)];
    const [alone, onto] = await run((t) => {
      const [y, z] = [t.output(s.elements), t.output(s.elements)];
      const given = { draw: t.input(Uint32Array.of(s.seed, s.step, s.row)), x: t.input(x) };
      drop(t.plan, s, { ...given, y });
      drop(t.plan, s, { ...given, y: z, residual: t.input(base) });
      return async () => [await t.floats(y), await t.floats(z)] as const;
    });
    const expected = referenceDropout(x, s);
    expectClose(alone, expected, 1e-6);
    expect([...alone.keys()].filter((i) => alone[i] === 0)).toEqual(
      [...expected.keys()].filter((i) => expected[i] === 0),
    );
    expectClose(
      onto,
      expected.map((value, i) => value + base[i]!),
      1e-6,
    );
  });

  it('drops its share, other elements at another site, step or row', async () => {
    const elements = 40_000;
    const ones = new Float32Array(elements).fill(1);
    const masks = await run((t) => {
      const x = t.input(ones);
      const cases = [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ] as const;
      const outputs = cases.map(([site, step, row]) => {
        const y = t.output(elements);
        drop(t.plan, { elements, rate: 0.2, site }, { draw: t.input(Uint32Array.of(5, step, row)), x, y });
        return y;
      });
      return () => Promise.all(outputs.map((y) => t.floats(y)));
    });
    // Four standard errors of a share of 40,000: 0.008.
    for (const mask of masks) {
      const share = mask.filter((value) => value === 0).length / elements;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.008);
    }
    for (const other of masks.slice(1)) {
      const both = masks[0]!.filter((value, i) => value === 0 && other[i] === 0).length / elements;
      expect(Math.abs(both - 0.04)).toBeLessThan(0.004);
    }
  });
});
