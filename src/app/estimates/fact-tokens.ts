/**
 * The label of one fact, token by token and evaluation by evaluation. Pure.
 *
 * Promises: where a run recorded no probabilities of tokens their ranks stand in, and without these the whole label's
 * probability alone: nothing is made up in between.
 */
import type { FactRecord } from '../../records';
import type { LifeMoment } from './fact-life';

export interface TokenRow {
  /** The token's text; null where the run did not record it. */
  piece: string | null;
  /** log p at each evaluation (nats, T = 1), given the label before it; null where it was not recorded. */
  logProb: (number | null)[];
  /** Rank at each evaluation, 1 = the top; null where it was not recorded. */
  rank: (number | null)[];
}

export interface TokenGrid {
  kind: 'tokens' | 'ranks' | 'whole';
  moments: { epoch: number; step: number; right: boolean; logProb: number }[];
  /** One a token of the label; empty where neither probabilities nor ranks were recorded. */
  rows: TokenRow[];
}

/** Null where the fact was never asked. */
export function tokenGrid(life: readonly LifeMoment[], fact: Pick<FactRecord, 'answerPieces'>): TokenGrid | null {
  const first = life[0];
  if (first === undefined) return null;
  const scored = life.some(({ trial }) => trial.tokenLogProbs !== undefined);
  const ranked = life.some(({ trial }) => trial.ranks !== null);
  const kind = scored ? 'tokens' : ranked ? 'ranks' : 'whole';
  return {
    kind,
    moments: life.map(({ epoch, step, trial }) => ({ epoch, step, right: trial.answerHit, logProb: trial.logProb })),
    rows: Array.from({ length: kind === 'whole' ? 0 : first.trial.tokens }, (_, at) => ({
      piece: fact.answerPieces?.[at] ?? null,
      logProb: life.map(({ trial }) => trial.tokenLogProbs?.[at] ?? null),
      rank: life.map(({ trial }) => trial.ranks?.[at] ?? null),
    })),
  };
}

/** The token that holds the label back most at an evaluation: the least probable one. Null without probabilities. */
export function weakestToken({ rows }: TokenGrid, moment: number): { index: number; probability: number } | null {
  let weakest: { index: number; probability: number } | null = null;
  rows.forEach(({ logProb }, index) => {
    const value = logProb[moment];
    if (value === null || value === undefined) return;
    const probability = Math.exp(value);
    if (weakest === null || probability < weakest.probability) weakest = { index, probability };
  });
  return weakest;
}
