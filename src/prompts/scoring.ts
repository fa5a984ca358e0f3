/**
 * When an answer is right, and how much of it is.
 *
 * The rule: of the answer (in JSON: of the value) only the text before its first line end counts, or the whole of it,
 * without white space at the ends. It must then equal one of the pair's accepted strings, letter by letter or letter case
 * aside; where the rule says so, quotation marks, brackets and sentence marks around it are overlooked. Strings are
 * compared in Unicode's composed form (NFC), so two spellings of one accented letter are the same.
 * Promises: the completion of any question is right, so a greedy answer that is token for token the label (tokenHit) is an
 * answerHit. Must not know: tokens, how the answer was decoded.
 */
import type { Direction } from '../core/direction';
import { oneLine } from '../dataset/candidates';
import type { Pair } from '../dataset/types';
import { characterCredit, type Credit, digitCredit } from './credit';
import { jsonAnswer } from './json-answer';
import { labelText } from './render';
import { JSON_KEYS } from './styles/json';
import type { StyleName } from './types';

/** Which names are right is the data set's choice: `acceptedTerms` and `acceptedIdentifiers` of the pair. */
export interface ScoringRule {
  /** `first-line`: what follows the first line end is cut off; `whole`: it makes the answer wrong. */
  readonly strip: 'first-line' | 'whole';
  /** Overlook quotation marks, brackets and sentence marks around the answer. */
  readonly trimPunctuation: boolean;
  /** `fold`: letter case does not count. */
  readonly case: 'exact' | 'fold';
}

/** Identifiers to the letter; terms in any letter case. */
export const DEFAULT_SCORING: Readonly<Record<Direction, ScoringRule>> = {
  'term-to-id': { strip: 'first-line', trimPunctuation: false, case: 'exact' },
  'id-to-term': { strip: 'first-line', trimPunctuation: false, case: 'fold' },
};

export type ScoredPair = Pick<Pair, 'term' | 'identifier' | 'acceptedTerms' | 'acceptedIdentifiers'>;

/** `unparsed`: the JSON object that was asked for could not be found; `empty`: there was no text, or no text in it. */
export type Outcome = 'right' | 'wrong' | 'unparsed' | 'empty';

export interface Score {
  outcome: Outcome;
  /** The part of the answer that counts; null where there is none. */
  given: string | null;
  /** The accepted string that it equals; null where it equals none. */
  matched: string | null;
  /** Against what it equals, else against the label. */
  partial: {
    /** Share of characters at their place, letter case as in the rule, 0…1. */
    characters: number;
    /** Digits of the identifier at their place; null for a term and for an identifier without digits. */
    digits: Pick<Credit, 'right' | 'of'> | null;
    /** Digits before the first wrong one; null likewise. */
    prefixDigits: number | null;
  };
}

/** `style`: how the question was put, and so the form that the answer should have. */
export function scoreAnswer(
  answer: string,
  pair: ScoredPair,
  direction: Direction,
  rule: ScoringRule = DEFAULT_SCORING[direction],
  style: StyleName = 'completion',
): Score {
  const found = style === 'json' && answer.trim() !== '' ? jsonAnswer(answer, JSON_KEYS[direction]) : answer;
  const given = found === null ? null : countingText(found, rule);
  const label = labelText(pair, direction);
  if (!given) return score(given === null ? 'unparsed' : 'empty', null, null, label, direction, rule);
  const accepted =
    direction === 'term-to-id' ? [pair.identifier, ...pair.acceptedIdentifiers] : [pair.term, ...pair.acceptedTerms];
  const matched = accepted.map(oneLine).find((text) => text !== '' && equals(given, text, rule)) ?? null;
  return score(matched === null ? 'wrong' : 'right', given, matched, label, direction, rule);
}

function score(
  outcome: Outcome,
  given: string | null,
  matched: string | null,
  label: string,
  direction: Direction,
  rule: ScoringRule,
): Score {
  const target = comparable(matched ?? label, rule);
  const compared = matched === null ? comparable(given ?? '', rule) : target;
  const { right, of } = characterCredit(compared, target);
  const digits = direction === 'term-to-id' ? digitCredit(compared, target) : null;
  return {
    outcome,
    given,
    matched,
    partial: {
      characters: of === 0 ? 0 : right / of,
      digits: digits && { right: digits.right, of: digits.of },
      prefixDigits: digits && digits.prefix,
    },
  };
}

function countingText(answer: string, { strip }: ScoringRule): string {
  return (strip === 'whole' ? answer : answer.split(/[\n\r\u2028\u2029]/, 1)[0]!).trim();
}

function comparable(text: string, rule: ScoringRule): string {
  const composed = text.normalize('NFC');
  return rule.case === 'fold' ? composed.toLowerCase() : composed;
}

/** What may surround an answer where punctuation is overlooked. Not + - / %: they end names and symbols. */
const MARKS = /^[\s.,;:!?…"'`“”‘’„«»()[\]{}<>*_]*$/;

function equals(given: string, accepted: string, rule: ScoringRule): boolean {
  const [text, target] = [comparable(given, rule), comparable(accepted, rule)];
  if (text === target) return true;
  if (!rule.trimPunctuation) return false;
  for (let at = text.indexOf(target); at >= 0; at = text.indexOf(target, at + 1)) {
    if (MARKS.test(text.slice(0, at)) && MARKS.test(text.slice(at + target.length))) return true;
  }
  return false;
}
