/**
 * False statements within one cell: a set of subjects, a set of objects, and the true statements between them.
 *
 * Promises: never a known association, never the same statement twice, both entities of the cell; seeded. What cannot be
 * made without breaking this is left out, not forced. Must not know: splits, labels (but for the class function).
 */
import { PhiloxSequence, STREAM } from '../../core/philox';
import { matchDegrees } from './degree-matched';
import type { AssociationGraph, Edge } from './graph';
import type { Cell, NegativeRequest } from './request';
import type { NegativeKind } from './types';

const SUBSTREAM = 8_000_000;
const TRIES = 64;

const SAMPLERS: Record<NegativeKind, (request: NegativeRequest) => void> = {
  random: uniform,
  'same-subject': (request) => corruptObjects(request, objectsOfCell(request.cell)),
  'same-object-class': (request) => corruptObjects(request, objectsOfClasses(request)),
  'degree-matched': matchDegrees,
};

/**
 * `index`: number of the cell within its data set; cells draw independently. `taken`: keys of the false statements of
 * earlier cells, to which these are added.
 */
export function falseStatements(
  graph: AssociationGraph,
  cell: Cell,
  kind: NegativeKind,
  options: {
    perPositive: number;
    seed: number;
    index: number;
    classOf: (object: number) => string | null;
    taken: Set<number>;
  },
): Edge[] {
  const made: Edge[] = [];
  const { taken } = options;
  const key = (subject: number, object: number) => subject * graph.objects.length + object;
  SAMPLERS[kind]({
    cell,
    perPositive: options.perPositive,
    isFree: (subject, object) => !taken.has(key(subject, object)) && !graph.isKnown(subject, object),
    take: (subject, object) => {
      taken.add(key(subject, object));
      made.push({ subject, object });
    },
    draws: new PhiloxSequence(options.seed, STREAM.sampling, SUBSTREAM + options.index),
    classOf: options.classOf,
  });
  return made;
}

/** Uniform over all free statements of the cell. */
function uniform({ cell, perPositive, isFree, take, draws }: NegativeRequest): void {
  const { subjects, objects, positives } = cell;
  const wanted = positives.length * perPositive;
  const area = subjects.length * objects.length;
  // Crowded cells are listed; they are small, because the known associations fill about half of them.
  if (area <= 4 * (wanted + positives.length)) {
    const free = subjects.flatMap((subject) =>
      objects.filter((object) => isFree(subject, object)).map((object) => ({ subject, object })),
    );
    for (const { subject, object } of draws.shuffle(free).slice(0, wanted)) take(subject, object);
    return;
  }
  for (let made = 0, tries = TRIES * wanted; made < wanted && tries > 0; tries--) {
    const subject = subjects[draws.nextInt(subjects.length)]!;
    const object = objects[draws.nextInt(objects.length)]!;
    if (!isFree(subject, object)) continue;
    take(subject, object);
    made += 1;
  }
}

/** Each positive's subject with another object from its pool; objects stand in a pool as often as in the positives. */
function corruptObjects(
  { cell, perPositive, isFree, take, draws }: NegativeRequest,
  poolOf: (edge: Edge) => readonly number[],
): void {
  for (const edge of draws.shuffle(Array.from({ length: perPositive }, () => cell.positives).flat())) {
    const { subject } = edge;
    const pool = poolOf(edge);
    if (pool.length === 0) continue;
    let object: number | undefined;
    for (let tries = 0; tries < TRIES && object === undefined; tries++) {
      const candidate = pool[draws.nextInt(pool.length)]!;
      if (isFree(subject, candidate)) object = candidate;
    }
    if (object === undefined) {
      const free = pool.filter((candidate) => isFree(subject, candidate));
      if (free.length > 0) object = free[draws.nextInt(free.length)]!;
    }
    if (object !== undefined) take(subject, object);
  }
}

function objectsOfCell({ positives }: Cell): () => readonly number[] {
  const pool = positives.map(({ object }) => object);
  return () => pool;
}

function objectsOfClasses({ cell, classOf }: NegativeRequest): (edge: Edge) => readonly number[] {
  const pools = new Map<string, number[]>();
  for (const { object } of cell.positives) {
    const name = classOf(object);
    if (name === null) continue;
    const pool = pools.get(name);
    if (pool) pool.push(object);
    else pools.set(name, [object]);
  }
  return ({ object }) => pools.get(classOf(object) ?? '') ?? [];
}
