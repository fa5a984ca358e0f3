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
import type { Manifest, RunState, StepRecord, TrialRecord } from '../records/types';
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
import type { ResumePoint } from './resume';
import { checkResumeDevice, checkResumePoint } from './resume';
import { summarize } from './summary';
import { flushSteps, runDirection } from './train';
import { WorkMeter } from './work-meter';

const PROGRESS_INTERVAL_MS = 250;

export interface RunOptions {
  /** Where an earlier process stopped, with its records up to there. */
  resumeFrom?: ResumePoint;
  /** Aborting it cancels the run. */
  signal?: AbortSignal;
}

/** Thrown inside the run to unwind to its end; never leaves this file. */
class Cancelled extends Error {}

/** One run of one prepared experiment. `run` can be called once. */
export class Runner {
  readonly #prepared: PreparedRun;
  readonly #host: RunnerHost;
  readonly #abort = new AbortController();
  readonly #channel = new EventChannel(() => this.cancel());
  readonly #meter: WorkMeter;
  readonly #trials: TrialRecord[] = [];
  readonly #steps: StepRecord[] = [];
  readonly #endings: Manifest['endings'] = [];
  readonly #position: Position = { directionIndex: 0, step: 0 };
  #state: RunState = 'idle';
  #opened: OpenedSession | null = null;
  /** The session holds this run's trainable weights: a checkpoint means something. */
  #started = false;
  #pauseRequested = false;
  /** One unit of work that a pause lets through: an optimiser step or a chunk of an evaluation. */
  #stepGranted = false;
  #wakePaused: (() => void) | null = null;
  #startedAtMs = 0;
  #openedAtMs = 0;
  #earlierMs = 0;
  #pausedMs = 0;
  #checkpointAtMs = 0;
  /** A checkpoint is never older than this, but for what one call to the engine takes. */
  readonly #checkpointEveryMs: number;
  #reportedAtMs = -Infinity;

  constructor(prepared: PreparedRun, host: RunnerHost) {
    this.#prepared = prepared;
    this.#host = host;
    this.#meter = new WorkMeter(prepared.plannedWork);
    this.#checkpointEveryMs = prepared.spec.checkpoint.everySeconds * 1000;
  }

  get state(): RunState {
    return this.#state;
  }

  /** Asks the run to pause at its next safe point; before the start, at the first one. */
  pause(): void {
    this.#pauseRequested = true;
  }

  /** One optimiser step, or one chunk of an evaluation where one is due, and then a pause (again). */
  step(): void {
    this.#pauseRequested = true;
    this.#stepGranted = true;
    this.#wakePaused?.();
  }

  /** Continues a paused run, or takes a pause back that has not come yet. */
  resume(): void {
    this.#pauseRequested = false;
    this.#stepGranted = false;
    this.#wakePaused?.();
  }

  /** Ends the run at its next safe point, with a valid partial record. */
  cancel(): void {
    this.#abort.abort();
    this.#wakePaused?.();
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
    this.#openedAtMs = this.#host.clock.nowMs();
    this.#startedAtMs = resumeFrom?.manifest?.startedAtMs ?? this.#openedAtMs;
    this.#earlierMs = resumeFrom?.manifest?.elapsedMs ?? 0;
    try {
      if (resumeFrom) this.#restore(resumeFrom);
      this.#report('Loading the model', true);
      const open = this.#host.createSession ?? openEngineSession;
      this.#opened = await open(this.#prepared, this.#host.gpu, this.#abort.signal, (message) =>
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
    this.#checkpointAtMs = this.#activeMs();
    for (let index = this.#position.directionIndex; index < directions.length; index++) {
      const { direction } = directions[index]!;
      const resumed = resumeFrom !== undefined && index === resumeFrom.checkpoint.directionIndex;
      if (!resumed) Object.assign(this.#position, { directionIndex: index, step: 0 });
      this.#meter.reach(workBefore(spec, directions, this.#position, this.#trialsHere()));
      await context.session.resetTrainable(adapterSeed(spec.seed, direction));
      if (resumed) await context.session.importState(resumeFrom.checkpoint.state);
      this.#started = true;
      await runDirection(context);
      this.#endings.push(this.#endingOf(index));
      await this.#gate();
      await this.#emitAdapter(direction);
    }
  }

  /** Unwinds a run that did not reach its end: partial summary, last manifest, and the error of a failure. */
  async #stop(thrown: unknown): Promise<void> {
    const cancelled = this.#abort.signal.aborted && (thrown instanceof Cancelled || isAbort(thrown));
    let failure = cancelled ? null : toLabError(thrown);
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
    const summary = summarize({ runId: this.#prepared.runId, state: this.#state }, this.#trials, this.#steps);
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
    this.#meter.reach(workBefore(this.#prepared.spec, this.#prepared.directions, this.#position, this.#trialsHere()));
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
      signal: this.#abort.signal,
      position: this.#position,
      trials: this.#trials,
      steps: this.#steps,
      activeMs: () => this.#activeMs(),
      emit: (event) => this.#channel.put(event),
      enter: (state) => (this.#state = state),
      report: (message, pending) => this.#report(message, false, pending),
      gate: () => this.#gateWork(),
      checkpoint: () => this.#checkpoint(),
    };
  }

  /** A safe point before a unit of work, which uses up the step that was granted. */
  async #gateWork(): Promise<void> {
    await this.#gate();
    this.#stepGranted = false;
  }

  async #gate(): Promise<void> {
    if (this.#pauseRequested && !this.#stepGranted) await this.#hold();
    if (this.#abort.signal.aborted) throw new Cancelled();
    if (this.#activeMs() - this.#checkpointAtMs >= this.#checkpointEveryMs) await this.#checkpoint();
  }

  async #hold(): Promise<void> {
    await this.#checkpoint();
    const before = this.#state;
    this.#state = 'paused';
    await this.#emitManifest();
    this.#report('Paused', true);
    const pausedAtMs = this.#host.clock.nowMs();
    while (this.#pauseRequested && !this.#stepGranted && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wakePaused = resolve));
    }
    this.#wakePaused = null;
    this.#pausedMs += this.#host.clock.nowMs() - pausedAtMs;
    this.#state = before;
    if (this.#abort.signal.aborted) return;
    await this.#emitManifest();
    this.#report('Continuing', true);
  }

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
      },
    });
    this.#checkpointAtMs = this.#activeMs();
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

  #activeMs(): number {
    return this.#host.clock.nowMs() - this.#openedAtMs - this.#pausedMs;
  }

  /** Time at work in all processes of this run. */
  #elapsedMs(): number {
    return this.#earlierMs + this.#activeMs();
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
        etaMs: this.#meter.etaMs(),
        tokensPerSecond: this.#meter.tokensPerSecond(),
        pairsPerSecond: this.#meter.pairsPerSecond(),
        message,
      },
    });
  }
}

/** What the layers below throw when the run's signal stops them. */
function isAbort(thrown: unknown): boolean {
  return (thrown instanceof LabError && thrown.code === 'cancelled') || (thrown as Error)?.name === 'AbortError';
}
