/**
 * What one run is made of in the browser's database, and its errors in plain words.
 *
 * Must not know: what the records mean.
 */
import { LabError } from '../core/errors';
import type { Direction } from '../core/direction';

export interface AdapterFiles {
  direction: Direction;
  files: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
}

/** A further file of the run, by its path within it. */
export interface KeptFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a list of runs shows, read from a manifest. */
export interface Labelled {
  state: string;
  startedAtMs: number;
  spec: { name: string };
  model: { name: string };
}

/** The types of the records, given by whoever knows them. */
export interface RecordTypes {
  manifest: Labelled;
  fact: unknown;
  trial: unknown;
  step: unknown;
  summary: unknown;
  /** Some records of one kind of probe. */
  probe: unknown;
}

/** Of the parts, `label` is a name given here, `sizes` the bytes of the others, `trash` the moment of a deletion. */
type Part =
  | 'info'
  | 'manifest'
  | 'summary'
  | 'facts'
  | 'trials'
  | 'steps'
  | 'adapter'
  | 'probes'
  | 'file'
  | 'checkpoint'
  | 'label'
  | 'sizes'
  | 'trash';
export type PartKey = [run: string, part: Part, index: number | string];

/** Bytes by part; adapters by direction, further files by path. */
export type Sizes = Record<string, number>;

/** Bytes that a value takes in the database, about: its texts and numbers, without the database's own bookkeeping. */
export function weigh(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weigh(item), 2);
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return 9;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, member]) => sum + name.length + 2 + weigh(member), 2);
}

export type Kept = 'records' | 'checkpoint';

function storageError(thrown: unknown, what: Kept): LabError {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'QuotaExceededError' && what === 'checkpoint') {
    return new LabError('storage-quota', 'This browser has no room left to keep where the run stands.', {
      hint: 'The run goes on and its records are kept; after a reload it would continue from an earlier place, or from its start. Delete older runs under “Kept runs”, or free disk space.',
      control: 'storage',
      cause: thrown,
    });
  }
  if (name === 'QuotaExceededError') {
    return new LabError('storage-quota', 'This browser has no room left to keep the records of the run.', {
      hint: 'The run stays open in this page, and nothing was deleted: download it before you leave. To make room, delete older runs under “Kept runs”, or free disk space.',
      control: 'storage',
      cause: thrown,
    });
  }
  return new LabError(
    'storage-quota',
    'This browser refuses to keep records (private window, or storage is switched off).',
    {
      hint: 'The run stays open in this page: download it before you leave, a reload will lose it. Use a normal window to keep runs.',
      cause: thrown,
    },
  );
}

/** What is thrown comes out as LabError `storage-quota`, in the words for what was to be kept. */
export async function guarded<T>(work: () => Promise<T>, what: Kept = 'records'): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(thrown, what);
  }
}
