/** Adapters in PEFT layout, out and in; real ones are read where they fit and refused where they do not. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import type { DecoderConfig, NamedTensor } from '../../../src/engine/types';
import { loraScale, openModel, readAdapter, writeAdapter, writeHfWeights } from '../../../src/models';
import { readSafetensorsHeader } from '../../../src/models/safetensors';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { folderFromDisk, jsonBytes, memoryFolder, tinyDecoderConfig, tinyModelFiles } from '../../helpers/tiny-model';

const config = tinyDecoderConfig();
const model = { architecture: 'llama', config } as const;
const description = {
  baseModel: 'tiny',
  architecture: 'llama',
  rank: 3,
  alpha: 12,
  scaling: 'standard',
  dora: false,
} as const;

/** LoRA tensors of rank 3 for q_proj and down_proj in both layers, every value different. */
function loraTensors(): NamedTensor[] {
  const sizes = { q_proj: [32, 32], down_proj: [32, 64] } as const;
  let next = 0;
  const fill = (name: string, shape: number[]) => {
    const data = Float32Array.from({ length: shape[0]! * shape[1]! }, () => ++next / 128);
    return { name, shape, data };
  };
  return [0, 1].flatMap((layer) =>
    Object.entries(sizes).flatMap(([linear, [out, into]]) => [
      fill(`layers.${layer}.${linear}.lora_A`, [3, into]),
      fill(`layers.${layer}.${linear}.lora_B`, [out, 3]),
    ]),
  );
}

const written = (overrides = {}) =>
  new Map(
    writeAdapter({ ...description, ...overrides }, config, loraTensors()).map(({ path, bytes }) => [path, bytes]),
  );

async function errorOf(promise: Promise<unknown>): Promise<LabError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LabError);
  return error as LabError;
}

describe('a written adapter', () => {
  it('has the keys and shapes of PEFT', async () => {
    const files = written();
    const folder = memoryFolder(files);
    const path = 'adapter_model.safetensors';
    const { tensors, metadata } = await readSafetensorsHeader(folder, path, files.get(path)!.length);
    expect(metadata).toEqual({ format: 'pt' });
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight': [3, 32],
      'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight': [32, 3],
      'base_model.model.model.layers.0.mlp.down_proj.lora_A.weight': [3, 64],
      'base_model.model.model.layers.0.mlp.down_proj.lora_B.weight': [32, 3],
      'base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight': [3, 32],
      'base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight': [32, 3],
      'base_model.model.model.layers.1.mlp.down_proj.lora_A.weight': [3, 64],
      'base_model.model.model.layers.1.mlp.down_proj.lora_B.weight': [32, 3],
    });
  });

  it('has every field of adapter_config.json, sorted', () => {
    const text = new TextDecoder().decode(written().get('adapter_config.json'));
    const json = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(json)).toEqual(Object.keys(json).sort());
    expect(json).toEqual({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      base_model_name_or_path: 'tiny',
      revision: null,
      r: 3,
      lora_alpha: 12,
      lora_dropout: 0,
      target_modules: ['down_proj', 'q_proj'],
      bias: 'none',
      fan_in_fan_out: false,
      use_rslora: false,
      use_dora: false,
      init_lora_weights: true,
      inference_mode: true,
      modules_to_save: null,
      layers_to_transform: null,
      layers_pattern: null,
      rank_pattern: {},
      alpha_pattern: {},
    });
  });

  it('has the same bytes in whatever order its tensors come', () => {
    const forwards = writeAdapter(description, config, loraTensors());
    expect(writeAdapter(description, config, loraTensors().reverse())).toEqual(forwards);
  });

  it('reads back tensor for tensor, with its scale', async () => {
    const adapter = await readAdapter(memoryFolder(written()), model);
    expect(adapter).toMatchObject({ ...description, scale: 4, targets: ['q_proj', 'down_proj'] });
    expect(adapter.tensors).toEqual(loraTensors());
    const rs = await readAdapter(memoryFolder(written({ scaling: 'rslora' })), model);
    expect(rs).toMatchObject({ scaling: 'rslora', scale: 12 / Math.sqrt(3) });
  });

  it('scales by α/r, or by α/√r for rsLoRA', () => {
    expect([loraScale(16, 32, 'standard'), loraScale(16, 32, 'rslora')]).toEqual([2, 8]);
  });

  it('is never written from a tensor of another rank or name', () => {
    expect(() => writeAdapter({ ...description, rank: 4 }, config, loraTensors())).toThrow('rank 4');
    const stray = { name: 'layers.0.q_proj', shape: [3, 3], data: new Float32Array(9) };
    expect(() => writeAdapter(description, config, [stray])).toThrow('layers.0.q_proj');
  });
});

