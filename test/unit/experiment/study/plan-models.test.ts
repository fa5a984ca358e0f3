/** What the models of a study would take, before any is pretrained. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../../src/core/errors';
import { makeWorld, planModels, preparePretraining, untrainedFiles, type StudyModel } from '../../../../src/experiment';
import { studyCells } from '../../../../src/experiment/study';
import { openModel } from '../../../../src/models';
import { parseStudy } from '../../../../src/spec';
import { FakeSession, openedFake } from '../../../helpers/fake-session';
import { memoryFolder } from '../../../helpers/tiny-model';

const study = parseStudy(
  {
    studyVersion: 1,
    world: {
      worldVersion: 1,
      groups: [
        { name: 'facts', source: { kind: 'synthetic', count: 6 }, exposures: { kind: 'buckets', sizes: [0, 8] } },
      ],
      filler: { sentences: 20, heldOut: 2 },
      tokenizer: { vocabulary: 320 },
    },
    pretrain: {
      pretrainVersion: 1,
      model: { hiddenSize: 16, layers: 1, heads: 2, kvHeads: 1, intermediateSize: 24, contextLength: 128 },
      batch: { rowTokens: 128 },
    },
    grid: { 'pretrain.model.layers': [1, 2], 'train.epochs': [1, 2] },
    seeds: [1],
  },
  's.json',
);
const cells = studyCells(study, 's.json');

async function prepare({ world: spec, pretrain }: StudyModel) {
  const { corpus, tokenizer } = await makeWorld(spec, () => Promise.reject(new Error('nothing is given')));
  return preparePretraining({ name: spec.name, corpus, tokenizer }, pretrain);
}

describe('the plan of a study’s models', () => {
  it('counts each model once, with operations and a time in proportion to them, measured once', async () => {
    let opened = 0;
    let nowMs = 0;
    const planned = await planModels(cells, {
      prepare,
      pretrainHost: () =>
        Promise.resolve({
          gpu: null as unknown as GPU,
          clock: { nowMs: () => (nowMs += 300) },
          hostName: 'a test',
          openSession: ({ config }) => {
            opened += 1;
            return Promise.resolve(openedFake(new FakeSession(config, { kind: 'full' })));
          },
        }),
    });
    const plans = await Promise.all([cells[0]!, cells[2]!].map(async ({ model }) => (await prepare(model!)).plan));
    expect(planned.map(({ id, cells: n }) => [id, n])).toEqual([
      [cells[0]!.model!.id, 2],
      [cells[2]!.model!.id, 2],
    ]);
    expect(planned.map(({ tokens, operations }) => [tokens, operations])).toEqual(
      plans.map(({ tokens, operations }) => [tokens, operations.total]),
    );
    expect(opened).toBe(1);
    expect(planned[0]!.roughMs).toBeGreaterThan(100);
    expect(planned[1]!.roughMs! / planned[0]!.roughMs!).toBeCloseTo(
      planned[1]!.operations! / planned[0]!.operations!,
      2,
    );
  });

  it('says why a model cannot be, and has no time where there is no GPU', async () => {
    const [broken, whole] = await planModels(cells, {
      prepare: (model) =>
        model.pretrain.model.layers === 1
          ? Promise.reject(new LabError('sequence-too-long', 'A sentence is too long.', { hint: 'Shorten it.' }))
          : prepare(model),
      pretrainHost: () => Promise.reject(new Error('no GPU')),
    });
    expect(broken).toMatchObject({ cells: 2, tokens: null, problem: 'A sentence is too long.' });
    expect(whole).toMatchObject({ cells: 2, roughMs: null, problem: null });
    expect(whole!.tokens).toBeGreaterThan(100);
  });

  it('lays out a model of the shape that pretraining will write', async () => {
    const prepared = await prepare(cells[2]!.model!);
    const files = new Map(untrainedFiles(prepared).map(({ path, bytes }) => [path, bytes]));
    const model = await openModel(memoryFolder(files));
    expect(model.parameters).toBe(prepared.plan.parameters);
    expect(model.config.layers).toBe(2);
    expect((await model.loadWeights()).get('final_norm')).toEqual(new Float32Array(16).fill(1));
  });
});
