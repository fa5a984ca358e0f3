/**
 * One direction of a run: a fresh adapter, the probe before training, then epochs of steps and evaluations.
 *
 * Promises: the order of examples, steps and trials depends on the spec and the data only; how often the GPU's reports
 * are read changes no number; a report that is not finite stops the run before anything after it is recorded.
 * Must not know: pausing, files, hosts.
 */
import { DIRECTION_LABEL } from '../core/direction';
import { LabError } from '../core/errors';
import type { StepReport } from '../engine/types';
import type { StepRecord } from '../records/types';
import { inputTokens, packExamples } from '../tokens/packing';
import { epochBatches } from './batches';
import type { RunContext } from './context';
import { evaluateChunk } from './evaluate';
import { chunkWork, evaluationChunks, evaluationEpochs, trialsBefore } from './plan';
import type { PreparedDirection } from './prepared';
import { measureProbes } from './probes/run';
import { learningRateAt } from './schedule';

/** The queue holds about this much work between two reads, so that the GPU stays busy and a pause comes soon. */
const READ_INTERVAL_MS = 400;
const MAX_QUEUED_STEPS = 16;

/** Runs a direction from `context.position` to its last evaluation. */
export async function runDirection(context: RunContext): Promise<void> {
  const { prepared, position } = context;
  const direction = prepared.directions[position.directionIndex]!;
  const due = new Set(evaluationEpochs(prepared.spec));
  if (position.stepInEpoch === 0) await evaluate(context, direction);
  const steps = new StepQueue(context, direction);
  while (position.epoch < prepared.spec.train.epochs) {
    await trainEpoch(context, direction, steps);
    if (due.has(position.epoch)) await evaluate(context, direction);
    await context.checkpoint();
  }
}

async function trainEpoch(context: RunContext, direction: PreparedDirection, queue: StepQueue): Promise<void> {
  const { prepared, position } = context;
  const { spec } = prepared;
  const epoch = position.epoch + 1;
  const batches = epochBatches(spec.seed, direction.direction, epoch, direction.examples.length, spec.train.batchSize);
  context.enter('training');
  while (position.stepInEpoch < batches.length) {
    await context.gate();
    await queue.step(batches[position.stepInEpoch]!.map((index) => direction.examples[index]!));
    const step = `epoch ${epoch} of ${spec.train.epochs}, step ${position.stepInEpoch} of ${batches.length}`;
    context.report(`Training ${DIRECTION_LABEL[direction.direction]}: ${step}`);
  }
  position.epoch = epoch;
  position.stepInEpoch = 0;
}

/** Queues optimiser steps and reads their reports often enough to stay close to the GPU. */
class StepQueue {
  #queued = 0;
  #limit = 1;
  #sinceMs: number;
  #tokens = 0;

  constructor(
    private readonly context: RunContext,
    private readonly direction: PreparedDirection,
  ) {
    this.#sinceMs = context.activeMs();
  }

