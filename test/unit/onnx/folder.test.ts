/** The exported folder: names, sizes, data files, widths of weights. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { decoderWeights, type WeightMap } from '../../../src/engine';
import { sequenceLogits } from '../../../src/engine/reference/decoder';
import type { WeightSource } from '../../../src/engine/weight-source';
import { exportOnnx } from '../../../src/experiment';
import { openModel, type ModelHandle } from '../../../src/models';
import { decodeF16, encodeF16 } from '../../../src/core/float16';
import { onnxFolder, type StreamedFile } from '../../../src/onnx';
import { decoderGraph } from '../../../src/onnx/decoder';
import { FAMILIES, modelFolder, readGolden } from '../../golden/families';
import { fileBytes, OnnxDecoder } from '../../helpers/onnx';
import { worstError } from '../../helpers/numbers';

const text = async (file: StreamedFile) => new TextDecoder().decode(await fileBytes(file));
const named = (files: readonly StreamedFile[], path: string) => files.find((file) => file.path === path)!;

/** Zeros, and a note of every read. */
function noted(config: ModelHandle['config'], value = 0): { source: WeightSource; reads: [string, number, number][] } {
  const widths = new Map(decoderWeights(config).map(({ name, shape }) => [name, shape[1] ?? 1]));
  const reads: [string, number, number][] = [];
  return {
    reads,
    source: {
      read(name, first, end, signal) {
        signal?.throwIfAborted();
        reads.push([name, first, end]);
        return Promise.resolve(new Float32Array((end - first) * widths.get(name)!).fill(value));
      },
    },
  };
}

describe.each(FAMILIES)('the graph of %s', (family) => {
  it('holds every weight once, a tied head with the embedding', async () => {
    const { config } = await openModel(await modelFolder(family));
    const { initializers } = decoderGraph(config, noted(config).source, 'f32');
    const held = [...initializers.values()].filter(({ values, name }) => 'read' in values && !/^rotation\./.test(name));
    const list = (weights: readonly { name: string; shape: readonly number[] }[]) =>
      weights.map(({ name, shape }) => `${name} [${shape.join()}]`).sort();
    expect(list(held)).toEqual(list(decoderWeights(config)));
  });
});

