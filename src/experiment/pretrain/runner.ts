/**
 * Pretraining as a state machine: idle → loading → training (⇄ paused) → done | failed | cancelled.
 *
 * Promises: every sentence is trained once, in order; a pause, a cancel or a resume in a new process changes no byte of
 * the model or the logs; whatever the end, the last manifest says how it ended. Must not know: files, hosts.
 */
import { LabError, toLabError } from '../../core/errors';
import { sha256Hex } from '../../core/hash';
import type { StepReport, StepSettings } from '../../engine';
import type { HashedFile, OutputFile, WrittenDtype } from '../../models';
import type { RunState } from '../../records';
import { EventChannel } from '../event-channel';
import type { OpenedSession } from '../host';
import { openSession } from '../host';
import { ReadPace } from '../read-pace';
import { SafePoints, type AtSafePoint } from '../safe-points';
import { learningRateAt } from '../schedule';
import { WorkMeter } from '../work-meter';
import type { PretrainEvent, PretrainHost, PretrainResumePoint } from './events';
import { exposuresOf } from './exposures';
import { initialWeights } from './initial-weights';
import { buildPretrainManifest } from './manifest';
import { modelFiles } from './output';
import { rowsOfStep, type PreparedPretraining } from './prepare';
import { encodeLines, PRETRAIN_FILES, type HeldOutRecord, type PretrainStep } from './records';
import { checkPretrainDevice, checkPretrainResume } from './resume';

const PROGRESS_INTERVAL_MS = 250;

export interface PretrainOptions {
  resumeFrom?: PretrainResumePoint;
  /** Aborting it cancels. */
  signal?: AbortSignal;
}

/** One pretraining. `run` can be called once. */
export class PretrainRunner {
  readonly #channel = new EventChannel<PretrainEvent>(() => this.cancel());
  readonly #points: SafePoints;
  readonly #meter: WorkMeter;
  readonly #pace = new ReadPace();
  readonly #steps: PretrainStep[] = [];
  readonly #heldOut: HeldOutRecord[] = [];
  #state: RunState = 'idle';
  #opened: OpenedSession | null = null;
  /** The session holds this run's weights: a checkpoint means something. */
  #started = false;
  /** Steps queued so far. */
  #step = 0;
  #sinceMs = 0;
  #startedAtMs = 0;
  #earlierMs = 0;
  #reportedAtMs = -Infinity;
  #files: HashedFile[] = [];

