/**
 * A small, valid Hugging Face Llama folder of our own making, in memory or on disk, and a FileFolder over bytes.
 *
 * Promises: the same options give the same bytes; nothing in it comes from third parties. About 28 thousand
 * parameters, a byte-level BPE of fewer than 300 tokens with `<s>` in front, context 256, tied head by default.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../src/core/errors';
import type { FileFolder } from '../../src/core/files';
import { PhiloxSequence } from '../../src/core/philox';
import type { DecoderConfig } from '../../src/engine/types';
import { llama } from '../../src/models/architectures/llama';
import { Fields } from '../../src/models/fields';
import { encodeSafetensors, type TensorToWrite } from '../../src/models/safetensors';

export type FileMap = Map<string, Uint8Array<ArrayBuffer>>;

export interface TinyModelOptions {
  seed?: number;
  tied?: boolean;
  /** Fields that replace or extend config.json; `undefined` removes one. */
  config?: Record<string, unknown>;
}

const SPECIAL = ['<s>', '</s>'];
export const TINY_BOS_ID = 0;
export const TINY_EOS_ID = 1;
const WEIGHT_STREAM = 101;

/** Learned by nobody: merges that make identifiers and some syllables short. `Ġ` stands for a space. */
// prettier-ignore
const MERGES = [
  'Ġ H', 'Ġ G', 'Ġ a', 'Ġ t', 'Ġ o', 'Ġ s', 'ĠH P', 'ĠG O', '0 0', '00 0', '1 2', '5 0', 'a b', 'n o', 'r m', 'a l', 'i t',
  'o f', 'Ġo f', 'h e', 'Ġt he', 'e r', 'i n', 'o n', 'e n', 'a r', 'i s', 'l e', 'o r', 's t', 'ab no', 'al it',
];

/** The printable stand-ins of byte-level BPE: printable Latin-1 bytes are themselves, the rest follow from U+0100. */
function byteAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
}

export function tinyTokenizerJson(): Record<string, unknown> {
  const tokens = [...SPECIAL, ...byteAlphabet(), ...MERGES.map((merge) => merge.replace(' ', ''))];
  const special = SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const start = { SpecialToken: { id: '<s>', type_id: 0 } };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: {
      type: 'TemplateProcessing',
      single: [start, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [start, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<s>': { id: '<s>', ids: [TINY_BOS_ID], tokens: ['<s>'] } },
    },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: MERGES,
    },
  };
}

export function tinyConfigJson(options: TinyModelOptions = {}): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: TINY_BOS_ID,
    eos_token_id: TINY_EOS_ID,
    head_dim: 8,
    hidden_act: 'silu',
    hidden_size: 32,
    intermediate_size: 64,
    max_position_embeddings: 256,
    num_attention_heads: 4,
    num_hidden_layers: 2,
    num_key_value_heads: 2,
    pretraining_tp: 1,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    rope_scaling: null,
    tie_word_embeddings: options.tied ?? true,
    torch_dtype: 'float32',
    vocab_size: SPECIAL.length + 256 + MERGES.length,
    ...options.config,
  };
}

/** The decoder of the tiny model, as `openModel` would report it. */
export function tinyDecoderConfig(options: TinyModelOptions = {}): DecoderConfig {
  return llama.readConfig(new Fields('config.json', tinyConfigJson(options)), () => options.tied === false);
}

/** Gaussian numbers by Box–Muller from Philox. */
function gaussians(count: number, deviation: number, seed: number, substream: number): Float32Array {
  const uniform = new PhiloxSequence(seed, WEIGHT_STREAM, substream);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform.nextUnit()));
    const angle = 2 * Math.PI * uniform.nextUnit();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Weights under their names in the file: norms near 1, matrices with deviation 1/√in, the embedding 0.2. */
export function tinyTensors(options: TinyModelOptions = {}): TensorToWrite[] {
  return llama.bindings(tinyDecoderConfig(options)).map(({ fileName, shape }, substream) => {
    const isNorm = shape.length === 1;
    const deviation = isNorm ? 0.1 : fileName.includes('layers') ? 1 / Math.sqrt(shape[1]!) : 0.2;
    const count = shape.reduce((product, side) => product * side, 1);
    const data = gaussians(count, deviation, options.seed ?? 1, substream);
    return { name: fileName, shape, data: isNorm ? data.map((value) => 1 + value) : data };
  });
}

/** The five files of the tiny model. */
export function tinyModelFiles(options: TinyModelOptions = {}): FileMap {
  const tokenizerConfig = { bos_token: '<s>', eos_token: '</s>', clean_up_tokenization_spaces: false };
  return new Map([
    ['config.json', jsonBytes(tinyConfigJson(options))],
    ['generation_config.json', jsonBytes({ bos_token_id: TINY_BOS_ID, eos_token_id: TINY_EOS_ID })],
    ['tokenizer.json', jsonBytes(tinyTokenizerJson())],
    ['tokenizer_config.json', jsonBytes(tokenizerConfig)],
    ['model.safetensors', encodeSafetensors(tinyTensors(options))],
  ]);
}

/** Writes the tiny model into a directory, made if need be; returns the directory. */
export async function writeTinyModel(directory: string, options: TinyModelOptions = {}): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const [name, bytes] of tinyModelFiles(options)) await writeFile(path.join(directory, name), bytes);
  return directory;
}

export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2));
}

export interface MemoryFolderOptions {
  name?: string;
  /** Paths whose reading fails, as a broken disk would. */
  unreadable?: string[];
  /** Sees every read, and may answer in its place. */
  onRead?: (path: string, start: number, end: number) => Uint8Array<ArrayBuffer> | undefined;
}

/** A FileFolder over bytes in memory. */
export function memoryFolder(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, options: MemoryFolderOptions = {}) {
  const { name = 'models/tiny', unreadable = [], onRead } = options;
  return {
    name,
    list: () => Promise.resolve([...files].map(([file, bytes]) => ({ path: file, bytes: bytes.length }))),
    read: async (file, start, end) => {
      const bytes = files.get(file);
      if (bytes === undefined) {
        throw new LabError('file-missing', `${name} has no ${file}.`, { hint: 'Choose another folder.' });
      }
      if (unreadable.includes(file)) {
        throw new LabError('file-unreadable', `${file} in ${name} could not be read.`, { hint: 'Check the disk.' });
      }
      return onRead?.(file, start, end) ?? bytes.slice(start, end);
    },
  } satisfies FileFolder;
}

/** The files lying directly in a directory, as a FileFolder in memory. */
export async function folderFromDisk(directory: string) {
  const files: FileMap = new Map();
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isFile()) files.set(entry.name, new Uint8Array(await readFile(path.join(directory, entry.name))));
  }
  return memoryFolder(files, { name: directory });
}
