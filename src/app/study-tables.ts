/** A study's summary as it is shown: its table in parts, its doubts, its main estimates. Pure. */
import { shownRows, toldWarnings, type StudyRow, type StudySummary } from '../records';

/** The table, a part for each point of the grid; single runs stand in the files. */
export function pooledTable(summary: StudySummary): { point: string; rows: StudyRow[] }[] {
  const rows = shownRows(summary);
  const points = rows.map(({ point }) => point).filter((point, index, all) => all.indexOf(point) === index);
  return points.map((point) => ({ point, rows: rows.filter((row) => row.point === point) }));
}

export function pooledWarnings(summary: StudySummary): { text: string; places: string[] }[] {
  return toldWarnings(shownRows(summary));
}

/** Estimates of one scale, to be drawn on one axis. */
export interface MainEstimates {
  scale: StudyRow['scale'];
  rows: (StudyRow & { estimate: NonNullable<StudyRow['estimate']> })[];
}

/** What takes the runs as a draw of those that could be. */
const OVER_SEEDS: readonly StudyRow['model'][] = ['cox by run', 'mean over seeds'];

/**
 * Those that the expectations rest on; in a study that says none, hazard ratios and gains over seeds. Hazard ratios come
 * first, the others in the order in which they are met.
 */
export function mainEstimates(summary: StudySummary): MainEstimates[] {
  const expected = new Set(summary.expectations.flatMap(({ rows }) => rows));
  const rows =
    expected.size > 0
      ? summary.rows.filter((_, index) => expected.has(index))
      : summary.rows.filter(
          ({ model, scale }) => OVER_SEEDS.includes(model) && (scale === 'hazard ratio' || scale === 'difference'),
        );
  const scales = [...new Set<StudyRow['scale']>(['hazard ratio', ...rows.map(({ scale }) => scale)])];
  return scales
    .map((scale) => ({
      scale,
      rows: rows.flatMap((row) => (row.scale === scale && row.estimate ? [{ ...row, estimate: row.estimate }] : [])),
    }))
    .filter(({ rows: own }) => own.length > 0);
}