describe('a folder for transformers.js', () => {
  const golden = readGolden('gemma3');
  const ids = [...golden.sequences[0]!];
  let folder: Awaited<ReturnType<typeof modelFolder>>;
  let model: ModelHandle;
  let weights: WeightMap;
  let plain: Float32Array;

  const logitsOf = async (files: readonly StreamedFile[], path: string) => {
    const decoder = await OnnxDecoder.open(files, path, model.config);
    try {
      return (await decoder.run({ ids: [ids] })).logits[0]!;
    } finally {
      await decoder.close();
    }
  };

  beforeAll(async () => {
    folder = await modelFolder('gemma3');
    model = await openModel(folder);
    weights = await model.loadWeights();
    plain = await logitsOf(await exportOnnx(folder, { dtypes: ['f32'] }), 'onnx/model.onnx');
  });

  it('has the names and sides that transformers.js asks for', async () => {
    const decoder = await OnnxDecoder.open(
      await exportOnnx(folder, { dtypes: ['f32'] }),
      'onnx/model.onnx',
      model.config,
    );
    const describeAll = (all: readonly unknown[]) =>
      (all as { name: string; type: string; shape: unknown[] }[]).map(({ name, type, shape }) => [
        name,
        type,
        ...shape,
      ]);
    const layers = [0, 1, 2].flatMap((layer) => ['key', 'value'].map((part) => `${layer}.${part}`));
    expect(describeAll(decoder.inputs)).toEqual([
      ['input_ids', 'int64', 'batch_size', 'sequence_length'],
      ['attention_mask', 'int64', 'batch_size', 'total_sequence_length'],
      ['position_ids', 'int64', 'batch_size', 'sequence_length'],
      ...layers.map((name) => [`past_key_values.${name}`, 'float32', 'batch_size', 1, 'past_sequence_length', 12]),
    ]);
    expect(describeAll(decoder.outputs)).toEqual([
      ['logits', 'float32', 'batch_size', 'sequence_length', 24],
      ...layers.map((name) => [`present.${name}`, 'float32', 'batch_size', 1, 'total_sequence_length', 12]),
    ]);
    await decoder.close();
  });

  it('keeps the files beside the weights as they are', async () => {
    const files = await exportOnnx(folder, { dtypes: ['f32', 'f16'] });
    const here = new Map((await folder.list()).map(({ path, bytes }) => [path, bytes]));
    expect(files.map(({ path }) => path)).toEqual([
      'config.json',
      'generation_config.json',
      'onnx/model.onnx',
      'onnx/model_fp16.onnx',
    ]);
    for (const path of ['config.json', 'generation_config.json']) {
      expect(await fileBytes(named(files, path))).toEqual(await folder.read(path, 0, here.get(path)!));
    }
  });

  it('says what ends a text where the model has no file for it', async () => {
    const bare = { ...folder, list: async () => (await folder.list()).filter(({ path }) => !/^gen/.test(path)) };
    const files = await exportOnnx(bare, { dtypes: ['f32'] });
    expect(JSON.parse(await text(named(files, 'generation_config.json')))).toEqual({ eos_token_id: [1] });
  });

  it('puts weights past a limit into data files and answers the same, bit for bit', async () => {
    const limitBytes = 6000;
    const files = await exportOnnx(folder, { dtypes: ['f32', 'f16'], limitBytes });
    const data = files.filter(({ path }) => path.startsWith('onnx/model.onnx_data'));
    expect(data.length).toBeGreaterThan(2);
    expect(data.slice(0, 2).map(({ path }) => path)).toEqual(['onnx/model.onnx_data', 'onnx/model.onnx_data_1']);
    for (const { bytes } of data) expect(bytes).toBeLessThanOrEqual(limitBytes);
    const config = JSON.parse(await text(named(files, 'config.json'))) as Record<string, unknown>;
    const halves = files.filter(({ path }) => path.startsWith('onnx/model_fp16.onnx_data'));
    expect(config['transformers.js_config']).toEqual({
      use_external_data_format: { 'model.onnx': data.length, 'model_fp16.onnx': halves.length },
    });
    expect(config.model_type).toBe('gemma3_text');
    expect(await logitsOf(files, 'onnx/model.onnx')).toEqual(plain);
  });

  it('gives a tensor longer than the limit a file of its own', async () => {
    const files = await exportOnnx(folder, { dtypes: ['f32'], limitBytes: 1000 });
    const data = files.filter(({ path }) => path.startsWith('onnx/model.onnx_data'));
    expect(data[0]!.bytes).toBe(24 * 16 * 4);
    expect(await logitsOf(files, 'onnx/model.onnx')).toEqual(plain);
  });

  it('rounds matrices to f16, keeps norms, and computes in f32', async () => {
    const rounded = new Map(
      [...weights].map(([name, values]) => [name, /norm/.test(name) ? values : decodeF16(encodeF16(values).halves)]),
    );
    const expected = sequenceLogits(model.config, rounded, Uint32Array.from(ids));
    const files = await exportOnnx(folder, { dtypes: ['f32', 'f16'] });
    expect(worstError(await logitsOf(files, 'onnx/model_fp16.onnx'), expected)).toBeLessThan(1e-5);
    expect(worstError(plain, expected)).toBeGreaterThan(1e-5);
    expect(named(files, 'onnx/model_fp16.onnx').bytes).toBeLessThan(named(files, 'onnx/model.onnx').bytes);
  });

  it('refuses f16 where a weight is too large for it, by name', async () => {
    const { source } = noted(model.config, 70_000);
    const request = { folder, model, source, producerVersion: '0', dtypes: ['f16'] as const };
    const file = named(await onnxFolder(request), 'onnx/model_fp16.onnx');
    const error = await fileBytes(file).then(
      () => null,
      (thrown: unknown) => thrown as LabError,
    );
    expect(error).toBeInstanceOf(LabError);
    expect([error!.code, error!.message]).toEqual(['tensor-dtype', expect.stringContaining('embed holds 70000')]);
  });

  it('stays finite where a sequence is all padding so far', async () => {
    const decoder = await OnnxDecoder.open(
      await exportOnnx(folder, { dtypes: ['f32'] }),
      'onnx/model.onnx',
      model.config,
    );
    const { logits } = await decoder.run({ ids: [[0, 0, 3]], mask: [[0, 0, 1]] });
    expect(logits[0]!.every(Number.isFinite)).toBe(true);
    await decoder.close();
  });

  it('reads large weights in pieces, each row once and in order, and stops when told', async () => {
    const config = { ...model.config, vocabSize: 300_000 };
    const { source, reads } = noted(config);
    const request = { folder, model: { ...model, config }, source, producerVersion: '0', dtypes: ['f32'] as const };
    const file = named(await onnxFolder(request), 'onnx/model.onnx');
    expect(reads).toEqual([]);
    let bytes = 0;
    for await (const piece of file.pieces()) bytes += piece.byteLength;
    expect(bytes).toBe(file.bytes);
    const embedding = reads.filter(([name]) => name === 'embed');
    expect(embedding.length).toBeGreaterThan(1);
    expect(embedding.map(([, first]) => first)).toEqual([0, ...embedding.slice(0, -1).map(([, , end]) => end)]);
    expect(embedding.at(-1)![2]).toBe(config.vocabSize);

    const stop = new AbortController();
    const pieces = file.pieces(stop.signal)[Symbol.asyncIterator]();
    await pieces.next();
    stop.abort();
    const drain = async () => {
      while (!(await pieces.next()).done);
    };
    await expect(drain()).rejects.toThrow('aborted');
  });
});
