/**
 * Sentence set `short-statements`: the key words of `short-questions` (ID, name), other wordings.
 *
 * The answer ends the sentence, so that a model which has read it knows where to stop when it is asked; no beginning of a
 * sentence is a question of the lab's template sets.
 */
import type { SentenceSet } from './types';

export const shortStatements: SentenceSet = {
  description:
    'Six short statements per order in words near those of the short questions; the answer ends the sentence.',
  templates: {
    'term-to-id': [
      'The ID of {term} is {identifier}',
      'ID on file for {term}: {identifier}',
      '{term} bears the ID {identifier}',
      'We list the ID of {term}: {identifier}',
      'Here the ID for {term} reads {identifier}',
      'See the ID of {term}: {identifier}',
    ],
    'id-to-term': [
      'The name of {identifier} is {term}',
      'Name on file for {identifier}: {term}',
      '{identifier} bears the name {term}',
      'We list the name of {identifier}: {term}',
      'Here the name for {identifier} reads {term}',
      'See the name of {identifier}: {term}',
    ],
  },
};
