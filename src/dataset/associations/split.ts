/**
 * Which statements are trained on and which are tested.
 *
 * Promises: seeded; with entities held out, what a statement's part is follows from its two entities alone.
 * Must not know: how false statements are made.
 */
import { LabError } from '../../core/errors';
import { PhiloxSequence, STREAM } from '../../core/philox';
import type { AssociationGraph, Edge } from './graph';
import type { Cell } from './request';
import type { AssociationSplit } from './types';

const SUBSTREAM = { subjects: 8_000_000, objects: 8_000_001, stratified: 8_000_002 };

export type Part = 'train' | 'test' | 'neither';

export interface HeldOut {
  subjects: ReadonlySet<number>;
  objects: ReadonlySet<number>;
}

export function holdOut(graph: AssociationGraph, split: AssociationSplit, seed: number): HeldOut {
  if (split.kind === 'stratified') return { subjects: new Set(), objects: new Set() };
  return {
    subjects: draw(graph.subjects.length, split.subjectShare, 'subjects', seed),
    objects: draw(graph.objects.length, split.objectShare, 'objects', seed),
  };
}

function draw(n: number, share: number, side: 'subjects' | 'objects', seed: number): Set<number> {
  requireShare(share, side === 'subjects' ? 'subjectShare' : 'objectShare');
  const order = Array.from({ length: n }, (_, index) => index);
  new PhiloxSequence(seed, STREAM.split, SUBSTREAM[side]).shuffle(order);
  return new Set(order.slice(0, Math.floor(share * n)));
}

/** The part of a statement by its entities. */
export function partOf({ subject, object }: Edge, heldOut: HeldOut, test: 'touching' | 'both'): Part {
  return partBy(Number(heldOut.subjects.has(subject)) + Number(heldOut.objects.has(object)), test);
}

/** `held`: how many of the two entities are held out. */
function partBy(held: number, test: 'touching' | 'both'): Part {
  if (held === 0) return 'train';
  return test === 'touching' || held === 2 ? 'test' : 'neither';
}

/**
 * Which of the groups' members are tested: overall ⌈share · n⌉, of each group its share up to rounding (largest remainders
 * first). Returns one index set per group.
 */
export function stratifiedTest(groupSizes: readonly number[], testShare: number, seed: number): Set<number>[] {
  requireShare(testShare, 'testShare');
  const total = groupSizes.reduce((sum, size) => sum + size, 0);
  const exact = groupSizes.map((size) => size * testShare);
  const quota = exact.map(Math.floor);
  // The product may be a rounding error above a whole number.
  const rest = Math.ceil(total * testShare - 1e-9) - quota.reduce((sum, size) => sum + size, 0);
  const byRemainder = exact.map((_, group) => group).sort((a, b) => (exact[b]! % 1) - (exact[a]! % 1) || a - b);
  for (let i = 0; i < rest; i++) quota[byRemainder[i % byRemainder.length]!]! += 1;
  const draws = new PhiloxSequence(seed, STREAM.split, SUBSTREAM.stratified);
  return groupSizes.map((size, group) => {
    const order = draws.shuffle(Array.from({ length: size }, (_, index) => index));
    return new Set(order.slice(0, quota[group]));
  });
}

/**
 * The cells in which false statements are made when every part gets its own. All false statements of a cell have the part
 * of the cell, so whether an entity is held out says nothing about truth.
 */
export function cellsOf(
  graph: AssociationGraph,
  split: AssociationSplit,
  heldOut: HeldOut,
  seed: number,
): { part: Part; cell: Cell }[] {
  const all = { subjects: graph.subjects.map((_, index) => index), objects: graph.objects.map((_, index) => index) };
  if (split.kind === 'stratified') {
    const tested = stratifiedTest([graph.positives.length], split.testShare, seed)[0]!;
    return (['train', 'test'] as const).map((part) => ({
      part,
      cell: { ...all, positives: graph.positives.filter((_, index) => tested.has(index) === (part === 'test')) },
    }));
  }
  const sides = [false, true];
  return sides.flatMap((subjectHeld) =>
    sides.map((objectHeld) => {
      const isOfSubjects = (subject: number) => heldOut.subjects.has(subject) === subjectHeld;
      const isOfObjects = (object: number) => heldOut.objects.has(object) === objectHeld;
      const cell = {
        subjects: all.subjects.filter(isOfSubjects),
        objects: all.objects.filter(isOfObjects),
        positives: graph.positives.filter(({ subject, object }) => isOfSubjects(subject) && isOfObjects(object)),
      };
      return { part: partBy(Number(subjectHeld) + Number(objectHeld), split.test), cell };
    }),
  );
}

function requireShare(share: number, name: string): void {
  if (share >= 0 && share < 1) return;
  throw new LabError('spec-invalid', `The ${name} of the split is ${share}: not a share.`, {
    hint: 'Give a number from 0 to less than 1, for instance 0.2.',
  });
}
