/**
 * A model as the folder that transformers.js loads: configuration and tokenizer as they are, the decoder under `onnx/`.
 *
 * Promises: nothing is read of the weights before a file's pieces are asked for; config.json gains only what tells
 * transformers.js of data files. Must not know: where files go.
 */
import type { FileFolder } from '../core/files';
import type { WeightSource } from '../engine/weight-source';
import type { ModelHandle, WrittenDtype } from '../models';
import { decoderGraph } from './decoder';
import { onnxFiles, type StreamedFile } from './file';

const CONFIG = 'config.json';
const GENERATION_CONFIG = 'generation_config.json';
const MODEL_FILES: Record<WrittenDtype, string> = { f32: 'model.onnx', f16: 'model_fp16.onnx' };
/** What stands beside a decoder and goes along unchanged. */
const COPIED = [
  GENERATION_CONFIG,
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'chat_template.jinja',
];

export interface OnnxExport {
  /** Of the model that was opened. */
  folder: FileFolder;
  model: Pick<ModelHandle, 'config' | 'stopIds'>;
  source: WeightSource;
  /** Widths of the weights: each gives a file of its own. */
  dtypes: readonly WrittenDtype[];
  producerVersion: string;
  /** Weights beyond this lie in data files. */
  limitBytes?: number;
}

export async function onnxFolder(request: OnnxExport): Promise<StreamedFile[]> {
  const { folder, model, source, dtypes, producerVersion, limitBytes } = request;
  const sizes = new Map((await folder.list()).map(({ path, bytes }) => [path, bytes]));
  const decoders = dtypes.map((dtype) =>
    onnxFiles(decoderGraph(model.config, source, dtype), {
      path: `onnx/${MODEL_FILES[dtype]}`,
      producerVersion,
      ...(limitBytes === undefined ? {} : { limitBytes }),
    }),
  );
  const dataFiles = dtypes.flatMap((dtype, i) => {
    const count = decoders[i]!.length - 1;
    return count === 0 ? [] : [[MODEL_FILES[dtype], count] as const];
  });
  const config = await whole(folder, CONFIG, sizes.get(CONFIG)!);
  const files = [
    inMemory(CONFIG, dataFiles.length === 0 ? config : withDataFiles(config, Object.fromEntries(dataFiles))),
  ];
  for (const name of COPIED) {
    const bytes = sizes.get(name);
    if (bytes !== undefined) files.push(inMemory(name, await whole(folder, name, bytes)));
    else if (name === GENERATION_CONFIG) files.push(inMemory(name, json({ eos_token_id: model.stopIds })));
  }
  return [...files, ...decoders.flat()];
}

function withDataFiles(config: Uint8Array, counts: Record<string, number>): Uint8Array {
  const content = JSON.parse(new TextDecoder().decode(config)) as Record<string, unknown>;
  const own = content['transformers.js_config'] as Record<string, unknown> | undefined;
  return json({ ...content, 'transformers.js_config': { ...own, use_external_data_format: counts } });
}

function json(content: Record<string, unknown>): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`);
}

function whole(folder: FileFolder, name: string, bytes: number): Promise<Uint8Array> {
  return folder.read(name, 0, bytes);
}

function inMemory(path: string, content: Uint8Array): StreamedFile {
  return {
    path,
    bytes: content.byteLength,
    async *pieces() {
      yield content;
    },
  };
}
