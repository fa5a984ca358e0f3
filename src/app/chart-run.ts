/**
 * What a chart gets to see: the records of one run, and how a person looks at them. Pure.
 *
 * Promises: a key names the records, so that what was computed of them can be kept; trials are sorted out once for all
 * charts of them. Must not know: components, where the records came from.
 */
import type { Direction } from '../core/direction';
import type { KeptFile } from '../platform/storage';
import type { ProbeRecords } from '../records';
import type { FactRecord, Manifest, StepRecord, Summary, TemplateRole, TrialRecord } from '../records/types';
import { factHistories, type FactHistory } from '../stats';

export interface ChartRun {
  /** Other records, other key. */
  key: string;
  /** The run's own name, which stays while its records grow; none: its key. */
  runKey?: string;
  manifest: Manifest;
  facts: readonly FactRecord[];
  trials: readonly TrialRecord[];
  /** The same without texts that were put back, for files that leave the page; only where some were. */
  recorded?: readonly TrialRecord[];
  steps: readonly StepRecord[];
  /** Null before the first evaluation. */
  summary: Summary | null;
  probes: ProbeRecords;
  /** Further files of the run: vectors. */
  files: readonly KeptFile[];
  /** Keys of withheld facts that were rehearsed. */
  rehearsed: ReadonlySet<string>;
}

/** What of a run a person looks at. */
export interface ChartView {
  /** Null for a chart of both. */
  direction: Direction | null;
  template: TemplateRole;
  /** Facts chosen in any view of the run; null where none are. */
  selection: ReadonlySet<string> | null;
  /** What was chosen among the chart's own choices, by their names. */
  options: Readonly<Record<string, string>>;
}

/** The store of the run on show, as far as charts look at it. */
export interface ShownRecords extends Omit<ChartRun, 'key' | 'manifest' | 'trials' | 'recorded'> {
  key: string | null;
  manifest: Manifest | null;
  /** As the run has them. */
  trials: readonly TrialRecord[];
  /** With the texts that were put back. */
  trialsOnShow: readonly TrialRecord[];
}

/** The run on show as charts take it; null before its manifest came. */
export function chartRun(shown: ShownRecords): ChartRun | null {
  const { key, manifest, facts, steps, summary, probes, files, rehearsed, trialsOnShow: trials } = shown;
  if (key === null || manifest === null) return null;
  // Records of a run only grow, or are cut and grow again into the very same: their numbers tell its state.
  const state = [
    trials.length,
    steps.length,
    ...Object.values(probes).map((records: readonly unknown[]) => records.length),
  ];
  return {
    ...{
      key: `${key}|${state.join('|')}`,
      runKey: key,
      manifest,
      facts,
      trials,
      steps,
      summary,
      probes,
      files,
      rehearsed,
    },
    ...(shown.trials === trials ? {} : { recorded: shown.trials }),
  };
}

/** The run with no more texts than its own files have; null where none were put back. */
export function withoutTexts({ recorded, ...run }: ChartRun): ChartRun | null {
  return recorded === undefined ? null : { ...run, trials: recorded };
}

type Asked = Pick<ChartView, 'direction' | 'template'>;

/** What was computed of lists of trials, for as long as these are somewhere in use. */
function kept<T>(compute: (trials: readonly TrialRecord[], asked: Asked) => T) {
  const known = new WeakMap<readonly TrialRecord[], Map<string, T>>();
  return ({ trials }: Pick<ChartRun, 'trials'>, { direction, template }: Asked): T => {
    const own = known.get(trials) ?? new Map<string, T>();
    known.set(trials, own);
    const name = `${direction ?? 'both'}|${template}`;
    const found = own.get(name) ?? compute(trials, { direction, template });
    own.set(name, found);
    return found;
  };
}

/** Trials of a direction (of both where it is null) under a template, in their order. */
export const trialsOf = kept((trials, { direction, template }): readonly TrialRecord[] =>
  trials.filter((trial) => trial.template === template && (direction === null || trial.direction === direction)),
);

/** The same by fact, each in order of epochs. */
export const historiesOf = kept((trials, asked): readonly FactHistory[] => factHistories(trialsOf({ trials }, asked)));
