/** What a session is planned to take, against what it takes at its peak, for three families and three precisions. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openNodeFolder } from '../../src/cli/node-folder';
import type { PackedRow } from '../../src/core/packed-row';
import {
  acquireDevice,
  createSession,
  type EngineDevice,
  type Session,
  type SessionShape,
  type TrainableSpec,
} from '../../src/engine';
import { openModel } from '../../src/models';
import { modelFolder } from '../golden/families';
import { testGpu } from '../helpers/gpu';
import { FROZEN_SETTINGS } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

const LORA: TrainableSpec = { kind: 'lora', rank: 4, scale: 2, targets: ['q_proj', 'down_proj'] };
const ROW_TOKENS = 64;

const cases: [string, () => ReturnType<typeof modelFolder>, TrainableSpec, Partial<SessionShape>][] = [
  [
    'the bundled model, LoRA, layers computed again',
    () => openNodeFolder(path.resolve('public/models/primer')),
    LORA,
    {},
  ],
  ['GPT-2, all weights, layers kept', () => modelFolder('gpt2'), { kind: 'full' }, { keepActivations: true }],
  [
    'Gemma 3, LoRA over NF4',
    () => modelFolder('gemma3'),
    LORA,
    { precision: { precision: 'nf4', doubleQuantisation: true } },
  ],
];

it.each(cases)(
  '%s: the plan is within a tenth above the peak, and no hundredth below it',
  async (_, open, trainable, further) => {
    const model = await openModel(await open());
    const { config } = model;
    // One row at a time: a plan counts with every number of rows that decoding may shrink to.
    const decoding = { longestPrompt: 8, prompts: 1, samples: 1, maxNewTokens: 8 };
    const shape = { rowTokens: ROW_TOKENS, supervised: ROW_TOKENS, decoding: [decoding], ...further };
    const before = device.counters.bufferBytes;
    device.counters.peakBytes = before;
    const session = await createSession(device, config, model.weightSource(), trainable, shape);
    const row = wholeRow(config.vocabSize);
    await session.score([row], 1);
    await session.trainStep([row], FROZEN_SETTINGS);
    await session.readReports();
    const prompts = [Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8)];
    await session.generate({
      ...{ prompts, samples: 1, maxNewTokens: 8, temperature: 1, topK: 0, topP: 1, seed: 1, stream: 0, stopIds: [] },
    });
    await session.exportState();
    const peak = device.counters.peakBytes - before;
    const planned = session.memory.totalBytes;
    session.destroy();
    expect(device.counters.bufferBytes).toBe(before);
    expect(planned / peak).toBeGreaterThan(0.99);
    expect(planned / peak).toBeLessThan(1.1);
  },
);

const PROMPT = Uint32Array.of(1, 2, 3);
const SAMPLED = { samples: 64, maxNewTokens: 24, temperature: 1, topK: 0, topP: 1, seed: 1, stream: 0, stopIds: [] };

it('a cache in several buffers gives the samples that one gives', async () => {
  const { config, weightSource } = await openModel(await modelFolder('gpt2'));
  const shape = { rowTokens: ROW_TOKENS, supervised: ROW_TOKENS };
  const { limits } = device;
  const usual = limits.bufferBytes;
  const samples = async (bufferBytes: number) => {
    // Pools take the limit as it is when the session is asked for.
    limits.bufferBytes = bufferBytes;
    const opening = createSession(device, config, weightSource(), { kind: 'none' }, shape);
    limits.bufferBytes = usual;
    const session = await opening;
    const before = device.counters.buffersCreated;
    const found = await session.generate({ ...SAMPLED, prompts: [PROMPT] });
    session.destroy();
    return { found, buffers: device.counters.buffersCreated - before };
  };
  const [whole, parts] = [await samples(usual), await samples(128 * 1024)];
  expect(parts.buffers).toBeGreaterThan(whole.buffers);
  expect(parts.found).toEqual(whole.found);
});

it('a session left twice takes nothing from those that stay', async () => {
  const { config, weightSource } = await openModel(await modelFolder('gpt2'));
  const shape = { rowTokens: ROW_TOKENS, supervised: ROW_TOKENS };
  const before = device.counters.bufferBytes;
  const base = await createSession(device, config, weightSource(), { kind: 'none' }, shape);
  const adapted = await base.withAdapter(LORA);
  base.destroy();
  base.destroy();
  const [scores] = await adapted.score([wholeRow(config.vocabSize)], 1);
  expect(scores!.logProb.every((value) => value < 0)).toBe(true);
  adapted.destroy();
  expect(device.counters.bufferBytes).toBe(before);
});

it('a session that cannot be opened leaves no memory behind, whichever buffer fails', async () => {
  const { config, weightSource } = await openModel(await modelFolder('gpt2'));
  const shape = { rowTokens: ROW_TOKENS, supervised: ROW_TOKENS };
  const dora = { ...LORA, dora: true };
  /** Opens again and again, each time with one more buffer before the one that fails; says how many failed. */
  const failures = async (open: () => Promise<Session>) => {
    const before = device.counters.bufferBytes;
    for (let granted = 0; ; granted++) {
      const create = device.createBuffer.bind(device);
      let made = 0;
      const failing = vi.spyOn(device, 'createBuffer').mockImplementation((...given) => {
        if (made++ === granted) throw new Error('no memory');
        return create(...given);
      });
      const session = await open().catch(() => null);
      failing.mockRestore();
      session?.destroy();
      expect(device.counters.bufferBytes).toBe(before);
      if (session) return granted;
    }
  };
  expect(await failures(() => createSession(device, config, weightSource(), dora, shape))).toBeGreaterThan(6);
  const base = await createSession(device, config, weightSource(), { kind: 'none' }, shape);
  // The arena stays with the base.
  (await base.withAdapter(dora)).destroy();
  expect(await failures(() => base.withAdapter(dora))).toBeGreaterThan(4);
  base.destroy();
});

/** A full row of one segment, every token supervised. */
function wholeRow(vocabSize: number): PackedRow {
  // Learned positions reach as far as the context: short segments fit every model.
  const each = (make: (i: number) => number) => Uint32Array.from({ length: ROW_TOKENS }, (_, i) => make(i));
  const start = (i: number) => i - (i % 16);
  return {
    ids: each((i) => (i * 5) % vocabSize),
    segmentStart: each(start),
    supervisedIndex: each((i) => i),
    labels: each((i) => (i * 3) % vocabSize),
    example: each((i) => start(i) / 16),
  };
}
