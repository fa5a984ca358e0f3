/** What each level of a factor changes: differences of accuracy, gain and log q from the reference, seed by seed. */
import { DIRECTIONS } from '../../../core/direction';
import { FACT_SETS, type StudyRow } from '../../../records';
import type { RunDigest } from '../digest';
import { levelPairs } from './level-pairs';
import { meanRow } from './rows';
import { average, difference, isLogQ, runScores, SCORE_MEASURES, type Score, type SetScore } from './scores';
import type { Frame, PooledRuns } from './types';

export const WITHIN = {
  facts: 'difference fact by fact within each seed',
  runs: 'difference of the runs of each seed',
} as const;

export function contrastRows(pooled: PooledRuns): StudyRow[] {
  const known = new Map<RunDigest, SetScore[]>();
  const scores = (run: RunDigest) => {
    if (!known.has(run)) known.set(run, runScores(run));
    return known.get(run)!;
  };
  return levelPairs(pooled).flatMap(({ point, term, seeds }) =>
    DIRECTIONS.flatMap((direction) =>
      FACT_SETS.flatMap((set) =>
        SCORE_MEASURES.flatMap((measure) => {
          const of = (run: RunDigest) =>
            scores(run).find((own) => own.direction === direction && own.set === set && own.measure === measure)?.score;
          const differences = seeds.flatMap(({ seed, couples }) => {
            const each = couples.flatMap(({ run, reference }) => {
              const [own, other] = [of(run), of(reference)];
              return own && other ? [difference(own, other)] : [];
            });
            return each.length === 0 ? [] : [{ seed, score: each.length === 1 ? each[0]! : average(each) }];
          });
          const scale = isLogQ(measure) ? 'nats' : 'difference';
          const frame: Frame = { point, direction, measure, group: set, term, scale };
          return differenceRow(frame, differences, pooled);
        }),
      ),
    ),
  );
}

/** One line, or none where no seed has the difference. */
export function differenceRow(
  frame: Frame,
  seeds: readonly { seed: number; score: Score }[],
  { analysis: { level } }: Pick<PooledRuns, 'analysis'>,
): StudyRow[] {
  if (seeds.length === 0) return [];
  const within = seeds.every(({ score }) => score.pairs !== null) ? WITHIN.facts : WITHIN.runs;
  const values = seeds.map(({ seed, score: { value, error } }) => ({ seed, value, error }));
  return [meanRow(frame, 'paired by seed', values, { level, within })];
}
