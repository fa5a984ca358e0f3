/**
 * `node bench/run.js test/golden/write_adapters.ts`: trains a LoRA and a DoRA adapter on each family's golden model and
 * writes them as PEFT folders, for `adapter_goldens.py --loads` to load in Python.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { acquireDevice, createSession, linearNames, type LoraSpec } from '../../src/engine';
import { openModel, writeAdapter } from '../../src/models';
import { testGpu } from '../helpers/gpu';
import { shapeOf } from '../helpers/training';
import { ADAPTED_FAMILIES, modelFolder, readGolden, rowOf, TRAINED_KINDS, trainedPath } from './families';

const [RANK, ALPHA, STEPS] = [2, 4, 8];
const SETTINGS = { learningRate: 0.03, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

const device = await acquireDevice(testGpu());
for (const family of ADAPTED_FAMILIES) {
  const model = await openModel(await modelFolder(family));
  const row = rowOf(readGolden(family).sequences);
  for (const kind of TRAINED_KINDS) {
    const dora = kind === 'dora';
    // With DoRA only the last layer, so that layers differ in what is written.
    const all = linearNames(model.config);
    const targets = dora ? Array.from({ length: model.config.layers }, (_, i) => (i === 0 ? [] : all)) : all;
    const trainable: LoraSpec = { kind: 'lora', rank: RANK, scale: ALPHA / RANK, targets, dora };
    const session = await createSession(device, model.config, await model.loadWeights(), trainable, shapeOf([row]));
    for (let step = 0; step < STEPS; step++) await session.trainStep([row], SETTINGS);
    const reports = await session.readReports();
    const description = { baseModel: family, architecture: model.architecture, rank: RANK, alpha: ALPHA } as const;
    const tensors = await session.exportTrainable();
    const folder = trainedPath(family, kind);
    mkdirSync(folder, { recursive: true });
    for (const file of writeAdapter({ ...description, scaling: 'standard', dora }, model.config, tensors)) {
      writeFileSync(path.join(folder, file.path), file.bytes);
    }
    process.stdout.write(`${family} ${kind}: loss ${reports[0]!.loss} to ${reports.at(-1)!.loss}\n`);
    session.destroy();
  }
}
process.exit(0);
