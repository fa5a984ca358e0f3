/** Whole runs of every method, adapters and full weights: within their memory plan, and the same bytes from a checkpoint. */
import { beforeAll, describe, expect, it } from 'vitest';
import { byteFile } from '../../src/core/files';
import { prepareRun, type PreparedRun } from '../../src/experiment';
import { rehearsedFacts } from '../../src/records';
import { parseSpec } from '../../src/spec';
import { bitsOf, runOnEngine, type Log } from '../helpers/engine-run';
import { memoryFolder, tinyModelFiles, type FileMap } from '../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../helpers/tiny-run';

const SMALL = [
  'directions=["term-to-id"]',
  'sampling.seen=4',
  'sampling.withheld=2',
  'evaluation.sampleAt=never',
  'evaluation.at={"kind":"epochs","every":3}',
];
const FULL = ['adapter.kind=full', 'optimizer.learningRate=0.005'];
const TEXTS = 'the tail of it is short\na blue ear, and one that is not\nthe paws are round\n';

function prepare(files: FileMap, ...sets: string[]): Promise<PreparedRun> {
  const spec = parseSpec(tinySpec(...SMALL, ...sets), 'tiny.json');
  return prepareRun({
    ...{ spec, model: memoryFolder(files), ontology: byteFile(tinyTerms), counts: null, covariates: [] },
    rehearsal: spec.retention.rehearsal?.source === 'text' ? byteFile({ name: 'texts.txt', text: TEXTS }) : null,
  });
}

/** The clock jumps a minute at every look: a checkpoint comes at every safe point. */
const OFTEN = { clockStepMs: 60_001 };

async function expectSameFromCheckpoint(prepared: PreparedRun, first: Log): Promise<void> {
  const trained = first.checkpoints.filter(({ stepLines }) => stepLines > 0 && stepLines < first.steps.length);
  const checkpoint = trained[Math.floor(trained.length / 2)]!;
  const resumed = await runOnEngine(prepared, {
    resumeFrom: {
      checkpoint,
      trials: first.trials.slice(0, checkpoint.trialLines),
      steps: first.steps.slice(0, checkpoint.stepLines),
      manifest: first.manifest,
    },
  });
  expect(bitsOf(resumed)).toEqual(bitsOf(first));
}

/** Rows of 64 tokens: a batch is several micro-steps. */
const SEVERAL_ROWS = 'train.rowTokens=64';

describe.each([
  ['DFT', ['method={"kind":"dft"}']],
  ['DFT, held to the frozen model, all weights', ['method={"kind":"dft"}', 'retention.klWeight=0.5', ...FULL]],
  [
    'BFT, normalised, held to the frozen model',
    ['method={"kind":"bft","window":2,"normalise":true}', 'retention.klWeight=0.2', SEVERAL_ROWS],
  ],
  [
    'BFT with texts rehearsed, all weights',
    ['method={"kind":"bft"}', 'retention.rehearsal={"source":"text","path":"t.txt","perBatch":1}', ...FULL],
  ],
  [
    'SFT with texts rehearsed, held to the frozen model',
    ['retention={"rehearsal":{"source":"text","path":"t.txt"},"klWeight":0.1}', SEVERAL_ROWS],
  ],
])('a run of %s', (_name, sets) => {
  it('learns within its memory plan, and gives the same bytes from a checkpoint in a new session', async () => {
    const prepared = await prepare(tinyModelFiles(), 'train.epochs=3', ...sets);
    const first = await runOnEngine(prepared, OFTEN);
    expect(first.manifest.state).toBe('done');
    expect(first.peakBytes).toBeLessThanOrEqual(prepared.memory.totalBytes * 1.02);
    const plain = first.steps.map(({ loss, crossEntropy }) => crossEntropy ?? loss);
    expect(Math.max(...plain.slice(-2))).toBeLessThan(plain[0]!);
    const { method, retention } = prepared.spec;
    for (const step of first.steps) {
      expect(step.crossEntropy === undefined).toBe(method.kind === 'sft' && retention.klWeight === 0);
      expect(step.divergence === undefined).toBe(retention.klWeight === 0);
      expect(step.rehearsed === undefined).toBe(retention.rehearsal === null);
    }
    if (retention.klWeight > 0) expect(first.steps.at(-1)!.divergence).toBeGreaterThan(0);
    await expectSameFromCheckpoint(prepared, first);
  });
});

describe('a run that rehearses what it knows', () => {
  let knowing: FileMap;
  /** A model that has learned eight of the sixteen terms. */
  beforeAll(async () => {
    const files = tinyModelFiles();
    const learn = ['sampling.seen=8', 'sampling.withheld=0', 'train.epochs=25', 'train.batchSize=20'];
    const at = 'evaluation.at={"kind":"epochs","every":25}';
    const taught = await prepare(files, ...learn, at, 'schedule.kind=constant', ...FULL);
    const { adapters } = await runOnEngine(taught);
    knowing = new Map(
      Object.entries(adapters).map(([path, bytes]) => [path.replace('term-to-id/', ''), Uint8Array.from(bytes)]),
    );
  });

  const rehearsal = ['retention.rehearsal={"perBatch":2}', 'sampling.seen=4', 'sampling.withheld=8', 'seed=11'];

  it.each([
    ['an adapter', []],
    ['all weights', FULL],
  ])('trains those withheld facts and no others, and says so, with %s', async (_what, sets) => {
    const prepared = await prepare(knowing, ...rehearsal, 'train.epochs=2', ...sets);
    const first = await runOnEngine(prepared, OFTEN);
    const known = first.trials.filter(
      ({ seen, epoch, template, tokenHit }) => !seen && epoch === 0 && template === 'trained' && tokenHit,
    );
    const withheld = prepared.directions[0]!.facts.filter(({ seen }) => !seen);
    expect(known.length).toBeGreaterThan(1);
    expect(known.length).toBeLessThan(withheld.length);
    const rehearsed = rehearsedFacts(first.steps);
    expect(rehearsed.size).toBeGreaterThan(0);
    const keys = new Set(known.map(({ fact }) => fact));
    for (const fact of rehearsed) expect(keys).toContain(fact);
    for (const step of first.steps) expect(step.rehearsed).toHaveLength(2);
    const [summary] = first.summary!.directions;
    expect(summary!.rehearsed![0]!.facts).toBe(rehearsed.size);
    expect(summary!.groups.find(({ seen }) => !seen)!.facts).toBe(withheld.length - rehearsed.size);
    await expectSameFromCheckpoint(prepared, first);
  });
});
