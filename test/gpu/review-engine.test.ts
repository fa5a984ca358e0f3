/** What must not go wrong in silence: commands that the driver refuses, and numbers past what f32 can hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type GenerateOptions } from '../../src/engine';
import { gatedUnit } from '../../src/engine/ops/activation';
import { Arenas, Plan, PlanBuilder, Pool } from '../../src/engine/plan';
import { loadGradients } from '../golden/load';
import { testGpu } from '../helpers/gpu';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

describe('a command that the driver refuses', () => {
  it('is an error, not a buffer of zeros, and so is everything after it', async () => {
    const broken = await acquireDevice(testGpu());
    try {
      const buffer = broken.createBuffer('small', 256, GPUBufferUsage.COPY_SRC);
      await expect(broken.read(buffer, 0, 4096)).rejects.toMatchObject({ code: 'internal' });
      expect(() => broken.assertAlive()).toThrow('refused a command');
      await expect(broken.read(buffer, 0, 256)).rejects.toMatchObject({ code: 'internal' });
    } finally {
      broken.destroy();
    }
  });
});

describe('two plans in one submit', () => {
  it('compute although the second needs more memory than the first', async () => {
    const outputs = new Pool('outputs');
    const none = outputs.reserve('none', 64);
    const results = [64, 65536].map((count) => ({ count, y: outputs.reserve(`y ${count}`, count) }));
    outputs.allocate(device);
    const arenas = new Arenas();
    const plans: Plan[] = [];
    for (const { count, y } of results) {
      const builder = new PlanBuilder(none);
      gatedUnit(builder, count, 'silu', { gate: builder.tensor('gate', count), up: builder.tensor('up', count), y });
      plans.push(await Plan.compile(device, builder, arenas));
    }
    const encoder = device.raw.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const plan of plans) plan.replay(pass);
    pass.end();
    device.submit(encoder.finish());
    await expect(device.read(outputs.buffer!, 0, outputs.bytes)).resolves.toHaveProperty('byteLength', outputs.bytes);
  });
});

describe('sampling at a temperature too small for 1/T to be an f32', () => {
  it('answers greedily', async () => {
    const { config, weights } = loadGradients('tiny-tied');
    const session = await createSession(device, config, weights, { kind: 'none' });
    const options: GenerateOptions = {
      ...{ prompts: [Uint32Array.of(1, 2, 3)], samples: 1, maxNewTokens: 6, temperature: 0 },
      ...{ topK: 0, topP: 1, seed: 5, stream: 2, stopIds: [] },
    };
    const greedy = await session.generate(options);
    for (const temperature of [1e-30, 1e-40, Number.MIN_VALUE]) {
      expect(await session.generate({ ...options, temperature }), `T = ${temperature}`).toEqual(greedy);
    }
    session.destroy();
  });
});