describe('an adapter that is refused', () => {
  const json = JSON.parse(new TextDecoder().decode(written().get('adapter_config.json'))) as Record<string, unknown>;
  const readWith = (changes: Record<string, unknown>) =>
    readAdapter(
      memoryFolder(new Map([...written(), ['adapter_config.json', jsonBytes({ ...json, ...changes })]])),
      model,
    );

  it.each([
    { bias: 'lora_only' },
    { modules_to_save: ['lm_head'] },
    { lora_bias: true },
    { rank_pattern: { q_proj: 8 } },
    { alpha_pattern: { q_proj: 8 } },
    { layer_replication: [[0, 2]] },
    { layers_to_transform: [2] },
    { layers_to_transform: '0' },
    { layers_pattern: 'blocks', layers_to_transform: [0] },
    { layers_pattern: 'layers' },
    { use_dora: 'yes' },
    { target_modules: '(\\w+)+x' },
    { target_modules: '.*.*.*.*.*.*q_proj' },
    { trainable_token_indices: [5] },
    { target_parameters: ['experts.w'] },
    { use_qalora: true },
    { alora_invocation_tokens: [1, 2] },
    { exclude_modules: ['v_proj'] },
    { init_lora_weights: 'pissa' },
    { peft_type: 'IA3' },
    { task_type: 'SEQ_CLS' },
    { some_future_switch: 3 },
    { r: 0 },
    { r: '3' },
    { lora_alpha: null },
    { use_rslora: 1 },
    { target_modules: '.*c_attn' },
    { target_modules: '(' },
    { target_modules: [] },
    { target_modules: ['c_attn'] },
  ])('for %o', async (change) => {
    const error = await errorOf(readWith(change));
    expect([error.code, error.message]).toEqual(['adapter-invalid', expect.stringContaining(Object.keys(change)[0]!)]);
    expect(error.message).toContain('adapter_config.json');
  });

  it('may name its targets by a pattern, but must bring nothing beside them', async () => {
    expect((await readWith({ target_modules: '.*\\.(q|down)_proj' })).targets).toEqual(['q_proj', 'down_proj']);
    const error = await errorOf(readWith({ target_modules: '.*q_proj' }));
    expect([error.code, error.message]).toEqual(['adapter-invalid', expect.stringContaining('down_proj.lora_A')]);
  });

  it('is not refused for settings that change nothing', async () => {
    const neutral = { lora_dropout: 0.1, peft_version: '0.18.0', megatron_core: 'megatron.core', loftq_config: {} };
    const old = { use_rslora: undefined, use_dora: undefined, init_lora_weights: 'gaussian' };
    expect((await readWith({ ...neutral, ...old, qalora_group_size: 16 })).scale).toBe(4);
  });

  it('for a missing file, tensor or a tensor of another model', async () => {
    const files = written();
    files.delete('adapter_model.safetensors');
    expect((await errorOf(readAdapter(memoryFolder(files), model))).code).toBe('file-missing');

    const missing = await errorOf(readWith({ target_modules: ['q_proj', 'down_proj', 'v_proj'] }));
    expect([missing.code, missing.message]).toEqual(['tensor-missing', expect.stringContaining('v_proj.lora_A')]);

    const extra = await errorOf(readWith({ target_modules: ['q_proj'] }));
    expect([extra.code, extra.message]).toEqual(['adapter-invalid', expect.stringContaining('down_proj.lora_A')]);

    const shape = await errorOf(readWith({ r: 4 }));
    expect(shape.code).toBe('tensor-shape');
    expect(shape.message).toMatch(/q_proj\.lora_A.*\[3, 32\].*\[4, 32\]/);

    const other = { ...model, config: { ...config, layers: 1 } };
    expect((await errorOf(readAdapter(memoryFolder(written()), other))).message).toContain('layers.1.');
  });

  it('for weights cut short', async () => {
    const files = written();
    files.set('adapter_model.safetensors', files.get('adapter_model.safetensors')!.slice(0, 2000));
    expect((await errorOf(readAdapter(memoryFolder(files), model))).code).toBe('safetensors-truncated');
  });
});