  constructor(
    private readonly prepared: PreparedPretraining,
    private readonly host: PretrainHost,
    private readonly dtype: WrittenDtype = 'f32',
  ) {
    const { plan, config } = prepared;
    const evaluations = prepared.steps.filter((_, step) => this.#isDue(step)).length + 1;
    this.#meter = new WorkMeter({ train: plan.tokens, score: evaluations * plan.heldOutTokens, decode: 0 });
    this.#points = new SafePoints(host.clock, config.checkpoint.everySeconds * 1000);
  }

  get state(): RunState {
    return this.#state;
  }

  /** Asks for a pause at the next safe point. */
  pause(): void {
    this.#points.pause();
  }

  resume(): void {
    this.#points.resume();
  }

  /** Ends at the next safe point, with a checkpoint. */
  cancel(): void {
    this.#points.cancel();
  }

  /** The iterable ends after `done` or `cancelled`; it throws the LabError of a failure, after its last manifest. */
  run({ resumeFrom, signal }: PretrainOptions = {}): AsyncIterableIterator<PretrainEvent> {
    if (this.#state !== 'idle') {
      throw new LabError('usage', 'This pretraining has been started before.', { hint: 'Make a new PretrainRunner.' });
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

  async #execute(resumeFrom: PretrainResumePoint | undefined): Promise<void> {
    const openedAtMs = this.#points.open();
    this.#startedAtMs = resumeFrom?.manifest.startedAtMs ?? openedAtMs;
    this.#earlierMs = resumeFrom?.manifest.elapsedMs ?? 0;
    try {
      if (resumeFrom) this.#restore(resumeFrom);
      this.#opened = await this.#open();
      if (resumeFrom) checkPretrainDevice(resumeFrom, this.#opened);
      await this.#emitManifest();
      if (resumeFrom) await this.#opened.session.importState(resumeFrom.checkpoint.state);
      this.#started = true;
      this.#points.checkpointed();
      await this.#train();
      // Should the model not fit its dtype, or the disk, nothing needs to be trained again.
      await this.#checkpoint();
      await this.#emitModel();
      this.#state = 'done';
      this.#meter.finish();
      await this.#emitManifest();
      this.#report('Done', true);
    } catch (thrown) {
      await this.#stop(thrown);
    } finally {
      this.#opened?.close();
    }
  }

  #open(): Promise<OpenedSession> {
    const { decoder, config, session } = this.prepared;
    this.#report('Drawing the initial weights', true);
    return (this.host.openSession ?? openSession)(
      {
        config: decoder,
        trainable: { kind: 'full' },
        shape: session,
        weights: () => initialWeights(decoder, config.seed, config.initialisation.deviation),
        control: 'model.hiddenSize',
      },
      this.host.gpu,
      this.#points.signal,
      (message) => this.#report(message, true),
    );
  }

  async #train(): Promise<void> {
    const { steps, config } = this.prepared;
    const { everySteps } = config.checkpoint;
    this.#state = 'training';
    for (;;) {
      if (this.#isDue(this.#step) && this.#heldOut.at(-1)?.step !== this.#step) await this.#evaluate();
      if (this.#step === steps.length) return;
      await this.#points.passToWork(this.#atSafePoint);
      if (this.#pace.idle) this.#sinceMs = this.#points.activeMs();
      await this.#opened!.session.trainStep(rowsOfStep(this.prepared, this.#step), this.#settings(this.#step + 1));
      this.#step += 1;
      if (this.#pace.queued() || this.#isDue(this.#step)) await this.#flush();
      if (everySteps !== null && this.#step % everySteps === 0) await this.#checkpoint();
      this.#report(`step ${this.#step} of ${steps.length}`);
    }
  }

  /** Whether the held-out loss is wanted after so many steps. */
  #isDue(step: number): boolean {
    const { everySteps } = this.prepared.config.evaluation;
    return step === 0 || step === this.prepared.steps.length || (everySteps !== null && step % everySteps === 0);
  }

  #settings(step: number): StepSettings {
    const { optimizer } = this.prepared.config;
    const { beta1, beta2, epsilon, weightDecay, clipNorm } = optimizer;
    return { learningRate: this.#rate(step), beta1, beta2, epsilon, weightDecay, clipNorm: clipNorm ?? Infinity };
  }

  #rate(step: number): number {
    const { schedule, optimizer } = this.prepared.config;
    return learningRateAt({ kind: 'cosine', ...schedule }, optimizer.learningRate, step, this.prepared.steps.length);
  }

  /** Mean cross-entropy of the texts that are never trained. */
  async #evaluate(): Promise<void> {
    const { heldOutRows, plan } = this.prepared;
    await this.#flush();
    if (heldOutRows.length === 0) return;
    this.#report('Held-out loss', false);
    const sinceMs = this.#points.activeMs();
    let sum = 0;
    for (const { logProb } of await this.#opened!.session.score(heldOutRows, 1)) {
      for (const value of logProb) sum -= value;
    }
    this.#meter.add('score', plan.heldOutTokens, this.#points.activeMs() - sinceMs);
    const record: HeldOutRecord = {
      step: this.#step,
      trainedTokens: this.#tokensAt(this.#step),
      loss: sum / plan.heldOutTokens,
      tokens: plan.heldOutTokens,
    };
    this.#heldOut.push(record);
    await this.#channel.put({ kind: 'held-out', record });
  }

  #tokensAt(step: number): number {
    return step === 0 ? 0 : this.prepared.trainedTokens[step - 1]!;
  }

  /** Waits for the GPU, checks what it reported and records it. Throws `loss-not-finite`. */
  async #flush(): Promise<void> {
    const reports = await this.#opened!.session.readReports();
    if (reports.length === 0) return;
    const spentMs = this.#points.activeMs() - this.#sinceMs;
    const bad = reports.findIndex(({ loss, gradientNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradientNorm));
    const good = bad < 0 ? reports : reports.slice(0, bad);
    const records = good.map((report) => this.#recordOf(report));
    this.#meter.add('train', this.#tokensAt(this.#step) - this.#tokensAt(this.#step - reports.length), spentMs);
    if (!this.#pace.idle) this.#pace.read(spentMs);
    this.#steps.push(...records);
    if (records.length > 0) await this.#channel.put({ kind: 'steps', records });
    if (bad >= 0) throw lossNotFinite(reports[bad]!);
  }

  #recordOf({ step, loss, gradientNorm, supervisedTokens }: StepReport): PretrainStep {
    return {
      step,
      learningRate: this.#rate(step),
      loss,
      gradientNorm,
      tokens: supervisedTokens,
      trainedTokens: this.#tokensAt(step),
    };
  }

  readonly #atSafePoint: AtSafePoint = {
    checkpoint: () => this.#checkpoint(),
    paused: async () => {
      this.#state = 'paused';
      await this.#emitManifest();
      this.#report('Paused', true);
    },
    continued: async () => {
      this.#state = 'training';
      await this.#emitManifest();
      this.#report('Continuing', true);
    },
  };

  async #checkpoint(): Promise<void> {
    await this.#flush();
    const checkpoint = {
      version: 1 as const,
      runId: this.prepared.runId,
      state: await this.#opened!.session.exportState(),
      stepLines: this.#steps.length,
      heldOutLines: this.#heldOut.length,
    };
    await this.#channel.put({ kind: 'checkpoint', checkpoint });
    this.#points.checkpointed();
  }

  async #emitModel(): Promise<void> {
    const { shape, ids, decoder, text, tokenizerFiles, steps, examples } = this.prepared;
    const tensors = await this.#opened!.session.exportTrainable();
    const exposures = encodeLines(exposuresOf(text.corpus.sentences, examples, steps));
    const files: OutputFile[] = [
      ...modelFiles({ shape, ids, decoder }, tokenizerFiles, tensors, this.dtype),
      { path: PRETRAIN_FILES.exposures, bytes: new TextEncoder().encode(exposures) },
    ];
    this.#files = files.map(({ path, bytes }) => ({ name: path, bytes: bytes.length, sha256: sha256Hex(bytes) }));
    await this.#channel.put({ kind: 'model', files });
  }

