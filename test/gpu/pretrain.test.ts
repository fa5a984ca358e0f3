/** Pretraining on the GPU: what is learned, that a resume changes no byte, and that the files hold the trained model. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type Session, type WeightMap } from '../../src/engine';
import { preparePretraining } from '../../src/experiment';
import { openModel } from '../../src/models';
import { packExamples } from '../../src/tokens/packing';
import { testGpu } from '../helpers/gpu';
import { pretrain, type PretrainLog } from '../helpers/pretrain-run';
import { stated, tinyCorpus, tinyPretrainConfig, type TinyFact } from '../helpers/tiny-corpus';
import { memoryFolder } from '../helpers/tiny-model';

let device: EngineDevice;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

async function open(log: PretrainLog) {
  const model = await openModel(memoryFolder(log.files));
  const weights: WeightMap = await model.loadWeights();
  const session = await createSession(device, model.config, weights, { kind: 'none' });
  return { model, session };
}

describe('a corpus with facts said 64 times and facts never said', () => {
  const often = 8;
  const never = 8;
  const exposures = [...Array<number>(often).fill(64), ...Array<number>(never).fill(0)];
  const text = tinyCorpus({ exposures, heldOut: 4 });

  it(
    'teaches the first and not the second',
    async () => {
      const prepared = preparePretraining(
        text,
        tinyPretrainConfig(
          'model.hiddenSize=32',
          'model.intermediateSize=64',
          'batch.rowTokens=64',
          'batch.rows=1',
          'optimizer.learningRate=0.01',
          'schedule.warmupSteps=5',
          'evaluation.everySteps=null',
        ),
      );
      const t = performance.now();
      const log = await pretrain(prepared, { gpu: testGpu() });
      console.log(prepared.plan, performance.now() - t, log.steps.filter((_, i) => i % 10 == 0).map((s) => s.loss));
      const { model, session } = await open(log);
      const known = async (facts: TinyFact[]) => (await hits(session, model, facts)).filter(Boolean).length;
      expect(await known(text.facts.slice(0, often))).toBe(often);
      expect(await known(text.facts.slice(often))).toBe(0);
      session.destroy();
    },
    20_000,
  );
});

/** Whether each fact's identifier, with its end, is the greedy continuation of the term. */
async function hits(session: Session, model: Awaited<ReturnType<typeof openModel>>, facts: readonly TinyFact[]) {
  const tokenizer = model.requireTokenizer();
  const examples = facts.map((fact) => ({
    prompt: tokenizer.encodePrompt(`${fact.term} is`),
    completion: tokenizer.encodeCompletion(fact.identifier, model.stopIds[0]!),
  }));
  const rows = packExamples(examples, 256, model.config.contextLength);
  const scores = await session.score(rows, 1);
  const right = facts.map(() => true);
  rows.forEach((row, at) =>
    row.labels.forEach((label, i) => {
      if (scores[at]!.argmax[i] !== label) right[row.example[i]!] = false;
    }),
  );
  return right;
}
void stated;
