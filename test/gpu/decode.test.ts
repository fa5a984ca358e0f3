/** Decoding on the GPU against the f64 reference that runs every sequence whole: token for token, whatever the batch. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PhiloxSequence } from '../../src/core/philox';
import {
  acquireDevice,
  createSession,
  type EngineDevice,
  type GeneratedSample,
  type GenerateOptions,
  type Session,
} from '../../src/engine';
import { sequenceLogits } from '../../src/engine/reference/decoder';
import { generate as referenceGenerate, truncatedDistribution } from '../../src/engine/reference/sampler';
import { pooledGoodnessOfFit } from '../../src/stats';
import { loadGradients } from '../golden/load';
import { completionRow, completionsRow } from '../helpers/completions';
import { testDriver, testGpu } from '../helpers/gpu';
import { multinomialFit } from '../helpers/multinomial';
import { describeWithShared } from '../helpers/shared';
import { readStories260K, storiesRows } from '../helpers/stories';

const golden = loadGradients('tiny-tied');
const { config, weights } = golden;

let device: EngineDevice;
let session: Session;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
  session = await createSession(device, config, weights, { kind: 'none' });
});
afterAll(() => device?.destroy());

/** Seeded prompts of the given lengths. */
function promptsOf(seed: number, lengths: number[]): Uint32Array[] {
  const draws = new PhiloxSequence(seed, 77);
  return lengths.map((length) => Uint32Array.from({ length }, () => draws.nextInt(config.vocabSize)));
}
const mixedPrompts = (seed: number, count: number) =>
  promptsOf(
    seed,
    Array.from({ length: count }, (_, i) => 1 + ((i * 5) % 13)),
  );

const optionsOf = (options: Partial<GenerateOptions> & { prompts: Uint32Array[] }): GenerateOptions => ({
  ...{ samples: 1, maxNewTokens: 8, temperature: 1, topK: 0, topP: 1, seed: 5, stream: 2, stopIds: [] },
  ...options,
});

/** Ids equal, log-probabilities within 1e-4. */
function expectSame(found: readonly GeneratedSample[], expected: readonly GeneratedSample[]): void {
  const keys = (list: readonly GeneratedSample[]) => list.map(({ logProb: _, ...rest }) => rest);
  expect(keys(found)).toEqual(keys(expected));
  found.forEach(({ logProb }, i) => expect(Math.abs(logProb - expected[i]!.logProb), `sample ${i}`).toBeLessThan(1e-4));
}

async function expectReference(options: GenerateOptions): Promise<GeneratedSample[]> {
  const found = await session.generate(options);
  expectSame(found, referenceGenerate(config, weights, options));
  return found;
}

describe('samples equal the reference, token for token', () => {
  it.each<[string, Partial<GenerateOptions>]>([
    ['greedy', { temperature: 0 }],
    ['T 1', { samples: 3 }],
    ['T 0.6', { samples: 3, temperature: 0.6 }],
    ['T 2.5', { samples: 3, temperature: 2.5 }],
    ['top-k 4', { samples: 3, topK: 4 }],
    ['top-p 0.85', { samples: 3, topP: 0.85 }],
    ['top-k 10, top-p 0.6, T 1.4', { samples: 3, topK: 10, topP: 0.6, temperature: 1.4 }],
  ])('%s', async (_, settings) => {
    await expectReference(optionsOf({ prompts: mixedPrompts(1, 20), maxNewTokens: 11, ...settings }));
  });

  it('more than 256 rows', async () => {
    const found = await expectReference(optionsOf({ prompts: mixedPrompts(2, 41), samples: 7, maxNewTokens: 2 }));
    expect(found.map(({ prompt, sample }) => prompt * 7 + sample)).toEqual(Array.from({ length: 287 }, (_, i) => i));
  });

  it('prompts of more tokens than one group takes, up to the context', async () => {
    const lengths = new Array<number>(40).fill(config.contextLength - 2);
    await expectReference(optionsOf({ prompts: promptsOf(3, lengths), maxNewTokens: 2 }));
  });

  it('one new token', async () => {
    await expectReference(optionsOf({ prompts: mixedPrompts(4, 5), samples: 2, maxNewTokens: 1 }));
  });

  it('with an adapter', async () => {
    const adapted = await createSession(device, config, weights, golden.loraSpec);
    const shapes = new Map([...golden.adapted.gradients].map(([name, { shape }]) => [name, shape]));
    await adapted.importTrainable([...golden.lora].map(([name, data]) => ({ name, shape: shapes.get(name)!, data })));
    const options = optionsOf({ prompts: mixedPrompts(5, 8), samples: 2 });
    const lora = { scale: golden.loraSpec.scale, tensors: golden.lora };
    const found = await adapted.generate(options);
    expectSame(found, referenceGenerate(config, weights, options, lora));
    expect(found).not.toEqual(await session.generate(options));
    adapted.destroy();
  });
});