  async step(examples: PreparedDirection['examples']): Promise<void> {
    const { prepared, session, position } = this.context;
    const { optimizer } = prepared.spec;
    if (this.#queued === 0) this.#sinceMs = this.context.activeMs();
    await session.trainStep(packExamples(examples, prepared.rowTokens, prepared.config.contextLength), {
      learningRate: rateOf(this.context, this.direction, position.epoch, position.stepInEpoch + 1),
      beta1: optimizer.beta1,
      beta2: optimizer.beta2,
      epsilon: optimizer.epsilon,
      weightDecay: optimizer.weightDecay,
      clipNorm: optimizer.clipNorm ?? Infinity,
    });
    position.stepInEpoch += 1;
    this.#queued += 1;
    this.#tokens += examples.reduce((sum, example) => sum + inputTokens(example), 0);
    const epochEnds = position.stepInEpoch === this.direction.stepsPerEpoch;
    if (this.#queued >= this.#limit || epochEnds) await this.#read();
  }

  async #read(): Promise<void> {
    await flushSteps(this.context);
    const spentMs = this.context.activeMs() - this.#sinceMs;
    this.context.meter.add('train', this.#tokens, spentMs);
    const stepMs = spentMs / this.#queued;
    this.#limit = Math.min(MAX_QUEUED_STEPS, Math.max(1, Math.floor(READ_INTERVAL_MS / Math.max(stepMs, 1))));
    this.#queued = 0;
    this.#tokens = 0;
  }
}

function rateOf({ prepared }: RunContext, direction: PreparedDirection, epoch: number, stepInEpoch: number): number {
  const { spec } = prepared;
  const step = epoch * direction.stepsPerEpoch + stepInEpoch;
  return learningRateAt(spec.schedule, spec.optimizer.learningRate, step, direction.stepsPerEpoch * spec.train.epochs);
}

/** Waits for the GPU, checks what it reported and records it. Throws `loss-not-finite`. */
export async function flushSteps(context: RunContext): Promise<void> {
  const { prepared, position } = context;
  const direction = prepared.directions[position.directionIndex]!;
  const reports = await context.session.readReports();
  if (reports.length === 0) return;
  const records: StepRecord[] = [];
  let bad: StepReport | null = null;
  for (const report of reports) {
    if (!Number.isFinite(report.loss) || !Number.isFinite(report.gradientNorm)) {
      bad = report;
      break;
    }
    const epoch = Math.ceil(report.step / direction.stepsPerEpoch);
    records.push({
      direction: direction.direction,
      step: report.step,
      epoch,
      learningRate: rateOf(context, direction, 0, report.step),
      loss: report.loss,
      gradientNorm: report.gradientNorm,
      supervisedTokens: report.supervisedTokens,
    });
  }
  if (records.length > 0) {
    context.steps.push(...records);
    await context.emit({ kind: 'steps', records });
  }
  if (bad) throw lossNotFinite(direction, bad);
}

function lossNotFinite({ direction }: PreparedDirection, { step, loss }: StepReport): LabError {
  const what = Number.isFinite(loss) ? 'gradient norm' : 'loss';
  return new LabError(
    'loss-not-finite',
    `The ${what} of step ${step} in direction ${DIRECTION_LABEL[direction]} is not a finite number.`,
    {
      hint: 'Lower optimizer.learningRate, lengthen schedule.warmupSteps or set optimizer.clipNorm; the last checkpoint is kept.',
      control: 'optimizer.learningRate',
    },
  );
}

/** The evaluation after `position.epoch`, from wherever the trial log says it stopped. */
async function evaluate(context: RunContext, direction: PreparedDirection): Promise<void> {
  const { prepared, position, meter } = context;
  const { epoch } = position;
  if (!evaluationEpochs(prepared.spec).includes(epoch)) return;
  const facts = direction.facts.length;
  let toSkip = context.trials.length - trialsBefore(prepared.spec, facts, position.directionIndex, epoch);
  context.enter(epoch === 0 ? 'probing' : 'training');
  const when = epoch === 0 ? 'before training' : `after epoch ${epoch}`;
  for (const chunk of evaluationChunks(facts)) {
    const size = chunk.end - chunk.start;
    if (toSkip >= size) {
      toSkip -= size;
      continue;
    }
    await context.gate();
    const message = `Asking ${facts} facts ${DIRECTION_LABEL[direction.direction]} ${when} (${chunk.template} question)`;
    context.report(message);
    const cost = chunkWork(prepared.spec, direction, chunk, epoch);
    const startedMs = context.activeMs();
    let scoredMs = startedMs;
    const records = await evaluateChunk(context.session, {
      prepared,
      direction,
      epoch,
      chunk,
      signal: context.signal,
      onScored: () => (scoredMs = context.activeMs()),
      onDecoded: (share) => context.report(message, { score: cost.score, decode: cost.decode * share }),
    });
    meter.add('score', cost.score, scoredMs - startedMs);
    meter.add('decode', cost.decode, context.activeMs() - scoredMs);
    context.trials.push(...records);
    await context.emit({ kind: 'trials', records });
  }
  await measureProbes(context, {
    direction: direction.direction,
    epoch,
    step: epoch * direction.stepsPerEpoch + position.stepInEpoch,
    first: epoch === 0,
    last: epoch === prepared.spec.train.epochs,
  });
}
