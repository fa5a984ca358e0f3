/** The prelude's functions: accuracy in units of the last place, the same bits on every driver, Philox word for word. */
import { describe, expect, it } from 'vitest';
import { philox4x32, toUnit, type Counter, type Key } from '../../../src/core/philox';
import { defineKernel } from '../../../src/engine/kernel';
import { groupsFor } from '../../../src/engine/plan';
import philoxSource from '../../../shaders/common/philox.wgsl?raw';
import { kernelBench } from '../../helpers/kernel-bench';

const { run } = kernelBench();
const f = Math.fround;

function elementwise(name: string) {
  return defineKernel({
    name: `test/${name}`,
    source: `
      struct Params { count: u32 }
      @group(0) @binding(0) var<uniform> p: Params;
      @group(0) @binding(1) var<storage, read> x: array<f32>;
      @group(0) @binding(2) var<storage, read_write> y: array<f32>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) g: vec3u) { if (g.x < p.count) { y[g.x] = ${name}(x[g.x]); } }`,
    bindings: { x: 'read', y: 'read-write' },
    params: { count: 'u32' },
  });
}

const KERNELS = { exp: elementwise('exp_exact'), log: elementwise('log_exact'), sigmoid: elementwise('sigmoid') };

function apply(name: keyof typeof KERNELS, x: Float32Array): Promise<Float32Array> {
  return run((t) => {
    const y = t.output(x.length);
    t.plan.dispatch(KERNELS[name], { x: t.input(x), y }, { count: x.length }, groupsFor(x.length));
    return () => t.floats(y);
  });
}

/** Distance between neighbouring f32 numbers at this size. */
const ulp = (value: number) => 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(value))) - 23);

function worstUlp(x: Float32Array, found: Float32Array, exact: (x: number) => number): number {
  let worst = 0;
  x.forEach((value, i) => {
    const expected = exact(value);
    const error = Math.abs(found[i]! - expected) / ulp(expected);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  });
  return worst;
}

/** Places where two arrays differ in any bit but a zero's sign. */
const differing = (a: Float32Array, b: Float32Array) => [...a.keys()].filter((i) => a[i] !== b[i]);

const spread = (count: number, from: number, to: number) =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
/** Evenly over the exponents, both ends included. */
const logSpread = (count: number, from: number, to: number) =>
  spread(count, Math.log(from), Math.log(to)).map((value) => Math.min(to, Math.max(from, Math.exp(value))));

/** Both software drivers round the product and the sum: their fma is not fused. */
const fma = (a: number, b: number, c: number) => f(f(a * b) + c);
const horner = (x: number, coefficients: number[]) =>
  coefficients.slice(1).reduce((sum, coefficient) => fma(sum, x, f(coefficient)), f(coefficients[0]!));

