/**
 * Template set `short-questions`: five trained wordings per direction and one that is never trained on.
 *
 * Made for models that read letter by letter: few and common words, the key word first, and the input last but for one
 * mark in most of them, so that little stands between the question's key and the answer.
 */
import type { TemplateSet } from './types';

export const shortQuestions: TemplateSet = {
  name: 'short-questions',
  description: 'Five short questions per direction, one more held out for evaluation; the answer stands alone.',
  terminologies: 'any',
  templates: {
    'term-to-id': {
      trained: [
        'ID of {term}?',
        'The ID for {term}:',
        'Say the ID of {term}.',
        'Look up the ID for {term}:',
        '{term} has the ID',
      ],
      heldOut: 'I want the ID of {term}:',
    },
    'id-to-term': {
      trained: [
        'Name of {identifier}?',
        'The name for {identifier}:',
        'Say the name of {identifier}.',
        'Look up the name for {identifier}:',
        '{identifier} has the name',
      ],
      heldOut: 'I want the name of {identifier}:',
    },
  },
};
