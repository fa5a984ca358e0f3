/** Whatever happens to a spec on its way, it is read as the published schema allows or refused in words. */
import Ajv from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { parseSpec } from '../../../src/spec';
import { arbitraryInput, schemaFile } from './arbitrary';

const allowed = new Ajv().compile(schemaFile(2));
const NAMES = ['__proto__', 'constructor', 'toString', 'kind', 'path', 'every', 'epochs', 'ranks', '', '0'];
const VALUES = [
  null,
  true,
  '',
  'sft',
  '1',
  0,
  -1,
  0.5,
  1e400,
  4294967296,
  [],
  {},
  [null],
  [[1]],
  { kind: 'bft' },
  { __proto__: null },
];

interface Mutation {
  at: number;
  kind: 'set' | 'drop' | 'add' | 'rename' | 'repeat';
  name: string;
  value: unknown;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  kind: fc.constantFrom('set', 'drop', 'add', 'rename', 'repeat'),
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(...VALUES),
});

/** Every object and list with one of its members' names. */
function places(value: unknown): { owner: Record<string, unknown>; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Record<string, unknown>;
  return Object.keys(owner).flatMap((name) => [{ owner, name }, ...places(owner[name])]);
}

/** As JSON writes and reads it: a member of any name is the object's own. */
const put = (owner: Record<string, unknown>, name: string, value: unknown) =>
  void Object.defineProperty(owner, name, { value, enumerable: true, configurable: true, writable: true });

function mutate(spec: Record<string, unknown>, { at, kind, name, value }: Mutation): void {
  const all = places(spec);
  const { owner, name: member } = all[at % all.length]!;
  const held = owner[member];
  const list: unknown[] | null = Array.isArray(held) ? held : null;
  if (kind === 'set') put(owner, member, structuredClone(value));
  else if (kind === 'repeat' && list) list.push(list[0]);
  else if (kind === 'add') put(owner, Array.isArray(owner) ? String(owner.length) : name, structuredClone(value));
  else if (!Array.isArray(owner)) {
    delete owner[member];
    if (kind === 'rename') put(owner, name, held);
  }
}

describe('10,000 specs that something happened to', () => {
  it('are read exactly where the published schema allows them, and refused in words elsewhere', () => {
    let [read, refused] = [0, 0];
    const controls = new Set<string>();
    fc.assert(
      fc.property(arbitraryInput.v2, fc.array(mutation, { minLength: 1, maxLength: 3 }), (input, mutations) => {
        const spec = structuredClone(input);
        for (const step of mutations) mutate(spec, step);
        try {
          const result = parseSpec(spec, 'mutated.json');
          read += 1;
          expect(allowed(spec), JSON.stringify(allowed.errors)).toBe(true);
          expect(parseSpec(JSON.parse(JSON.stringify(result)), 'again.json')).toEqual(result);
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          refused += 1;
          expect(error.code).toMatch(/^spec-(invalid|version)$/);
          expect(error.message).toContain('mutated.json: ');
          expect(error.hint).not.toBe('');
          expect(allowed(spec)).toBe(false);
          if (error.control) controls.add(error.control);
        }
      }),
      { numRuns: 10_000, seed: 7 },
    );
    expect(read).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(5000);
    expect(controls.size).toBeGreaterThan(150);
    expect(({} as Record<string, unknown>).kind).toBeUndefined();
  }, 60_000);

  it('refuse the names through which objects are reached, wherever they stand', () => {
    const whole = parseSpec(
      {
        specVersion: 2,
        model: {},
        ontology: { counts: { path: 'c' }, covariates: [{ name: 'age', path: 'a' }] },
        method: { kind: 'bft' },
        retention: { rehearsal: {} },
        train: { earlyStopping: {} },
        evaluation: { probes: { embeddings: {}, canaries: {}, languageLoss: {} } },
      },
      'whole.json',
    );
    const objects = [{ path: '' }, ...objectPaths(whole, '').map((path) => ({ path }))];
    expect(objects.length).toBeGreaterThan(20);
    for (const { path } of objects) {
      for (const name of ['__proto__', 'constructor', 'prototype']) {
        const spec = structuredClone(whole) as unknown as Record<string, unknown>;
        const owner = path
          .split('.')
          .filter(Boolean)
          .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], spec);
        put(owner as Record<string, unknown>, name, { polluted: 1 });
        const text = JSON.stringify(spec);
        for (const source of [spec, text]) {
          expect(() => parseSpec(source, 'polluted.json'), `${path} ${name}`).toThrow(
            expect.objectContaining({ code: 'spec-invalid', message: expect.stringContaining(name) }),
          );
        }
      }
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

function objectPaths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const below = path ? `${path}.${name}` : name;
    const own = typeof member === 'object' && member !== null && !Array.isArray(member) ? [below] : [];
    return [...own, ...objectPaths(member, below)];
  });
}
