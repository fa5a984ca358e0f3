/**
 * QLoRA on a real model: an adapter over a packed base learns as one over the base in f32 does. On one driver: another has the
 * same kernels, which are held against the reference on both.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  acquireDevice,
  createSession,
  LINEAR_NAMES,
  type BasePrecision,
  type EngineDevice,
  type WeightSource,
} from '../../src/engine';
import type { DecoderConfig } from '../../src/engine';
import { packExamples } from '../../src/tokens/packing';
import type { PackedRow } from '../../src/core/packed-row';
import { openModel } from '../../src/models';
import { folderFromDisk } from '../helpers/tiny-model';
import { testDriver, testGpu } from '../helpers/gpu';
import { describeWithShared, sharedPath } from '../helpers/shared';
import { shapeOf } from '../helpers/training';

/** The default spec's recipe, on 50 pairs: six epochs. */
const [PAIRS, BATCH, STEPS, WARM_UP, LEARNING_RATE] = [50, 10, 30, 10, 0.005];

/** Rises over the warm-up, then falls along a half cosine. */
function rateOf(step: number): number {
  if (step < WARM_UP) return (LEARNING_RATE * (step + 1)) / WARM_UP;
  return (LEARNING_RATE / 2) * (1 + Math.cos((Math.PI * (step - WARM_UP)) / (STEPS - WARM_UP)));
}

/** Terms with short names and their identifiers, in the file's order. */
function hpoPairs(count: number): [term: string, identifier: string][] {
  const text = readFileSync(sharedPath('data/hp_subset.obo'), 'utf8');
  const pairs = [...text.matchAll(/^id: (HP:\d+)\nname: (.{4,24})$/gm)].map((match): [string, string] => [
    match[2]!,
    match[1]!,
  ]);
  return pairs.slice(0, count);
}

interface Losses {
  /** Of the first step. */
  first: number;
  /** Mean over all pairs after the last step. */
  last: number;
}

let device: EngineDevice | undefined;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

describeWithShared('stories260K with HPO pairs', ['models/stories260K', 'data/hp_subset.obo'], () => {
  let config: DecoderConfig;
  let source: WeightSource;
  let batches: PackedRow[];
  let full: Losses;
  beforeAll(async () => {
    const model = await openModel(await folderFromDisk(sharedPath('models/stories260K')));
    const tokenizer = model.requireTokenizer();
    ({ config } = model);
    source = model.weightSource();
    const examples = hpoPairs(PAIRS).map(([term, identifier]) => ({
      prompt: tokenizer.encodePrompt(`Identifier of ${term}:`),
      completion: tokenizer.encodeCompletion(` ${identifier}`, model.stopIds[0]!),
    }));
    batches = Array.from({ length: Math.ceil(PAIRS / BATCH) }, (_, i) => {
      const rows = packExamples(examples.slice(i * BATCH, (i + 1) * BATCH), 1024, config.contextLength);
      expect(rows).toHaveLength(1);
      return rows[0]!;
    });
    full = await trained({ precision: 'f32', doubleQuantisation: false });
  });

  async function trained(precision: BasePrecision): Promise<Losses> {
    const lora = { kind: 'lora' as const, rank: 16, scale: 2, targets: [...LINEAR_NAMES] };
    const session = await createSession(device!, config, source, lora, {
      ...shapeOf(batches),
      precision,
      keepActivations: true,
    });
    await session.resetTrainable(1);
    for (let step = 0; step < STEPS; step++) {
      const settings = {
        learningRate: rateOf(step),
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        clipNorm: 1,
      };
      await session.trainStep([batches[step % batches.length]!], settings);
    }
    const [report] = await session.readReports();
    const scores = (await session.score(batches, 1)).flatMap(({ logProb }) => [...logProb]);
    session.destroy();
    return { first: report!.loss, last: -scores.reduce((sum, each) => sum + each, 0) / scores.length };
  }

  it.skipIf(testDriver() !== 'llvmpipe').each([
    { precision: 'nf4', doubleQuantisation: false },
    { precision: 'nf4', doubleQuantisation: true },
  ] as const)(
    'the loss after 30 steps over $precision (double: $doubleQuantisation) is within 2 % of that over f32',
    async (precision) => {
      const { first, last } = await trained(precision);
      process.stdout.write(
        `loss ${first.toFixed(4)} → ${last.toFixed(4)}; over f32 ${full.first.toFixed(4)} → ${full.last.toFixed(4)}\n`,
      );
      expect(last).toBeLessThan(0.6 * first);
      expect(Math.abs(last / full.last - 1)).toBeLessThan(0.02);
    },
  );
});
