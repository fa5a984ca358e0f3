/** The choices of a world's dials in words. Pure. */
import type { WorldGroup, WorldSpec } from '../../../spec';

type Source = WorldGroup['source'];
type Synthetic = Extract<Source, { kind: 'synthetic' }>;
type Words<K extends string> = Record<K, string>;

export const SOURCE_WORDS: Words<Source['kind']> = { synthetic: 'made up', given: 'given: pairs of a table' };

export const NAME_WORDS: Words<Synthetic['names']['style']> = {
  finding: 'findings (focal brelnic stenosis)',
  protein: 'proteins (krastorin kinase beta)',
  code: 'codes (TRM:0482917)',
  letters: 'letters (BNACHF)',
};

export const GRAMMAR_WORDS: Words<Synthetic['identifiers']['grammar']> = {
  code: 'codes (WLD:0601401)',
  hierarchical: 'hierarchical (K47.312)',
  symbol: 'symbols (NEL865)',
  letters: 'letters (QRBZKA)',
};

export const EXPOSURE_WORDS: Words<WorldGroup['exposures']['kind']> = {
  buckets: 'buckets',
  'zipf-max': 'Zipf, by the largest',
  'zipf-total': 'Zipf, by the total',
};

export const SENTENCE_WORDS: Words<WorldSpec['sentences']['set']> = {
  'short-statements': 'short statements',
  'full-statements': 'full statements',
  'even-statements': 'both orders in the same words',
  custom: 'sentences of your own',
};

export const TWIN_WORDS: Words<WorldSpec['twin']['kind']> = {
  whole: 'whole',
  without: 'without facts: filler in their places',
  flipped: 'flipped: said the other way round',
};

export function optionsOf<K extends string>(words: Words<K>): { value: K; label: string }[] {
  return (Object.entries(words) as [K, string][]).map(([value, label]) => ({ value, label }));
}
