/** The trained model against its published reference: logits, greedy ids, likelihood. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquireDevice, createSession, type EngineDevice, type Session } from '../../src/engine';
import { singleSegment } from '../../src/engine/reference/decoder';
import { testGpu } from '../helpers/gpu';
import { describeWithShared, sharedPath } from '../helpers/shared';
import { readStories260K } from '../helpers/stories';

interface Reference {
  greedy_ids: number[];
  cases: { text: string; ids: number[]; last_logits: number[]; nll_sum: number }[];
}

describeWithShared('stories260K on the GPU', 'models/stories260K', () => {
  let device: EngineDevice;
  let session: Session;
  let reference: Reference;

  beforeAll(async () => {
    reference = JSON.parse(readFileSync(sharedPath('models/stories260K', 'reference.json'), 'utf8')) as Reference;
    const { config, weights } = await readStories260K();
    device = await acquireDevice(testGpu());
    session = await createSession(device, config, weights, { kind: 'none' });
  });

  afterAll(() => device?.destroy());

  it('gives the reference logits within 2e-4 on every text', async () => {
    for (const { text, ids, last_logits } of reference.cases) {
      const logits = await session.logits(Uint32Array.from(ids));
      const worst = Math.max(...last_logits.map((value, i) => Math.abs(value - logits[i]!)));
      expect(worst, JSON.stringify(text)).toBeLessThan(2e-4);
    }
  });

  it('gives the reference likelihood within 1e-3 on every text', async () => {
    for (const { text, ids, nll_sum } of reference.cases) {
      if (ids.length < 2) continue;
      const row = singleSegment(Uint32Array.from(ids));
      const [scores] = await session.score([{ ...row, ...nextTokenLabels(ids) }], 1);
      const total = -scores!.logProb.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(total - nll_sum), JSON.stringify(text)).toBeLessThan(1e-3);
    }
  });

  it('writes the reference story greedily, token for token', async () => {
    const [first, ...rest] = reference.greedy_ids;
    const [story] = await session.generate({
      prompts: [Uint32Array.of(first!)],
      samples: 1,
      maxNewTokens: rest.length,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
      stream: 0,
      stopIds: [],
    });
    expect(story!.ids).toEqual(rest);
  });
});

function nextTokenLabels(ids: number[]) {
  const count = ids.length - 1;
  return {
    supervisedIndex: Uint32Array.from({ length: count }, (_, i) => i),
    labels: Uint32Array.from(ids.slice(1)),
    example: new Uint32Array(count),
  };
}
