/** Adapters of every family, to PEFT and from it: DoRA, LoRA+, several over one base, worked into the weights. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type LoraSpec, type Session } from '../../src/engine';
import { sequenceLogits } from '../../src/engine/reference/decoder';
import {
  mergeAdapter,
  namedWeights,
  openModel,
  readAdapter,
  writeAdapter,
  writeHfWeights,
  type LoadedAdapter,
  type ModelHandle,
} from '../../src/models';
import {
  ADAPTED_FAMILIES,
  adapterFolder,
  doraFolder,
  modelFolder,
  readDoraGoldens,
  readGolden,
  readPeftLoads,
  rowOf,
  TRAINED_KINDS,
  type Family,
  trainedPath,
} from '../golden/families';
import { testGpu } from '../helpers/gpu';
import { distance } from '../helpers/numbers';
import { folderFromDisk, memoryFolder } from '../helpers/tiny-model';
import { FROZEN_SETTINGS, shapeOf } from '../helpers/training';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

/** What does not depend on the family is held where queries, keys and values are one module, and where they are not. */
const SOME = new Set<Family>(['qwen3', 'gpt2']);

const goldens = readDoraGoldens();
const loads = readPeftLoads();

/** max|Δ| / max|x|. */
function relative(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const [x, y] = [Array.from(found), Array.from(expected)];
  return Math.max(...x.map((value, i) => Math.abs(value - y[i]!))) / Math.max(...y.map(Math.abs));
}

const specOf = ({ rank, scale, targets, dora }: LoadedAdapter): LoraSpec => ({
  ...{ kind: 'lora', rank, scale, targets, dora },
});

