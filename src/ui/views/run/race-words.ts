/** The states of the race in words, and a fact of it. Pure. */
import { LATENT_CHANCE, latentQ, type LatentBy, type LatentRule } from '../../../app/latent-rule';
import type { FactState, RaceFact, Standing } from '../../../app/race';
import { epochText } from '../../../core/epoch';
import type { FactSet } from '../../../records';
import { formatShare } from '../../format';

export const STATE_WORD: Record<FactState, string> = {
  lost: 'Lost',
  unknown: 'Unknown',
  latent: 'Latent',
  known: 'Known',
};

export const STATE_MEANS: Record<FactState, string> = {
  lost: 'was right, is wrong again',
  unknown: 'wrong, and out of reach',
  latent: 'wrong, but within reach',
  known: 'answers right',
};

/** By what. */
export const LATENT_BY: Record<LatentBy, string> = { exact: 'exact probability', sampled: 'drawn samples' };

/** What within reach means. */
export function latentRuleText(rule: LatentRule): string {
  const q = latentQ(rule);
  return q === null
    ? 'within reach: right in at least one of the samples drawn last; where none were drawn yet, unknown says no more than wrong'
    : `within reach: ${rule.samples} samples find the label with a chance above ${formatShare(LATENT_CHANCE)}, that is q above ${formatShare(q)}, its exact probability at the temperature of the samples; the threshold is our choice`;
}

export const SET_WORD: Record<FactSet, string> = {
  seen: 'Taught',
  withheld: 'Never taught',
  rehearsed: 'Rehearsed',
};

export const SET_MEANS: Record<FactSet, string> = {
  seen: 'seen in training',
  withheld: 'withheld from training',
  rehearsed: 'withheld, but rehearsed',
};

/** Its pair in the order of the question. */
export function factWords({ term, identifier, direction }: RaceFact, leftOut: boolean): string {
  const name = term || (leftOut ? '(left out)' : '(no name)');
  return direction === 'term-to-id' ? `${name} → ${identifier}` : `${identifier} → ${name}`;
}

export function standingWords(standing: Standing | null): string {
  if (standing === null) return 'not asked yet';
  const { state, since } = standing;
  return `${STATE_WORD[state].toLowerCase()} ${since === 0 ? 'since before training' : `since epoch ${epochText(since)}`}`;
}
