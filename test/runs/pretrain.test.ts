/** Pretraining on the GPU: PyTorch's trajectory, what is learned, resuming, and that the files hold the trained model. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, type NamedTensor, type Session } from '../../src/engine';
import {
  decodePretrainCheckpoint,
  encodeLines,
  encodePretrainCheckpoint,
  preparePretraining,
  readCorpus,
  type PreparedPretraining,
  type PretrainHost,
} from '../../src/experiment';
import { openSession } from '../../src/experiment/host';
import { openModel } from '../../src/models';
import { decodeF16, encodeF16 } from '../../src/core/float16';
import { parsePretrainConfig } from '../../src/spec';
import { packExamples } from '../../src/tokens/packing';
import { loadPretraining } from '../golden/load';
import { testGpu } from '../helpers/gpu';
import { distance } from '../helpers/numbers';
import { pretrain, resumePointOf, type PretrainLog } from '../helpers/pretrain-run';
import { tinyCorpus, tinyPretrainConfig, type TinyFact } from '../helpers/tiny-corpus';
import { folderFromDisk, memoryFolder, type FileMap } from '../helpers/tiny-model';

const CORPUS = fileURLToPath(new URL('../fixtures/corpus', import.meta.url));
const PROMPT = [0, 40, 77, 91, 12, 200, 33];

let prepared: PreparedPretraining;
let whole: PretrainLog;
/** The trained state of `whole`, read from the session itself. */
let state: { tensors: NamedTensor[]; logits: Float32Array };
/** Bytes of GPU buffers after the last step. */
let heldBytes = 0;
beforeAll(async () => {
  const folder = await folderFromDisk(CORPUS);
  const config = new TextDecoder().decode(await folder.read('pretrain.json', 0, 1e6));
  prepared = preparePretraining(await readCorpus(folder), parsePretrainConfig(config, 'pretrain.json'));
  const watched: PretrainHost['openSession'] = async (...args) => {
    const opened = await openSession(...args);
    const exportTrainable = opened.session.exportTrainable.bind(opened.session);
    opened.session.exportTrainable = async () => {
      heldBytes = opened.session.counters.bufferBytes;
      const tensors = await exportTrainable();
      state = { tensors, logits: await opened.session.logits(Uint32Array.from(PROMPT), true) };
      return tensors;
    };
    return opened;
  };
  // The clock moves so far at every look that a checkpoint is due after every few steps.
  whole = await pretrain(prepared, { gpu: testGpu(), openSession: watched }, { clockStepMs: 1500 });
});

async function open(files: FileMap) {
  const device = await acquireDevice(testGpu());
  const model = await openModel(memoryFolder(files));
  const session = await createSession(device, model.config, await model.loadWeights(), { kind: 'none' });
  return { model, session, close: () => (session.destroy(), device.destroy()) };
}

describe('32 steps from nothing follow PyTorch in f64', () => {
  const golden = loadPretraining();

  it('step by step', () => {
    expect(whole.steps).toHaveLength(golden.steps.length);
    whole.steps.forEach((step, i) => {
      const wanted = golden.steps[i]!;
      expect(step).toMatchObject({ step: wanted.step, tokens: wanted.tokens });
      expect(step.learningRate).toBeCloseTo(wanted.learningRate, 12);
      expect(Math.abs(step.loss / wanted.loss - 1), `loss of step ${step.step}`).toBeLessThan(1e-5);
      expect(Math.abs(step.gradientNorm / wanted.gradientNorm - 1), `norm of step ${step.step}`).toBeLessThan(1e-4);
    });
  });

  it('in its held-out loss and its last weights', () => {
    expect(whole.heldOut.map(({ step }) => step)).toEqual(golden.heldOut.map(({ step }) => step));
    whole.heldOut.forEach(({ loss }, i) => expect(Math.abs(loss / golden.heldOut[i]!.loss - 1)).toBeLessThan(1e-5));
    for (const { name, data } of state.tensors) {
      expect(distance(Float64Array.from(data), golden.final.get(name)!.data), name).toBeLessThan(1e-4);
    }
  });
});

it('takes the memory that was planned, and no more', () => {
  const { totalBytes, weightsBytes } = prepared.plan.memory;
  expect(heldBytes).toBeGreaterThan(4 * weightsBytes);
  expect(heldBytes).toBeLessThanOrEqual(totalBytes * 1.02);
});

