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
import type { DecoderConfig, StepReport } from '../../src/engine';
import { packExamples } from '../../src/tokens/packing';
import type { PackedRow } from '../../src/core/packed-row';
import { openModel } from '../../src/models';
import { folderFromDisk } from '../helpers/tiny-model';
import { testDriver, testGpu } from '../helpers/gpu';
import { describeWithShared, sharedPath } from '../helpers/shared';
import { shapeOf } from '../helpers/training';

const PAIRS = Number(process.env.QLORA_PAIRS ?? 10);
const STEPS = 30;

/** Terms with short names and their identifiers, in the file's order. */
function hpoPairs(count: number): [term: string, identifier: string][] {
  const text = readFileSync(sharedPath('data/hp_subset.obo'), 'utf8');
  const pairs = [...text.matchAll(/^id: (HP:\d+)\nname: (.{4,24})$/gm)].map((match): [string, string] => [
    match[2]!,
    match[1]!,
  ]);
  return pairs.slice(0, count);
}

let device: EngineDevice | undefined;
beforeAll(async () => {
  device = await acquireDevice(testGpu());
});
afterAll(() => device?.destroy());

describeWithShared('stories260K with HPO pairs', ['models/stories260K', 'data/hp_subset.obo'], () => {
  let config: DecoderConfig;
  let source: WeightSource;
  let rows: PackedRow[];
  let full: number;
  beforeAll(async () => {
    const model = await openModel(await folderFromDisk(sharedPath('models/stories260K')));
    const tokenizer = model.requireTokenizer();
    ({ config } = model);
    source = model.weightSource();
    const examples = hpoPairs(PAIRS).map(([term, identifier]) => ({
      prompt: tokenizer.encodePrompt(`${term}:`),
      completion: tokenizer.encodeCompletion(` ${identifier}`, model.stopIds[0]!),
    }));
    rows = packExamples(examples, 1024, config.contextLength);
    expect(rows).toHaveLength(1);
    full = (await trained({ precision: 'f32', doubleQuantisation: false })).at(-1)!.loss;
  });

  async function trained(precision: BasePrecision): Promise<StepReport[]> {
    const lora = { kind: 'lora' as const, rank: 8, scale: 2, targets: [...LINEAR_NAMES] };
    const session = await createSession(device!, config, source, lora, { ...shapeOf(rows), precision });
    await session.resetTrainable(1);
    const settings = {
      learningRate: Number(process.env.QLORA_LR ?? 1e-3),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
      clipNorm: 1,
    };
    for (let step = 0; step < STEPS; step++) await session.trainStep(rows, settings);
    const reports = await session.readReports();
    session.destroy();
    return reports;
  }

  it.skipIf(testDriver() !== 'llvmpipe').each([
    { precision: 'nf4', doubleQuantisation: false },
    { precision: 'nf4', doubleQuantisation: true },
  ] as const)(
    'the loss after 30 steps over $precision (double: $doubleQuantisation) is within 2 % of that over f32',
    async (precision) => {
      const reports = await trained(precision);
      const loss = reports.at(-1)!.loss;
      process.stdout.write(`loss ${reports[0]!.loss.toFixed(4)} → ${loss.toFixed(4)}; over f32 ${full.toFixed(4)}\n`);
      expect(reports).toHaveLength(STEPS);
      expect(loss).toBeLessThan(0.6 * reports[0]!.loss);
      expect(Math.abs(loss / full - 1)).toBeLessThan(0.02);
    },
  );
});
