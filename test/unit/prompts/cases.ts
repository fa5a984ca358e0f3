/** Pairs and texts that the tests of prompts and scoring share. */
import fc from 'fast-check';
import type { Pair } from '../../../src/dataset/types';
import { templateSet, type PromptDesign } from '../../../src/prompts';

/** Any text a file may bring, with something in it that is not white space. */
export const anyText = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\u2028', '\u00a0', '\ufeff', 'İ', 'ß', 'Σ', 'e\u0301', 'a') }),
    fc.string({
      unit: fc.constantFrom('{term}', '{identifier}', '<b>', '</s>', '"', '\\', '}', '{', '```', '$&', 'a'),
    }),
  )
  .filter((value) => value.trim() !== '');

export function pairOf(identifier: string, term: string, more: Partial<Pair> = {}): Pair {
  return {
    identifier,
    term,
    acceptedTerms: [term],
    acceptedIdentifiers: [identifier],
    entity: null,
    count: null,
    rank: 0,
    stratum: 0,
    covariates: {},
    ...more,
  };
}

export const STATURE = pairOf('HP:0004322', 'Short stature', {
  acceptedTerms: ['Short stature', 'Small size'],
  acceptedIdentifiers: ['HP:0004322', 'HP:0009999'],
});

export function designOf(changes: Partial<PromptDesign> = {}): PromptDesign {
  return {
    set: templateSet('short-questions'),
    trainStyle: 'completion',
    evaluationStyle: 'completion',
    system: null,
    examples: { count: 0, source: 'unscored' },
    ...changes,
  };
}
