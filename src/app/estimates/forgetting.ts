/** What training cost: canaries kept, and the loss of texts never trained, at each evaluation. From the summary. Pure. */
import type { Estimate } from '../../core/estimate';
import type { ProbeSource, TransitionTable } from '../../records';
import type { ChartRun, ChartView } from '../chart-run';

const probesOf = ({ summary }: ChartRun, { direction }: ChartView) =>
  summary?.directions.find((each) => each.direction === direction)?.probes ?? null;

export interface Canaries {
  source: ProbeSource;
  canaries: number;
  points: readonly { epoch: number; kept: Estimate; logProb: Estimate | null; change: TransitionTable }[];
  planned: number;
}

/** Null where the run asked none. */
export function canariesOf(run: ChartRun, view: ChartView): Canaries | null {
  const found = probesOf(run, view)?.canaries;
  if (!found || found.byEvaluation.length === 0) return null;
  return {
    source: found.source,
    canaries: found.canaries,
    points: found.byEvaluation.map(({ epoch, kept, logProbPerToken, change }) => ({
      ...{ epoch, kept, logProb: logProbPerToken, change },
    })),
    planned: run.manifest.spec.train.epochs,
  };
}

export interface LanguageLoss {
  source: ProbeSource;
  texts: number;
  tokens: number;
  /** Evaluations with an interval: a single text has none. */
  points: readonly { epoch: number; loss: Estimate; rise: Estimate | null }[];
  planned: number;
}

/** Null where the run scored no texts, or one alone. */
export function languageLossOf(run: ChartRun, view: ChartView): LanguageLoss | null {
  const found = probesOf(run, view)?.language;
  const points = found?.byEvaluation.flatMap(({ epoch, loss, rise }) => (loss === null ? [] : [{ epoch, loss, rise }]));
  if (!found || !points || points.length === 0) return null;
  const { source, texts, tokens } = found;
  return { source, texts, tokens, points, planned: run.manifest.spec.train.epochs };
}
