/**
 * The summary of a run, from its records alone: what was known, what was learned, how it compares.
 *
 * Promises: equal records give equal summaries; a cancelled run gets one too, over the trials it has.
 * Must not know: the engine, the files.
 */
import { DIRECTIONS, type Direction } from '../core/direction';
import {
  RECORD_VERSION,
  TEMPLATE_ROLES,
  type DirectionSummary,
  type GroupSummary,
  type Manifest,
  type StepRecord,
  type Summary,
  type TemplateRole,
  type TrialRecord,
} from '../records/types';
import {
  acquisitionRowsOf,
  baselineOf,
  factHistories,
  isLatent,
  kaplanMeier,
  lastOf,
  mannWhitney,
  median,
  transitions,
  wilson,
  type FactHistory,
} from '../stats';

/** `epochs` of the result is the training time of the last trial; directions without any record are left out. */
export function summarize(
  manifest: Pick<Manifest, 'runId' | 'state'>,
  trials: readonly TrialRecord[],
  steps: readonly StepRecord[],
): Summary {
  return {
    recordVersion: RECORD_VERSION,
    runId: manifest.runId,
    state: manifest.state,
    epochs: trials.reduce((last, trial) => Math.max(last, trial.epoch), 0),
    directions: DIRECTIONS.flatMap((direction) => {
      const ownTrials = trials.filter((trial) => trial.direction === direction);
      const ownSteps = steps.filter((step) => step.direction === direction);
      return ownTrials.length + ownSteps.length > 0 ? [summarizeDirection(direction, ownTrials, ownSteps)] : [];
    }),
  };
}

function summarizeDirection(
  direction: Direction,
  trials: readonly TrialRecord[],
  steps: readonly StepRecord[],
): DirectionSummary {
  const histories = factHistories(trials);
  const group = (seen: boolean, template: TemplateRole) =>
    histories.filter(({ trials: [first] }) => first!.seen === seen && first!.template === template);
  const rise = TEMPLATE_ROLES.flatMap((template) =>
    compareRise(template, group(true, template), group(false, template)),
  );
  return {
    direction,
    steps: steps.length,
    firstEpochLoss: epochLoss(steps, Math.min),
    lastEpochLoss: epochLoss(steps, Math.max),
    groups: [true, false].flatMap((seen) =>
      TEMPLATE_ROLES.flatMap((template) => {
        const members = group(seen, template);
        return members.length > 0 ? [summarizeGroup(seen, template, members)] : [];
      }),
    ),
    rise: rise.length > 0 ? rise : null,
  };
}

/** Mean token loss of one epoch: the steps weighted by their supervised tokens. */
function epochLoss(steps: readonly StepRecord[], choose: (...epochs: number[]) => number): number | null {
  if (steps.length === 0) return null;
  const epoch = steps.reduce((chosen, step) => choose(chosen, step.epoch), steps[0]!.epoch);
  const members = steps.filter((step) => step.epoch === epoch);
  const tokens = members.reduce((sum, step) => sum + step.supervisedTokens, 0);
  return members.reduce((sum, step) => sum + step.loss * step.supervisedTokens, 0) / tokens;
}

function summarizeGroup(seen: boolean, template: TemplateRole, histories: readonly FactHistory[]): GroupSummary {
  const probed = histories.filter((history) => baselineOf(history) !== undefined);
  const rows = acquisitionRowsOf(probed);
  return {
    seen,
    template,
    facts: histories.length,
    accuracyByEpoch: accuracyByEpoch(histories),
    outcomesByEpoch: outcomesByEpoch(histories),
    partialByEpoch: partialByEpoch(histories),
    transitions: transitions(
      probed.map((history) => ({ before: baselineOf(history)!.answerHit, after: lastOf(history).answerHit })),
    ),
    acquisition:
      rows.length > 0
        ? kaplanMeier(
            rows.map((row) => row.time),
            rows.map((row) => row.event),
          )
        : null,
    knownAtBaseline: probed.length - rows.length,
    latentAtBaseline: latentAtBaseline(probed),
  };
}

function accuracyByEpoch(histories: readonly FactHistory[]): GroupSummary['accuracyByEpoch'] {
  return byEpoch(histories).map(({ epoch, trials }) => ({
    epoch,
    estimate: wilson(trials.filter((trial) => trial.answerHit).length, trials.length),
  }));
}

function outcomesByEpoch(histories: readonly FactHistory[]): GroupSummary['outcomesByEpoch'] {
  return byEpoch(histories).map(({ epoch, trials }) => {
    const counts = { epoch, right: 0, wrong: 0, unparsed: 0, empty: 0 };
    for (const { outcome } of trials) counts[outcome] += 1;
    return counts;
  });
}

function partialByEpoch(histories: readonly FactHistory[]): GroupSummary['partialByEpoch'] {
  const mean = (shares: readonly number[]) => shares.reduce((sum, value) => sum + value, 0) / shares.length;
  return byEpoch(histories).map(({ epoch, trials }) => {
    const digits = trials.flatMap(({ digitsRight }) => (digitsRight ? [digitsRight.right / digitsRight.of] : []));
    return {
      epoch,
      tokens: mean(trials.map(({ tokensRight, tokens }) => tokensRight / tokens)),
      digits: digits.length > 0 ? mean(digits) : null,
      n: trials.length,
    };
  });
}

/** Trials of each evaluation, ascending. */
function byEpoch(histories: readonly FactHistory[]): { epoch: number; trials: TrialRecord[] }[] {
  const groups = new Map<number, TrialRecord[]>();
  for (const trial of histories.flatMap((history) => history.trials)) {
    const known = groups.get(trial.epoch);
    if (known) known.push(trial);
    else groups.set(trial.epoch, [trial]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([epoch, trials]) => ({ epoch, trials }));
}

/** Among facts wrong before training and sampled then: the share right in at least one sample. */
function latentAtBaseline(histories: readonly FactHistory[]): GroupSummary['latentAtBaseline'] {
  const latent = histories
    .map((history) => baselineOf(history)!)
    .filter((trial) => !trial.answerHit)
    .map(isLatent)
    .filter((value) => value !== null);
  return latent.length > 0 ? wilson(latent.filter(Boolean).length, latent.length) : null;
}

/** Empty where either group has no fact evaluated both before and after training began. */
function compareRise(
  template: TemplateRole,
  seen: readonly FactHistory[],
  withheld: readonly FactHistory[],
): NonNullable<DirectionSummary['rise']> {
  const seenRises = seen.flatMap(risePerToken);
  const withheldRises = withheld.flatMap(risePerToken);
  if (seenRises.length === 0 || withheldRises.length === 0) return [];
  const test = mannWhitney(seenRises, withheldRises);
  return [
    {
      template,
      seenMedian: median(seenRises),
      withheldMedian: median(withheldRises),
      auc: test.auc,
      u: test.u,
      p: test.p,
      nSeen: test.nX,
      nWithheld: test.nY,
      method: test.method,
    },
  ];
}

/** (log q at the last trial − log q before training) / completion tokens, in nats per token; none without both. */
function risePerToken(history: FactHistory): number[] {
  const baseline = baselineOf(history);
  const last = lastOf(history);
  if (!baseline || last.epoch === 0) return [];
  const rise = (last.logProb - baseline.logProb) / last.tokens;
  // −∞ − −∞: both below what f32 can tell apart, so the change is unknown.
  return Number.isNaN(rise) ? [] : [rise];
}