  #restore(resumeFrom: PretrainResumePoint): void {
    checkPretrainResume(resumeFrom, this.prepared);
    this.#step = resumeFrom.checkpoint.state.step;
    this.#steps.push(...resumeFrom.steps);
    this.#heldOut.push(...resumeFrom.heldOut);
    const scored = this.#heldOut.length * this.prepared.plan.heldOutTokens;
    this.#meter.reach({ train: this.#tokensAt(this.#step), score: scored, decode: 0 });
  }

  /** Unwinds what did not reach its end: last checkpoint and manifest, and the error of a failure. */
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
    if (this.#opened) {
      await this.#emitManifest(failure);
      this.#report(failure ? failure.message : 'Cancelled', true);
    }
    if (failure) throw failure;
  }

  async #emitManifest(error: LabError | null = null): Promise<void> {
    const manifest = buildPretrainManifest(this.prepared, this.#opened!, this.host.hostName, {
      state: this.#state,
      steps: this.#steps.length,
      dtype: this.dtype,
      files: this.#files,
      startedAtMs: this.#startedAtMs,
      elapsedMs: this.#earlierMs + this.#points.activeMs(),
      error,
    });
    await this.#channel.put({ kind: 'manifest', manifest });
  }

  #report(message: string, always = false): void {
    const nowMs = this.host.clock.nowMs();
    if (!always && nowMs - this.#reportedAtMs < PROGRESS_INTERVAL_MS) return;
    this.#reportedAtMs = nowMs;
    this.#channel.post({
      kind: 'progress',
      progress: {
        state: this.#state,
        step: this.#step,
        steps: this.prepared.steps.length,
        loss: this.#steps.at(-1)?.loss ?? null,
        heldOutLoss: this.#heldOut.at(-1)?.loss ?? null,
        fraction: this.#meter.fraction(),
        elapsedMs: this.#earlierMs + this.#points.activeMs(),
        etaMs: this.#meter.etaMs(),
        tokensPerSecond: this.#meter.tokensPerSecond(['train']),
        message,
      },
    });
  }
}

function lossNotFinite({ step, loss }: StepReport): LabError {
  const what = Number.isFinite(loss) ? 'gradient norm' : 'loss';
  return new LabError('loss-not-finite', `The ${what} of step ${step} is not a finite number.`, {
    hint: 'Lower optimizer.learningRate, lengthen schedule.warmupSteps or set optimizer.clipNorm; the last checkpoint is kept.',
    control: 'optimizer.learningRate',
  });
}
