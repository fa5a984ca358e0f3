/** What the pictures of vectors draw: the pairs by name and set, with what the worker made of their vectors. Pure. */
import type { Direction } from '../../core/direction';
import { factSet, type EmbeddingCosines, type EmbeddingMap, type FactSet } from '../../records';
import type { ChartRun, ChartView } from '../chart-run';

export interface NamedFact {
  fact: string;
  identifier: string;
  term: string;
  set: FactSet;
}

export interface MapData {
  direction: Direction;
  layer: number;
  pairs: NamedFact[];
  map: EmbeddingMap;
}

export interface CosineData {
  direction: Direction;
  layer: number;
  /** Groups in which separation is measured. */
  moments: EmbeddingCosines;
  /** Rehearsed pairs: recorded among the withheld ones. */
  rehearsed: number;
}

/** UMAP of more pairs than this would keep a person waiting for minutes. */
const MOST_UMAP_PAIRS = 1000;

/** Layers of which the run recorded vectors in this direction, as in its spec. */
export function layersOf({ probes }: Pick<ChartRun, 'probes'>, direction: Direction): number[] {
  return [...new Set(probes.embeddings.filter((each) => each.direction === direction).map(({ layer }) => layer))];
}

export function layerLabel(layer: number): string {
  return layer === -1 ? 'last hidden state' : layer === 0 ? 'input embedding' : `output of layer ${layer}`;
}

/** The layer that a person chose, else the last of the spec's: the one nearest to the answer. */
export function layerOf(run: Pick<ChartRun, 'probes'>, { direction, options }: ChartView): number | null {
  if (direction === null) return null;
  const layers = layersOf(run, direction);
  const chosen = layers.find((layer) => String(layer) === options.layer);
  return chosen ?? layers.find((layer) => layer === -1) ?? layers.at(-1) ?? null;
}

export function umapFits({ probes }: Pick<ChartRun, 'probes'>): boolean {
  return probes.embeddings.every(({ pairs }) => pairs <= MOST_UMAP_PAIRS);
}

export function mapData(run: ChartRun, view: ChartView, map: EmbeddingMap | null | undefined): MapData | null {
  const layer = layerOf(run, view);
  if (layer === null || view.direction === null || map === null || map === undefined) return null;
  const known = new Map(run.facts.map((fact) => [fact.fact, fact]));
  const names = new Map<string, { identifier: string; term: string }>();
  // Trials carry the texts that were put back.
  for (const trial of run.trials) {
    if (names.size >= map.facts.length) break;
    if (trial.direction === view.direction) names.set(trial.fact, trial);
  }
  const pairs = map.facts.map((fact): NamedFact => {
    const { seen = false, ...own } = known.get(fact) ?? { identifier: fact, term: '' };
    const { identifier, term } = names.get(fact) ?? own;
    return { fact, identifier, term, set: factSet({ fact, seen }, run.rehearsed) };
  });
  return { direction: view.direction, layer, pairs, map };
}
