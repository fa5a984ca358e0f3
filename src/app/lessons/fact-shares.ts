/**
 * Facts of a run by what became of them, and shares among them. Pure.
 *
 * Promises: a fact without an evaluation before training is left out; what was not sampled is neither latent nor not.
 * Must not know: lessons, components.
 */
import type { Direction } from '../../core/direction';
import type { Estimate } from '../../core/estimate';
import type { FactRecord, TemplateRole, TrialRecord } from '../../records/types';
import { baselineOf, factHistories, isLatent, lastOf, pairedDifference, wilson } from '../../stats';

export const FACT_KINDS = [
  'seen',
  'withheld',
  'right-before',
  'wrong-before',
  'latent',
  'not-latent',
  'right-after',
  'acquired',
  'lost',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export interface FactLife {
  fact: string;
  term: string;
  identifier: string;
  direction: Direction;
  /** Times that pretraining stated it; null where unknown. */
  exposures: number | null;
  before: string;
  after: string;
  kinds: ReadonlySet<FactKind>;
}

/** Every fact with what it was before training and at the last evaluation. */
export function factLives(
  facts: readonly Pick<FactRecord, 'fact' | 'count'>[],
  trials: readonly TrialRecord[],
  template: TemplateRole = 'held-out',
): FactLife[] {
  const counts = new Map(facts.map(({ fact, count }) => [fact, count]));
  return factHistories(trials.filter((trial) => trial.template === template)).flatMap((history) => {
    const first = baselineOf(history);
    if (!first) return [];
    const last = lastOf(history);
    const latent = isLatent(first);
    const acquired = !first.answerHit && history.trials.some(({ answerHit }) => answerHit);
    const kinds: (FactKind | false)[] = [
      first.seen ? 'seen' : 'withheld',
      first.answerHit ? 'right-before' : 'wrong-before',
      latent !== null && (latent ? 'latent' : !first.answerHit && 'not-latent'),
      last.answerHit && 'right-after',
      acquired && 'acquired',
      first.answerHit && !last.answerHit && 'lost',
    ];
    const { fact, term, identifier, direction } = first;
    return {
      ...{ fact, term, identifier, direction, before: first.answer, after: last.answer },
      exposures: counts.get(fact) ?? null,
      kinds: new Set(kinds.filter((kind) => kind !== false)),
    };
  });
}

export interface FactQuery {
  direction?: Direction | undefined;
  of?: readonly FactKind[] | undefined;
  exposures?: readonly [number, number] | undefined;
}

export function selectFacts(lives: readonly FactLife[], { direction, of = [], exposures }: FactQuery): FactLife[] {
  return lives.filter(
    (life) =>
      (direction === undefined || life.direction === direction) &&
      of.every((kind) => life.kinds.has(kind)) &&
      (exposures === undefined ||
        (life.exposures !== null && life.exposures >= exposures[0] && life.exposures <= exposures[1])),
  );
}

/** Null where there is no such fact at all. */
export function factShare(lives: readonly FactLife[], query: FactQuery, share: FactKind): Estimate | null {
  const mine = selectFacts(lives, query);
  return mine.length === 0 ? null : wilson(mine.filter(({ kinds }) => kinds.has(share)).length, mine.length);
}

/**
 * Share term→id minus share id→term, of the pairs that were asked both ways and are both of the query. Null where there are
 * none.
 */
export function pairedGap(
  lives: readonly FactLife[],
  query: Omit<FactQuery, 'direction'>,
  share: FactKind,
): Estimate | null {
  const has = (direction: Direction) =>
    new Map(selectFacts(lives, { ...query, direction }).map(({ identifier, kinds }) => [identifier, kinds.has(share)]));
  const [forward, back] = [has('term-to-id'), has('id-to-term')];
  const counts = { kept: 0, gainers: 0, losers: 0, never: 0 };
  for (const [pair, right] of forward) {
    const other = back.get(pair);
    if (other !== undefined) counts[right ? (other ? 'kept' : 'gainers') : other ? 'losers' : 'never'] += 1;
  }
  return forward.size > 0 && [...forward.keys()].some((pair) => back.has(pair)) ? pairedDifference(counts) : null;
}
