/**
 * What the charts draw that the summary does not hold: smoothed loss, and the rise of log q of every fact. Pure.
 */
import type { Direction } from '../core/direction';
import { factSet, type FactSet } from '../records';
import type { StepRecord, TemplateRole, TrialRecord } from '../records/types';

export { endingText, setSummaries } from '../records';

/** Some neighbouring steps as one point: their mean loss and range. */
export interface LossPoint {
  step: number;
  mean: number;
  lo: number;
  hi: number;
  steps: number;
}

/** Loss of one direction in at most `maxPoints` points; each step is in exactly one. */
export function lossCurve(steps: readonly StepRecord[], direction: Direction, maxPoints = 240): LossPoint[] {
  return lossPoints(
    steps.filter((step) => step.direction === direction),
    maxPoints,
  );
}

/** Losses of steps in at most `maxPoints` points; each step is in exactly one. */
export function lossPoints(mine: readonly { step: number; loss: number }[], maxPoints = 240): LossPoint[] {
  const size = Math.max(1, Math.ceil(mine.length / maxPoints));
  const points: LossPoint[] = [];
  for (let start = 0; start < mine.length; start += size) {
    const group = mine.slice(start, start + size);
    const losses = group.map(({ loss }) => loss);
    points.push({
      step: group.at(-1)!.step,
      mean: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      lo: Math.min(...losses),
      hi: Math.max(...losses),
      steps: group.length,
    });
  }
  return points;
}

/** Rise of log-probability per token from before training to the last evaluation, one number a fact (nats per token). */
export interface Rises extends Record<FactSet, number[]> {
  epoch: number;
}

/** @param rehearsed keys of the facts that were: apart from withheld ones, which nobody trained */
export function risesOf(
  trials: readonly TrialRecord[],
  direction: Direction,
  template: TemplateRole,
  rehearsed: ReadonlySet<string>,
): Rises {
  const mine = trials.filter((trial) => trial.direction === direction && trial.template === template);
  const epoch = mine.reduce((latest, trial) => Math.max(latest, trial.epoch), 0);
  const before = new Map(mine.filter((trial) => trial.epoch === 0).map((trial) => [trial.fact, trial]));
  const rises: Rises = { epoch, seen: [], withheld: [], rehearsed: [] };
  if (epoch === 0) return rises;
  for (const trial of mine) {
    const baseline = before.get(trial.fact);
    if (trial.epoch !== epoch || baseline === undefined) continue;
    rises[factSet(trial, rehearsed)].push((trial.logProb - baseline.logProb) / trial.tokens);
  }
  return rises;
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan type 7). */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}
