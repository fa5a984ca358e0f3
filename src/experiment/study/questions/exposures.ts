/**
 * What pretraining left of facts, by how often they were stated there: accuracy and log q before training in each bucket of
 * exposures, and their rank correlation with exposures over buckets and over facts.
 *
 * Promises: all facts of a run whose exposures are known count, seen and withheld alike: nothing was trained yet.
 */
import { DIRECTIONS } from '../../../core/direction';
import type { StudyRow } from '../../../records';
import { wilson } from '../../../stats';
import { exposureBuckets, type ExposureBucket, type Known } from './exposure-buckets';
import { rankRows } from './exposure-ranks';
import { repeatedFacts } from './pooled-shares';
import { estimatedRow, meanRow } from './rows';
import { isLogQ, scoreOf } from './scores';
import type { Frame, PooledRuns } from './types';

export const BEFORE = ['accuracy before', 'log q before'] as const;

export function exposureRows({ points, analysis: { level } }: PooledRuns): StudyRow[] {
  return points.flatMap(({ point, members }) =>
    DIRECTIONS.flatMap((direction) => {
      const facts = members.flatMap(({ facts: own, run, seed }) =>
        own.flatMap((fact): Known[] =>
          fact.direction === direction && fact.exposures !== null
            ? [{ ...fact, exposures: fact.exposures, run, seed }]
            : [],
        ),
      );
      const buckets = exposureBuckets(facts);
      if (buckets.length < 2) return [];
      return BEFORE.flatMap((measure): StudyRow[] => {
        const frame = { point, direction, measure, group: 'both' } as const;
        return [
          ...buckets.flatMap((bucket) => bucketRows({ ...frame, term: `exposures=${bucket.label}` }, bucket, level)),
          ...rankRows({ ...frame, term: 'exposures', scale: 'correlation' }, measure, facts, level),
        ];
      });
    }),
  );
}

function bucketRows(of: Omit<Frame, 'scale'>, { facts }: ExposureBucket, level: number): StudyRow[] {
  const measure = of.measure as (typeof BEFORE)[number];
  const frame: Frame = { ...of, scale: isLogQ(measure) ? 'nats' : 'share' };
  const seeds = [...new Set(facts.map(({ seed }) => seed))];
  const values = seeds.flatMap((seed) => {
    const score = scoreOf(
      facts.filter((fact) => fact.seed === seed),
      measure,
    );
    return score ? [{ seed, value: score.value, error: score.error }] : [];
  });
  const limits = isLogQ(measure) ? {} : { limits: [0, 1] as const };
  // Of one seed every bucket would say only that a mean needs two.
  const mean =
    values.length < 2 ? [] : [meanRow(frame, 'mean over seeds', values, { level, tested: false, ...limits })];
  if (isLogQ(measure)) return mean;
  const share = wilson(facts.filter(({ before }) => before).length, facts.length, level);
  return [estimatedRow(frame, 'pooled', seeds.length, { ...share, warnings: repeatedFacts(facts) }), ...mean];
}
