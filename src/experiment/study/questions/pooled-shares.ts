/** Right answers of all seeds of a point counted together: how large a share can be where none was right. */
import { DIRECTIONS } from '../../../core/direction';
import type { StatsWarning } from '../../../core/estimate';
import { FACT_SETS, type StudyRow } from '../../../records';
import { wilson } from '../../../stats';
import type { FactDigest } from '../fact-digest';
import { estimatedRow } from './rows';
import type { PooledRuns } from './types';

const RIGHT = {
  'accuracy before': ({ before }: FactDigest) => before,
  'accuracy after': ({ after }: FactDigest) => after,
} as const;

export function pooledShareRows({ points, analysis: { level } }: PooledRuns): StudyRow[] {
  return points.flatMap(({ point, members }) =>
    DIRECTIONS.flatMap((direction) =>
      FACT_SETS.flatMap((group) => {
        const facts = members.flatMap((run) =>
          run.facts.filter((fact) => fact.direction === direction && fact.set === group),
        );
        if (facts.length === 0) return [];
        return (Object.keys(RIGHT) as (keyof typeof RIGHT)[]).map((measure) => {
          const frame = { point, direction, measure, group, term: null, scale: 'share' } as const;
          return estimatedRow(frame, 'pooled', members.length, {
            ...wilson(facts.filter(RIGHT[measure]).length, facts.length, level),
            warnings: repeatedFacts(facts),
          });
        });
      }),
    ),
  );
}

/** Answers of one fact in several runs are not independent. */
export function repeatedFacts(facts: readonly Pick<FactDigest, 'fact' | 'pair'>[]): StatsWarning[] {
  const distinct = new Set(facts.map(({ fact, pair }) => `${fact}\t${pair}`)).size;
  if (distinct === facts.length) return [];
  return [
    {
      code: 'repeated-facts',
      message: `Some facts stand in several runs (${facts.length} answers, ${distinct} facts), so this interval is too narrow.`,
      hint: 'Look at the mean over seeds beside it.',
    },
  ];
}
