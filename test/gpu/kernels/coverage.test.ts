/** A kernel without a test fails here: the suites named by `describeKernel` must be the kernels there are. */
import { expect, it } from 'vitest';
import type { Kernel } from '../../../src/engine/kernel';

const shaders = import.meta.glob('../../../shaders/**/*.wgsl', { query: '?raw', import: 'default' });
const ops = import.meta.glob<Record<string, unknown>>('../../../src/engine/ops/*.ts', { eager: true });
const suites = import.meta.glob<string>('./*.test.ts', { query: '?raw', import: 'default', eager: true });

const isKernel = (value: unknown): value is Kernel =>
  typeof value === 'object' && value !== null && 'source' in value && 'bindings' in value;

it('every kernel under shaders/ has a suite here, each of its variants too, and every suite a kernel', () => {
  const files = Object.keys(shaders)
    .map((path) => path.replace(/^.*\/shaders\//, '').replace(/\.wgsl$/, ''))
    .filter((name) => !name.startsWith('common/'));
  const exported = new Map(
    Object.values(ops).flatMap((module) => Object.entries(module).filter(([, it]) => isKernel(it))),
  );
  const described = Object.values(suites).flatMap((text) =>
    [...text.matchAll(/^describeKernel\((\w+), /gm)].map(([, constant]) => (exported.get(constant!) as Kernel)?.name),
  );
  expect(described.sort()).toEqual([...exported.values()].map((kernel) => (kernel as Kernel).name).sort());
  expect([...new Set(described.map((name) => name?.split(':')[0]))].sort()).toEqual(files.sort());
});
