/**
 * Checkpoints in the browser's storage: of any size, in pieces small enough for one transaction each.
 *
 * Promises: the header is written after all its pieces and the older checkpoint is removed after that, so at every moment
 * one whole checkpoint is there; where there is no room the older one stays and the new one's pieces are taken away.
 * Must not know: what the floats mean.
 */
import { del, delMany, get, getMany, keys, set, type UseStore } from 'idb-keyval';

/** Where a run stands, as its runner wrote it; kept as it is. */
export interface KeptCheckpoint {
  version: 2;
  runId: string;
  directionIndex: number;
  state: { step: number; parameters: Float32Array; moment1: Float32Array; moment2: Float32Array };
  trialLines: number;
  stepLines: number;
  probeLines?: { embeddings: number; canaries: number; language: number };
}

const FLOAT_ARRAYS = ['parameters', 'moment1', 'moment2'] as const;

interface Header extends Omit<KeptCheckpoint, 'state'> {
  /** Names the pieces, so that those of the next checkpoint stand beside them. */
  generation: number;
  step: number;
  lengths: number[];
  pieceFloats: number;
}

/** 16 MiB a piece. */
const PIECE_FLOATS = 2 ** 22;

type Key = [run: string, part: 'checkpoint', index: number | string];

const headerKey = (run: string): Key => [run, 'checkpoint', 0];

export async function saveCheckpoint(
  store: UseStore,
  run: string,
  { state, ...position }: KeptCheckpoint,
  pieceFloats = PIECE_FLOATS,
): Promise<void> {
  const before = await get<Partial<Header>>(headerKey(run), store);
  const header: Header = {
    ...position,
    generation: (before?.generation ?? 0) + 1,
    step: state.step,
    lengths: FLOAT_ARRAYS.map((name) => state[name].length),
    pieceFloats,
  };
  const names = pieceKeys(run, header);
  try {
    let next = 0;
    for (const name of FLOAT_ARRAYS) {
      const floats = state[name];
      for (let start = 0; start < floats.length; start += pieceFloats) {
        // A copy of its own: a stored view would take its whole buffer along.
        await set(names[next++]!, floats.slice(start, start + pieceFloats), store);
      }
    }
    await set(headerKey(run), header, store);
  } catch (thrown) {
    await delMany(names, store).catch(() => undefined);
    throw thrown;
  }
  if (before && isHeader(before)) await delMany(pieceKeys(run, before), store);
}

/** Null where there is none, or none that this version wrote. */
export async function loadCheckpoint(store: UseStore, run: string): Promise<KeptCheckpoint | null> {
  const header = await get<Partial<Header>>(headerKey(run), store);
  if (header === undefined || !isHeader(header)) return null;
  const { generation: _generation, step, lengths, pieceFloats, ...position } = header;
  const names = pieceKeys(run, header);
  const arrays: Float32Array[] = [];
  for (const length of lengths) {
    const own = names.splice(0, Math.ceil(length / pieceFloats));
    const floats = new Float32Array(length);
    for (const [index, name] of own.entries()) {
      const [piece] = await getMany<Float32Array | undefined>([name], store);
      if (piece === undefined) return null;
      floats.set(piece, index * pieceFloats);
    }
    arrays.push(floats);
  }
  const [parameters, moment1, moment2] = arrays as [Float32Array, Float32Array, Float32Array];
  return { ...position, state: { step, parameters, moment1, moment2 } };
}

export async function dropCheckpoint(store: UseStore, run: string): Promise<void> {
  await del(headerKey(run), store);
  const pieces = (await keys<Key>(store)).filter(([owner, part]) => owner === run && part === 'checkpoint');
  await delMany(pieces, store);
}

/** A checkpoint's header: its pieces alone are none. */
export function isCheckpoint([, part, index]: readonly [run: string, part: string, index: number | string]): boolean {
  return part === 'checkpoint' && index === 0;
}

function isHeader(value: Partial<Header>): value is Header {
  return value.version === 2 && value.generation !== undefined;
}

function pieceKeys(run: string, { generation, lengths, pieceFloats }: Header): Key[] {
  const count = lengths.reduce((sum, length) => sum + Math.ceil(length / pieceFloats), 0);
  return Array.from({ length: count }, (_, index): Key => [run, 'checkpoint', `${generation}.${index}`]);
}
