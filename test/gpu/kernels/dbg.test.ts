import { it } from 'vitest';
import { kernelBench } from '../../helpers/kernel-bench';
import { defineKernel } from '../../../src/engine/kernel';
import { groupsFor } from '../../../src/engine/plan';
const { run } = kernelBench();
const mk = (name: string) => defineKernel({ name: 'x/' + name, source: `
      struct Params { count: u32 }
      @group(0) @binding(0) var<uniform> p: Params;
      @group(0) @binding(1) var<storage, read> x: array<f32>;
      @group(0) @binding(2) var<storage, read_write> y: array<f32>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) g: vec3u) { if (g.x < p.count) { y[g.x] = ${name}(x[g.x]); } }`,
    bindings: { x: 'read', y: 'read-write' }, params: { count: 'u32' } });
const ulp = (value: number) => 2 ** Math.max(-149, Math.floor(Math.log2(Math.abs(value))) - 23);
const sp = (n: number, a: number, b: number) => Float32Array.from({ length: n }, (_, i) => a + ((b - a) * i) / (n - 1));
it('x', async () => {
  for (const [name, fn, ranges] of [['exp_exact', Math.exp, [[-87, 88], [-20, 0], [-1, 1], [-0.01, 0.01],[-87,-86]]], ['log_exact', Math.log, [[0.5, 2], [0.99, 1.01], [1, 1e6], [1e-38, 1e-30]]], ['sigmoid', (x: number) => 1 / (1 + Math.exp(-x)), [[-87, 87], [-2, 2], [-30, 30]]]] as [string, (x: number) => number, [number, number][]][]) {
    const k = mk(name);
    for (const [a, b] of ranges) {
      const x = sp(50001, a, b);
      const y = await run((t) => { const o = t.output(x.length); t.plan.dispatch(k, { x: t.input(x), y: o }, { count: x.length }, groupsFor(x.length)); return () => t.floats(o); });
      let w = 0, at = 0; x.forEach((v, i) => { const e = Math.abs(y[i]! - fn(v)) / ulp(fn(v)); if (e > w) { w = e; at = v; } });
      console.log(name, a, b, w, at, y[x.indexOf(at)], fn(at));
    }
  }
});
