/**
 * The messages of ONNX that a graph needs, in protobuf's encoding. Numbers of fields and kinds are those of onnx.proto.
 *
 * Promises: a tensor's values are not among what is encoded here, so that they need never be in memory all at once.
 * Must not know: decoders, weights, files.
 */
import { PbfWriter } from 'pbf';

/** Version of the file format that came with the operator set. */
const IR_VERSION = 8;
export const OPSET = 17;
const PRODUCER = 'ontoscope';

const ELEMENT_TYPES = { f32: 1, i64: 7, f16: 10 } as const;
/** What a tensor holds. */
export type ElementType = keyof typeof ELEMENT_TYPES;
export const ELEMENT_BYTES: Record<ElementType, number> = { f32: 4, i64: 8, f16: 2 };
/** Of an operator that is told a type by number. */
export const elementType = (type: ElementType | 'bool'): number => (type === 'bool' ? 9 : ELEMENT_TYPES[type]);

const [FLOAT, INT, INTS] = [1, 2, 7];
const DATA_IS_ELSEWHERE = 1;

/** A whole number, several, or a float where it says so. */
export type Attribute = number | readonly number[] | { float: number };

export interface Node {
  type: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** A side is a length, or the name of one that each call may choose. */
export interface ValueInfo {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

export interface TensorHead {
  name: string;
  type: ElementType;
  shape: readonly number[];
  /** Where the values lie in a file beside the model; absent: they follow. */
  external?: { file: string; offset: number; bytes: number };
}

export interface GraphHead {
  name: string;
  nodes: readonly Node[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
}

/** A message's tag and length: what `bytes` bytes must follow. */
export function messageStart(field: number, bytes: number): Uint8Array {
  const out = new PbfWriter();
  out.writeTag(field, 2);
  out.writeVarint(bytes);
  return out.finish();
}

export const FIELD = { modelGraph: 7, graphInitializer: 5, tensorRawData: 9 } as const;

/** ModelProto but for its graph. */
export function encodeModelHead(producerVersion: string): Uint8Array {
  const out = new PbfWriter();
  out.writeVarintField(1, IR_VERSION);
  out.writeStringField(2, PRODUCER);
  out.writeStringField(3, producerVersion);
  out.writeMessage(8, (version: number, set) => set.writeVarintField(2, version), OPSET);
  return out.finish();
}

/** GraphProto but for its initializers. */
export function encodeGraphHead({ name, nodes, inputs, outputs }: GraphHead): Uint8Array {
  const out = new PbfWriter();
  for (const node of nodes) out.writeMessage(1, writeNode, node);
  out.writeStringField(2, name);
  for (const input of inputs) out.writeMessage(11, writeValue, input);
  for (const output of outputs) out.writeMessage(12, writeValue, output);
  return out.finish();
}

/** TensorProto but for values that follow. */
export function encodeTensorHead({ name, type, shape, external }: TensorHead): Uint8Array {
  const out = new PbfWriter();
  for (const side of shape) out.writeVarintField(1, side);
  out.writeVarintField(2, ELEMENT_TYPES[type]);
  out.writeStringField(8, name);
  if (external) {
    const { file, offset, bytes } = external;
    const entries = { location: file, offset: String(offset), length: String(bytes) };
    for (const entry of Object.entries(entries)) out.writeMessage(13, writeEntry, entry);
    out.writeVarintField(14, DATA_IS_ELSEWHERE);
  }
  return out.finish();
}

function writeNode({ type, inputs, outputs, attributes }: Node, out: PbfWriter): void {
  for (const input of inputs) out.writeStringField(1, input);
  for (const output of outputs) out.writeStringField(2, output);
  out.writeStringField(3, outputs[0]!);
  out.writeStringField(4, type);
  for (const attribute of Object.entries(attributes)) out.writeMessage(5, writeAttribute, attribute);
}

function writeAttribute([name, value]: [string, Attribute], out: PbfWriter): void {
  out.writeStringField(1, name);
  if (typeof value === 'number') {
    out.writeVarintField(3, value);
    out.writeVarintField(20, INT);
  } else if ('float' in value) {
    out.writeFloatField(2, value.float);
    out.writeVarintField(20, FLOAT);
  } else {
    for (const each of value) out.writeVarintField(8, each);
    out.writeVarintField(20, INTS);
  }
}

function writeValue({ name, type, shape }: ValueInfo, out: PbfWriter): void {
  const writeSide = (side: number | string, dim: PbfWriter) =>
    typeof side === 'number' ? dim.writeVarintField(1, side) : dim.writeStringField(2, side);
  const writeShape = (sides: ValueInfo['shape'], list: PbfWriter) => {
    for (const side of sides) list.writeMessage(1, writeSide, side);
  };
  const writeTensorType = (_: null, tensor: PbfWriter) => {
    tensor.writeVarintField(1, ELEMENT_TYPES[type]);
    tensor.writeMessage(2, writeShape, shape);
  };
  out.writeStringField(1, name);
  out.writeMessage(2, (_: null, kind) => kind.writeMessage(1, writeTensorType, null), null);
}

function writeEntry([key, value]: [string, string], out: PbfWriter): void {
  out.writeStringField(1, key);
  out.writeStringField(2, value);
}
