/** Planned memory: what lives together lies apart, what is read and written together lies in different arenas. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, ALIGNMENT, planLayout, type Lifetime } from '../../../src/engine/layout';

/** A plan as dispatches see it: each reads some tensors and writes others. */
const plans = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 5000 }),
      first: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 0, max: 12 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((tensors) =>
    fc.record({
      tensors: fc.constant(tensors),
      pairs: fc.array(fc.tuple(fc.nat(tensors.length - 1), fc.nat(tensors.length - 1)), { maxLength: 60 }),
    }),
  )
  .map(({ tensors, pairs }): Lifetime[] => {
    const conflicts = tensors.map(() => new Set<number>());
    for (const [a, b] of pairs) {
      if (a === b) continue;
      conflicts[a]!.add(b);
      conflicts[b]!.add(a);
    }
    return tensors.map(({ bytes, first, length }, i) => ({
      bytes,
      first,
      last: first + length,
      conflicts: conflicts[i]!,
    }));
  });

const aliveTogether = (a: Lifetime, b: Lifetime) => a.first <= b.last && b.first <= a.last;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Tensor i is written by dispatch i and read by dispatch i + 1. */
const chain = (length: number, bytes: number): Lifetime[] =>
  Array.from({ length }, (_, i) => ({
    bytes,
    first: i,
    last: i + 1,
    conflicts: new Set([i - 1, i + 1].filter((other) => other >= 0 && other < length)),
  }));

describe('planned memory', () => {
  it('never lays tensors that live together over each other', () => {
    fc.assert(
      fc.property(plans, (tensors) => {
        const { placements } = planLayout(tensors);
        tensors.forEach((a, i) => {
          tensors.slice(i + 1).forEach((b, k) => {
            const [p, q] = [placements[i]!, placements[i + 1 + k]!];
            if (!aliveTogether(a, b) || p.arena !== q.arena) return;
            expect(p.offset + a.bytes <= q.offset || q.offset + b.bytes <= p.offset).toBe(true);
          });
        });
      }),
    );
  });

  it('puts what one dispatch reads and writes into different arenas', () => {
    fc.assert(
      fc.property(plans, (tensors) => {
        const { placements } = planLayout(tensors);
        tensors.forEach(({ conflicts }, i) => {
          for (const other of conflicts) expect(placements[i]!.arena).not.toBe(placements[other]!.arena);
        });
      }),
    );
  });

  it('starts every tensor at a multiple of 256 inside its arena, and no arena is larger than it must be', () => {
    fc.assert(
      fc.property(plans, (tensors) => {
        const { placements, arenas } = planLayout(tensors);
        expect(placements).toHaveLength(tensors.length);
        const ends = arenas.map(() => 0);
        placements.forEach(({ arena, offset }, i) => {
          expect(offset % ALIGNMENT).toBe(0);
          ends[arena] = Math.max(ends[arena]!, offset + align(tensors[i]!.bytes));
        });
        expect(ends).toEqual(arenas);
      }),
    );
  });

  it('is the same for the same plan', () => {
    fc.assert(
      fc.property(plans, (tensors) => {
        expect(planLayout(tensors)).toEqual(planLayout(structuredClone(tensors)));
      }),
    );
  });

  it('needs no more than all tensors side by side', () => {
    fc.assert(
      fc.property(plans, (tensors) => {
        expect(sum(planLayout(tensors).arenas)).toBeLessThanOrEqual(sum(tensors.map(({ bytes }) => align(bytes))));
      }),
    );
  });

  it('holds a chain of any length in two tensors', () => {
    for (const length of [2, 3, 10, 200]) expect(planLayout(chain(length, 1000)).arenas).toEqual([1024, 1024]);
  });

  it('fills the gap a dead tensor left', () => {
    const none = new Set<number>();
    const tensors: Lifetime[] = [
      { bytes: 256, first: 0, last: 9, conflicts: none },
      { bytes: 512, first: 0, last: 3, conflicts: none },
      { bytes: 256, first: 0, last: 9, conflicts: none },
      { bytes: 300, first: 4, last: 9, conflicts: none },
      { bytes: 513, first: 4, last: 9, conflicts: none },
    ];
    const { placements, arenas } = planLayout(tensors);
    expect(placements.map(({ offset }) => offset)).toEqual([0, 256, 768, 256, 1024]);
    expect(arenas).toEqual([1024 + 768]);
  });
});
