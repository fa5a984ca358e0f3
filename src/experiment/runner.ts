/**
 * The state machine of a run: idle → loading → probing ⇄ training (⇄ paused) → done | failed | cancelled.
 *
 * Promises: events come in one order, and records, checkpoints and their line counts agree at every moment; a pause, a
 * cancel or a resume in a new process changes no record; whatever the end, the last manifest says how the run ended.
 * A run's record is bit for bit the same for the same spec, data and graphics adapter.
 * Must not know: files, the DOM, worker messages.
 */
import type { Direction } from '../core/direction';
import { LabError, toLabError } from '../core/errors';
import {
  countProbeRecords,
  noProbeRecords,
  type Manifest,
  type ProbeRecords,
  type RunState,
  type StepRecord,
  type TrialRecord,
} from '../records';
import { adapterFiles } from './adapter';
import { adapterSeed } from './batches';
import type { Position, RunContext } from './context';
import { EventChannel } from './event-channel';
import type { RunEvent } from './events';
import type { OpenedSession, RunnerHost } from './host';
import { openEngineSession } from './host';
import { buildManifest } from './manifest';
import { momentAt, plannedSteps, workBefore } from './plan';
import type { PreparedRun } from './prepared';
import { Rehearsals } from './rehearsal';
import { openProbes, probeWorkDone } from './probes/run';
import type { OpenProbe } from './probes';
import type { ResumePoint } from './resume';
import { checkResumeDevice, checkResumePoint } from './resume';
import { summarize } from './summary';
import { flushSteps, runDirection } from './train';
import { SafePoints, type AtSafePoint } from './safe-points';
import { WorkMeter, type Work } from './work-meter';

const PROGRESS_INTERVAL_MS = 250;

export interface RunOptions {
  /** Where an earlier process stopped, with its records up to there. */
  resumeFrom?: ResumePoint;
  /** Aborting it cancels the run. */
  signal?: AbortSignal;
}

/** One run of one prepared experiment. `run` can be called once. */
export class Runner {
  readonly #prepared: PreparedRun;
  readonly #host: RunnerHost;
  readonly #points: SafePoints;
  readonly #channel = new EventChannel(() => this.cancel());
  readonly #meter: WorkMeter;
  readonly #trials: TrialRecord[] = [];
  readonly #steps: StepRecord[] = [];
  readonly #rehearsals = new Rehearsals();
  readonly #probeRecords: ProbeRecords = noProbeRecords();
  readonly #probes: OpenProbe[] = [];
  readonly #endings: Manifest['endings'] = [];
  readonly #position: Position = { directionIndex: 0, step: 0 };
  #state: RunState = 'idle';
  #opened: OpenedSession | null = null;
  /** The session holds this run's trainable weights: a checkpoint means something. */
  #started = false;
  #startedAtMs = 0;
  #earlierMs = 0;
  #reportedAtMs = -Infinity;

  constructor(prepared: PreparedRun, host: RunnerHost) {
    this.#prepared = prepared;
    this.#host = host;
    this.#meter = new WorkMeter(prepared.plannedWork);
    this.#points = new SafePoints(host.clock, prepared.spec.checkpoint.everySeconds * 1000);
  }

  get state(): RunState {
    return this.#state;
  }

  /** Asks the run to pause at its next safe point; before the start, at the first one. */
  pause(): void {
    this.#points.pause();
  }

  /** One optimiser step, or one chunk of an evaluation where one is due, and then a pause (again). */
  step(): void {
    this.#points.step();
  }

  /** Continues a paused run, or takes a pause back that has not come yet. */
  resume(): void {
    this.#points.resume();
  }

  /** Ends the run at its next safe point, with a valid partial record. */
  cancel(): void {
    this.#points.cancel();
  }

