/** Accuracy before and after training, and its gain: run by run, and their mean over seeds. */
import type { Direction } from '../../core/direction';
import { DIRECTIONS } from '../../core/direction';
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, type FactSet } from '../../records';
import { pairedDifference, randomEffects, wilson, type PairedCounts } from '../../stats';
import type { RunDigest } from './digest';
import type { StudyRow } from '../../records';

type Measure = 'accuracy before' | 'accuracy after' | 'gain';

interface Measured {
  estimate(counts: PairedCounts, level: number): Estimate;
  /** Above 0 even where all answers agree, so that such a run has a weight. */
  error(counts: PairedCounts): number;
  least: number;
}

const total = ({ kept, gainers, losers, never }: PairedCounts) => kept + gainers + losers + never;

const MEASURES: Record<Measure, Measured> = {
  'accuracy before': {
    estimate: (counts, level) => wilson(counts.kept + counts.losers, total(counts), level),
    error: (counts) => shareError(counts.kept + counts.losers, total(counts)),
    least: 0,
  },
  'accuracy after': {
    estimate: (counts, level) => wilson(counts.kept + counts.gainers, total(counts), level),
    error: (counts) => shareError(counts.kept + counts.gainers, total(counts)),
    least: 0,
  },
  gain: { estimate: pairedDifference, error: differenceError, least: -1 },
};

/** Two successes and two failures added. Source: Agresti & Coull, American Statistician 52 (1998) 119–126. */
export function shareError(successes: number, n: number): number {
  const share = (successes + 2) / (n + 4);
  return Math.sqrt((share * (1 - share)) / (n + 4));
}

/** Half a pair added to each of the four cells. Source: Agresti & Min, Statistics in Medicine 24 (2005) 729–740. */
function differenceError(counts: PairedCounts): number {
  const n = total(counts) + 2;
  const [gained, lost] = [counts.gainers + 0.5, counts.losers + 0.5];
  return Math.sqrt(gained + lost - (gained - lost) ** 2 / n) / n;
}

/** Of the runs of one point of the grid. */
export function accuracyRows(point: string, runs: readonly RunDigest[], level: number): StudyRow[] {
  return DIRECTIONS.flatMap((direction) =>
    FACT_SETS.flatMap((set) => {
      const members = runs.flatMap((run) => {
        const own = run.accuracy.find((group) => group.direction === direction && group.set === set);
        return own ? [{ run, counts: own.counts }] : [];
      });
      if (members.length === 0) return [];
      return (Object.keys(MEASURES) as Measure[]).flatMap((measure) =>
        measureRows({ point, direction, set, measure }, members, level),
      );
    }),
  );
}

function measureRows(
  { point, direction, set, measure }: { point: string; direction: Direction; set: FactSet; measure: Measure },
  members: readonly { run: RunDigest; counts: PairedCounts }[],
  level: number,
): StudyRow[] {
  const { estimate, error, least } = MEASURES[measure];
  const common = {
    point,
    direction,
    measure,
    group: set,
    term: null,
    scale: measure === 'gain' ? ('difference' as const) : ('share' as const),
    events: null,
    coefficient: null,
    notEstimated: null,
    warnings: [],
  };
  const each = members.map(({ run, counts }) => ({ run, estimate: estimate(counts, level), error: error(counts) }));
  const rows: StudyRow[] = each.map(({ run, estimate: own }) => ({
    ...common,
    model: 'one run',
    run: run.run,
    seed: run.seed,
    runs: 1,
    estimate: own,
  }));
  const mean = { ...common, model: 'mean over seeds' as const, run: null, seed: null, runs: each.length };
  if (each.length < 2) {
    rows.push({ ...mean, estimate: null, notEstimated: 'there is one run only; a mean over seeds needs two or more' });
    return rows;
  }
  const pooled = randomEffects(
    each.map((own) => own.estimate.value),
    each.map((own) => own.error),
    { level },
  ).mean;
  const { warnings = [], ...plain } = pooled;
  const limited = plain.lo < least || plain.hi > 1;
  rows.push({
    ...mean,
    estimate: {
      ...plain,
      lo: Math.max(least, plain.lo),
      hi: Math.min(1, plain.hi),
      method: limited ? `${plain.method}, limited to ${least}…1` : plain.method,
    },
    warnings,
  });
  return rows;
}
