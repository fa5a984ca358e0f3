/** What is known of a fact before any model is asked, as rows of a list. Pure. */
import type { FactRecord } from '../../../records';
import { formatCount } from '../../format';

/** What the laboratory itself measures of a pair, by the names of the records; other covariates have names of their own. */
export const MEASURE_TITLES: Readonly<Record<string, string>> = {
  'lexical.ngram': 'Character n-gram overlap',
  'lexical.containment': 'Identifier contained in the term',
  'lexical.substring': 'Longest common substring',
  'lexical.initials': 'Letters from initials',
  'lexical.acronym': 'Exact acronym',
  'lexical.abbreviation': 'Abbreviation of the term',
  'lexical.digits': 'Digits in the identifier',
  'lexical.grammar': 'Identifier grammar',
  'lexical.identifier-length': 'Identifier length',
  'lexical.term-length': 'Term length',
  'lexical.term-words': 'Words of the term',
  'tokens.term': 'Tokens of the term',
  'tokens.identifier': 'Tokens of the identifier',
};

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
    ...Object.entries(fact.covariates).map(([name, value]) => ({
      name: MEASURE_TITLES[name] ?? name,
      value: known(value),
    })),
  ];
}
