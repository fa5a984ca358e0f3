/** Kaplan–Meier curves of groups of facts, their log-rank test, and which facts were acquired when. Pure. */
import type { KmCurve } from '../../records/types';
import { acquisitionRowsOf, baselineOf, kaplanMeier, logRank, type AcquisitionRow } from '../../stats';
import { historiesOf, trialsOf, type ChartRun, type ChartView } from '../chart-run';
import { groupingOf, type FactGroup } from './groupings';

/** One fact at risk of being acquired, with the group that it is in. */
export interface GroupedRow extends AcquisitionRow {
  group: string;
}

export interface Survival {
  curves: (FactGroup & { curve: KmCurve })[];
  /** Log-rank; null where there are not two groups with rows, or no event. */
  test: { statistic: number; df: number; p: number; method: string } | null;
  rows: readonly GroupedRow[];
  /** Facts of the groups that were right before training: not at risk. */
  known: number;
  /** Last epoch evaluated, and the epochs planned. */
  end: number;
  planned: number;
  /** Chosen facts are compared with the rest. */
  ofSelection: boolean;
  /** How samples were drawn, where latent facts are compared; else null. */
  latent: ChartRun['manifest']['spec']['evaluation'] | null;
}

/** Null where nobody is at risk, or nothing was evaluated after training began. */
export function survivalOf(run: ChartRun, view: ChartView): Survival | null {
  const trials = trialsOf(run, view);
  const end = trials.reduce((latest, { epoch }) => Math.max(latest, epoch), 0);
  if (end === 0) return null;
  const grouping = groupingOf(run, view);
  const { rows, known } = groupedRows(run, view);
  const curves = grouping.groups(run, view).flatMap((group) => {
    const own = rows.filter((row) => row.group === group.label);
    const curve =
      own.length > 0 &&
      kaplanMeier(
        own.map(({ time }) => time),
        own.map(({ event }) => event),
      );
    return curve ? [{ ...group, curve }] : [];
  });
  if (curves.length === 0) return null;
  return {
    curves,
    test: testOf(rows, curves.length),
    rows,
    known,
    end,
    planned: run.manifest.spec.train.epochs,
    ofSelection: view.selection !== null,
    latent: grouping.name === 'latent' ? run.manifest.spec.evaluation : null,
  };
}

/** Rows of the facts at risk that are in a group, and how many of the groups' facts were known before training. */
export function groupedRows(run: ChartRun, view: ChartView): { rows: GroupedRow[]; known: number } {
  const groupOf = groupingOf(run, view).of(run, view);
  const groups = new Map<string, string>();
  let known = 0;
  const histories = historiesOf(run, view).filter((history) => {
    const baseline = baselineOf(history);
    const group = baseline && groupOf(baseline);
    if (!baseline || group === null || group === undefined) return false;
    groups.set(history.fact, group);
    if (baseline.answerHit) known += 1;
    return true;
  });
  return { rows: acquisitionRowsOf(histories).map((row) => ({ ...row, group: groups.get(row.fact)! })), known };
}

function testOf(rows: readonly GroupedRow[], groups: number): Survival['test'] {
  if (groups < 2 || !rows.some(({ event }) => event)) return null;
  const { test } = logRank(
    { time: rows.map(({ time }) => time), event: rows.map(({ event }) => event) },
    rows.map(({ group }) => group),
  );
  return test.df > 0 ? test : null;
}

/** Facts acquired from one epoch to another, both included. */
export function acquiredBetween(rows: readonly GroupedRow[], from: number, to: number): string[] {
  return rows.filter(({ event, time }) => event && time >= from && time <= to).map(({ fact }) => fact);
}
