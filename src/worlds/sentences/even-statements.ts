/**
 * Sentence set `even-statements`: the same words whichever side comes first, none of which says what kind of thing follows.
 *
 * For the study of direction: with names and identifiers of one grammar a sentence and its flipped twin have the same words,
 * as many tokens and as much to predict. Ask with templates of one's own, in words like these.
 */
import type { SentenceSet } from './types';

const both = (first: string, second: string) => [
  `${first} matches ${second}`,
  `Beside ${first} stands ${second}`,
  `With ${first} goes ${second}`,
  `On the card of ${first}: ${second}`,
];

export const evenStatements: SentenceSet = {
  description: 'Four short statements per order in the same words; the answer ends the sentence.',
  templates: { 'term-to-id': both('{term}', '{identifier}'), 'id-to-term': both('{identifier}', '{term}') },
};
