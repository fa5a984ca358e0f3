/**
 * Is one direction easier? Both are asked about the same pairs, so the difference is taken pair by pair; and whether it
 * changes with the level of a factor.
 */
import { DIRECTIONS } from '../../../core/direction';
import { FACT_SETS, type FactSet, type StudyRow } from '../../../records';
import type { RunDigest } from '../digest';
import { differenceRow } from './contrasts';
import { levelPairs } from './level-pairs';
import { average, difference, isLogQ, SCORE_MEASURES, scoreOf, type Score, type ScoreMeasure } from './scores';
import type { Frame, PooledRuns } from './types';

/** The first minus the second. */
export const DIRECTION_TERM = DIRECTIONS.join(' − ');

export function directionRows(pooled: PooledRuns): StudyRow[] {
  return [...withinPoints(pooled), ...interactions(pooled)];
}

function withinPoints(pooled: PooledRuns): StudyRow[] {
  return pooled.points.flatMap(({ point, members }) =>
    asked((set, measure) => {
      const seeds = members.flatMap((run) => scored(run.seed, directionDifference(run, set, measure)));
      return differenceRow(frameOf(point, set, measure, DIRECTION_TERM), seeds, pooled);
    }),
  );
}

/** The difference at a level minus that at the reference. */
function interactions(pooled: PooledRuns): StudyRow[] {
  return levelPairs(pooled).flatMap(({ point, term, seeds }) =>
    asked((set, measure) => {
      const differences = seeds.flatMap(({ seed, couples }) => {
        const each = couples.flatMap(({ run, reference }) => {
          const [own, other] = [directionDifference(run, set, measure), directionDifference(reference, set, measure)];
          return own && other ? [difference(own, other)] : [];
        });
        return each.length === 0 ? [] : scored(seed, each.length === 1 ? each[0]! : average(each));
      });
      return differenceRow(frameOf(point, set, measure, `${DIRECTION_TERM}: ${term}`), differences, pooled);
    }),
  );
}

/** Over the pairs that were asked about in both directions. */
function directionDifference({ facts }: RunDigest, set: FactSet, measure: ScoreMeasure): Score | null {
  const own = facts.filter((fact) => fact.set === set);
  const sides = DIRECTIONS.map((direction) => own.filter((fact) => fact.direction === direction));
  const shared = sides.map((side) => new Set(side.map(({ pair }) => pair)));
  const [first, second] = sides.map((side, at) =>
    scoreOf(
      side.filter(({ pair }) => shared[1 - at]!.has(pair)),
      measure,
    ),
  );
  return first && second ? difference(first, second) : null;
}

function asked(rows: (set: FactSet, measure: ScoreMeasure) => StudyRow[]): StudyRow[] {
  return FACT_SETS.flatMap((set) => SCORE_MEASURES.flatMap((measure) => rows(set, measure)));
}

function scored(seed: number, score: Score | null) {
  return score === null ? [] : [{ seed, score }];
}

function frameOf(point: string, group: FactSet, measure: ScoreMeasure, term: string): Frame {
  return { point, direction: 'both', measure, group, term, scale: isLogQ(measure) ? 'nats' : 'difference' };
}