describe('rows that finish at different times', () => {
  const stopIds = [3, 8, 21, 22, 39];
  const options = optionsOf({ prompts: mixedPrompts(6, 30), samples: 2, maxNewTokens: 40, stopIds });

  it('are dropped as they finish, and every one still equals the reference', async () => {
    const read = vi.spyOn(device, 'read');
    const found = await expectReference(options);
    const checks = read.mock.calls.slice(0, -1).map(([, , bytes]) => bytes);
    read.mockRestore();
    expect(checks[0]).toBe(64 * 4);
    expect(checks.at(-1)).toBeLessThan(64 * 4);
    const lengths = new Set(found.map(({ ids }) => ids.length));
    expect(lengths.size).toBeGreaterThan(10);
    for (const { ids, finished } of found) {
      expect(finished).toBe(stopIds.includes(ids.at(-1)!));
      expect(ids.slice(0, -1).some((id) => stopIds.includes(id))).toBe(false);
      if (!finished) expect(ids).toHaveLength(40);
    }
  });

  it('stop the decoding once all have finished', async () => {
    const every = Array.from({ length: 24 }, (_, id) => id);
    const read = vi.spyOn(device, 'read');
    await session.generate({ ...options, stopIds: every });
    // At most 15 of 40 ids go on: hardly a row lives for 8 tokens, none of these for 24.
    expect(read.mock.calls.length).toBeLessThan(5);
    read.mockRestore();
  });
});

describe('what is read back', () => {
  it('is at most 8 bytes per row once in eight steps, then the ids and log-probabilities', async () => {
    for (const [prompts, steps] of [
      [1, 17],
      [5, 20],
      [33, 9],
      [129, 18],
    ] as const) {
      const read = vi.spyOn(device, 'read');
      await session.generate(optionsOf({ prompts: mixedPrompts(7, prompts), maxNewTokens: steps }));
      const calls = read.mock.calls.map(([, , bytes]) => bytes);
      read.mockRestore();
      expect(calls.length - 1).toBe(Math.ceil((steps - 1) / 8));
      for (const bytes of calls.slice(0, -1)) expect(bytes).toBeLessThanOrEqual(8 * prompts);
    }
  });

  it('is all that grows: the same call again makes no lasting buffer', async () => {
    const options = optionsOf({ prompts: mixedPrompts(8, 12), maxNewTokens: 12 });
    await session.generate(options);
    const { bufferBytes } = session.counters;
    for (let i = 0; i < 5; i++) await session.generate(options);
    expect(session.counters.bufferBytes).toBe(bufferBytes);
  });
});

describe('a row does not depend on its batch', () => {
  const prompts = mixedPrompts(9, 40);
  const settings = { maxNewTokens: 12, temperature: 1.2, topP: 0.95, stopIds: [3, 21] };
  const idsOf = (list: readonly GeneratedSample[]) => list.map(({ ids, logProb }) => ({ ids, logProb }));

  it('greedy: alone, among 40, in any order, bit for bit', async () => {
    const greedy = { ...settings, temperature: 0 };
    const all = idsOf(await session.generate(optionsOf({ prompts, ...greedy })));
    const reversed = idsOf(await session.generate(optionsOf({ prompts: [...prompts].reverse(), ...greedy })));
    expect(reversed.reverse()).toEqual(all);
    for (const i of [0, 17, 39]) {
      expect(idsOf(await session.generate(optionsOf({ prompts: [prompts[i]!], ...greedy })))).toEqual([all[i]]);
    }
  });

  it('sampled: alone, among 40, beside other prompts, with more samples, bit for bit', async () => {
    const all = await session.generate(optionsOf({ prompts, ...settings }));
    const [alone] = await session.generate(optionsOf({ prompts: prompts.slice(0, 1), ...settings }));
    expect(alone).toEqual(all[0]);
    const others = mixedPrompts(10, 40).map((other, i) => (i % 3 === 0 ? prompts[i]! : other));
    const mixed = await session.generate(optionsOf({ prompts: others, ...settings }));
    for (let i = 0; i < 40; i += 3) expect(mixed[i]).toEqual(all[i]);
    const more = await session.generate(optionsOf({ prompts, samples: 9, ...settings }));
    expect(more.filter(({ sample }) => sample === 0)).toEqual(all);
  });
});

