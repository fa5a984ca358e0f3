/**
 * Memory from liveness: where each tensor of a plan lies, decided before anything is allocated.
 *
 * Promises: tensors alive at the same time never overlap; a tensor read and a tensor written by one dispatch lie in
 * different arenas, because WebGPU forbids binding one buffer read-only and read-write in one dispatch.
 * Pure. Must not know: kernels, devices.
 */

export const ALIGNMENT = 256;

export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** When a tensor lives and what it must not share an arena with. */
export interface Lifetime {
  bytes: number;
  /** First and last dispatch that touch it, inclusive. */
  first: number;
  last: number;
  /** Indices of tensors that some dispatch binds with the other access. */
  conflicts: ReadonlySet<number>;
}

export interface Placement {
  arena: number;
  offset: number;
}

export interface Layout {
  placements: Placement[];
  /** Bytes of each arena. */
  arenas: number[];
}

/**
 * Greedy in order of birth: the first arena without a conflicting tensor, then the lowest gap that is free for the
 * tensor's whole life. Deterministic: equal plans give equal layouts.
 */
export function planLayout(tensors: readonly Lifetime[]): Layout {
  const placements: Placement[] = new Array(tensors.length);
  const arenas: number[] = [];
  const members: number[][] = [];
  const order = tensors.map((_, index) => index).sort((a, b) => tensors[a]!.first - tensors[b]!.first || a - b);
  for (const index of order) {
    const tensor = tensors[index]!;
    let arena = 0;
    while (members[arena]?.some((other) => tensor.conflicts.has(other))) arena += 1;
    members[arena] ??= [];
    const alive = members[arena]!.filter((other) => {
      const life = tensors[other]!;
      return life.first <= tensor.last && tensor.first <= life.last;
    })
      .map((other) => ({
        start: placements[other]!.offset,
        end: placements[other]!.offset + align(tensors[other]!.bytes),
      }))
      .sort((a, b) => a.start - b.start);
    let offset = 0;
    for (const range of alive) {
      if (range.start - offset >= align(tensor.bytes)) break;
      offset = Math.max(offset, range.end);
    }
    placements[index] = { arena, offset };
    members[arena]!.push(index);
    arenas[arena] = Math.max(arenas[arena] ?? 0, offset + align(tensor.bytes));
  }
  return { placements, arenas };
}
