/**
 * The counting-process rows of one or more runs as a table, for any package: one fact at risk of one event a row.
 *
 * Promises: the rows and the values are those that the pooled models are fitted to; what is unknown is an empty cell.
 * Must not know: files, models.
 */
import { csvLine, rehearsedFacts, type CsvCell } from '../../records';
import type { TemplateRole } from '../../records';
import { countingRows, type CountingRow, type CountingRows, type FactEvent } from '../../stats';
import { COMPUTED_COVARIATES, covariateName, covariateValue, type RunPlace, type RunRecords } from './digest';

export interface RowsRun extends RunPlace, RunRecords {}

export interface RowsOptions {
  event: FactEvent;
  sustained: number;
  template: TemplateRole;
  /** Degradation only: when the clock starts. */
  from: 'baseline' | 'any-time';
}

export interface RowsTable {
  csv: string;
  rows: number;
  events: number;
  /** Right before training, so not at risk of acquisition or generalization. */
  known: number;
  /** Without an evaluation before training, or none after it. */
  unobserved: number;
  /** Withheld, but rehearsed: in no row. */
  rehearsed: number;
}

type Placed = { run: RowsRun; row: CountingRow };

const FIXED: readonly [name: string, cell: (placed: Placed) => CsvCell][] = [
  ['run', ({ run }) => run.run],
  ['seed', ({ run }) => run.seed],
  ['fact', ({ row }) => row.fact],
  ['identifier', ({ row }) => row.identifier],
  ['direction', ({ row }) => row.direction],
  ['template', ({ row }) => row.template],
  ['seen', ({ row }) => Number(row.seen)],
  ['start', ({ row }) => row.start],
  ['stop', ({ row }) => row.time],
  ['event', ({ row }) => Number(row.event)],
];

/** Marks and events are 1 and 0. Factors of a study stand before the covariates, under their own names. */
export function rowsTable(runs: readonly RowsRun[], { event, sustained, template, from }: RowsOptions): RowsTable {
  const total: Omit<CountingRows, 'rows'> = { known: 0, unobserved: 0, rehearsed: 0, events: 0 };
  const placed = runs.flatMap((run) => {
    const asked = run.trials.filter((trial) => trial.template === template);
    const rehearsed = rehearsedFacts(run.steps);
    const { rows, ...counts } = countingRows(asked, { event, sustained, from, rehearsed, facts: run.facts });
    for (const name of ['known', 'unobserved', 'rehearsed', 'events'] as const) total[name] += counts[name];
    return rows.map((row) => ({ run, row }));
  });
  const columns = [...FIXED, ...factorColumns(runs), ...covariateColumns(placed)];
  const lines = [columns.map(([name]) => name), ...placed.map((each) => columns.map(([, cell]) => cell(each)))];
  return { csv: lines.map(csvLine).join(''), rows: placed.length, ...total };
}

const taken = new Set([...FIXED.map(([name]) => name), ...COMPUTED_COVARIATES]);

function factorColumns(runs: readonly RowsRun[]): typeof FIXED {
  const names = [...new Set(runs.flatMap(({ levels }) => Object.keys(levels)))];
  return names.map((name) => [taken.has(name) ? `factor.${name}` : name, ({ run }) => run.levels[name]]);
}

function covariateColumns(placed: readonly Placed[]): typeof FIXED {
  const own = [...new Set(placed.flatMap(({ row }) => Object.keys(row.covariates)))].sort();
  const names = [...COMPUTED_COVARIATES, ...own.map((name) => covariateName(name, taken))];
  return names.map((name) => [name, ({ row }) => covariateValue(row, name) ?? undefined]);
}