describe.each(ADAPTED_FAMILIES)('%s', (family) => {
  const { sequences } = readGolden(family);
  const golden = goldens.families[family];
  const row = rowOf(sequences);
  const ids = sequences.map((sequence) => Uint32Array.from(sequence));
  let model: ModelHandle;
  let base: Session;
  let dora: LoadedAdapter;
  beforeAll(async () => {
    model = await openModel(await modelFolder(family));
    base = await createSession(device, model.config, await model.loadWeights(), { kind: 'none' }, shapeOf([row]));
    dora = await readAdapter(await doraFolder(family), model);
  });
  afterAll(() => base?.destroy());

  const withTensors = async (adapter: LoadedAdapter, loraPlusRatio: number | null = null) => {
    const optimizer = { kind: 'adamw', loraPlusRatio } as const;
    const session = await base.withAdapter(specOf(adapter), { optimizer });
    await session.importTrainable(adapter.tensors);
    return session;
  };
  const logitsOf = async (session: Session) => {
    const found = [];
    for (const each of ids) found.push(await session.logits(each, true));
    return found;
  };
  const expectLogits = async (session: Session, expected: readonly number[][]) =>
    (await logitsOf(session)).forEach((logits, i) => expect(relative(logits, expected[i]!)).toBeLessThan(1e-5));
  const expectTensors = async (found: { name: string; data: Float32Array }[], theirs: LoadedAdapter) => {
    const reference = new Map(theirs.tensors.map(({ name, data }) => [name, data]));
    expect(found.map(({ name }) => name).sort()).toEqual([...reference.keys()].sort());
    for (const { name, data } of found) {
      expect(distance(Float64Array.from(data), Float64Array.from(reference.get(name)!)), name).toBeLessThan(1e-4);
    }
  };

  it('has the logits, gradients and steps of PEFT’s DoRA, at one rate and at LoRA+’s, and writes the same tensors', async () => {
    const { lr, betas, eps, weight_decay } = goldens.adamw;
    const settings = {
      ...{ learningRate: lr, beta1: betas[0], beta2: betas[1], epsilon: eps },
      ...{ weightDecay: weight_decay, clipNorm: Infinity },
    };
    for (const [ratio, losses, after] of [
      [null, golden.losses, 'trained'],
      [goldens.ratio, golden.plusLosses, 'plus'],
    ] as const) {
      if (!losses) continue;
      const session = await withTensors(dora, ratio);
      if (ratio === null) {
        await expectLogits(session, golden.logits);
        await session.trainStep([row], FROZEN_SETTINGS);
        await session.readReports();
        const gradients = await readAdapter(await doraFolder(family, 'gradients'), model);
        await expectTensors(await session.exportGradients(), gradients);
        await session.importTrainable(dora.tensors);
      }
      for (const _ of losses) await session.trainStep([row], settings);
      expect(relative((await session.readReports()).map(({ loss }) => loss), losses)).toBeLessThan(1e-5); // prettier-ignore
      await expectTensors(await session.exportTrainable(), await readAdapter(await doraFolder(family, after), model));
      session.destroy();
    }
    const written = writeAdapter(dora, model.config, dora.tensors);
    const again = await readAdapter(memoryFolder(new Map(written.map(({ path, bytes }) => [path, bytes]))), model);
    expect(again).toEqual({ ...dora, baseModel: again.baseModel });
  });

  it('has, with adapters trained here, the logits that PEFT has with them', async () => {
    const plain = await logitsOf(base);
    for (const kind of TRAINED_KINDS) {
      const adapter = await readAdapter(await folderFromDisk(trainedPath(family, kind)), model);
      const session = await withTensors(adapter);
      await expectLogits(session, loads[family][kind]);
      expect(relative((await logitsOf(session))[0]!, plain[0]!)).toBeGreaterThan(0.01);
      session.destroy();
    }
  });

  const forSome = SOME.has(family) ? it : () => {};
  forSome(
    'goes from one adapter to another over weights that are uploaded once, and answers as sessions of their own',
    async () => {
      const lora = await readAdapter(await adapterFolder(family), model);
      const plain = await logitsOf(base);
      const written = vi.spyOn(device.raw.queue, 'writeBuffer');
      const sessions = [await withTensors(lora), await withTensors(dora)];
      const places = written.mock.calls.map(([buffer]) => buffer.label);
      written.mockRestore();
      expect(places).toContain('adapter');
      expect(places).not.toContain('weights');
      expect(places).not.toContain('tables');
      const found = [];
      for (const session of [sessions[0]!, sessions[1]!, sessions[0]!]) found.push(await logitsOf(session));
      expect(found[2]).toEqual(found[0]);
      for (const [i, adapter] of [lora, dora].entries()) {
        const alone = await createSession(
          device,
          model.config,
          await model.loadWeights(),
          specOf(adapter),
          shapeOf([row]),
        );
        await alone.importTrainable(adapter.tensors);
        expect(await logitsOf(alone)).toEqual(found[i]);
        alone.destroy();
      }
      for (const session of sessions) session.destroy();
      expect(await logitsOf(base)).toEqual(plain);
    },
  );

  it('has the same logits when an adapter is worked into the weights and the model is opened again', async () => {
    const lora = await readAdapter(await adapterFolder(family), model);
    for (const [adapter, expected] of [
      [lora, readGolden(family).adaptedLogits],
      [dora, golden.logits],
    ] as const) {
      const merged = mergeAdapter(await model.loadWeights(), model.config, adapter);
      const { path, bytes } = writeHfWeights(namedWeights(merged, model.weights), model.config, model.architecture);
      const folder = await modelFolder(family);
      const config = (await folder.list()).find(({ path: name }) => name === 'config.json')!;
      const files = new Map([
        [path, bytes],
        ['config.json', await folder.read('config.json', 0, config.bytes)],
      ]);
      const again = await openModel(memoryFolder(files));
      const weights = await again.loadWeights();
      ids.forEach((each, i) =>
        expect(relative(sequenceLogits(again.config, weights, each), expected[i]!)).toBeLessThan(1e-5),
      );
    }
  });
});