describe('seeds', () => {
  const options = optionsOf({ prompts: mixedPrompts(11, 10), samples: 3, maxNewTokens: 10 });

  it('the same seed gives the same bits, in another session too', async () => {
    const first = await session.generate(options);
    expect(await session.generate(options)).toEqual(first);
    const other = await createSession(device, config, weights, { kind: 'none' });
    expect(await other.generate(options)).toEqual(first);
    other.destroy();
  });

  it('another seed or stream gives other samples', async () => {
    const ids = (list: readonly GeneratedSample[]) => list.map((each) => each.ids);
    const first = ids(await session.generate(options));
    for (const change of [{ seed: 6 }, { stream: 3 }, { seed: 0xffffffff }]) {
      expect(ids(await session.generate({ ...options, ...change }))).not.toEqual(first);
    }
  });
});

describe('what cannot be decoded is refused', () => {
  it.each<[string, Partial<GenerateOptions>, string]>([
    [
      'a prompt and new tokens past the context',
      { prompts: promptsOf(1, [4, 60]), maxNewTokens: 5 },
      'sequence-too-long',
    ],
    ['an id past the vocabulary', { prompts: [Uint32Array.of(1, 40)] }, 'token-out-of-range'],
    ['an empty prompt', { prompts: [new Uint32Array(0)] }, 'usage'],
    ['no new token', { maxNewTokens: 0 }, 'usage'],
    ['more stop ids than are supported', { stopIds: Array.from({ length: 25 }, (_, i) => i) }, 'config-invalid'],
  ])('%s', async (_, change, code) => {
    const options = optionsOf({ prompts: mixedPrompts(1, 2), ...change });
    await expect(session.generate(options)).rejects.toMatchObject({ code });
  });

  it('a prompt that just fits is decoded', async () => {
    const [sample] = await session.generate(optionsOf({ prompts: promptsOf(1, [59]), maxNewTokens: 5 }));
    expect(sample!.ids).toHaveLength(5);
  });
});

