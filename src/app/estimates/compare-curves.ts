/**
 * The same curve of several runs: accuracy, time to acquisition, loss. Pure.
 *
 * Promises: what a run has no estimate of is missing, never drawn as nothing; every point carries its interval.
 */
import type { Direction } from '../../core/direction';
import { setSummaries, type FactSet } from '../../records';
import type { KmCurve, StepRecord, Summary, TemplateRole } from '../../records/types';
import { lossCurve } from '../curves';

export interface CurvePoint {
  x: number;
  y: number;
  lo: number;
  hi: number;
}

export interface RunCurve {
  /** Of the run. */
  key: string;
  name: string;
  points: CurvePoint[];
  /** Facts, or steps. */
  n: number;
}

export interface CurveRun {
  key: string;
  name: string;
  summary: Summary | null;
  steps: readonly StepRecord[];
}

export const CURVE_KINDS = ['accuracy', 'acquisition', 'loss'] as const;
export type CurveKind = (typeof CURVE_KINDS)[number];

/** @param set not looked at for losses, which belong to what is trained */
export function runCurves(
  runs: readonly CurveRun[],
  { kind, direction, set, template }: { kind: CurveKind; direction: Direction; set: FactSet; template: TemplateRole },
): RunCurve[] {
  return runs.flatMap(({ key, name, summary, steps }): RunCurve[] => {
    if (kind === 'loss') {
      const points = lossCurve(steps, direction, 120).map(({ step, mean, lo, hi }) => ({ x: step, y: mean, lo, hi }));
      return points.length === 0 ? [] : [{ key, name, points, n: points.at(-1)!.x }];
    }
    const found = summary?.directions.find((each) => each.direction === direction);
    const group = found && setSummaries(found).find((each) => each.set === set && each.template === template);
    if (group === undefined) return [];
    if (kind === 'accuracy') {
      const points = group.accuracyByEpoch.map(({ epoch, estimate: { value, lo, hi } }) => ({
        x: epoch,
        y: value,
        lo,
        hi,
      }));
      return [{ key, name, points, n: group.facts }];
    }
    const { acquisition } = group;
    const end = group.accuracyByEpoch.at(-1)?.epoch ?? 0;
    return acquisition === null ? [] : [{ key, name, points: survivors(acquisition, end), n: acquisition.n }];
  });
}

/** Corners of the curve of those not yet acquired, up to the end of follow-up. */
function survivors({ time, survival, lo, hi }: KmCurve, end: number): CurvePoint[] {
  const points = time.map((x, row) => ({ x, y: survival[row]!, lo: lo[row]!, hi: hi[row]! }));
  const last = points.at(-1);
  return last !== undefined && last.x < end ? [...points, { ...last, x: end }] : points;
}
