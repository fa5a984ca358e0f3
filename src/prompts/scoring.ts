/**
 * When an answer is right.
 *
 * The rule: of the answer only the text before its first line end counts, without white space at the ends. An identifier
 * must then equal an accepted identifier exactly; a term must equal an accepted term, letter case aside.
 * Promises: the pair's own completion text is always right, so a greedy answer that is token for token the label (tokenHit) is an answerHit.
 * Must not know: tokens, how the answer was decoded.
 */
import type { Direction } from '../core/direction';
import { oneLine } from '../dataset/candidates';
import type { Pair } from '../dataset/types';

export type ScoredPair = Pick<Pair, 'term' | 'identifier' | 'acceptedTerms' | 'acceptedIdentifiers'>;

/** The part of a decoded text that counts: up to the first line end, trimmed. */
export function answerText(decoded: string): string {
  return decoded.split(/[\n\r\u2028\u2029]/, 1)[0]!.trim();
}

export function scoreAnswer(answer: string, pair: ScoredPair, direction: Direction): boolean {
  const given = answerText(answer);
  if (given === '') return false;
  if (direction === 'term-to-id') {
    return [pair.identifier, ...pair.acceptedIdentifiers].some((accepted) => oneLine(accepted) === given);
  }
  const folded = given.toLowerCase();
  return [pair.term, ...pair.acceptedTerms].some((accepted) => oneLine(accepted).toLowerCase() === folded);
}
