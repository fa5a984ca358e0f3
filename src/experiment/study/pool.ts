/**
 * What the runs of a study say together.
 *
 * Promises: equal digests give equal summaries whatever their order, in the order of the grid; every number travels with
 * its interval, its n, its method and what makes it doubtful. Must not know: files, how a run was made.
 */
import { DIRECTIONS } from '../../core/direction';
import { STUDY_SUMMARY_VERSION, type StudyRow, type StudySummary } from '../../records';
import { FACT_EVENTS, type FactEvent } from '../../stats';
import { studyHash, studySeeds, type StudySpec } from '../../spec';
import type { StudyFactor } from './cells';
import type { DesignFactor, PlacedRow } from './design';
import { withWithheld, type RunDigest } from './digest';
import { withDigits } from './digits';
import { checkExpectations } from './expectations';
import { accuracyRows } from './pooled-accuracy';
import { survivalRows } from './pooled-survival';
import { ALL_RUNS, QUESTIONS, type PooledRuns } from './questions';

/** Runs may be missing: cells that failed are left out. */
export function poolStudy(
  study: StudySpec,
  factors: readonly StudyFactor[],
  given: readonly RunDigest[],
): StudySummary {
  const varied = factors.map(({ name, levels }) => ({ name, levels: levels.map(({ label }) => label) }));
  const runs = inGridOrder(study, varied, given);
  const rows = poolRuns(study, varied, runs).map(withDigits);
  return {
    summaryVersion: STUDY_SUMMARY_VERSION,
    study: { name: study.name, hash: studyHash(study) },
    analysis: study.analysis,
    factors: varied,
    runs: runs.map(({ run, point, seed }) => ({ run, point, seed })),
    rows,
    expectations: checkExpectations(study.expectations ?? [], rows),
  };
}

/** The first factor changes slowest, seeds fastest; what stands in neither comes last, by name. */
function inGridOrder(study: StudySpec, factors: readonly DesignFactor[], runs: readonly RunDigest[]): RunDigest[] {
  const seeds = studySeeds(study, 0);
  const place = <T>(list: readonly T[], item: T) => (list.includes(item) ? list.indexOf(item) : list.length);
  const places = ({ levels, seed }: RunDigest) => [
    ...factors.map(({ name, levels: own }) => place(own, levels[name]!)),
    place(seeds, seed),
    seed,
  ];
  return [...runs].sort((a, b) => {
    const [own, other] = [places(a), places(b)];
    const first = own.findIndex((value, i) => value !== other[i]);
    if (first >= 0) return own[first]! - other[first]!;
    return a.run < b.run ? -1 : Number(a.run > b.run);
  });
}

function poolRuns(study: StudySpec, factors: readonly DesignFactor[], runs: readonly RunDigest[]): StudyRow[] {
  const { analysis } = study;
  const points = [...new Set(runs.map(({ point }) => point))].map((point) => ({
    point,
    members: runs.filter((run) => run.point === point),
  }));
  // A factor of which only one level finished cannot be compared.
  const present = factors
    .map(({ name, levels }) => ({
      name,
      levels: levels.filter((label) => runs.some((run) => run.levels[name] === label)),
    }))
    .filter(({ levels }) => levels.length > 1);
  const pooled: PooledRuns = { analysis, runs, points, factors: present };
  return [
    ...points.flatMap(({ point, members }) => [
      ...accuracyRows(point, members, analysis.level),
      ...survivalOf(study, point, members, [], 'run'),
    ]),
    ...(present.length === 0 ? [] : survivalOf(study, ALL_RUNS, runs, present, 'seed')),
    ...QUESTIONS.flatMap((question) => question(pooled)),
  ];
}

function survivalOf(
  { analysis }: StudySpec,
  point: string,
  runs: readonly RunDigest[],
  factors: readonly DesignFactor[],
  strata: 'run' | 'seed',
): StudyRow[] {
  return FACT_EVENTS.flatMap((event) =>
    DIRECTIONS.flatMap((direction) => {
      const own = runs.flatMap((run) => run.events.filter((e) => e.event === event && e.direction === direction));
      const rows = placedRows(runs, event, direction);
      if (rows.length === 0) return [];
      const rehearsed = own.reduce((sum, each) => sum + each.rehearsed, 0);
      const covariates = event === 'degradation' ? withWithheld(analysis.covariates) : analysis.covariates;
      const question = { point, direction, event, rows, rehearsed, covariates, factors, strata, level: analysis.level };
      return survivalRows(question);
    }),
  );
}

function placedRows(runs: readonly RunDigest[], event: FactEvent, direction: (typeof DIRECTIONS)[number]): PlacedRow[] {
  return runs.flatMap((run) =>
    run.events
      .filter((own) => own.event === event && own.direction === direction)
      .flatMap(({ rows }) => rows.map((row) => ({ ...row, place: run }))),
  );
}
