/** Adapters side by side: what each says of the facts is what the reference says of that adapter. */
import { expect, it } from 'vitest';
import { score } from '../../src/engine/reference/decoder';
import { compareAdapters } from '../../src/experiment';
import { readAdapter, writeAdapter } from '../../src/models';
import { packExamples } from '../../src/tokens/packing';
import { testGpu } from '../helpers/gpu';
import { numbers } from '../helpers/numbers';
import { memoryFolder } from '../helpers/tiny-model';
import { prepareTiny } from '../helpers/tiny-run';

const [RANK, ALPHA] = [2, 4];

it('facts are asked of the model and of each adapter over it, and changes are counted fact by fact', async () => {
  const prepared = await prepareTiny('directions=["term-to-id"]');
  const { config, model, directions, rowTokens } = prepared;
  const description = {
    ...{ baseModel: 'tiny', architecture: model.architecture, rank: RANK, alpha: ALPHA },
    ...{ scaling: 'standard' as const, dora: false },
  };
  const folderOf = (name: string, spread: number) => {
    const shapes = [0, 1].flatMap((layer) => [
      { name: `layers.${layer}.q_proj.lora_A`, shape: [RANK, 32] },
      { name: `layers.${layer}.q_proj.lora_B`, shape: [32, RANK] },
    ]);
    const tensors = shapes.map(({ name: tensor, shape }, n) => {
      const own = tensor.endsWith('B') ? spread : 0.5;
      return { name: tensor, shape, data: Float32Array.from(numbers(n + 1, shape[0]! * shape[1]!, own)) };
    });
    const files = writeAdapter(description, config, tensors).map(({ path, bytes }) => [path, bytes] as const);
    return memoryFolder(new Map(files), { name });
  };
  const folders = [folderOf('nothing', 0), folderOf('something', 2)];
  const found = await compareAdapters(prepared, folders, testGpu(), new AbortController().signal);
  expect(found.map(({ adapter }) => adapter)).toEqual([null, 'nothing', 'something']);
  expect(found[1]!.groups.map(({ meanLogProb }) => meanLogProb)).toEqual(
    found[0]!.groups.map(({ meanLogProb }) => meanLogProb),
  );
  expect(found[1]!.groups.map(({ change }) => change!.gainers + change!.losers)).toEqual([0, 0]);

  const weights = await model.loadWeights();
  const { scale, tensors } = await readAdapter(folders[1]!, model);
  const lora = { scale, tensors: new Map(tensors.map(({ name, data }) => [name, data])) };
  const { facts } = directions[0]!;
  for (const [of, adapter] of [
    [found[0]!, undefined],
    [found[2]!, lora],
  ] as const) {
    expect(of.groups.map(({ group, right }) => [group, right.n])).toEqual([['seen', 8], ['withheld', 4]]); // prettier-ignore
    for (const { group, meanLogProb } of of.groups) {
      const asked = facts.filter(({ seen }) => seen === (group === 'seen')).map(({ queries }) => queries['held-out']);
      const sums = packExamples(asked, rowTokens, config.contextLength).flatMap((row) => [
        ...score(config, weights, row, 1, adapter).logProb,
      ]);
      expect(meanLogProb).toBeCloseTo(sums.reduce((sum, each) => sum + each, 0) / asked.length, 3);
    }
  }
  expect(found[2]!.groups[0]!.meanLogProb).not.toBeCloseTo(found[0]!.groups[0]!.meanLogProb, 1);
});
