/**
 * What a factor does to the loss of facts: of withheld ones alone, of seen ones alone, and of those that a level rehearses
 * beside the withheld ones of the reference. Across the grid, unadjusted: the runs of a seed lose the same facts.
 */
import { DIRECTIONS, type Direction } from '../../../core/direction';
import type { StudyRow } from '../../../records';
import type { DesignFactor, PlacedRow } from '../design';
import type { RiskInterval, RunDigest } from '../digest';
import { survivalRows } from '../pooled-survival';
import { ALL_RUNS, type PooledRuns } from './types';

export function lossRows({ runs, factors, analysis: { level } }: PooledRuns): StudyRow[] {
  if (factors.length === 0) return [];
  return DIRECTIONS.flatMap((direction) => {
    const common = { point: ALL_RUNS, direction, event: 'degradation', covariates: [], strata: 'seed', level } as const;
    const alone = (['withheld', 'seen'] as const).flatMap((group) => {
      const rows = runs.flatMap((run) => lossesOf(run, direction, group === 'withheld'));
      const rehearsed = group === 'withheld' ? leftOut(runs, direction) : 0;
      return rows.length === 0 ? [] : survivalRows({ ...common, group, rows, rehearsed, factors });
    });
    const rescued = factors.flatMap((factor) =>
      factor.levels.slice(1).flatMap((other) => {
        const at = (run: RunDigest, wanted: string) => run.levels[factor.name] === wanted;
        const trained = runs.filter((run) => at(run, other)).flatMap((run) => rehearsedOf(run, direction));
        if (trained.length === 0) return [];
        const untouched = runs
          .filter((run) => at(run, factor.levels[0]!))
          .flatMap((run) => lossesOf(run, direction, true));
        const compared: DesignFactor = { name: factor.name, levels: [factor.levels[0]!, other] };
        const rest = factors.filter(({ name }) => name !== factor.name);
        const rows = survivalRows({
          ...common,
          group: 'rehearsed',
          rows: [...untouched, ...trained],
          rehearsed: 0,
          factors: [compared, ...rest],
        });
        const term = `${factor.name}=${other}`;
        // What else differs stands in the models of the withheld facts.
        return rows.filter((row) => row.term === term || row.term === null).map((row) => ({ ...row, term }));
      }),
    );
    return [...alone, ...rescued];
  });
}

function lossesOf(run: RunDigest, direction: Direction, withheld: boolean): PlacedRow[] {
  return run.events
    .filter((own) => own.event === 'degradation' && own.direction === direction)
    .flatMap(({ rows }) => rows.filter(({ values }) => values.withheld === Number(withheld)))
    .map((row) => placed(run, row));
}

function rehearsedOf(run: RunDigest, direction: Direction): PlacedRow[] {
  return run.rehearsedLoss
    .filter((own) => own.direction === direction)
    .flatMap(({ rows }) => rows.map((row) => placed(run, row)));
}

function leftOut(runs: readonly RunDigest[], direction: Direction): number {
  const own = runs.flatMap(({ events }) =>
    events.filter((e) => e.event === 'degradation' && e.direction === direction),
  );
  return own.reduce((sum, { rehearsed }) => sum + rehearsed, 0);
}

function placed(run: RunDigest, row: RiskInterval): PlacedRow {
  return { ...row, place: run };
}