describe('cancelling', () => {
  const options = optionsOf({ prompts: mixedPrompts(12, 6), maxNewTokens: 40 });

  it('before the start does nothing', async () => {
    const { submits } = session.counters;
    await expect(session.generate({ ...options, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(session.counters.submits).toBe(submits);
  });

  it('midway stops at the next check, and the session decodes on as if nothing had been', async () => {
    const whole = await session.generate(options);
    const controller = new AbortController();
    const original = device.read.bind(device);
    const read = vi.spyOn(device, 'read').mockImplementation((...call) => {
      if (read.mock.calls.length === 2) controller.abort();
      return original(...call);
    });
    await expect(session.generate({ ...options, signal: controller.signal })).rejects.toThrow(/abort/i);
    expect(read.mock.calls).toHaveLength(2);
    read.mockRestore();
    expect(await session.generate(options)).toEqual(whole);
  });

  it('progress counts the rows done', async () => {
    const progress: [number, number][] = [];
    const prompts = mixedPrompts(13, 100);
    await session.generate(
      optionsOf({ prompts, samples: 6, maxNewTokens: 1, onProgress: (...call) => progress.push(call) }),
    );
    expect(progress).toEqual([
      [256, 600],
      [512, 600],
      [600, 600],
    ]);
  });
});

describe('probabilities', () => {
  it('teacher-forced scores of what was decoded sum to its log-probability', async () => {
    const prompts = mixedPrompts(14, 12);
    for (const temperature of [0, 1.3]) {
      const found = await session.generate(optionsOf({ prompts, samples: 2, maxNewTokens: 14, temperature }));
      const scores = await session.score(
        found.map(({ prompt, ids }) => completionRow(prompts[prompt]!, ids)),
        1,
      );
      found.forEach(({ logProb }, i) => {
        const total = scores[i]!.logProb.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(total - logProb)).toBeLessThan(1e-4);
        if (temperature === 0) expect([...scores[i]!.argmax]).toEqual(found[i]!.ids);
      });
    }
  });

  it.each<[string, Partial<GenerateOptions>]>([
    ['T 1', {}],
    ['top-k 5', { topK: 5 }],
    ['top-p 0.9 at T 2', { topP: 0.9, temperature: 2 }],
  ])('first tokens come as often as the reference says: %s', async (_, settings) => {
    const prompt = Uint32Array.of(7, 1, 30);
    const options = optionsOf({ prompts: [prompt], samples: 3000, maxNewTokens: 1, seed: 21, ...settings });
    const logits = sequenceLogits(config, weights, prompt).slice(-config.vocabSize);
    const expected = truncatedDistribution(logits, options);
    const counts = new Array<number>(config.vocabSize).fill(0);
    for (const { ids } of await session.generate(options)) counts[ids[0]!]! += 1;
    expect(multinomialFit(counts, expected)).toBeGreaterThan(0.01);
  });
});

describeWithShared('stories260K: sampled counts against exact probabilities', 'models/stories260K', () => {
  const K = 200;
  let stories: Session;

  beforeAll(async () => {
    const model = await readStories260K();
    stories = await createSession(device, model.config, model.weights, { kind: 'none' });
  });
  afterAll(() => stories?.destroy());

  /** Beginnings of the reference texts, of 2 tokens and more, all different. */
  function beginnings(count: number): Uint32Array[] {
    const found = new Map<string, Uint32Array>();
    for (const { ids, segmentStart } of storiesRows()) {
      for (let t = 1; t < ids.length; t++) {
        if (t - segmentStart[t]! < 1) continue;
        const prompt = ids.slice(segmentStart[t], t + 1);
        found.set(prompt.join(), prompt);
      }
    }
    const all = [...found.values()];
    return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
  }

  /** One label of 1–3 tokens per prompt with 0.05 < q < 0.95, q by teacher forcing; draws of a stream of their own propose them. */
  async function facts(prompts: Uint32Array[], temperature: number) {
    const drawn = await stories.generate(optionsOf({ prompts, samples: 8, maxNewTokens: 3, temperature, stream: 90 }));
    const candidates = drawn.map(({ prompt, sample, ids }) => ({
      prompt,
      label: ids.slice(0, 1 + ((prompt + sample) % 3)),
    }));
    const row = completionsRow(
      candidates.map(({ prompt, label }) => ({ prompt: prompts[prompt]!, completion: label })),
    );
    const [scores] = await stories.score([row], temperature);
    const logQ = candidates.map(() => 0);
    row.example.forEach((candidate, i) => (logQ[candidate]! += scores!.logProbT[i]!));
    const chosen = new Map<number, { label: number[]; q: number }>();
    candidates.forEach(({ prompt, label }, i) => {
      const q = Math.exp(logQ[i]!);
      if (q > 0.05 && q < 0.95 && !chosen.has(prompt)) chosen.set(prompt, { label, q });
    });
    return [...chosen].map(([prompt, fact]) => ({ prompt: prompts[prompt]!, ...fact }));
  }

  // Token for token the drivers are compared above; of the larger draw, SwiftShader would need a minute.
  const large = testDriver() === 'swiftshader' ? [] : [{ temperature: 1, prompts: 66, least: 50 }];
  it.each([...large, { temperature: 0.7, prompts: 18, least: 12 }])(
    'T $temperature: k = 200 samples of at least $least facts',
    async ({ temperature, prompts, least }) => {
      const list = await facts(beginnings(prompts), temperature);
      expect(list.length).toBeGreaterThanOrEqual(least);
      expect(new Set(list.map(({ label }) => label.length)).size).toBe(3);
      const samples = await stories.generate(
        optionsOf({ prompts: list.map(({ prompt }) => prompt), samples: K, maxNewTokens: 3, temperature, stream: 91 }),
      );
      const counts = list.map(() => 0);
      for (const { prompt, ids } of samples) {
        if (list[prompt]!.label.every((id, i) => ids[i] === id)) counts[prompt]! += 1;
      }
      const fit = pooledGoodnessOfFit(
        counts,
        K,
        list.map(({ q }) => q),
      );
      expect(fit.p, JSON.stringify(fit)).toBeGreaterThan(0.01);
    },
  );
});
