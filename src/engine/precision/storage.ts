/**
 * How the weights of a base lie in GPU memory: the precision asked for, and what it means for each weight.
 *
 * Promises: sizes are known before a value is. Must not know: values, devices.
 */
import { elementsOf } from '../../core/shape';
import { LINEAR_NAMES, type WeightInfo } from '../types';
import type { BasePrecision, Storage } from './kinds';

/** Values that share a scale, and scales that share one. */
export const NF4_BLOCK = 64;
export const NESTED_BLOCK = 256;

/**
 * Linear layers take the precision asked for. Tables (embedding, learned positions, an untied head) are kept in f16 under
 * int8 and nf4, as bitsandbytes leaves them alone; norms and biases always are f32.
 */
export function storageOf(name: string, { precision, doubleQuantisation }: BasePrecision): Storage {
  if (precision === 'f32') return 'f32';
  if (name === 'embed' || name === 'positions' || name === 'head') return 'f16';
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (!(LINEAR_NAMES as readonly string[]).includes(last)) return 'f32';
  return precision === 'nf4' && doubleQuantisation ? 'nf4-double' : precision;
}

/** Where the parts of a stored weight begin, in 32-bit words; kernels compute the same from the weight's sides. */
export interface StoredLayout {
  elements: number;
  rows: number;
  /** Scales: of rows (int8), of blocks (nf4). */
  scales: number;
  /** Of nf4-double: the mean of the blocks' scales, scales of their deviations from it, the deviations' codes. */
  nested: { offset: number; scales: number; codes: number; blocks: number; groups: number } | null;
  words: number;
}

export function storedLayout({ shape }: Pick<WeightInfo, 'shape'>, storage: Storage): StoredLayout {
  const elements = elementsOf(shape);
  const rows = shape[0]!;
  const plain = (scales: number, words: number): StoredLayout => ({ elements, rows, scales, nested: null, words });
  if (storage === 'f32') return plain(elements, elements);
  if (storage === 'f16') return plain(Math.ceil(elements / 2), Math.ceil(elements / 2));
  if (storage === 'int8') return plain(elements / 4, elements / 4 + rows);
  const codes = Math.ceil(elements / 8);
  const blocks = Math.ceil(elements / NF4_BLOCK);
  if (storage === 'nf4') return plain(codes, codes + blocks);
  const groups = Math.ceil(blocks / NESTED_BLOCK);
  const nested = { offset: codes, scales: codes + 1, codes: codes + 1 + groups, blocks, groups };
  return { elements, rows, scales: codes, nested, words: nested.codes + Math.ceil(blocks / 4) };
}
