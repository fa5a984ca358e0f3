/** Trained and random GPT-2 models as published: their reference logits, greedy ids and losses. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type Session } from '../../src/engine';
import { openModel, type ModelHandle } from '../../src/models';
import { testGpu } from '../helpers/gpu';
import { describeWithShared, sharedPath } from '../helpers/shared';
import { folderFromDisk } from '../helpers/tiny-model';

const CAPP = 'models/capp-gpt2';
const TINY = 'models/tiny-gpt2-random-16d';
const referenceOf = <T>(folder: string) => JSON.parse(readFileSync(sharedPath(folder, 'reference.json'), 'utf8')) as T;

describeWithShared('GPT-2', [CAPP, TINY], () => {
  let device: EngineDevice;
  beforeAll(async () => {
    device = await acquireDevice(testGpu());
  });
  afterAll(() => device?.destroy());

  async function open(folder: string): Promise<{ model: ModelHandle; session: Session }> {
    const model = await openModel(await folderFromDisk(sharedPath(folder)));
    const shape = { rowTokens: 64, supervised: 64 };
    return { model, session: await createSession(device, model.config, model.weightSource(), { kind: 'none' }, shape) };
  }

  it('capp-gpt2 has the reference’s logits at every position, and its greedy ids', async () => {
    const { model, session } = await open(CAPP);
    const { cases } = referenceOf<{ cases: { prompt_ids: number[]; greedy_ids: number[]; logits: number[][] }[] }>(
      CAPP,
    );
    expect(cases).toHaveLength(5);
    for (const { prompt_ids: prompt, greedy_ids: greedy, logits } of cases) {
      const found = await session.logits(Uint32Array.from(greedy.slice(0, logits.length)), true);
      const expected = logits.flat();
      const largest = Math.max(...expected.map(Math.abs));
      const error = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)));
      expect(error / largest).toBeLessThan(1e-4);
      const [sample] = await session.generate({
        ...{ prompts: [Uint32Array.from(prompt)], samples: 1, maxNewTokens: greedy.length - prompt.length },
        ...{ temperature: 0, topK: 0, topP: 1, seed: 1, stream: 0, stopIds: model.stopIds },
      });
      expect(sample!.ids).toEqual(greedy.slice(prompt.length));
    }
    session.destroy();
  });

  it('tiny-gpt2 has the reference’s tokens, likeliest tokens, logits and loss', async () => {
    const { model, session } = await open(TINY);
    const reference = referenceOf<{ ids: number[]; top5: number[]; last_logits_first8: number[]; mean_nll: number }>(
      TINY,
    );
    expect([...model.requireTokenizer().encodePrompt('The cat sat on the mat.')]).toEqual(reference.ids);
    const ids = Uint32Array.from(reference.ids);
    const logits = await session.logits(ids, true);
    const { vocabSize } = model.config;
    const last = logits.subarray((ids.length - 1) * vocabSize);
    const order = Array.from(last.keys()).sort((a, b) => last[b]! - last[a]! || a - b);
    expect(order.slice(0, 5)).toEqual(reference.top5);
    reference.last_logits_first8.forEach((value, id) => expect(Math.abs(value - last[id]!)).toBeLessThan(1e-5));
    const [scores] = await session.score([predicting(ids)], 1);
    const mean = -scores!.logProb.reduce((sum, value) => sum + value, 0) / (ids.length - 1);
    expect(Math.abs(mean / reference.mean_nll - 1)).toBeLessThan(1e-5);
    session.destroy();
  });
});

/** One segment, each token but the last predicting the next. */
function predicting(ids: Uint32Array) {
  const supervisedIndex = Uint32Array.from({ length: ids.length - 1 }, (_, i) => i);
  const zeros = (length: number) => new Uint32Array(length);
  return {
    ids,
    segmentStart: zeros(ids.length),
    supervisedIndex,
    labels: ids.slice(1),
    example: zeros(ids.length - 1),
  };
}