describe('the files', () => {
  it('open as a model with the very weights and logits that were trained', async () => {
    const { model, session, close } = await open(whole.files);
    const weights = await model.loadWeights();
    for (const { name, data } of state.tensors) expect(weights.get(name), name).toEqual(data);
    expect(await session.logits(Uint32Array.from(PROMPT), true)).toEqual(state.logits);
    expect(model.stopIds).toEqual([prepared.ids.eosId]);
    close();
  });

  it('in f16 hold each weight rounded, and everything else alike', async () => {
    const log = await pretrain(prepared, { gpu: testGpu() }, { dtype: 'f16' });
    const weights = await (await openModel(memoryFolder(log.files))).loadWeights();
    for (const { name, data } of state.tensors) {
      expect(weights.get(name), name).toEqual(decodeF16(encodeF16(data).halves));
    }
    expect(log.files.get('model.safetensors')!.length).toBeLessThan(0.6 * whole.files.get('model.safetensors')!.length);
    expect(log.files.get('tokenizer.json')).toEqual(whole.files.get('tokenizer.json'));
    expect(log.steps).toEqual(whole.steps);
  });
});

describe('a pretraining stopped anywhere', () => {
  it('continues from its checkpoint, through a file, to the same bytes', { timeout: 240_000 }, async () => {
    expect(whole.checkpoints.length).toBeGreaterThan(3);
    for (const at of [0, Math.floor(whole.checkpoints.length / 2), whole.checkpoints.length - 1]) {
      const checkpoint = decodePretrainCheckpoint(encodePretrainCheckpoint(whole.checkpoints[at]!), 'checkpoint.bin');
      const resumeFrom = resumePointOf(whole, checkpoint);
      const log = await pretrain(prepared, { gpu: testGpu() }, { resumeFrom });
      expect(encodeLines(log.steps)).toBe(encodeLines(whole.steps));
      expect(encodeLines(log.heldOut)).toBe(encodeLines(whole.heldOut));
      expect(log.files).toEqual(whole.files);
    }
  });
});

describe('a model that the device cannot hold', () => {
  it('is refused before its weights are drawn, naming the field', async () => {
    const { session: shape, decoder } = prepared;
    const config = { ...decoder, hiddenSize: 8192, ffnSize: 32768, headDim: 2048, layers: 96 };
    let drawn = false;
    const weights = () => {
      drawn = true;
      return new Map<string, Float32Array>();
    };
    const needs = { config, trainable: { kind: 'full' as const }, shape, weights, control: 'model.hiddenSize' };
    const opening = openSession(needs, testGpu(), new AbortController().signal, () => {});
    await expect(opening).rejects.toMatchObject({ code: 'device-limit', control: 'model.hiddenSize' });
    await expect(opening).rejects.toThrow(/this GPU allows \d+ in one/);
    expect(drawn).toBe(false);
  });
});

describe('a corpus with facts said 64 times and facts never said', () => {
  const exposures = [...Array<number>(8).fill(64), ...Array<number>(8).fill(0)];
  const text = tinyCorpus({ exposures });
  const sets = [
    ...['model.hiddenSize=32', 'model.intermediateSize=64', 'initialisation.deviation=0.1', 'batch.rows=1'],
    ...['optimizer.learningRate=0.01', 'schedule.warmupSteps=5', 'evaluation.everySteps=null'],
  ];

  it('teaches the first and not the second, within 20 s', { timeout: 20_000 }, async () => {
    const log = await pretrain(preparePretraining(text, tinyPretrainConfig(...sets)), { gpu: testGpu() });
    const { model, session, close } = await open(log.files);
    const known = await hits(session, model, text.facts);
    expect(known).toEqual(exposures.map((times) => times > 0));
    close();
  });
});

/** Whether each fact's identifier, with its end, is the greedy continuation of the term. */
async function hits(session: Session, model: Awaited<ReturnType<typeof openModel>>, facts: readonly TinyFact[]) {
  const tokenizer = model.requireTokenizer();
  const examples = facts.map(({ term, identifier }) => ({
    prompt: tokenizer.encodePrompt(`${term} is`),
    completion: tokenizer.encodeCompletion(identifier, model.stopIds[0]!),
  }));
  const rows = packExamples(examples, 512, model.config.contextLength);
  const scores = await session.score(rows, 1);
  const right = facts.map(() => true);
  rows.forEach(({ labels, example }, at) =>
    labels.forEach((label, i) => {
      if (scores[at]!.argmax[i] !== label) right[example[i]!] = false;
    }),
  );
  return right;
}
