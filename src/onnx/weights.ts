/**
 * A decoder's weights as tensors of a graph: as the engine lays them out, in f32 or f16.
 *
 * Promises: each stands in the file once, however often it is used; tables and matrices are stored in the width asked for
 * and computed with in f32; what has one side stays f32. Must not know: files, families.
 */
import type { WeightSource } from '../engine/weight-source';
import type { WrittenDtype } from '../models';
import type { Graph, Value } from './graph';

export class Weights {
  readonly #whole = new Map<string, Value>();

  constructor(
    private readonly graph: Graph,
    private readonly source: WeightSource,
    private readonly dtype: WrittenDtype,
  ) {}

  /** The weight in f32. */
  whole(name: string, shape: readonly number[]): Value {
    const known = this.#whole.get(name);
    if (known !== undefined) return known;
    const stored = this.#stored(name, shape);
    const value = this.#halved(shape) ? this.graph.cast(stored, 'f32') : stored;
    this.#whole.set(name, value);
    return value;
  }

  /** Rows of a table by whole numbers, [...of, columns] in f32. */
  rows(name: string, shape: readonly number[], of: Value): Value {
    const rows = this.graph.op('Gather', [this.#stored(name, shape), of], { axis: 0 });
    return this.#halved(shape) ? this.graph.cast(rows, 'f32') : rows;
  }

  #halved(shape: readonly number[]): boolean {
    return this.dtype === 'f16' && shape.length > 1;
  }

  #stored(name: string, shape: readonly number[]): Value {
    const read = (first: number, end: number, signal?: AbortSignal) => this.source.read(name, first, end, signal);
    return this.graph.tensor(name, this.#halved(shape) ? 'f16' : 'f32', shape, read);
  }
}
