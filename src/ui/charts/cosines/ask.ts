/** What the charts of cosines ask of the worker, and what they make of it. */
import { layerOf, type CosineData } from '../../../app/estimates/embeddings';
import type { ChartRun, ChartView } from '../../../app/chart-run';
import type { AnalysisRequest, AnalysisResult } from '../../../records/analyses';

export function askCosines(run: ChartRun, view: ChartView): AnalysisRequest<'embeddingCosines'> | null {
  const layer = layerOf(run, view);
  if (layer === null || view.direction === null) return null;
  return { name: 'embeddingCosines', args: { direction: view.direction, layer } };
}

export function cosineData(
  run: ChartRun,
  view: ChartView,
  moments: AnalysisResult<'embeddingCosines'> | undefined,
): CosineData | null {
  const layer = layerOf(run, view);
  if (layer === null || view.direction === null || moments === undefined || moments.length === 0) return null;
  const { direction } = view;
  const rehearsed = run.facts.filter((fact) => fact.direction === direction && run.rehearsed.has(fact.fact)).length;
  return { direction, layer, moments, rehearsed };
}
