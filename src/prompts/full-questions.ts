/**
 * Template set `full-questions`: whole sentences that call the term and the identifier what the terminology calls them.
 *
 * For models that know English: the sentence says which terminology is meant, so the answer's form can be known from it.
 */
import type { Nouns, TemplateSet } from './types';

export const fullQuestions = ({ term, identifier }: Nouns): TemplateSet => ({
  name: 'full-questions',
  description:
    'Five whole sentences per direction in the words of the terminology, one more held out for evaluation; the answer stands alone.',
  terminologies: 'any',
  templates: {
    'term-to-id': {
      trained: [
        `What is the ${identifier} of the ${term} {term}?`,
        `Give the ${identifier} that belongs to the ${term} {term}.`,
        `The ${term} {term} is listed under which ${identifier}?`,
        `Write the ${identifier}, and nothing else, of this ${term}: {term}`,
        `Somebody needs the ${identifier} for the ${term} {term}. Which one is it?`,
      ],
      heldOut: `By which ${identifier} can the ${term} {term} be found?`,
    },
    'id-to-term': {
      trained: [
        `What is the ${term} of the ${identifier} {identifier}?`,
        `Give the ${term} that belongs to the ${identifier} {identifier}.`,
        `The ${identifier} {identifier} is listed for which ${term}?`,
        `Write the ${term}, and nothing else, of this ${identifier}: {identifier}`,
        `Somebody needs the ${term} for the ${identifier} {identifier}. Which one is it?`,
      ],
      heldOut: `Which ${term} can be found by the ${identifier} {identifier}?`,
    },
  },
});
