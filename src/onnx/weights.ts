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

  /** The weight in f32. A runtime casts what is stored in f16 once, when it opens the model: no device needs f16 then. */
  whole(name: string, shape: readonly number[]): Value {
    const known = this.#whole.get(name);
    if (known !== undefined) return known;
    const { graph, source } = this;
    const halved = this.dtype === 'f16' && shape.length > 1;
    const read = (first: number, end: number, signal?: AbortSignal) => source.read(name, first, end, signal);
    const stored = graph.tensor(name, halved ? 'f16' : 'f32', shape, read);
    const value = halved ? graph.cast(stored, 'f32') : stored;
    this.#whole.set(name, value);
    return value;
  }

  /** Rows of a table by whole numbers, [...of, columns]. */
  rows(name: string, shape: readonly number[], of: Value): Value {
    return this.graph.op('Gather', [this.whole(name, shape), of], { axis: 0 });
  }
}
