/**
 * One chart of one run: what it asks of the worker, what is known so far, and what it draws of that.
 *
 * Promises: a run that goes on is shown as it was until it is known how it is. Must not know: components.
 */
import type { AnalysisStore, Answer } from '../../app/analyses.svelte';
import type { ChartRun, ChartView } from '../../app/chart-run';
import type { AnalysisRequest } from '../../records/analyses';
import type { Chart } from './chart';

export interface Panel {
  chart: Chart;
  view: ChartView;
  /** Whose records are drawn: those of an earlier moment where `late`. */
  run: ChartRun;
  request: AnalysisRequest | null;
  answer: Answer | null;
  found: unknown;
  /** Null: nothing is known yet, or the run holds nothing for it. */
  data: unknown;
  late: boolean;
}

/** To be read where a component derives. It asks for nothing. */
export function panelOf(chart: Chart, run: ChartRun, view: ChartView, analyses: AnalysisStore): Panel {
  const request = chart.ask?.(run, view) ?? null;
  const answer = request === null ? null : analyses.answer(run, request);
  const before = answer?.state === 'waiting' && request !== null ? analyses.before(run, request) : null;
  const found = answer?.state === 'here' ? answer.result : before?.result;
  const of = before?.run ?? run;
  const data = answer !== null && found === undefined ? null : chart.data(of, view, found);
  return { chart, view, run: of, request, answer, found, data, late: before !== null };
}

/** Something is drawn, or will be, or could not be. */
export function isThere({ data, answer }: Panel): boolean {
  return data !== null || (answer !== null && answer.state !== 'here');
}
