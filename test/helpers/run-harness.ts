/**
 * Runs a prepared experiment on a fake session and gathers what it said, as a reader of its events would.
 *
 * The clock is the test's: it moves by `tickMs` with every call to the engine, and never otherwise.
 */
import { LabError } from '../../src/core/errors';
import { Runner, type Checkpoint, type PreparedRun, type ResumePoint, type RunEvent } from '../../src/experiment';
import {
  encodeSteps,
  encodeTrials,
  type FactRecord,
  type Manifest,
  type RunProgress,
  type StepRecord,
  type Summary,
  type TrialRecord,
} from '../../src/records';
import { FakeSession, openedFake, type FakeOptions } from './fake-session';

export interface RunLog {
  kinds: RunEvent['kind'][];
  facts: FactRecord[];
  trials: TrialRecord[];
  steps: StepRecord[];
  checkpoints: Checkpoint[];
  manifests: Manifest[];
  progress: { atMs: number; progress: RunProgress }[];
  summary: Summary | null;
  adapters: Map<string, Uint8Array>;
  session: FakeSession;
  runner: Runner;
  error: LabError | null;
  /** Calls to the engine. */
  calls: number;
}

export interface HarnessOptions {
  resumeFrom?: ResumePoint;
  tickMs?: number;
  poisonStep?: number;
  device?: string;
  kernels?: Record<string, string>;
  /** Before the run starts. */
  onStart?: (runner: Runner) => void;
  /** Before each call to the engine; `call` counts from 1. */
  onCall?: (call: number, runner: Runner, kind: Parameters<NonNullable<FakeOptions['onCall']>>[0]) => void;
  /** After each event; returning true leaves the loop. */
  onEvent?: (event: RunEvent, log: RunLog) => boolean | void | Promise<void>;
}

export async function runOnFake(prepared: PreparedRun, options: HarnessOptions = {}): Promise<RunLog> {
  let nowMs = 1_000_000;
  const session = new FakeSession(
    prepared.config,
    prepared.trainable,
    {
      onCall(kind) {
        nowMs += options.tickMs ?? 10;
        log.calls += 1;
        options.onCall?.(log.calls, runner, kind);
      },
      ...(options.poisonStep === undefined ? {} : { poisonStep: options.poisonStep }),
    },
    prepared.trainableParameters,
  );
  Object.assign(session.kernelChoices, options.kernels);
  const runner = new Runner(prepared, {
    gpu: {} as GPU,
    clock: { nowMs: () => nowMs },
    hostName: 'a test',
    createSession: () => Promise.resolve(openedFake(session, options.device)),
  });
  const log: RunLog = {
    kinds: [],
    facts: [],
    trials: [...(options.resumeFrom?.trials ?? [])],
    steps: [...(options.resumeFrom?.steps ?? [])],
    checkpoints: [],
    manifests: [],
    progress: [],
    summary: null,
    adapters: new Map(),
    session,
    runner,
    error: null,
    calls: 0,
  };
  options.onStart?.(runner);
  try {
    for await (const event of runner.run(options.resumeFrom ? { resumeFrom: options.resumeFrom } : {})) {
      log.kinds.push(event.kind);
      if (event.kind === 'facts') log.facts = event.records;
      if (event.kind === 'trials') log.trials.push(...event.records);
      if (event.kind === 'steps') log.steps.push(...event.records);
      if (event.kind === 'checkpoint') log.checkpoints.push(event.checkpoint);
      if (event.kind === 'manifest') log.manifests.push(event.manifest);
      if (event.kind === 'progress') log.progress.push({ atMs: nowMs, progress: event.progress });
      if (event.kind === 'summary') log.summary = event.summary;
      if (event.kind === 'adapter') {
        for (const file of event.files) log.adapters.set(`${event.direction}/${file.path}`, file.bytes);
      }
      if (await options.onEvent?.(event, log)) break;
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    log.error = error;
  }
  return log;
}

/** What a reader of the files would hand to a new process. */
export function resumePointOf(log: RunLog, checkpoint = log.checkpoints.at(-1)!): ResumePoint {
  return {
    checkpoint,
    trials: log.trials.slice(0, checkpoint.trialLines),
    steps: log.steps.slice(0, checkpoint.stepLines),
    manifest: log.manifests.at(-1)!,
  };
}

/** Everything about a run that must be equal bit for bit. */
export function bitsOf(log: RunLog) {
  return {
    trials: encodeTrials(log.trials),
    steps: encodeSteps(log.steps),
    adapters: [...log.adapters].map(([path, bytes]) => [path, [...bytes].join(' ')]),
    groups: log.summary?.directions,
  };
}
