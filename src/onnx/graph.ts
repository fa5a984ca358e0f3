/**
 * A graph of ONNX operators while it is being written: nodes in order, tensors by name, constants once each.
 *
 * Promises: values of weights are asked for only when the file is written. Must not know: decoders, files.
 */
import type { Attribute, ElementType, Node, ValueInfo } from './proto';
import { elementType } from './proto';

/** Rows [first, end) of a tensor's first side, row-major. */
export type ReadRows = (first: number, end: number, signal?: AbortSignal) => Promise<Float32Array>;

/** A tensor that the file holds: small values at once, or rows that are read when they are written. */
export interface Initializer {
  name: string;
  type: ElementType;
  shape: readonly number[];
  values: { bytes: Uint8Array<ArrayBuffer> } | { read: ReadRows };
}

/** The name of a value. */
export type Value = string;

export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly initializers = new Map<string, Initializer>();

  /** A node with one output. */
  op(type: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.split(type, inputs, 1, attributes)[0]!;
  }

  /** A node with `count` outputs. */
  split(type: string, inputs: readonly Value[], count: number, attributes: Record<string, Attribute> = {}): Value[] {
    const name = `${type}_${this.nodes.length}`;
    const outputs = count === 1 ? [name] : Array.from({ length: count }, (_, i) => `${name}.${i}`);
    this.nodes.push({ type, inputs, outputs, attributes });
    return outputs;
  }

  input(name: string, type: ElementType, shape: ValueInfo['shape']): Value {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Gives a value to the caller under a name of its own. */
  output(name: string, value: Value, shape: ValueInfo['shape']): void {
    this.nodes.push({ type: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type: 'f32', shape });
  }

  /** A tensor whose values are read when it is written. */
  tensor(name: string, type: ElementType, shape: readonly number[], read: ReadRows): Value {
    this.initializers.set(name, { name, type, shape, values: { read } });
    return name;
  }

  /** A list of whole numbers, or a single one. */
  int(value: number | readonly number[]): Value {
    const list = typeof value === 'number' ? [value] : value;
    const bytes = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    return this.#constant(`int.${JSON.stringify(value)}`, 'i64', typeof value === 'number' ? [] : [list.length], bytes);
  }

  float(value: number): Value {
    return this.#constant(`float.${Math.fround(value)}`, 'f32', [], new Uint8Array(Float32Array.of(value).buffer));
  }

  cast(value: Value, to: ElementType | 'bool'): Value {
    return this.op('Cast', [value], { to: elementType(to) });
  }

  #constant(name: string, type: ElementType, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>): Value {
    this.initializers.set(name, { name, type, shape, values: { bytes } });
    return name;
  }
}
