/**
 * What a model knows without saying so: facts wrong when decoded greedily before training, by how many samples would find
 * them. Pure.
 *
 * Exact: q = exp(log q_T), the chance that one sample at the run's temperature is the label token for token, so k samples find it
 * with the chance 1 − (1 − q)^k. Its *depth* is ours: the k at which that chance is one half. Sampled: answers drawn in the
 * run, right by its scoring rule; they can also find the label in other tokens, and were drawn under top-k and top-p.
 * Must not know: charts.
 */
import type { Direction } from '../../core/direction';
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { TemplateRole, TrialRecord } from '../../records/types';
import { expectedCount, passAtK } from '../../stats';

export interface LatentFact {
  fact: string;
  identifier: string;
  term: string;
  set: FactSet;
  /** The greedy answer was right before training: above the water. */
  known: boolean;
  /** Chance of one sample, and its log (nats). */
  q: number;
  logQ: number;
  /** Samples that find it with an even chance; Infinity where q underflows. */
  depth: number;
  /** Right ones among the samples drawn; null where none were. */
  hits: number | null;
}

/** Facts found among those not known, at k samples each. */
export interface Found {
  k: number;
  /** Expected by exact q, with the interval in which 95 % of such draws find their number. */
  exact: Estimate;
  /** Expected of k of the samples that were drawn, without replacement; null beyond those, and without any. */
  sampled: number | null;
}

export interface LatentSet {
  set: FactSet;
  facts: number;
  known: number;
  /** Facts not known: the ones that samples can find. */
  hidden: number;
  /** One for each of `SAMPLE_COUNTS`. */
  found: Found[];
}

export interface LatentData {
  direction: Direction;
  template: TemplateRole;
  /** Of the sampling. */
  temperature: number;
  /** The samples were drawn under top-k or top-p, which q does not know. */
  truncated: boolean;
  /** Drawn for each fact; 0 where none were. */
  samples: number;
  facts: LatentFact[];
  sets: LatentSet[];
}

/** What can be asked: so many samples. */
export const SAMPLE_COUNTS: readonly number[] = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 10_000, 100_000];

/** 1 − (1 − q)^k, sound for the smallest q. */
export function findChance(q: number, k: number): number {
  return q >= 1 ? 1 : -Math.expm1(k * Math.log1p(-q));
}

/** The k at which samples find it with an even chance, at least 1. */
export function depthOf(q: number): number {
  return q >= 0.5 ? 1 : -Math.LN2 / Math.log1p(-q);
}

/** @param trials of any epochs, directions and templates. Null where nothing was asked before training. */
export function latentData(
  trials: readonly TrialRecord[],
  {
    direction,
    template,
    rehearsed,
    evaluation,
  }: {
    direction: Direction;
    template: TemplateRole;
    rehearsed: ReadonlySet<string>;
    evaluation: { temperature: number; topK: number; topP: number };
  },
): LatentData | null {
  const facts = trials.flatMap((trial): LatentFact[] => {
    if (trial.epoch !== 0 || trial.direction !== direction || trial.template !== template) return [];
    const { fact, identifier, term, answerHit: known, logQ, sampled } = trial;
    const q = Math.exp(logQ);
    const hits = sampled === null || sampled.samples === 0 ? null : sampled.answerHits;
    return [{ fact, identifier, term, set: factSet(trial, rehearsed), known, q, logQ, depth: depthOf(q), hits }];
  });
  if (facts.length === 0) return null;
  const samples = trials.find(({ epoch, sampled }) => epoch === 0 && sampled !== null)?.sampled?.samples ?? 0;
  const sets = FACT_SETS.flatMap((set): LatentSet[] => {
    const members = facts.filter((fact) => fact.set === set);
    if (members.length === 0) return [];
    const hidden = members.filter(({ known }) => !known);
    const found = hidden.length === 0 ? [] : SAMPLE_COUNTS.map((k) => foundAt(hidden, k, samples));
    return [{ set, facts: members.length, known: members.length - hidden.length, hidden: hidden.length, found }];
  });
  const { temperature, topK, topP } = evaluation;
  return { direction, template, temperature, truncated: topK > 0 || topP < 1, samples, facts, sets };
}

function foundAt(hidden: readonly LatentFact[], k: number, samples: number): Found {
  const exact = expectedCount(Float64Array.from(hidden, ({ q }) => findChance(q, k)));
  return { k, exact, sampled: k <= samples ? drawnAt(hidden, k, samples) : null };
}

/** As many facts have as many right answers: each chance is computed once. */
function drawnAt(hidden: readonly LatentFact[], k: number, samples: number): number | null {
  const facts = new Float64Array(samples + 1);
  for (const { hits } of hidden) {
    if (hits === null) return null;
    facts[hits]! += 1;
  }
  return facts.reduce((sum, count, c) => sum + (count > 0 ? count * passAtK({ n: samples, c, k }) : 0), 0);
}
