/**
 * A graph as the files of an ONNX model: one, or one with the weights in files beside it.
 *
 * Promises: sizes are known before anything is read; files are made piece by piece in order, each weight read once.
 * Assumes a little-endian host, as every host of WebGPU is. Must not know: decoders, where files go.
 */
import { elementsOf } from '../core/shape';
import { toHalves } from '../models';
import type { Graph, Initializer } from './graph';
import {
  ELEMENT_BYTES,
  encodeGraphHead,
  encodeModelHead,
  encodeTensorHead,
  FIELD,
  messageStart,
  type TensorHead,
} from './proto';

/**
 * Weights beyond this lie in files of their own, none of them longer, but for a tensor that is. A protobuf message ends at
 * 2 GiB, and a browser holds a file and its weights side by side in 4 GiB.
 */
export const FILE_LIMIT_BYTES = 2 ** 30;
/** Where weights begin in a file of their own, so that a host can map them. */
const ALIGNMENT = 4096;
/** Weights are read in pieces of about so many bytes of f32. */
const PIECE_BYTES = 16 * 2 ** 20;

type Piece = Uint8Array<ArrayBufferLike>;

/** A file of known size that is made while it is written. */
export interface StreamedFile {
  path: string;
  bytes: number;
  /** Throws `tensor-dtype`, `cancelled`, or what reading the weights throws. */
  pieces(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface OnnxOptions {
  /** Of the file; data files are called `{path}_data`, `{path}_data_1` and so on, as transformers.js looks for them. */
  path: string;
  producerVersion: string;
  limitBytes?: number;
}

/** The model, and its data files where it has some. */
export function onnxFiles(graph: Graph, { path, producerVersion, limitBytes }: OnnxOptions): StreamedFile[] {
  const limit = limitBytes ?? FILE_LIMIT_BYTES;
  const tensors = [...graph.initializers.values()];
  const weights = tensors.filter(({ values }) => 'read' in values);
  const total = weights.reduce((sum, weight) => sum + byteSize(weight), 0);
  const data = total > limit ? dataFiles(path, weights, limit) : [];
  const places = new Map(data.flatMap(({ path: file, parts }) => parts.map((part) => [part.name, { file, ...part }])));
  const parts = tensors.flatMap((tensor): (Piece | Initializer)[] => {
    const place = places.get(tensor.name);
    // Beside the model, so without the folder that both lie in.
    const external = place && { ...place, file: place.file.slice(place.file.lastIndexOf('/') + 1) };
    return withStart(FIELD.graphInitializer, tensorParts(tensor, external));
  });
  const head = encodeGraphHead({ name: 'decoder', nodes: graph.nodes, inputs: graph.inputs, outputs: graph.outputs });
  const model = [encodeModelHead(producerVersion), ...withStart(FIELD.modelGraph, [head, ...parts])];
  return [streamed(path, model), ...data.map(({ path: file, content }) => streamed(file, content))];
}

interface DataFile {
  path: string;
  content: (Piece | Initializer)[];
  parts: { name: string; offset: number; bytes: number }[];
  bytes: number;
}

function dataFiles(path: string, weights: readonly Initializer[], limit: number): DataFile[] {
  const files: DataFile[] = [];
  for (const weight of weights) {
    const bytes = byteSize(weight);
    let file = files.at(-1);
    const offset = Math.ceil((file?.bytes ?? 0) / ALIGNMENT) * ALIGNMENT;
    if (!file || offset + bytes > limit) {
      file = { path: `${path}_data${files.length === 0 ? '' : `_${files.length}`}`, content: [], parts: [], bytes: 0 };
      files.push(file);
    }
    const start = file.bytes === 0 ? 0 : offset;
    if (start > file.bytes) file.content.push(new Uint8Array(start - file.bytes));
    file.content.push(weight);
    file.parts.push({ name: weight.name, offset: start, bytes });
    file.bytes = start + bytes;
  }
  return files;
}

function tensorParts(tensor: Initializer, external: TensorHead['external']): (Piece | Initializer)[] {
  const { name, type, shape } = tensor;
  const head = encodeTensorHead({ name, type, shape, ...(external && { external }) });
  return external ? [head] : [head, ...withStart(FIELD.tensorRawData, [tensor])];
}

/** The parts as one field of a message. */
function withStart(field: number, parts: readonly (Piece | Initializer)[]): (Piece | Initializer)[] {
  return [messageStart(field, sizeOf(parts)), ...parts];
}

function sizeOf(parts: readonly (Piece | Initializer)[]): number {
  return parts.reduce((sum, part) => sum + byteSize(part), 0);
}

function byteSize(part: Piece | Initializer): number {
  if (part instanceof Uint8Array) return part.byteLength;
  return part.shape.reduce((product, side) => product * side, ELEMENT_BYTES[part.type]);
}

function streamed(path: string, parts: readonly (Piece | Initializer)[]): StreamedFile {
  return {
    path,
    bytes: sizeOf(parts),
    async *pieces(signal) {
      for (const part of parts) {
        if (part instanceof Uint8Array) yield part;
        else yield* values(part, signal);
      }
    },
  };
}

async function* values({ name, type, shape, values: held }: Initializer, signal?: AbortSignal): AsyncIterable<Piece> {
  if ('bytes' in held) {
    yield held.bytes;
    return;
  }
  const [rows = 1, ...sides] = shape;
  const columns = elementsOf(sides);
  const step = Math.max(1, Math.floor(PIECE_BYTES / (columns * 4)));
  for (let first = 0; first < rows; first += step) {
    const read = await held.read(first, Math.min(first + step, rows), signal);
    const stored = type === 'f16' ? toHalves(name, read) : read;
    yield new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  }
}
