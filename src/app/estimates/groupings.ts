/**
 * Ways to part the facts of a run in groups that are compared. Pure; the one list for every chart that compares groups.
 *
 * Promises: a fact stands in one group at most. Must not know: what is compared, how it looks.
 */
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { TrialRecord } from '../../records/types';
import { isLatent } from '../../stats';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';

export interface FactGroup {
  label: string;
  /** Where all of it are of one set: it is drawn in that set's colour. */
  set: FactSet | null;
}

export interface Grouping {
  name: string;
  label: string;
  there(run: ChartRun, view: ChartView): boolean;
  /** In order. */
  groups(run: ChartRun, view: ChartView): FactGroup[];
  /** The group's label by the fact's trial before training; null where it is in none. */
  of(run: ChartRun, view: ChartView): (baseline: TrialRecord) => string | null;
}

const set = (name: FactSet, label: string = name): FactGroup => ({ label, set: name });
const baselines = (run: ChartRun, view: ChartView) => trialsOf(run, view).filter(({ epoch }) => epoch === 0);
const seenLatent = (run: ChartRun, view: ChartView) =>
  baselines(run, view).filter((trial) => trial.seen && isLatent(trial) !== null && !trial.answerHit);

export const GROUPINGS: readonly Grouping[] = [
  {
    name: 'set',
    label: 'seen and withheld',
    there: () => true,
    groups: (run, view) => {
      const there = new Set(baselines(run, view).map((trial) => factSet(trial, run.rehearsed)));
      return FACT_SETS.filter((name) => there.has(name)).map((name) => set(name));
    },
    of:
      ({ rehearsed }) =>
      (baseline) =>
        factSet(baseline, rehearsed),
  },
  {
    name: 'latent',
    label: 'latent and unknown (seen)',
    there: (run, view) => seenLatent(run, view).length > 0,
    groups: () => [
      { label: 'latent', set: null },
      { label: 'unknown', set: null },
    ],
    of: () => (baseline) => {
      const latent = baseline.seen ? isLatent(baseline) : null;
      return latent === null ? null : latent ? 'latent' : 'unknown';
    },
  },
  {
    name: 'popularity',
    label: 'popular and rare (seen)',
    there: ({ manifest }) => manifest.dataset.popularity !== 'none' && manifest.dataset.bins > 1,
    groups: ({ manifest: { dataset } }) => thirds(dataset.bins).map((label) => ({ label, set: null })),
    of: ({ manifest: { dataset } }) => {
      const labels = thirds(dataset.bins);
      return ({ seen, stratum }) =>
        seen ? labels[Math.min(labels.length - 1, Math.floor((stratum * labels.length) / dataset.bins))]! : null;
    },
  },
];

/** Bins from the most annotated to the least, in three parts where there are as many. */
function thirds(bins: number): string[] {
  return bins < 3 ? ['popular', 'rare'] : ['popular', 'middling', 'rare'];
}

/** What a person compares: the chosen facts against the rest where some are chosen, else by the chart's own choice. */
export function groupingOf(run: ChartRun, view: ChartView): Grouping {
  const { selection } = view;
  if (selection !== null) return chosenAgainstRest(selection);
  const wanted = GROUPINGS.find(({ name }) => name === view.options['by']);
  return wanted?.there(run, view) ? wanted : GROUPINGS[0]!;
}

function chosenAgainstRest(selection: ReadonlySet<string>): Grouping {
  return {
    name: 'selection',
    label: 'chosen and the rest',
    there: () => true,
    groups: () => [
      { label: 'chosen', set: null },
      { label: 'the rest', set: null },
    ],
    of: () => (baseline) => (selection.has(baseline.fact) ? 'chosen' : 'the rest'),
  };
}
