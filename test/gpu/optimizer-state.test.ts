/** 8-bit moments in whole sessions: steps as the reference makes them, resumed bit for bit, in the memory that was planned. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acquireDevice,
  createSession,
  decoderWeights,
  planMemory,
  type DecoderConfig,
  type EngineDevice,
  type Session,
  type TrainableSpec,
} from '../../src/engine';
import { QUANTISED_FROM } from '../../src/engine/decoder/optimizer-state';
import { adamw8Update, adamwUpdate, zeroMoment } from '../../src/engine/reference/kernels';
import { DECODERS, decoderRows } from '../helpers/decoders';
import { testGpu } from '../helpers/gpu';
import { distance, numbers } from '../helpers/numbers';
import { shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

/** Keys and values are too small for codes, what is as wide as the model is not. */
const config: DecoderConfig = { ...DECODERS[2]!.config, hiddenSize: 64, ffnSize: 64, headDim: 32, layers: 1 };
const weights = new Map(
  decoderWeights(config).map(({ name, shape }, n) => {
    const values = numbers(n + 1, shape.reduce((a, b) => a * b, 1), 0.3); // prettier-ignore
    return [name, Float32Array.from(/norm$/.test(name) ? values.map((x) => 1 + x) : values)];
  }),
);
const rows = decoderRows(config);
const optimizer = { kind: 'adamw-8bit', loraPlusRatio: null } as const;
const shape = { ...shapeOf(rows), optimizer };
const SETTINGS = {
  ...{ learningRate: 0.003, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  ...{ weightDecay: 0.1, clipNorm: Number.POSITIVE_INFINITY },
};

describe.each<[string, TrainableSpec]>([
  ['all weights', { kind: 'full' }],
  ['DoRA', { kind: 'lora', rank: 64, scale: 0.5, targets: ['q_proj', 'k_proj'], dora: true }],
])('%s with 8-bit moments', (_, trainable) => {
  const open = () => createSession(device, config, weights, trainable, shape);
  const steps = async (session: Session, count: number) => {
    for (let step = 0; step < count; step++) await session.trainStep(rows, SETTINGS);
  };

  it('makes the steps of the reference: coded moments for large tensors, f32 ones for small', async () => {
    const session = await open();
    const states = new Map(
      (await session.exportTrainable()).map(({ name, data }) => {
        const zeros = () => new Float64Array(data.length);
        const coded = { first: zeroMoment(data.length, 'first'), second: zeroMoment(data.length, 'second') };
        return [name, { parameter: Float64Array.from(data), coded, first: zeros(), second: zeros() }];
      }),
    );
    const large = [...states.values()].filter(({ parameter }) => parameter.length >= QUANTISED_FROM).length;
    expect(large).toBeGreaterThan(1);
    expect(large).toBeLessThan(states.size);
    for (let step = 1; step <= 3; step++) {
      await steps(session, 1);
      for (const { name, data } of await session.exportGradients()) {
        const { parameter, coded, first, second } = states.get(name)!;
        if (data.length < QUANTISED_FROM) adamwUpdate(parameter, data, first, second, step, SETTINGS);
        else adamw8Update(parameter, data, coded.first, coded.second, step, SETTINGS);
      }
    }
    for (const { name, data } of await session.exportTrainable()) {
      const { parameter } = states.get(name)!;
      // Where B starts from zero a gradient of next to nothing decides a whole step.
      expect(distance(Float64Array.from(data), parameter), name).toBeLessThan(1e-3);
    }
    session.destroy();
  });

  it('goes on bit for bit from a state, in the memory that was planned, which is less than with f32', async () => {
    const before = device.counters.bufferBytes;
    const whole = await open();
    await steps(whole, 4);
    const plan = planMemory(config, trainable, shape);
    const inF32 = planMemory(config, trainable, { ...shape, optimizer: { ...optimizer, kind: 'adamw' } });
    expect(device.counters.bufferBytes - before).toBeLessThanOrEqual(plan.totalBytes);
    expect(plan.trainingBytes).toBeLessThan(0.8 * inF32.trainingBytes);
    const begun = await open();
    await steps(begun, 2);
    const state = structuredClone(await begun.exportState());
    begun.destroy();
    const resumed = await open();
    await resumed.importState(state);
    await steps(resumed, 2);
    // As words: codes may look like numbers that equal whatever is none.
    const wordsOf = async (session: Session) => {
      const { parameters, moment1, moment2 } = await session.exportState();
      return [parameters, moment1, moment2].map((values) => new Uint32Array(values.slice().buffer));
    };
    expect(await wordsOf(resumed)).toEqual(await wordsOf(whole));
    await expect(resumed.importState({ ...state, moment1: state.moment1.slice(1) })).rejects.toMatchObject({ code: 'checkpoint-mismatch' }); // prettier-ignore
    whole.destroy();
    resumed.destroy();
  });
});
