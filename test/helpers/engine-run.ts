/** A prepared experiment run on the real engine, and what it said: for tests of whole runs. */
import {
  openEngineSession,
  Runner,
  type Checkpoint,
  type PreparedRun,
  type ResumePoint,
  type RunEvent,
  type SessionFactory,
} from '../../src/experiment';
import {
  encodeSteps,
  encodeTrials,
  type Manifest,
  type StepRecord,
  type Summary,
  type TrialRecord,
} from '../../src/records';
import { testGpu } from './gpu';

export interface Log {
  trials: TrialRecord[];
  steps: StepRecord[];
  adapters: Record<string, Uint8Array>;
  checkpoints: Checkpoint[];
  manifest: Manifest;
  summary: Summary | null;
  /** Most bytes that GPU buffers held after any call. */
  peakBytes: number;
}

/** Runs on the engine and gathers what was said; the clock moves by `clockStepMs` at every look. */
export async function runOnEngine(
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
    summary: null,
    peakBytes: 0,
  };
  for await (const event of runner.run(resumeFrom ? { resumeFrom } : {})) {
    if (event.kind === 'trials') log.trials.push(...event.records);
    if (event.kind === 'steps') log.steps.push(...event.records);
    if (event.kind === 'checkpoint') log.checkpoints.push(event.checkpoint);
    if (event.kind === 'manifest') log.manifest = event.manifest;
    if (event.kind === 'summary') log.summary = event.summary;
    if (event.kind === 'adapter') {
      for (const { path, bytes } of event.files) log.adapters[`${event.direction}/${path}`] = bytes;
    }
    options.onEvent?.(event, runner);
  }
  return { ...log, peakBytes };
}

/** What must be equal bit for bit. */
export const bitsOf = (log: Log) => ({
  trials: encodeTrials(log.trials),
  steps: encodeSteps(log.steps),
  adapters: log.adapters,
});
