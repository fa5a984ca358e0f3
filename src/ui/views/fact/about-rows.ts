/** What is known of a fact before any model is asked, as rows of a list. Pure. */
import type { FactRecord } from '../../../records';
import { formatCount } from '../../format';

/** @param universe pairs that could have been drawn; null where that is not known */
export function aboutRows(fact: FactRecord, universe: number | null): { name: string; value: string; note?: string }[] {
  const known = (value: number | null) => (value === null ? 'unknown' : String(Number(value.toPrecision(4))));
  return [
    { name: 'Popularity', value: fact.count === null ? 'unknown' : formatCount(fact.count) },
    {
      name: 'Rank by popularity',
      value: formatCount(fact.rank + 1),
      ...(universe === null ? {} : { note: `of ${formatCount(universe)}` }),
    },
    { name: 'Stratum', value: String(fact.stratum), note: '(0 = most popular)' },
    { name: 'Belongs to', value: fact.entity ?? 'nothing known' },
    { name: 'Tokens of question and answer', value: `${fact.promptTokens}, ${fact.answerTokens}` },
    ...Object.entries(fact.covariates).map(([name, value]) => ({ name, value: known(value) })),
  ];
}
