/** Partial credit: the mean share of an answer's tokens, or of its digits, that are right at each evaluation. Pure. */
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { TrialRecord } from '../../records/types';
import { studentMean } from '../../stats';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';

export type PartialMeasure = 'tokens' | 'digits';

export interface PartialCredit {
  measure: PartialMeasure;
  /** That the run has. */
  measures: readonly PartialMeasure[];
  sets: readonly { set: FactSet; points: readonly { epoch: number; estimate: MeanShare }[] }[];
  planned: number;
}

const SHARES: Record<PartialMeasure, (trial: TrialRecord) => number | null> = {
  tokens: ({ tokensRight, tokens }) => tokensRight / tokens,
  digits: ({ digitsRight }) => (digitsRight === null ? null : digitsRight.right / digitsRight.of),
};

/** Null before anything was evaluated. */
export function partialCreditOf(run: ChartRun, view: ChartView): PartialCredit | null {
  const trials = trialsOf(run, view);
  if (trials.length === 0) return null;
  const measures = (Object.keys(SHARES) as PartialMeasure[]).filter((name) =>
    trials.some((trial) => SHARES[name](trial) !== null),
  );
  const measure = measures.find((name) => name === view.options['measure']) ?? measures[0];
  if (measure === undefined) return null;
  const shares = new Map<string, number[]>();
  for (const trial of trials) {
    const share = SHARES[measure](trial);
    if (share === null) continue;
    const key = `${factSet(trial, run.rehearsed)}|${trial.epoch}`;
    const known = shares.get(key);
    if (known) known.push(share);
    else shares.set(key, [share]);
  }
  const epochs = [...new Set(trials.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  const sets = FACT_SETS.flatMap((set) => {
    const points = epochs.flatMap((epoch) => {
      const values = shares.get(`${set}|${epoch}`);
      return values ? [{ epoch, estimate: meanShare(values) }] : [];
    });
    return points.length > 0 ? [{ set, points }] : [];
  });
  return { measure, measures, sets, planned: run.manifest.spec.train.epochs };
}

/** Where nothing varies, or one fact was asked, there is no interval, and the method says why. */
export type MeanShare = Omit<Estimate, 'lo' | 'hi'> & { lo: number | null; hi: number | null };

/** The mean of shares with Student's interval over facts, held within 0 and 1. */
export function meanShare(values: readonly number[]): MeanShare {
  const alone = (method: string) => ({ value: values[0]!, lo: null, hi: null, n: values.length, method });
  if (values.length < 2) return alone('a single fact: no interval');
  if (values.every((value) => value === values[0])) return alone('all facts alike: no interval');
  const { value, lo, hi, n } = studentMean(values);
  return {
    ...{ value, lo: Math.max(0, lo), hi: Math.min(1, hi), n },
    method: 'mean over facts, Student’s t interval, 95 %',
  };
}
