/** What the greedy answers were, at each evaluation: right, wrong, not found in the text, none at all. Pure. */
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { Outcome } from '../../records/types';
import { wilson } from '../../stats';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';

export const OUTCOMES: readonly Outcome[] = ['right', 'wrong', 'unparsed', 'empty'];

export interface OutcomeCell {
  set: FactSet;
  epoch: number;
  outcome: Outcome;
  facts: readonly string[];
  share: Estimate;
}

/** Only the outcomes that there are, in the order of `OUTCOMES`; null before anything was evaluated. */
export function outcomesOf(run: ChartRun, view: ChartView): OutcomeCell[] | null {
  const cells = new Map<string, { set: FactSet; epoch: number; outcome: Outcome; facts: string[] }>();
  const totals = new Map<string, number>();
  for (const trial of trialsOf(run, view)) {
    const { epoch, outcome, fact } = trial;
    const set = factSet(trial, run.rehearsed);
    totals.set(`${set}|${epoch}`, (totals.get(`${set}|${epoch}`) ?? 0) + 1);
    const key = `${set}|${epoch}|${outcome}`;
    const cell = cells.get(key) ?? { set, epoch, outcome, facts: [] };
    cells.set(key, cell);
    cell.facts.push(fact);
  }
  if (cells.size === 0) return null;
  const rank = ({ set, epoch, outcome }: { set: FactSet; epoch: number; outcome: Outcome }) =>
    FACT_SETS.indexOf(set) * 1e9 + epoch * 10 + OUTCOMES.indexOf(outcome);
  return [...cells.values()]
    .sort((a, b) => rank(a) - rank(b))
    .map((cell) => ({ ...cell, share: wilson(cell.facts.length, totals.get(`${cell.set}|${cell.epoch}`)!) }));
}
