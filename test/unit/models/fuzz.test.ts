/**
 * Mutated safetensors headers, configurations and adapter configurations: a typed error or a correct load, never a crash or
 * garbage. `FUZZ_RUNS=10000` for a long run, `PROPERTY_SEED` for another one.
 */
import { expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { PhiloxSequence } from '../../../src/core/philox';
import { decoderWeights } from '../../../src/engine';
import { openModel, readAdapter, writeAdapter, type ModelHandle } from '../../../src/models';
import { encodeSafetensors } from '../../../src/models/safetensors';
import { filesOf, GEMMA, GPT2, LLAMA, NEOX, QWEN2, QWEN3, type Config } from '../../helpers/family-files';
import { mutate } from '../../helpers/mutate';
import { jsonBytes, memoryFolder, type FileMap } from '../../helpers/tiny-model';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const SEED = Number(process.env.PROPERTY_SEED) || 11;
const STREAM = 1_202;

type Draw = (below: number) => number;
const drawing = (run: number): Draw => {
  const draws = new PhiloxSequence(SEED, STREAM, run);
  return (below) => Math.floor(draws.nextUnit() * below) % below;
};

const FAMILIES = [
  LLAMA,
  {
    ...LLAMA,
    attention_bias: true,
    rope_scaling: {
      rope_type: 'llama3',
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 32,
    },
  },
  QWEN2,
  QWEN3,
  {
    ...GEMMA,
    sliding_window: 4,
    rope_parameters: { full_attention: { rope_theta: 1e6 }, sliding_attention: { rope_theta: 1e4 } },
  },
  GPT2,
  { ...NEOX, tie_word_embeddings: true, eos_token_id: [1, 2], bos_token_id: 0, attention_dropout: 0 },
].map((config: Config) => {
  const files: FileMap = new Map([
    ['config.json', jsonBytes(config)],
    ['model.safetensors', encodeSafetensors(filesOf(config))],
  ]);
  return { config, files };
});

const VALUES = [
  ...[
    null,
    true,
    false,
    '',
    'x',
    'default',
    [],
    {},
    [1],
    [[]],
    { a: 1 },
    0,
    1,
    2,
    3,
    4,
    -1,
    1.5,
    8,
    64,
    1e-9,
    1e9,
    1e300,
    -0,
  ],
  ...[
    2 ** 31,
    2 ** 53,
    Number.MAX_VALUE,
    '\u0000',
    '__proto__',
    'constructor',
    'llama',
    'gpt2',
    'yarn',
    'llama3',
    '1e5',
  ],
];

/** Null where it was refused, with a typed error. */
async function outcome<T>(made: Promise<T>, what: string): Promise<T | null> {
  try {
    return await made;
  } catch (error) {
    if (!(error instanceof LabError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
    expect([error.message, error.hint], what).toEqual([expect.stringMatching(/.{10}/), expect.stringMatching(/.{10}/)]);
    expect(error.code, what).not.toBe('internal');
    return null;
  }
}

/** Whatever opens is a model that can be computed: every weight there, finite, as long as its shape says. */
async function expectSound(model: ModelHandle, what: string): Promise<void> {
  const { config } = model;
  const numbers = [config.normEpsilon, config.traits.embeddingScale, config.traits.attentionScale ?? 1];
  const frequencies = [...config.inverseFrequencies, ...(config.traits.local?.inverseFrequencies ?? [])];
  for (const value of [...numbers, ...frequencies]) expect(Number.isFinite(value) && value >= 0, what).toBe(true);
  expect([config.hiddenSize % 4, config.headDim % 4, config.heads % config.kvHeads], what).toEqual([0, 0, 0]);
  const weights = await outcome(model.loadWeights(), what);
  if (weights === null) return;
  for (const { name, shape } of decoderWeights(config)) {
    const values = weights.get(name);
    expect(values?.length, `${what}: ${name}`).toBe(shape.reduce((product, side) => product * side, 1));
    expect(values!.every(Number.isFinite), `${what}: ${name}`).toBe(true);
  }
}

it(`${RUNS} mutated headers`, async () => {
  let [opened, same] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const draw = drawing(run);
    const { files } = FAMILIES[draw(FAMILIES.length)]!;
    const bytes = files.get('model.safetensors')!.slice();
    const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const changes = 1 + draw(3);
    // Mostly signs of the header's own alphabet, so that it often stays JSON; sometimes any byte, its length too.
    for (let n = 0; n < changes; n++) {
      const at = draw(5) === 0 ? draw(8) : 8 + draw(header);
      const signs = '0123456789"{}[],: FI6382BOLU-_.';
      bytes[at] = draw(4) === 0 ? draw(256) : signs.charCodeAt(draw(signs.length));
    }
    const cut = draw(10) === 0 ? bytes.slice(0, draw(bytes.length)) : bytes;
    const what = `header, seed ${SEED}, run ${run}`;
    const model = await outcome(openModel(memoryFolder(new Map([...files, ['model.safetensors', cut]]))), what);
    if (model === null) continue;
    opened += 1;
    await expectSound(model, what);
    const before = await (await openModel(memoryFolder(files))).loadWeights();
    const after = await outcome(model.loadWeights(), what);
    if (after && [...before].every(([name, values]) => after.get(name)?.every((value, i) => value === values[i])))
      same += 1;
  }
  // Spaces, metadata and signs in place of themselves are neutral; nearly everything else is found out.
  expect(opened).toBeLessThan(RUNS / 4);
  expect(same).toBeGreaterThan(0);
}, 600_000);

it(`${RUNS} mutated configurations`, async () => {
  let opened = 0;
  for (let run = 0; run < RUNS; run++) {
    const draw = drawing(RUNS + run);
    const { config, files } = FAMILIES[draw(FAMILIES.length)]!;
    const path = [draw(64), ...(draw(3) === 0 ? [draw(8)] : [])];
    const changed = mutate(config, path, VALUES[draw(VALUES.length)], draw(3));
    const what = `configuration ${JSON.stringify(changed)}, seed ${SEED}, run ${run}`;
    const folder = (json: unknown) => memoryFolder(new Map([...files, ['config.json', jsonBytes(json)]]));
    const model = await outcome(openModel(folder(changed)), what);
    if (model === null) continue;
    opened += 1;
    await expectSound(model, what);
    // What the family does not read changes nothing.
    const unread = await openModel(folder({ ...(changed as Config), [`unread_${run}`]: VALUES[draw(VALUES.length)] }));
    expect(unread.config, what).toEqual(model.config);
  }
  expect(opened).toBeGreaterThan(RUNS / 20);
  expect(opened).toBeLessThan(RUNS);
}, 600_000);

it(`${RUNS} mutated adapter configurations`, async () => {
  const { files } = FAMILIES[0]!;
  const model = await openModel(memoryFolder(files));
  const base = { architecture: model.architecture, config: model.config };
  const tensors = Array.from({ length: model.config.layers }, (_, layer) => [
    { name: `layers.${layer}.q_proj.lora_A`, shape: [2, 32], data: new Float32Array(64).fill(0.5) },
    { name: `layers.${layer}.q_proj.lora_B`, shape: [32, 2], data: new Float32Array(64).fill(layer) },
  ]).flat();
  const description = {
    baseModel: 'b',
    architecture: base.architecture,
    rank: 2,
    alpha: 4,
    scaling: 'standard',
    dora: false,
  } as const;
  const written: FileMap = new Map(
    writeAdapter(description, base.config, tensors).map(({ path, bytes }) => [path, bytes]),
  );
  const json = JSON.parse(new TextDecoder().decode(written.get('adapter_config.json'))) as Config;
  const sound = await readAdapter(memoryFolder(written), base);
  let read = 0;
  for (let run = 0; run < RUNS; run++) {
    const draw = drawing(2 * RUNS + run);
    const changed = mutate(json, [draw(64), ...(draw(4) === 0 ? [0] : [])], VALUES[draw(VALUES.length)], draw(3));
    const what = `adapter ${JSON.stringify(changed)}, seed ${SEED}, run ${run}`;
    const folder = memoryFolder(new Map([...written, ['adapter_config.json', jsonBytes(changed)]]));
    const adapter = await outcome(readAdapter(folder, base), what);
    if (adapter === null) continue;
    read += 1;
    // The weights are the file's; of the settings only those that scale them may differ.
    expect([adapter.targets, adapter.tensors], what).toEqual([sound.targets, sound.tensors]);
    expect([adapter.rank, Number.isFinite(adapter.scale)], what).toEqual([2, true]);
    const { lora_alpha: alpha, use_rslora: rslora } = changed as Config;
    expect(adapter.scale, what).toBeCloseTo((alpha as number) / (rslora === true ? Math.sqrt(2) : 2), 9);
  }
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(RUNS);
}, 600_000);
