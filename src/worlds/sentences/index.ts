/**
 * The registry of sentence sets, and sets of the user's own.
 *
 * Promises: every sentence of a set holds {term} and {identifier} once, in the order it stands under. A new set is one file,
 * one line here and its name in the world's schema.
 */
import { DIRECTIONS, type Direction } from '../../core/direction';
import { LabError } from '../../core/errors';
import type { SentenceSetName, WorldSpec } from '../../spec';
import { evenStatements } from './even-statements';
import { fullStatements } from './full-statements';
import { shortStatements } from './short-statements';
import type { SentenceSet } from './types';

export const SENTENCES: Record<SentenceSetName, SentenceSet> = {
  'short-statements': shortStatements,
  'full-statements': fullStatements,
  'even-statements': evenStatements,
};

/** Throws `world-invalid` for own sentences that cannot be used, naming the sentence. */
export function sentenceSet({ set, custom }: WorldSpec['sentences']): SentenceSet {
  if (set !== 'custom') return SENTENCES[set];
  const templates = custom!;
  for (const order of DIRECTIONS) templates[order].forEach((text, i) => check(text, order, `${order}.${i}`));
  const [one, other] = DIRECTIONS.map((order) => templates[order].length);
  if (one !== other) {
    throw invalid(
      DIRECTIONS[1],
      `holds ${other} sentences, but ${DIRECTIONS[0]} holds ${one}`,
      'Say each sentence in both orders, at the same place of both lists.',
    );
  }
  return { description: 'Your own sentences.', templates };
}

function check(text: string, order: Direction, path: string): void {
  for (const placeholder of ['{term}', '{identifier}']) {
    const times = text.split(placeholder).length - 1;
    if (times === 1) continue;
    const holds = times === 0 ? 'does not hold' : `holds ${times} times`;
    throw invalid(path, `${JSON.stringify(text)} ${holds} ${placeholder}`, `Write ${placeholder} once.`);
  }
  if (/[\r\n]/.test(text)) throw invalid(path, 'holds a line break', 'Write the sentence on one line.');
  const termFirst = text.indexOf('{term}') < text.indexOf('{identifier}');
  if (termFirst === (order === 'term-to-id')) return;
  const first = order === 'term-to-id' ? 'term' : 'identifier';
  throw invalid(
    path,
    `${JSON.stringify(text)} does not say the ${first} first`,
    'Move it to the list of the other order.',
  );
}

function invalid(path: string, what: string, hint: string): LabError {
  const control = `sentences.custom.${path}`;
  return new LabError('world-invalid', `${control} ${what}.`, { hint, control });
}

/** The sentence: names and identifiers are put in as they are, whatever they hold. */
export function stated(template: string, { term, identifier }: { term: string; identifier: string }): string {
  const [before, behind] = template.split('{term}') as [string, string];
  const put = (part: string) => part.split('{identifier}').join(identifier);
  return put(before) + term + put(behind);
}

export type { SentenceSet } from './types';
