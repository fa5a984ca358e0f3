/**
 * One whole evaluation of a direction, chunk by chunk, and whether training ends with it.
 *
 * Promises: goes on from wherever the records say it stopped; where early stopping may end training here and the last
 * evaluation does more than others, the verdict is found before anything is recorded, by asking the seen facts once more.
 * Must not know: pausing, files, hosts.
 */
import { DIRECTION_LABEL } from '../core/direction';
import { epochText } from '../core/epoch';
import type { TrialRecord } from '../records/types';
import type { RunContext } from './context';
import {
  evaluationsWithoutImprovement,
  seenAccuracy,
  stoppingValues,
  stopsAfter,
  type EarlyStopping,
} from './early-stopping';
import { evaluateChunk } from './evaluate';
import {
  chunkWork,
  dependsOnLast,
  evaluationChunks,
  evaluationSteps,
  momentAt,
  SAMPLED_TEMPLATE,
  type Chunk,
  type Moment,
} from './plan';
import type { PreparedDirection } from './prepared';

/** The evaluation after `position.step`. True where no training follows. */
export async function runEvaluation(context: RunContext, direction: PreparedDirection): Promise<boolean> {
  const { prepared, position, trials } = context;
  const { spec } = prepared;
  context.enter(position.step === 0 ? 'probing' : 'training');
  const chunks = evaluationChunks(direction.facts.length);
  let toSkip = trialsAt(trials, direction, position.step);
  const whole = chunks.reduce((sum, { start, end }) => sum + end - start, 0);
  const rule = spec.train.earlyStopping;
  const ahead = rule !== null && toSkip < whole && (await endsHere(context, direction, rule));
  const moment = momentAt(spec, direction, position.step, ahead);
  for (const chunk of chunks) {
    const size = chunk.end - chunk.start;
    if (toSkip >= size) {
      toSkip -= size;
      continue;
    }
    const records = await ask(context, direction, moment, chunk);
    trials.push(...records);
    await context.emit({ kind: 'trials', records });
  }
  return moment.last || (rule !== null && stopsAfter(valuesUpTo(context, direction, rule, position.step), rule));
}

/** Trials of this evaluation that are recorded already: they stand at the end of the log. */
function trialsAt(trials: readonly TrialRecord[], { direction }: PreparedDirection, step: number): number {
  let first = trials.length;
  while (first > 0 && trials[first - 1]!.step === step && trials[first - 1]!.direction === direction) first -= 1;
  return trials.length - first;
}

/** Values of the measure at every evaluation of this direction up to a step. */
function valuesUpTo(
  { prepared, trials, steps }: RunContext,
  direction: PreparedDirection,
  { measure }: EarlyStopping,
  step: number,
): number[] {
  const evaluations = evaluationSteps(prepared.spec, direction).filter((due) => due <= step);
  return stoppingValues(measure, { direction: direction.direction, evaluations, trials, steps });
}

/** Early stopping's verdict on the evaluation to come, where that evaluation needs to know it; false where it does not. */
async function endsHere(context: RunContext, direction: PreparedDirection, rule: EarlyStopping): Promise<boolean> {
  const { prepared, position } = context;
  const { spec } = prepared;
  const planned = momentAt(spec, direction, position.step);
  if (planned.first || planned.last || !dependsOnLast(spec)) return false;
  // The loss is known from the steps alone.
  if (rule.measure === 'training-loss') {
    return stopsAfter(valuesUpTo(context, direction, rule, position.step), rule);
  }
  const before = valuesUpTo(context, direction, rule, position.step - 1);
  if (evaluationsWithoutImprovement(before, rule) + 1 < rule.patience) return false;
  const answers: TrialRecord[] = [];
  for (const chunk of evaluationChunks(direction.facts.length)) {
    const hasSeen = direction.facts.slice(chunk.start, chunk.end).some(({ seen }) => seen);
    if (chunk.template === SAMPLED_TEMPLATE && hasSeen)
      answers.push(...(await ask(context, direction, planned, chunk)));
  }
  return stopsAfter([...before, seenAccuracy(answers, direction.direction, position.step)], rule);
}

async function ask(
  context: RunContext,
  direction: PreparedDirection,
  moment: Moment,
  chunk: Chunk,
): Promise<TrialRecord[]> {
  const { prepared, meter } = context;
  await context.gate();
  const facts = `${direction.facts.length} facts ${DIRECTION_LABEL[direction.direction]}`;
  const message = `Asking ${facts} ${whenText(moment)} (${chunk.template} question)`;
  context.report(message);
  const cost = chunkWork(prepared.spec, direction, chunk, moment);
  const startedMs = context.activeMs();
  let scoredMs = startedMs;
  const records = await evaluateChunk(context.session, {
    prepared,
    direction,
    moment,
    chunk,
    signal: context.signal,
    onScored: () => (scoredMs = context.activeMs()),
    onDecoded: (share) => context.report(message, { score: cost.score, decode: cost.decode * share }),
  });
  meter.add('score', cost.score, scoredMs - startedMs);
  meter.add('decode', cost.decode, context.activeMs() - scoredMs);
  return records;
}

function whenText({ first, step, epoch }: Moment): string {
  if (first) return 'before training';
  return Number.isInteger(epoch) ? `after epoch ${epoch}` : `after step ${step}, epoch ${epochText(epoch)}`;
}