describe('fully trained weights', () => {
  it.each([true, false])('replace the weights of the model they came from (tied: %s)', async (tied) => {
    const files = tinyModelFiles({ tied });
    const base = await openModel(memoryFolder(files));
    const trained = new Map([...(await base.loadWeights())].map(([name, data]) => [name, data.map((x) => x * 2)]));
    const tensors = base.weights.map(({ name, shape }) => ({ name, shape, data: trained.get(name)! }));
    const extra = tied ? [{ name: 'head', shape: [1], data: new Float32Array(1) }] : [];
    const { path, bytes } = writeHfWeights([...tensors, ...extra], base.config);
    const again = await openModel(memoryFolder(new Map([...files, [path, bytes]])));
    expect(again.ignored).toEqual([]);
    expect(await again.loadWeights()).toEqual(trained);
  });

  it('with a name unknown or missing are a defect, not a file', async () => {
    const base = await openModel(memoryFolder(tinyModelFiles({ tied: true })));
    const weights = await base.loadWeights();
    const tensors = base.weights.map(({ name, shape }) => ({ name, shape, data: weights.get(name)! }));
    const stray = { name: 'layers.0.bias', shape: [1], data: new Float32Array(1) };
    expect(() => writeHfWeights([...tensors, stray], base.config)).toThrow('layers.0.bias');
    expect(() => writeHfWeights(tensors.slice(1), base.config)).toThrow('embed');
  });
});

describeWithShared('real adapters', 'adapters', () => {
  /** The layout of the models the adapters were made for; only sizes matter here. */
  const decoder = (hiddenSize: number, layers: number, heads: number, kvHeads: number): DecoderConfig => ({
    ...config,
    hiddenSize,
    layers,
    heads,
    kvHeads,
    headDim: hiddenSize / heads,
  });
  const open = async (name: string, sizes: DecoderConfig) =>
    readAdapter(await folderFromDisk(sharedPath('adapters', name)), { architecture: 'llama', config: sizes });

  it('of Llama layers and grouped heads are read whole', async () => {
    const llamaAdapter = await open('lora-tinyllama-1.1b', decoder(2048, 22, 32, 4));
    expect(llamaAdapter).toMatchObject({
      rank: 4,
      alpha: 8,
      scale: 2,
      scaling: 'standard',
      targets: ['q_proj', 'v_proj'],
    });
    expect(llamaAdapter.tensors).toHaveLength(88);
    const grouped = await open('lora-qwen2.5-0.5b', decoder(896, 24, 14, 2));
    expect(grouped.tensors.find(({ name }) => name === 'layers.23.v_proj.lora_B')!.shape).toEqual([128, 8]);
  });

  it('come out as the same tensors under the same keys when written again', async () => {
    const folder = await folderFromDisk(sharedPath('adapters/lora-tinyllama-1.1b'));
    const adapter = await open('lora-tinyllama-1.1b', decoder(2048, 22, 32, 4));
    const weights = writeAdapter(adapter, decoder(2048, 22, 32, 4), adapter.tensors).find(
      ({ path }) => path === 'adapter_model.safetensors',
    )!;
    const original = (await folder.list()).find(({ path }) => path === weights.path)!;
    expect(weights.bytes.length).toBe(original.bytes);
    const bytes = await folder.read(original.path, 0, original.bytes);
    expect(Buffer.compare(weights.bytes, bytes)).toBe(0);
  });

  it('of other families, tasks and sizes are refused by name', async () => {
    const small = decoder(768, 12, 12, 12);
    const refused = ['lora-gpt2-cattn-cproj-tigrinya', 'lora-gpt2-cattn-customer-support', 'lora-gpt2-seqcls'];
    for (const name of refused) expect((await errorOf(open(name, small))).code).toBe('adapter-invalid');
    expect((await errorOf(open('lora-opt-125m-bf16', small))).code).toBe('tensor-missing');
    expect((await errorOf(open('lora-tinyllama-1.1b', small))).code).toBe('tensor-shape');
  });
});
