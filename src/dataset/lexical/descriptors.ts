/**
 * What each measure is called, what it measures and in what unit: for the UI, the docs and the columns of records.
 *
 * Promises: one line for every covariate that this folder yields, under the same name. Must not know: how it is computed.
 */
import type { GrammarClass } from '../../ontology/terminologies/types';

export interface MeasureDescriptor {
  /** Name of the covariate in records and models. */
  name: string;
  title: string;
  /** `share` lies in [0, 1], `yes-no` is 0 or 1, `count` a whole number, `class` the index of a level. */
  unit: 'share' | 'yes-no' | 'count' | 'class';
  range: readonly [number, number | null];
  /** Names of the levels of a class, by index. */
  levels: readonly string[] | null;
  help: string;
  /** Where the formula comes from; null where it is ours. */
  source: string | null;
}

/** Levels of `lexical.grammar` by index. */
export const GRAMMAR_LEVELS: readonly GrammarClass[] = ['arbitrary-code', 'hierarchical-code', 'symbol'];

const share = (name: string, title: string, help: string, source: string | null = null): MeasureDescriptor => ({
  name,
  title,
  unit: 'share',
  range: [0, 1],
  levels: null,
  help,
  source,
});
const yesNo = (name: string, title: string, help: string, source: string | null = null): MeasureDescriptor => ({
  ...share(name, title, help, source),
  unit: 'yes-no',
});
const count = (name: string, title: string, help: string): MeasureDescriptor => ({
  ...share(name, title, help),
  unit: 'count',
  range: [0, null],
});

export const LEXICAL_NAMES = [
  'lexical.ngram',
  'lexical.containment',
  'lexical.substring',
  'lexical.initials',
  'lexical.acronym',
  'lexical.abbreviation',
  'lexical.digits',
  'lexical.grammar',
  'lexical.identifier-length',
  'lexical.term-length',
  'lexical.term-words',
] as const;
export type LexicalName = (typeof LEXICAL_NAMES)[number];

export const TOKEN_NAMES = ['tokens.term', 'tokens.identifier'] as const;
export type TokenName = (typeof TOKEN_NAMES)[number];

export const MEASURES: Readonly<Record<LexicalName | TokenName, MeasureDescriptor>> = {
  'lexical.ngram': share(
    'lexical.ngram',
    'Character n-gram overlap',
    'Dice coefficient 2|A∩B| / (|A|+|B|) of the distinct character n-grams of identifier and term, averaged over n = 1, 2, 3 ' +
      'for which either has any. Symmetric: 1 for equal words, 0 for no shared character.',
    'Dice, Ecology 26 (1945) 297; Adamson & Boreham, Information Storage and Retrieval 10 (1974) 253',
  ),
  'lexical.containment': share(
    'lexical.containment',
    'Identifier contained in the term',
    'Share |A∩B| / |A| of the identifier’s distinct character n-grams that the term has too, averaged over n = 1, 2, 3 for ' +
      'which the identifier has any. Long terms do not lower it.',
    'Broder, Compression and Complexity of Sequences (1997) 21',
  ),
  'lexical.substring': share(
    'lexical.substring',
    'Longest common substring',
    'Longest run of characters that stands in a word of both, as a share of the identifier’s letters and digits.',
    'Gusfield, Algorithms on Strings, Trees and Sequences (1997)',
  ),
  'lexical.initials': share(
    'lexical.initials',
    'Letters from initials',
    'Share of the identifier’s letters that follow the initials of the term’s words in order (longest common ' +
      'subsequence); 0 for an identifier without letters.',
  ),
  'lexical.acronym': yesNo(
    'lexical.acronym',
    'Exact acronym',
    '1 if the identifier’s letters are the initials of all the term’s words in order, otherwise 0.',
  ),
  'lexical.abbreviation': yesNo(
    'lexical.abbreviation',
    'Abbreviation of the term',
    '1 if every letter and digit of the identifier stands in the term in order and the first begins a word, otherwise 0.',
    'Schwartz & Hearst, Pacific Symposium on Biocomputing (2003) 451',
  ),
  'lexical.digits': share(
    'lexical.digits',
    'Digits in the identifier',
    'Share of digits among the identifier’s letters and digits, its prefix left out: 1 for HP:0001250, 0.5 for TP53.',
  ),
  'lexical.grammar': {
    ...share(
      'lexical.grammar',
      'Identifier grammar',
      'How identifiers of the terminology are made: registered numbers, codes of a classification, symbols taken from names.',
    ),
    unit: 'class',
    range: [0, GRAMMAR_LEVELS.length - 1],
    levels: GRAMMAR_LEVELS,
  },
  'lexical.identifier-length': count(
    'lexical.identifier-length',
    'Identifier length',
    'Characters of the identifier, its prefix and punctuation included.',
  ),
  'lexical.term-length': count('lexical.term-length', 'Term length', 'Characters of the term.'),
  'lexical.term-words': count(
    'lexical.term-words',
    'Words of the term',
    'Runs of letters and digits in the term; hyphens and other punctuation part words.',
  ),
  'tokens.term': count('tokens.term', 'Tokens of the term', 'Tokens of the term under the model’s tokenizer.'),
  'tokens.identifier': count(
    'tokens.identifier',
    'Tokens of the identifier',
    'Tokens of the identifier under the model’s tokenizer.',
  ),
};
