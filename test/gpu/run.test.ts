/** A whole run on the real engine: the same bytes twice, through pauses, and from checkpoints in a new session. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  openEngineSession,
  Runner,
  type Checkpoint,
  type PreparedRun,
  type ResumePoint,
  type RunEvent,
  type SessionFactory,
} from '../../src/experiment';
import { encodeSteps, encodeTrials, type Manifest, type StepRecord, type TrialRecord } from '../../src/records';
import { testGpu } from '../helpers/gpu';
import { prepareTiny } from '../helpers/tiny-run';

interface Log {
  trials: TrialRecord[];
  steps: StepRecord[];
  adapters: Record<string, Uint8Array>;
  checkpoints: Checkpoint[];
  manifest: Manifest;
  /** Most bytes that GPU buffers held after any call. */
  peakBytes: number;
}

async function run(
  prepared: PreparedRun,
  options: {
    resumeFrom?: ResumePoint;
    onEvent?: (event: RunEvent, runner: Runner) => void;
    clockStepMs?: number;
  } = {},
): Promise<Log> {
  let nowMs = 0;
  const clock = { nowMs: () => (nowMs += options.clockStepMs ?? 1) };
  let peakBytes = 0;
  const createSession: SessionFactory = async (...args) => {
    const opened = await openEngineSession(...args);
    const { close } = opened;
    const look = () => (peakBytes = Math.max(peakBytes, opened.session.counters.bufferBytes));
    for (const call of ['trainStep', 'score', 'generate'] as const) {
      const original = opened.session[call].bind(opened.session) as (...values: unknown[]) => Promise<unknown>;
      Object.assign(opened.session, { [call]: (...values: unknown[]) => original(...values).finally(look) });
    }
    return { ...opened, close: () => (look(), close()) };
  };
  const runner = new Runner(prepared, { gpu: testGpu(), clock, hostName: 'a test', createSession });
  const { resumeFrom } = options;
  const log: Log = {
    trials: [...(resumeFrom?.trials ?? [])],
    steps: [...(resumeFrom?.steps ?? [])],
    adapters: {},
    checkpoints: [],
    manifest: null as unknown as Manifest,
    peakBytes: 0,
  };
  for await (const event of runner.run(resumeFrom ? { resumeFrom } : {})) {
    if (event.kind === 'trials') log.trials.push(...event.records);
    if (event.kind === 'steps') log.steps.push(...event.records);
    if (event.kind === 'checkpoint') log.checkpoints.push(event.checkpoint);
    if (event.kind === 'manifest') log.manifest = event.manifest;
    if (event.kind === 'adapter') {
      for (const { path, bytes } of event.files) log.adapters[`${event.direction}/${path}`] = bytes;
    }
    options.onEvent?.(event, runner);
  }
  return { ...log, peakBytes };
}

const bits = (log: Log) => ({
  trials: encodeTrials(log.trials),
  steps: encodeSteps(log.steps),
  adapters: log.adapters,
});

describe.each([
  ['LoRA', []],
  ['all weights', ['adapter.kind=full', 'optimizer.learningRate=0.005']],
])('a run that trains %s', (_, sets) => {
  let prepared: PreparedRun;
  let first: Log;
  beforeAll(async () => {
    prepared = await prepareTiny('sampling.seen=5', 'sampling.withheld=3', 'directions=["term-to-id"]', ...sets);
    first = await run(prepared);
  });

  it('learns, and records every fact at every evaluation', () => {
    expect(first.manifest.state).toBe('done');
    expect(first.trials).toHaveLength(3 * 2 * 8);
    const loss = first.steps.map((step) => step.loss);
    expect(loss).toHaveLength(6);
    expect(Math.max(...loss.slice(-2))).toBeLessThan(loss[0]!);
    expect(first.manifest.memory.plannedBytes).toBe(prepared.memory.totalBytes);
    // The plan is a promise: what is really held never exceeds it, but for the read-back buffers.
    expect(first.peakBytes).toBeGreaterThan(prepared.memory.weightsBytes);
    expect(first.peakBytes).toBeLessThanOrEqual(prepared.memory.totalBytes * 1.02);
  });

  it('gives the same bytes again', async () => {
    expect(bits(await run(prepared))).toEqual(bits(first));
  });

  it('gives the same bytes when it is paused at every step and resumed', async () => {
    let pauses = 0;
    const paused = await run(prepared, {
      onEvent(event, runner) {
        if (event.kind === 'steps' || event.kind === 'trials') runner.pause();
        if (event.kind === 'progress' && event.progress.state === 'paused') {
          pauses += 1;
          runner.resume();
        }
      },
    });
    expect(pauses).toBeGreaterThan(4);
    expect(bits(paused)).toEqual(bits(first));
  });

  it('gives the same bytes from every checkpoint in a new session', async () => {
    // The clock jumps a minute at every look: a checkpoint comes at every safe point.
    const slow = await run(prepared, { clockStepMs: 60_001 });
    expect(bits(slow)).toEqual(bits(first));
    const within = slow.checkpoints.filter(({ state }) => state.step % prepared.directions[0]!.stepsPerEpoch > 0);
    expect(within.length).toBeGreaterThan(0);
    const chosen = [slow.checkpoints[0]!, within.at(-1)!, slow.checkpoints.at(-1)!];
    for (const checkpoint of chosen) {
      const resumed = await run(prepared, {
        resumeFrom: {
          checkpoint: decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint.bin'),
          trials: slow.trials.slice(0, checkpoint.trialLines),
          steps: slow.steps.slice(0, checkpoint.stepLines),
          manifest: slow.manifest,
        },
      });
      expect(bits(resumed)).toEqual(bits(first));
    }
  });
});