  /**
   * Starts the run. The iterable ends after `done` or `cancelled`; it throws the LabError of a failed run, after its
   * last manifest. Leaving the loop early cancels the run.
   */
  run({ resumeFrom, signal }: RunOptions = {}): AsyncIterableIterator<RunEvent> {
    if (this.#state !== 'idle') {
      throw new LabError('usage', 'This run has been started before.', { hint: 'Make a new Runner for another run.' });
    }
    this.#state = 'loading';
    if (signal?.aborted) this.cancel();
    signal?.addEventListener('abort', () => this.cancel(), { once: true });
    this.#execute(resumeFrom).then(
      () => this.#channel.end(),
      (failure: unknown) => this.#channel.end(toLabError(failure)),
    );
    return this.#channel;
  }

  async #execute(resumeFrom: ResumePoint | undefined): Promise<void> {
    const openedAtMs = this.#points.open();
    this.#startedAtMs = resumeFrom?.manifest?.startedAtMs ?? openedAtMs;
    this.#earlierMs = resumeFrom?.manifest?.elapsedMs ?? 0;
    try {
      if (resumeFrom) this.#restore(resumeFrom);
      this.#report('Loading the model', true);
      const open = this.#host.createSession ?? openEngineSession;
      this.#opened = await open(this.#prepared, this.#host.gpu, this.#points.signal, (message) =>
        this.#report(message, true),
      );
      if (resumeFrom) checkResumeDevice(resumeFrom, this.#opened, this.#prepared);
      await this.#emitManifest();
      await this.#channel.put({ kind: 'facts', records: this.#prepared.factRecords });
      await this.#runDirections(resumeFrom);
      this.#state = 'done';
      this.#meter.finish();
      await this.#finish(null);
    } catch (thrown) {
      await this.#stop(thrown);
    } finally {
      this.#opened?.close();
    }
  }

  async #runDirections(resumeFrom: ResumePoint | undefined): Promise<void> {
    const { directions, spec } = this.#prepared;
    const context = this.#context();
    await this.#openProbes(context);
    this.#points.checkpointed();
    for (let index = this.#position.directionIndex; index < directions.length; index++) {
      const { direction } = directions[index]!;
      const resumed = resumeFrom !== undefined && index === resumeFrom.checkpoint.directionIndex;
      if (!resumed) Object.assign(this.#position, { directionIndex: index, step: 0 });
      this.#meter.reach(this.#workDone());
      await context.session.resetTrainable(adapterSeed(spec.seed, direction));
      if (resumed) await context.session.importState(resumeFrom.checkpoint.state);
      this.#started = true;
      await runDirection(context);
      this.#endings.push(this.#endingOf(index));
      await this.#points.pass(this.#atSafePoint);
      await this.#emitAdapter(direction);
    }
  }

  /** Before anything is trained or put back, and from the first direction's start in every process: the same draws. */
  async #openProbes(context: RunContext): Promise<void> {
    const { probes, directions, spec } = this.#prepared;
    if (probes.length === 0) return;
    await context.session.resetTrainable(adapterSeed(spec.seed, directions[0]!.direction));
    this.#probes.push(...(await openProbes(probes, context)));
  }

  /** Unwinds a run that did not reach its end: partial summary, last manifest, and the error of a failure. */
  async #stop(thrown: unknown): Promise<void> {
    const cancelled = this.#points.isCancel(thrown);
    let failure = cancelled ? null : toLabError((await this.#opened?.explain?.(thrown)) ?? thrown);
    if (cancelled && this.#started && !this.#channel.abandoned) {
      try {
        await this.#checkpoint();
      } catch (late) {
        failure = toLabError(late);
      }
    }
    this.#state = failure ? 'failed' : 'cancelled';
    if (this.#channel.abandoned) return;
    if (this.#opened) await this.#finish(failure);
    if (failure) throw failure;
  }

  async #finish(failure: LabError | null): Promise<void> {
    if (this.#state === 'done') this.#report('Summarising', true);
    const about = { runId: this.#prepared.runId, state: this.#state };
    const summary = summarize(about, this.#trials, this.#steps, this.#probeRecords);
    await this.#channel.put({ kind: 'summary', summary });
    await this.#emitManifest(failure);
    this.#report(failure ? failure.message : this.#state === 'done' ? 'Done' : 'Cancelled', true);
  }

  #restore(resumeFrom: ResumePoint): void {
    checkResumePoint(resumeFrom, this.#prepared);
    const { directionIndex, state } = resumeFrom.checkpoint;
    Object.assign(this.#position, { directionIndex, step: state.step });
    this.#trials.push(...resumeFrom.trials);
    this.#steps.push(...resumeFrom.steps);
    for (let index = 0; index < directionIndex; index++) this.#endings.push(this.#endingOf(index));
    if (resumeFrom.probes) Object.assign(this.#probeRecords, structuredClone(resumeFrom.probes));
    this.#meter.reach(this.#workDone());
  }

  /** Where a finished direction ended, by its last evaluation, and why. */
  #endingOf(index: number): Manifest['endings'][number] {
    const { spec, directions } = this.#prepared;
    const { direction, stepsPerEpoch } = directions[index]!;
    const last = this.#trials.reduce(
      (most, trial) => (trial.direction === direction ? Math.max(most, trial.step) : most),
      0,
    );
    const { step, epoch } = momentAt(spec, { stepsPerEpoch }, last);
    return {
      direction,
      step,
      epoch,
      reason: step < plannedSteps(spec, { stepsPerEpoch }) ? 'early-stopping' : 'all-steps',
    };
  }

  /** Planned work behind the records, and behind what an early end left out. */
  #workDone(): Work {
    const { spec, directions, probes } = this.#prepared;
    const work = workBefore(spec, directions, this.#position, this.#trialsHere());
    const probing = probeWorkDone(probes, this.#probeRecords);
    return { train: work.train, score: work.score + probing.score, decode: work.decode + probing.decode };
  }

  /** Trials of the current direction so far. */
  #trialsHere(): number {
    const { direction } = this.#prepared.directions[this.#position.directionIndex]!;
    return this.#trials.filter((trial) => trial.direction === direction).length;
  }

  #context(): RunContext {
    return {
      prepared: this.#prepared,
      session: this.#opened!.session,
      meter: this.#meter,
      signal: this.#points.signal,
      position: this.#position,
      trials: this.#trials,
      steps: this.#steps,
      rehearsals: this.#rehearsals,
      probeRecords: this.#probeRecords,
      probes: this.#probes,
      activeMs: () => this.#points.activeMs(),
      emit: (event) => this.#channel.put(event),
      enter: (state) => (this.#state = state),
      report: (message, pending) => this.#report(message, false, pending),
      gate: () => this.#points.passToWork(this.#atSafePoint),
      checkpoint: () => this.#checkpoint(),
    };
  }

  /** What a pause shows. */
  readonly #atSafePoint: AtSafePoint = (() => {
    let before: RunState = 'training';
    return {
      checkpoint: () => this.#checkpoint(),
      paused: async () => {
        before = this.#state;
        this.#state = 'paused';
        await this.#emitManifest();
        this.#report('Paused', true);
      },
      continued: async () => {
        this.#state = before;
        await this.#emitManifest();
        this.#report('Continuing', true);
      },
    };
  })();

  async #checkpoint(): Promise<void> {
    const context = this.#context();
    await flushSteps(context);
    const state = await context.session.exportState();
    await this.#channel.put({
      kind: 'checkpoint',
      checkpoint: {
        version: 2,
        runId: this.#prepared.runId,
        directionIndex: this.#position.directionIndex,
        state,
        trialLines: this.#trials.length,
        stepLines: this.#steps.length,
        ...(this.#probes.length > 0 ? { probeLines: countProbeRecords(this.#probeRecords) } : {}),
      },
    });
    this.#points.checkpointed();
  }

  async #emitAdapter(direction: Direction): Promise<void> {
    const tensors = await this.#opened!.session.exportTrainable();
    const files = await adapterFiles(this.#prepared, tensors);
    await this.#channel.put({ kind: 'adapter', direction, files });
  }

  async #emitManifest(failure: LabError | null = null): Promise<void> {
    const manifest = buildManifest(this.#prepared, this.#opened!, this.#host.hostName, {
      state: this.#state,
      startedAtMs: this.#startedAtMs,
      elapsedMs: this.#elapsedMs(),
      error: failure,
      endings: this.#endings,
    });
    await this.#channel.put({ kind: 'manifest', manifest });
  }

  /** Time at work in all processes of this run. */
  #elapsedMs(): number {
    return this.#earlierMs + this.#points.activeMs();
  }

  #report(message: string, always: boolean, pending?: Parameters<WorkMeter['fraction']>[0]): void {
    const nowMs = this.#host.clock.nowMs();
    if (!always && nowMs - this.#reportedAtMs < PROGRESS_INTERVAL_MS) return;
    this.#reportedAtMs = nowMs;
    const current = this.#prepared.directions[this.#position.directionIndex];
    this.#channel.post({
      kind: 'progress',
      progress: {
        state: this.#state,
        direction: this.#started ? (current?.direction ?? null) : null,
        epoch: current ? Math.floor(this.#position.step / current.stepsPerEpoch) : 0,
        epochs: this.#prepared.spec.train.epochs,
        fraction: this.#meter.fraction(pending),
        elapsedMs: this.#elapsedMs(),
        etaMs: this.#meter.etaMs(pending),
        tokensPerSecond: this.#meter.tokensPerSecond(),
        pairsPerSecond: this.#meter.pairsPerSecond(),
        message,
      },
    });
  }
}
