/** A run with every probe on the real engine: the same bytes from checkpoints within its evaluations, in new sessions. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  openEngineSession,
  Runner,
  type Checkpoint,
  type PreparedRun,
  type ResumePoint,
  type SessionFactory,
} from '../../src/experiment';
import {
  encodeProbeRecords,
  encodeTrials,
  firstProbeRecords,
  noProbeRecords,
  PROBE_RECORD_KINDS,
  type Manifest,
  type ProbeRecords,
  type StepRecord,
  type Summary,
  type TrialRecord,
} from '../../src/records';
import { testGpu } from '../helpers/gpu';
import { prepareTiny } from '../helpers/tiny-run';

interface Log {
  trials: TrialRecord[];
  steps: StepRecord[];
  probes: ProbeRecords;
  files: Record<string, Uint8Array>;
  checkpoints: Checkpoint[];
  manifest: Manifest;
  summary: Summary;
  peakBytes: number;
}

async function run(prepared: PreparedRun, resumeFrom?: ResumePoint, clockStepMs = 1): Promise<Log> {
  let nowMs = 0;
  let peakBytes = 0;
  const createSession: SessionFactory = async (...args) => {
    const opened = await openEngineSession(...args);
    const look = () => (peakBytes = Math.max(peakBytes, opened.session.counters.bufferBytes));
    return { ...opened, close: () => (look(), opened.close()) };
  };
  const clock = { nowMs: () => (nowMs += clockStepMs) };
  const runner = new Runner(prepared, { gpu: testGpu(), clock, hostName: 'a test', createSession });
  const log = {
    trials: [...(resumeFrom?.trials ?? [])],
    steps: [...(resumeFrom?.steps ?? [])],
    probes: structuredClone(resumeFrom?.probes ?? noProbeRecords()),
    files: {},
    checkpoints: [],
  } as unknown as Log;
  for await (const event of runner.run(resumeFrom ? { resumeFrom } : {})) {
    if (event.kind === 'trials') log.trials.push(...event.records);
    if (event.kind === 'steps') log.steps.push(...event.records);
    if (event.kind === 'probes') {
      (log.probes[event.probe] as unknown[]).push(...event.records);
      for (const { path, bytes } of event.files) log.files[path] = bytes;
    }
    if (event.kind === 'checkpoint') log.checkpoints.push(event.checkpoint);
    if (event.kind === 'manifest') log.manifest = event.manifest;
    if (event.kind === 'summary') log.summary = event.summary;
  }
  return { ...log, peakBytes };
}

const bits = ({ trials, probes }: Log) => ({
  trials: encodeTrials(trials),
  probes: PROBE_RECORD_KINDS.map((kind) => encodeProbeRecords(kind, probes[kind])),
});

describe.each([
  ['LoRA', 'content-mean', []],
  ['all weights', 'as-published', ['adapter.kind=full', 'optimizer.learningRate=0.005']],
])('a run with every probe that trains %s, vectors by %s', (_, pooling, sets) => {
  let prepared: PreparedRun;
  let whole: Log;
  beforeAll(async () => {
    prepared = await prepareTiny(
      ...['sampling.seen=4', 'sampling.withheld=3', 'train.epochs=1', ...sets],
      ...['evaluation.samples=4', 'evaluation.sampleAt=baseline', 'evaluation.keptAnswers=3'],
      ...['evaluation.probes.ranks=true', 'evaluation.probes.tokens=true'],
      `evaluation.probes.embeddings={"at":"every","layers":[0,1,-1],"pooling":"${pooling}"}`,
      'evaluation.probes.canaries={"count":8,"tokens":5}',
      'evaluation.probes.languageLoss={"texts":80,"tokens":12}',
    );
    whole = await run(prepared);
  });

  it('finds its canaries right and its own texts unmoved before training, in both directions', () => {
    const before = whole.probes.canaries.filter(({ step }) => step === 0);
    expect(before).toHaveLength(16);
    expect(before.every(({ hit }) => hit)).toBe(true);
    for (const { probes } of whole.summary.directions) {
      expect(probes!.canaries!.byEvaluation[0]!.kept.value).toBe(1);
      expect(probes!.language!.byEvaluation[0]!.rise!.value).toBe(0);
    }
    // The base model is the same in both directions, to the bit.
    const [a, b] = prepared.directions.map(({ direction }) =>
      whole.probes.language.filter((record) => record.direction === direction && record.step === 0),
    );
    expect(a!.map(({ logProb }) => logProb)).toEqual(b!.map(({ logProb }) => logProb));
  });

  it('estimates a divergence from the base that is above zero after training', () => {
    for (const { probes } of whole.summary.directions) {
      const { rise } = probes!.language!.byEvaluation.at(-1)!;
      expect(rise!.lo).toBeGreaterThan(0);
    }
  });

  it('has rank 1 exactly where the argmax is the label', () => {
    for (const { ranks, tokens, tokenHit, tokensRight } of whole.trials) {
      expect(ranks).toHaveLength(tokens);
      if (tokenHit) expect(ranks!.every((rank) => rank === 1)).toBe(true);
      expect(ranks!.filter((rank) => rank === 1)).toHaveLength(tokensRight);
    }
  });

  it('gives every token of a label a log-probability, and their sum to the label', () => {
    for (const { tokenLogProbs, tokens, logProb } of whole.trials) {
      expect(tokenLogProbs).toHaveLength(tokens);
      expect(tokenLogProbs!.reduce((sum, each) => sum + each, 0)).toBeCloseTo(logProb, 4);
    }
  });

  it('keeps sampled answers as texts, before training alone', () => {
    const sampled = whole.trials.filter((trial) => trial.sampled);
    expect(sampled.map(({ step, template }) => [step, template])).toEqual(Array(14).fill([0, 'held-out']));
    for (const { sampled: drawn } of sampled) {
      const counts = drawn!.answers!.map(({ count }) => count);
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4);
    }
  });

  it('writes vectors that training moves, and those of the base alike in both directions', () => {
    expect(Object.keys(whole.files)).toHaveLength(4);
    const padded = pooling === 'as-published';
    expect(whole.probes.embeddings.every(({ padding }) => (padding !== null) === padded)).toBe(true);
    const aucs = whole.probes.embeddings
      .filter(({ layer }) => layer === -1)
      .map(({ matching }) => matching[0]!.auc.value);
    expect(new Set(aucs).size).toBeGreaterThan(1);
    const [a, b] = prepared.directions.map(
      ({ direction }) => whole.files[`embeddings/${direction}/step-000000.safetensors`]!,
    );
    // The header names the direction; the values behind it are the same.
    expect(a!.slice(-1024)).toEqual(b!.slice(-1024));
  });

  it('keeps within the memory that was planned', () => {
    expect(whole.peakBytes).toBeLessThanOrEqual(prepared.memory.totalBytes * 1.02);
  });

  it('gives the same bytes from checkpoints within an evaluation, in a new session', async () => {
    const slow = await run(prepared, undefined, 60_001);
    expect(bits(slow)).toEqual(bits(whole));
    const within = (kind: 'embeddings' | 'canaries' | 'language', full: number) =>
      slow.checkpoints.findLast(({ probeLines }) => probeLines![kind] % full !== 0);
    const chosen = [
      slow.checkpoints.findLast(({ probeLines }) => probeLines!.embeddings > (probeLines!.canaries / 8) * 3),
      within('language', 80),
    ].filter((checkpoint) => checkpoint !== undefined);
    expect(chosen).toHaveLength(2);
    for (const checkpoint of chosen) {
      const resumed = await run(prepared, {
        checkpoint: decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint.bin'),
        trials: slow.trials.slice(0, checkpoint.trialLines),
        steps: slow.steps.slice(0, checkpoint.stepLines),
        probes: firstProbeRecords(slow.probes, checkpoint.probeLines),
        manifest: slow.manifest,
      });
      expect(bits(resumed)).toEqual(bits(whole));
      for (const [path, bytes] of Object.entries(resumed.files)) expect(bytes).toEqual(whole.files[path]);
    }
  });
});