/** exp_exact once more, rounded to f32 at every step. */
function expInSteps(x: number): number {
  if (x < -87) return 0;
  const clamped = Math.min(x, 88);
  const n = Math.floor(fma(clamped, f(1.4426950408889634), 0.5));
  const r = fma(n, f(2.1219444e-4), fma(n, -0.693359375, clamped));
  const q = horner(
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
  return f(fma(fma(q, r, 1), r, 1) * 2 ** n);
}

/** log_exact once more, rounded to f32 at every step. */
function logInSteps(x: number): number {
  let exponent = Math.floor(Math.log2(x));
  while (2 ** exponent > x) exponent -= 1;
  while (2 ** (exponent + 1) <= x) exponent += 1;
  exponent += 1;
  let m = f(x / 2 ** exponent);
  if (m < f(0.70710678)) {
    exponent -= 1;
    m = f(m + m);
  }
  m = f(m - 1);
  const z = f(m * m);
  const q = horner(m, [
    ...[7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1],
    ...[-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1],
  ]);
  const y = fma(-0.5, z, fma(exponent, f(-2.1219444e-4), f(f(q * m) * z)));
  return fma(exponent, 0.693359375, f(m + y));
}

describe('exp_exact', () => {
  const x = Float32Array.of(...spread(40_001, -87, 88), ...spread(20_001, -1, 1), 0, -0, 1e-30, -1e-30);

  it('is within 2 units of the last place from −87 to 88', async () => {
    expect(worstUlp(x, await apply('exp', x), Math.exp)).toBeLessThan(2);
  });

  it('has the bits of its steps taken one by one, hence the same on every software driver', async () => {
    expect(differing(await apply('exp', x), x.map(expInSteps))).toEqual([]);
  });

  it('is 0 below −87, e⁸⁸ above 88, exactly 1 at 0, NaN of NaN', async () => {
    const ends = await apply('exp', Float32Array.of(-87.01, -3e38, -Infinity, 89, 3e38, Infinity, 0, NaN));
    const top = f(Math.exp(88));
    expect([...ends.slice(0, 3), ends[6]]).toEqual([0, 0, 0, 1]);
    for (const value of ends.slice(3, 6)) expect(Math.abs(value - top)).toBeLessThan(2 * ulp(top));
    expect(ends[7]).toBeNaN();
  });
});

describe('log_exact', () => {
  const x = Float32Array.of(...logSpread(40_001, 1.17549435e-38, 3.4e38), ...spread(20_001, 0.5, 2), 1);

  it('is within 2 units of the last place over all normal numbers', async () => {
    expect(worstUlp(x, await apply('log', x), (value) => Math.log(value))).toBeLessThan(2);
  });

  it('has the bits of its steps taken one by one, hence the same on every software driver', async () => {
    expect(differing(await apply('log', x), x.map(logInSteps))).toEqual([]);
  });

  it('is exactly 0 at 1; infinity and NaN come back', async () => {
    const [one, infinity, nan] = await apply('log', Float32Array.of(1, Infinity, NaN));
    expect([one, infinity]).toEqual([0, Infinity]);
    expect(nan).toBeNaN();
  });
});

describe('sigmoid', () => {
  const x = Float32Array.of(...spread(40_001, -87, 87), ...spread(10_001, -2, 2), 0);

  it('is within 3 units of the last place from −87 to 87', async () => {
    expect(worstUlp(x, await apply('sigmoid', x), (value) => 1 / (1 + Math.exp(-value)))).toBeLessThan(3);
  });

  it('ends in 0 and 1, is exactly ½ at 0, NaN of NaN', async () => {
    const found = await apply('sigmoid', Float32Array.of(-100, 100, 0, NaN));
    expect([...found.slice(0, 3)]).toEqual([0, 1, 0.5]);
    expect(found[3]).toBeNaN();
  });
});

describe('Philox', () => {
  const kernel = defineKernel({
    name: 'test/philox',
    source: `
      struct Params { count: u32 }
      @group(0) @binding(0) var<uniform> p: Params;
      @group(0) @binding(1) var<storage, read> counters: array<vec4u>;
      @group(0) @binding(2) var<storage, read> keys: array<vec2u>;
      @group(0) @binding(3) var<storage, read_write> words: array<vec4u>;
      @group(0) @binding(4) var<storage, read_write> units: array<f32>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) g: vec3u) {
        if (g.x >= p.count) { return; }
        words[g.x] = philox4x32(counters[g.x], keys[g.x]);
        units[g.x] = to_unit(words[g.x].x);
      }`,
    includes: [philoxSource],
    bindings: { counters: 'read', keys: 'read', words: 'read-write', units: 'read-write' },
    params: { count: 'u32' },
  });

  it('gives the words and the unit numbers of TypeScript, bit for bit', async () => {
    const all = 0xffffffff;
    const cases: [Counter, Key][] = [
      [
        [0, 0, 0, 0],
        [0, 0],
      ],
      [
        [all, all, all, all],
        [all, all],
      ],
      ...Array.from({ length: 4096 }, (_, i): [Counter, Key] => {
        const [a, b, c, d] = philox4x32([i, 1, 2, 3], [4, 5]);
        const [e, g] = philox4x32([i, 6, 7, 8], [9, 10]);
        return i % 2 === 0
          ? [
              [a, b, c, d],
              [e, g],
            ]
          : [
              [i, i % 7, i % 11, 0],
              [i % 3, 5],
            ];
      }),
    ];
    const found = await run((t) => {
      const [words, units] = [t.output(cases.length * 4), t.output(cases.length)];
      const counters = t.input(Uint32Array.from(cases.flatMap(([counter]) => [...counter])));
      const keys = t.input(Uint32Array.from(cases.flatMap(([, key]) => [...key])));
      t.plan.dispatch(kernel, { counters, keys, words, units }, { count: cases.length }, groupsFor(cases.length));
      return async () => ({ words: await t.words(words), units: await t.floats(units) });
    });
    const expected = cases.map(([counter, key]) => philox4x32(counter, key));
    expect(found.words).toEqual(Uint32Array.from(expected.flat()));
    expect(Float64Array.from(found.units)).toEqual(Float64Array.from(expected, ([word]) => toUnit(word)));
  });
});
