/** Recording a plan, without a device: what is refused, what memory comes out, how threads become workgroups. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineKernel } from '../../../src/engine/kernel';
import { groupsFor, PlanBuilder, Pool, slice, tooLarge } from '../../../src/engine/plan';

const copy = defineKernel({
  name: 'test/copy',
  source: '',
  bindings: { x: 'read', y: 'read-write' },
  params: { count: 'u32' },
});

const newPlan = () => new PlanBuilder(new Pool('none').reserve('none', 64));
const GROUPS: [number, number, number] = [1, 1, 1];

describe('a plan', () => {
  it('refuses to read and write one pool in one dispatch, naming kernel and pool', () => {
    const plan = newPlan();
    const pool = new Pool('weights');
    plan.dispatch(copy, { x: pool.reserve('a', 64), y: pool.reserve('b', 64) }, { count: 64 }, GROUPS);
    expect(() => plan.layout()).toThrow('test/copy reads and writes pool weights');
  });

  it('lets different dispatches read and write a pool', () => {
    const plan = newPlan();
    const pool = new Pool('weights');
    const [a, own] = [pool.reserve('a', 64), plan.tensor('own', 64)];
    plan.dispatch(copy, { x: a, y: own }, { count: 64 }, GROUPS);
    plan.dispatch(copy, { x: own, y: a }, { count: 64 }, GROUPS);
    expect(plan.layout().arenas).toEqual([256]);
  });

  it('reuses memory along a chain and keeps what is read later', () => {
    const plan = newPlan();
    const pool = new Pool('inputs');
    let x = pool.reserve('x', 100);
    const kept = plan.tensor('kept', 100);
    plan.dispatch(copy, { x, y: kept }, { count: 100 }, GROUPS);
    for (let i = 0; i < 20; i++) {
      const y = plan.tensor(`step ${i}`, 100);
      plan.dispatch(copy, { x, y }, { count: 100 }, GROUPS);
      x = y;
    }
    plan.dispatch(copy, { x: kept, y: plan.tensor('last', 100) }, { count: 100 }, GROUPS);
    const bytes = plan.layout().arenas.reduce((sum, arena) => sum + arena, 0);
    expect(bytes).toBe(3 * 512);
  });

  it('binds tensors in the order of the declaration, however they are given', () => {
    const plan = newPlan();
    const [x, y] = [plan.tensor('x', 4), plan.tensor('y', 4)];
    plan.dispatch(copy, { y, x }, { count: 4 }, GROUPS);
    expect(plan.dispatches[0]!.bindings).toEqual([x, y]);
  });
});

describe('a pool', () => {
  it('reserves ranges at multiples of 256', () => {
    const pool = new Pool('weights');
    const offsets = [1, 64, 65, 3].map((elements, i) => pool.reserve(`t${i}`, elements).offset);
    expect(offsets).toEqual([0, 256, 512, 1024]);
    expect(pool.bytes).toBe(1280);
  });

  it('is cut without leaving the tensor’s home', () => {
    const tensor = new Pool('weights').reserve('table', 640);
    expect(slice(tensor, 128, 64)).toMatchObject({ offset: 512, elements: 64, home: tensor.home });
  });
});

describe('workgroups', () => {
  const LIMIT = 65_535;

  it('cover every thread, within WebGPU’s limit per dimension', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(8, 32, 64), (threads, size) => {
        const [x, y, z] = groupsFor(threads, size);
        expect(z).toBe(1);
        expect(x * y * size).toBeGreaterThanOrEqual(threads);
        expect(Math.max(x, y)).toBeLessThanOrEqual(LIMIT);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('waste less than one line', () => {
    expect(groupsFor(64)).toEqual([1, 1, 1]);
    expect(groupsFor(65)).toEqual([2, 1, 1]);
    expect(groupsFor(64 * 32768)).toEqual([32768, 1, 1]);
    expect(groupsFor(64 * 32768 + 1)).toEqual([32768, 2, 1]);
  });
});

it('what no binding holds is a weight to be kept coarser, or a row to be shorter', () => {
  const weight = new Pool('weights').reserve('layers.0.up_proj', 1024);
  expect(tooLarge(weight, 1000)).toMatchObject({ code: 'device-limit', control: 'model.precision' });
  expect(tooLarge(newPlan().tensor('logits', 1024), 1000)).toMatchObject({ control: 'train.rowTokens' });
});
