/**
 * One direction of a run: a fresh adapter, the probe before training, then steps and evaluations.
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
import { runEvaluation } from './evaluation-pass';
import { evaluationSteps, plannedSteps } from './plan';
import type { PreparedDirection } from './prepared';
import { ReadPace } from './read-pace';
import { rehearsalRecord } from './rehearsal';
import { learningRateAt } from './schedule';

/** Runs a direction from `context.position` to its last evaluation, planned or early. */
export async function runDirection(context: RunContext): Promise<void> {
  const { prepared, position } = context;
  const direction = prepared.directions[position.directionIndex]!;
  const { stepsPerEpoch } = direction;
  const due = evaluationSteps(prepared.spec, direction);
  const steps = new StepQueue(context, direction);
  for (;;) {
    if (due.includes(position.step)) {
      const ended = await runEvaluation(context, direction);
      await context.checkpoint();
      if (ended) return;
    } else if (position.step % stepsPerEpoch === 0) {
      await context.checkpoint();
    }
    const epochEnd = (Math.floor(position.step / stepsPerEpoch) + 1) * stepsPerEpoch;
    await trainTo(
      context,
      direction,
      steps,
      Math.min(
        epochEnd,
        due.find((step) => step > position.step)!,
      ),
    );
  }
}

/** Trains up to a step of the epoch that is under way. */
async function trainTo(context: RunContext, direction: PreparedDirection, queue: StepQueue, end: number) {
  const { prepared, position } = context;
  const { spec } = prepared;
  const { stepsPerEpoch, examples } = direction;
  const epoch = Math.floor(position.step / stepsPerEpoch) + 1;
  const epochStart = (epoch - 1) * stepsPerEpoch;
  const batches = epochBatches(spec.seed, direction.direction, epoch, examples.length, spec.train.batchSize);
  const { everySteps } = spec.checkpoint;
  context.enter('training');
  while (position.step < end) {
    await context.gate();
    await queue.step(
      [
        ...batches[position.step - epochStart]!.map((index) => examples[index]!),
        ...rehearsedAt(context, direction, position.step).map(({ example }) => example),
      ],
      end,
    );
    const step = `epoch ${epoch} of ${spec.train.epochs}, step ${position.step - epochStart} of ${stepsPerEpoch}`;
    context.report(`Training ${DIRECTION_LABEL[direction.direction]}: ${step}`);
    if (everySteps !== null && position.step % everySteps === 0) await context.checkpoint();
  }
}

/** Queues optimiser steps and reads their reports often enough to stay close to the GPU. */
class StepQueue {
  readonly #pace = new ReadPace();
  #sinceMs: number;
  #tokens = 0;
  #pairs = 0;

  constructor(
    private readonly context: RunContext,
    private readonly direction: PreparedDirection,
  ) {
    this.#sinceMs = context.activeMs();
  }

  /** One step; reports are read at the latest at step `end`. */
  async step(examples: PreparedDirection['examples'], end: number): Promise<void> {
    const { prepared, session, position } = this.context;
    const { optimizer } = prepared.spec;
    if (this.#pace.idle) this.#sinceMs = this.context.activeMs();
    await session.trainStep(packExamples(examples, prepared.rowTokens, prepared.config.contextLength), {
      learningRate: rateOf(this.context, this.direction, position.step + 1),
      beta1: optimizer.beta1,
      beta2: optimizer.beta2,
      epsilon: optimizer.epsilon,
      weightDecay: optimizer.weightDecay,
      clipNorm: optimizer.clipNorm ?? Infinity,
      loss: prepared.objective.lossAt(position.step + 1),
    });
    position.step += 1;
    this.#pairs += examples.length;
    this.#tokens += examples.reduce((sum, example) => sum + inputTokens(example), 0);
    if (this.#pace.queued() || position.step === end) await this.#read();
  }

  async #read(): Promise<void> {
    await flushSteps(this.context);
    const spentMs = this.context.activeMs() - this.#sinceMs;
    this.context.meter.add('train', this.#tokens, spentMs, this.#pairs);
    this.#pace.read(spentMs);
    this.#tokens = this.#pairs = 0;
  }
}

function rateOf({ prepared }: RunContext, direction: PreparedDirection, step: number): number {
  const { spec } = prepared;
  return learningRateAt(spec.schedule, spec.optimizer.learningRate, step, plannedSteps(spec, direction));
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
      learningRate: rateOf(context, direction, report.step),
      ...partsOf(report),
      ...rehearsalRecord(prepared.spec, rehearsedAt(context, direction, report.step - 1)),
    });
  }
  if (records.length > 0) {
    context.steps.push(...records);
    await context.emit({ kind: 'steps', records });
  }
  if (bad) throw lossNotFinite(direction, bad);
}

/** What a report says of the loss and its parts; what is not part of it is left out. */
function partsOf({ loss, crossEntropy, divergence, gradientNorm, supervisedTokens }: StepReport) {
  return {
    loss,
    ...(crossEntropy === null ? {} : { crossEntropy }),
    ...(divergence === null ? {} : { divergence }),
    gradientNorm,
    supervisedTokens,
  };
}

/** What stands beside the batch of the step after `stepsBefore`. */
function rehearsedAt({ rehearsals, prepared, trials }: RunContext, direction: PreparedDirection, stepsBefore: number) {
  return rehearsals.at(prepared.spec, direction, trials, stepsBefore);
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
