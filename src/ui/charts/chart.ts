/**
 * What a chart of results is: a name, estimates, their numbers and words, and a component that draws them.
 *
 * Promises: a chart is pure: records in, events out; the table holds the numbers that are drawn. Adding one is one folder
 * (`index.ts` and its component) and one line in `registry.ts`. Must not know: stores, where charts are shown.
 */
import type { Component } from 'svelte';
import { withoutTexts, type ChartRun, type ChartView } from '../../app/chart-run';
import type { AnalysisName, AnalysisRequest, AnalysisResult } from '../../records/analyses';
import type { ChartTable } from './chart-table';
import type { LegendEntry } from './legend';

/** In the order in which they stand on the page. */
export const CHART_GROUPS = {
  learning: 'Learning',
  latent: 'Latent knowledge',
  direction: 'Directions',
  geometry: 'Geometry',
  forgetting: 'Forgetting',
  training: 'Training',
} as const;
export type ChartGroup = keyof typeof CHART_GROUPS;

/** Something a person can choose about a chart; the first option is the default. */
export interface ChartChoice {
  /** Its name in links and in `ChartView.options`. */
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

export interface ChartProps<Data> {
  data: Data;
  /** Pixels. */
  width: number;
  /** The picture in words: its accessible name. */
  label: string;
  /** Keys of the facts chosen in any view; null where none are. */
  selected: ReadonlySet<string> | null;
  /** Chooses facts for every view; `label` says which: "acquired in epochs 2 to 4". */
  onselect: (facts: readonly string[], label: string) => void;
  /** Opens the page of one fact. */
  onopen: (fact: string) => void;
}

export interface ChartDefinition<Data, Name extends AnalysisName = AnalysisName> {
  /** Lower case and hyphens: in links and file names. */
  name: string;
  title: string;
  /** How to read it, one or two sentences. */
  about: string;
  group: ChartGroup;
  /** One picture for each direction; else one of both. */
  perDirection: boolean;
  /** What can be chosen about it, as far as the run has it. */
  choices?: (run: ChartRun, view: ChartView) => readonly ChartChoice[];
  /** An estimate that is computed in the worker; null where the run has nothing for it. */
  ask?: (run: ChartRun, view: ChartView) => AnalysisRequest<Name> | null;
  /** Null: the run holds nothing for it. `found` is what was asked for, and only there where `ask` is. */
  data: (run: ChartRun, view: ChartView, found: AnalysisResult<Name> | undefined) => Data | null;
  legend?: (data: Data) => readonly LegendEntry[];
  table: (data: Data) => ChartTable;
  /** n, interval, test. */
  note: (data: Data) => string;
  /** The picture in words, for those who do not see it. */
  summary: (data: Data) => string;
  component: Component<ChartProps<Data>>;
}

/** Any chart: whose data it takes is its own affair. */
export type Chart = ChartDefinition<unknown>;

/**
 * The numbers as they may leave the page: of the run's own trials, where texts that it leaves out were put back on the
 * page; null where the numbers on the page may.
 */
export function numbersToSave(chart: Chart, run: ChartRun, view: ChartView, found: unknown): (() => ChartTable) | null {
  const own = withoutTexts(run);
  return own && (() => chart.table(chart.data(own, view, found as never)));
}

/** Checks a chart by its own types, then lets it stand among the others. */
export function defineChart<Data, Name extends AnalysisName = never>(chart: ChartDefinition<Data, Name>): Chart {
  return chart as unknown as Chart;
}
