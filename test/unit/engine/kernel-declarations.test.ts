/** Every kernel's TypeScript declaration against the text of its shader: what the GPU reads is what the engine writes. */
import { describe, expect, it } from 'vitest';
import { paramBytes, writeParams, type Kernel } from '../../../src/engine/kernel';

const shaders = import.meta.glob<string>('../../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const ops = import.meta.glob<Record<string, unknown>>('../../../src/engine/ops/*.ts', { eager: true });

const isKernel = (value: unknown): value is Kernel =>
  typeof value === 'object' && value !== null && 'source' in value && 'bindings' in value;
const kernels = Object.values(ops).flatMap((module) => Object.values(module).filter(isKernel));

const textOf = new Map(
  Object.entries(shaders).map(([path, text]) => [path.replace(/^.*\/shaders\//, '').replace(/\.wgsl$/, ''), text]),
);
const names = [...textOf.keys()].filter((name) => !name.startsWith('common/'));

/** The file that a kernel or a variant of it is compiled from. */
const fileOf = (name: string) => name.split(':')[0]!;
/** The shader's code without its comments. */
const codeOf = (name: string) => (textOf.get(name) ?? '').replace(/\/\/.*$/gm, '');

function paramsOf(code: string): [name: string, type: string][] {
  const members = /struct Params \{([^}]*)\}/.exec(code)?.[1];
  if (members === undefined) throw new Error('no Params struct');
  return members
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
    .map((member) => member.split(':').map((part) => part.trim()) as [string, string]);
}

interface Binding {
  group: number;
  binding: number;
  space: string;
  name: string;
}

function bindingsOf(code: string): Binding[] {
  return [...code.matchAll(/@group\((\d+)\)\s*@binding\((\d+)\)\s*var<([^>]*)>\s*(\w+)/g)].map((match) => ({
    group: Number(match[1]),
    binding: Number(match[2]),
    space: match[3]!.replace(/\s/g, ''),
    name: match[4]!,
  }));
}

describe('the set of kernels', () => {
  it('is the set of files under shaders/, each declared by the name of its path, variants behind a colon', () => {
    expect(kernels.map(({ name }) => name).filter((name) => !name.includes(':'))).toHaveLength(names.length);
    expect([...new Set(kernels.map(({ name }) => fileOf(name)))].sort()).toEqual(names.sort());
    expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
  });

  it('leaves no common file unused', () => {
    for (const [name, text] of textOf) {
      if (name.startsWith('common/'))
        expect(
          kernels.some((kernel) => kernel.source.includes(text)),
          name,
        ).toBe(true);
    }
  });
});

describe.each(kernels.map((kernel) => [kernel.name, kernel] as const))('%s', (name, kernel) => {
  const code = codeOf(fileOf(name));

  it('is compiled from its own file behind the prelude', () => {
    expect(kernel.source.endsWith(textOf.get(fileOf(name))!)).toBe(true);
    expect(kernel.source.startsWith(textOf.get('common/prelude')!)).toBe(true);
  });

  it('declares the members of Params, in order', () => {
    expect(Object.entries(kernel.params)).toEqual(paramsOf(code));
  });

  it('declares the storage bindings, in order, behind the uniform', () => {
    const [uniform, ...storage] = bindingsOf(code);
    expect(uniform).toEqual({ group: 0, binding: 0, space: 'uniform', name: 'p' });
    expect(storage).toEqual(
      Object.entries(kernel.bindings).map(([binding, access], index) => ({
        group: 0,
        binding: index + 1,
        space: access === 'read' ? 'storage,read' : 'storage,read_write',
        name: binding,
      })),
    );
  });

  it('stays within eight storage buffers and what every WebGPU has', () => {
    expect(Object.keys(kernel.bindings).length).toBeLessThanOrEqual(8);
    expect(code).not.toMatch(/\b(enable|requires)\b/);
    expect(code).not.toMatch(/\bsubgroup\w*\(/);
  });

  it('sums in one order: no dot(), no atomics, no built-in exp, log or trigonometry', () => {
    expect(code).not.toMatch(/\bdot\s*\(/);
    expect(code).not.toMatch(/\batomic\w*/);
    expect(code).not.toMatch(/\b(exp|exp2|log|log2|pow|sin|cos|tan|tanh)\s*\(/);
  });

  it('has one entry point, main', () => {
    expect([...code.matchAll(/@compute/g)]).toHaveLength(1);
    expect(code).toMatch(/\bfn main\s*\(/);
  });
});

describe('uniform parameters', () => {
  const kernel: Kernel = {
    name: 'test/params',
    source: '',
    bindings: {},
    params: { a: 'u32', b: 'f32', c: 'u32', d: 'f32', e: 'u32' },
  };

  it('lie one behind the other, little-endian, in a block of whole vectors', () => {
    expect(paramBytes(kernel)).toBe(32);
    const view = new DataView(new ArrayBuffer(64));
    writeParams(kernel, { e: 5, d: -0.5, c: 0xffffffff, b: 1.5, a: 7 }, view, 16);
    expect([view.getUint32(16, true), view.getUint32(24, true), view.getUint32(32, true)]).toEqual([7, 0xffffffff, 5]);
    expect([view.getFloat32(20, true), view.getFloat32(28, true)]).toEqual([1.5, -0.5]);
  });

  it('must all be given', () => {
    const view = new DataView(new ArrayBuffer(64));
    expect(() => writeParams(kernel, { a: 1, b: 2, c: 3, d: 4 }, view, 0)).toThrow('test/params: parameter e');
    expect(() => writeParams(kernel, { a: 1, b: Number.NaN, c: 3, d: 4, e: 5 }, view, 0)).toThrow('parameter b');
  });
});
