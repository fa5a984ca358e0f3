/**
 * How much an identifier looks like its term: measures of one pair that need no model.
 *
 * Promises: every number is finite and in the range its descriptor states; null where it is undefined, because one side
 * has no letter or digit. Letter case, accents and punctuation make no difference to any share.
 * Must not know: tokenizers, which come in as a function; which terminology the pair is of, but for its grammar.
 */
import type { GrammarClass } from '../../ontology/terminologies/types';
import { GRAMMAR_LEVELS, type LexicalName, type TokenName } from './descriptors';
import { abbreviates, commonSubsequence, commonSubstring } from './sequences';
import { initials, letters, localPart, ngrams, words } from './text';

export interface NamedPair {
  term: string;
  identifier: string;
}

export type LexicalMeasures = Record<LexicalName, number | null>;
export type TokenMeasures = Record<TokenName, number>;

const LONGEST_NGRAM = 3;

/** `grammar`: class of the terminology's identifiers; null or left out: `lexical.grammar` is null. */
export function lexicalMeasures(pair: NamedPair, grammar: GrammarClass | null = null): LexicalMeasures {
  const identifier = words(localPart(pair.identifier));
  const term = words(pair.term);
  const joined = identifier.join('');
  const comparable = joined !== '' && term.length > 0;
  const ofIdentifier = letters(joined);
  const ofTerm = initials(term);
  return {
    'lexical.ngram': comparable ? ngramOverlap(identifier, term) : null,
    'lexical.containment': comparable ? containment(identifier, term) : null,
    'lexical.substring': comparable ? substringShare(identifier, term) : null,
    'lexical.initials': comparable
      ? ofIdentifier === ''
        ? 0
        : commonSubsequence(ofIdentifier, ofTerm) / [...ofIdentifier].length
      : null,
    'lexical.acronym': comparable ? Number(ofIdentifier !== '' && ofIdentifier === ofTerm) : null,
    'lexical.abbreviation': comparable ? Number(abbreviates(joined, term)) : null,
    'lexical.digits': joined === '' ? null : (joined.match(/\p{N}/gu)?.length ?? 0) / [...joined].length,
    'lexical.grammar': grammar === null ? null : GRAMMAR_LEVELS.indexOf(grammar),
    'lexical.identifier-length': [...pair.identifier].length,
    'lexical.term-length': [...pair.term].length,
    'lexical.term-words': term.length,
  };
}

/** `countTokens`: length of a text under the tokenizer in use. */
export function tokenMeasures(pair: NamedPair, countTokens: (text: string) => number): TokenMeasures {
  return { 'tokens.term': countTokens(pair.term), 'tokens.identifier': countTokens(pair.identifier) };
}

/** Mean Dice coefficient of n-grams over n; symmetric in its arguments. Both hold at least one character. */
function ngramOverlap(a: readonly string[], b: readonly string[]): number {
  return meanOverLengths((n) => {
    const [inA, inB] = [ngrams(a, n), ngrams(b, n)];
    const all = inA.size + inB.size;
    return all === 0 ? null : (2 * shared(inA, inB)) / all;
  });
}

/** Mean share of a's n-grams that b has, over n. */
function containment(a: readonly string[], b: readonly string[]): number {
  return meanOverLengths((n) => {
    const inA = ngrams(a, n);
    return inA.size === 0 ? null : shared(inA, ngrams(b, n)) / inA.size;
  });
}

function meanOverLengths(of: (n: number) => number | null): number {
  let sum = 0;
  let defined = 0;
  for (let n = 1; n <= LONGEST_NGRAM; n++) {
    const value = of(n);
    if (value === null) continue;
    sum += value;
    defined += 1;
  }
  return sum / defined; // n = 1 is always defined: both sides hold a character
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const gram of a) if (b.has(gram)) both += 1;
  return both;
}

function substringShare(identifier: readonly string[], term: readonly string[]): number {
  const longest = Math.max(...identifier.flatMap((part) => term.map((word) => commonSubstring(part, word))));
  return longest / [...identifier.join('')].length;
}
