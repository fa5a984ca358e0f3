/**
 * A chart's numbers as a JSON document: what is shown, how it was computed, of which run. Pure.
 *
 * Promises: every number in full; what is not finite is named, as in a run's own files. Must not know: components.
 */
import { isLeftOut, nameNonFinite } from '../records';
import type { ChartRun, ChartView } from './chart-run';

/** Which run and which part of it a chart shows. */
export interface ChartOrigin {
  run: ReturnType<typeof runOf>;
  view: Record<string, unknown>;
}

function runOf({ manifest }: Pick<ChartRun, 'manifest'>) {
  const { runId, specHash, state, spec, model, ontology, dataset, gpu, versions } = manifest;
  const pairs = isLeftOut(manifest) ? { pairs: 'left out' } : {};
  return {
    ...{ runId, specHash, state, name: spec.name, seed: spec.seed, versions },
    model: { name: model.name, parameters: model.parameters, files: model.files },
    ontology: { file: ontology.file, version: ontology.version, licence: ontology.licence },
    dataset: { hash: dataset.hash, seen: dataset.seen, withheld: dataset.withheld },
    ...{ gpu, ...pairs },
  };
}

export function chartOrigin(
  run: Pick<ChartRun, 'manifest'>,
  { direction, template, selection, options }: ChartView,
): ChartOrigin {
  return {
    run: runOf(run),
    view: {
      ...{ direction: direction ?? 'both', template, options },
      selection: selection === null ? null : [...selection],
    },
  };
}

export interface ChartWords {
  chart: string;
  title: string;
  /** How to read it. */
  about: string;
  /** n, interval, test. */
  note: string;
}

export function chartJson(
  words: ChartWords,
  { columns, rows }: { columns: readonly string[]; rows: readonly (readonly unknown[])[] },
  origin: ChartOrigin | null,
): string {
  const named = rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]])));
  return `${JSON.stringify({ ...words, ...(origin ?? {}), columns, rows: named }, nameNonFinite, 2)}\n`;
}
