/**
 * A model of SmolLM2-135M's shape with random weights, written to disk tensor by tensor; a smaller one of the same kind.
 *
 * Promises: the same shape gives the same bytes. Must not know: what is done with the model.
 */
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { llama } from '../../src/models/architectures/llama';
import { Fields } from '../../src/models/fields';
import type { HubFile } from '../helpers/hub-server';

export const SMOLLM2_135M = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_act: 'silu',
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100000,
  tie_word_embeddings: true,
  vocab_size: 49152,
  bos_token_id: 0,
  eos_token_id: 0,
  torch_dtype: 'bfloat16',
};

/** Writes config.json and a bf16 model.safetensors; what a hub tells of both. */
export async function writeRandomModel(folder: string, config: object): Promise<Map<string, HubFile>> {
  await mkdir(folder, { recursive: true });
  const bindings = llama.bindings(llama.readConfig(new Fields('config.json', { ...config }), () => false));
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const { fileName, shape } of bindings) {
    const bytes = 2 * shape.reduce((product, side) => product * side, 1);
    header[fileName] = { dtype: 'BF16', shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const pieces = function* () {
    yield Buffer.concat([length, padded]);
    yield* randomHalves(at / 2);
  };
  const text = Buffer.from(JSON.stringify(config));
  return new Map([
    ['config.json', await write(path.join(folder, 'config.json'), [text])],
    ['model.safetensors', await write(path.join(folder, 'model.safetensors'), pieces())],
  ]);
}

/** bfloat16 numbers of magnitude 1/64 to 1/32 and either sign, by xorshift. */
function* randomHalves(count: number): Iterable<Uint8Array> {
  let state = 2463534242;
  for (let done = 0; done < count; done += 2 ** 20) {
    const halves = new Uint16Array(Math.min(2 ** 20, count - done));
    for (let i = 0; i < halves.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      halves[i] = (state & 0x807f) | (121 << 7);
    }
    yield new Uint8Array(halves.buffer);
  }
}

async function write(place: string, pieces: Iterable<Uint8Array>): Promise<HubFile> {
  const hash = createHash('sha256');
  const handle = await open(place, 'w');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    await handle.writeFile(piece);
    bytes += piece.length;
  }
  await handle.close();
  return { place, bytes, sha256: hash.digest('hex') };
}
