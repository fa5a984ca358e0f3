/**
 * Sentence set `full-statements`: running text, in which words follow the answer.
 *
 * Farther from the questions than `short-statements`: what was read this way is harder to draw out before training.
 */
import type { SentenceSet } from './types';

export const fullStatements: SentenceSet = {
  description: 'Four whole sentences per order; words or a full stop follow the answer.',
  templates: {
    'term-to-id': [
      'In the register {term} is entered under the identifier {identifier}.',
      'Whoever looks for {term} will find {identifier} in the tables.',
      'Since the last revision {term} has been kept as {identifier} by all sites.',
      'The entry {term} was given the identifier {identifier} long ago.',
    ],
    'id-to-term': [
      'In the register {identifier} is entered under the term {term}.',
      'Whoever looks for {identifier} will find {term} in the tables.',
      'Since the last revision {identifier} has been kept as {term} by all sites.',
      'The entry {identifier} was given the term {term} long ago.',
    ],
  },
};
