/**
 * Exported models in ONNX Runtime's WebAssembly build, as onnxruntime-web runs them in a browser.
 */
import * as ort from 'onnxruntime-web';
import type { StreamedFile } from '../../src/onnx';

ort.env.wasm.numThreads = 1;

export async function fileBytes(file: StreamedFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.bytes);
  let at = 0;
  for await (const piece of file.pieces()) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  if (at !== file.bytes) throw new Error(`${file.path} announced ${file.bytes} bytes and gave ${at}`);
  return bytes;
}

/** Keys and values of all layers by input name. */
export type Cache = Record<string, ort.Tensor>;

export interface Call {
  ids: number[][];
  /** Of past and new tokens; ones where absent. */
  mask?: number[][];
  cache?: Cache;
}

export interface Answer {
  /** [batch][sequence × vocabulary]. */
  logits: Float32Array[];
  cache: Cache;
}

/** A decoder with past keys and values, called as transformers.js calls it. */
export class OnnxDecoder {
  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly kvHeads: number,
    private readonly headDim: number,
  ) {}

  static async open(
    files: readonly StreamedFile[],
    path: string,
    { kvHeads, headDim }: { kvHeads: number; headDim: number },
  ): Promise<OnnxDecoder> {
    const model = await fileBytes(files.find((file) => file.path === path)!);
    const beside = files.filter((file) => file.path.startsWith(`${path}_data`));
    const externalData = await Promise.all(
      beside.map(async (file) => ({ path: file.path.replace(/^.*\//, ''), data: await fileBytes(file) })),
    );
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ['wasm'],
      ...(externalData.length > 0 ? { externalData } : {}),
    });
    return new OnnxDecoder(session, kvHeads, headDim);
  }

  get inputs(): ort.InferenceSession['inputMetadata'] {
    return this.session.inputMetadata;
  }

  get outputs(): ort.InferenceSession['outputMetadata'] {
    return this.session.outputMetadata;
  }

  async run({ ids, mask, cache = this.#empty(ids.length) }: Call): Promise<Answer> {
    const past = Object.values(cache)[0]!.dims[2]!;
    const seen = mask ?? ids.map((row) => Array.from({ length: past + row.length }, () => 1));
    const feeds = {
      input_ids: whole(ids),
      attention_mask: whole(seen),
      position_ids: whole(seen.map((row) => places(row).slice(past))),
      ...cache,
    };
    const { logits, ...present } = await this.session.run(feeds);
    const values = logits!.data as Float32Array;
    const size = values.length / ids.length;
    return {
      logits: ids.map((_, i) => values.slice(i * size, (i + 1) * size)),
      cache: Object.fromEntries(
        Object.entries(present).map(([name, value]) => [name.replace('present', 'past_key_values'), value]),
      ),
    };
  }

  /** The likeliest tokens one after the other, each call given only the one before. */
  async greedy(prompt: readonly number[], count: number): Promise<number[]> {
    let answer = await this.run({ ids: [[...prompt]] });
    const made: number[] = [];
    for (;;) {
      const all = answer.logits[0]!;
      const last = all.slice(all.length - this.#vocabulary());
      made.push(last.indexOf(Math.max(...last)));
      if (made.length === count) return made;
      answer = await this.run({ ids: [[made.at(-1)!]], cache: answer.cache });
    }
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  #vocabulary(): number {
    const found = this.outputs.find(({ name }) => name === 'logits')!;
    return (found as { shape: readonly (number | string)[] }).shape[2] as number;
  }

  #empty(batch: number): Cache {
    const names = this.session.inputNames.filter((name) => name.startsWith('past_key_values.'));
    const dims = [batch, this.kvHeads, 0, this.headDim];
    return Object.fromEntries(names.map((name) => [name, new ort.Tensor('float32', new Float32Array(0), dims)]));
  }
}

/** Places of the real tokens, from 0; of padding, 1: as transformers.js gives them. */
function places(mask: readonly number[]): number[] {
  let next = 0;
  return mask.map((real) => (real === 1 ? next++ : 1));
}

function whole(rows: readonly (readonly number[])[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0]!.length]);
}
