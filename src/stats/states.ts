/**
 * Facts as a multi-state process: unknown, latent, known, lost, by evaluation.
 *
 * known: the greedy answer is right. lost: it is wrong and was right at an earlier evaluation. latent: wrong, never right
 * so far, and within reach of k samples. unknown: the rest. Must not know: charts.
 */
import type { Estimate } from '../core/estimate';
import type { TrialRecord } from '../records/types';
import { badInput } from './checks';
import { factHistories } from './histories';
import { wilson } from './proportions';

export const FACT_STATES = ['unknown', 'latent', 'known', 'lost'] as const;
export type FactState = (typeof FACT_STATES)[number];

export interface StateOptions {
  /**
   * `sampled`: right in at least one of the samples drawn at that evaluation (where none were drawn, in the last ones
   * before). `exact`: q_T > 1 − (1 − a)^(1/k), the chance a or more of being found by k samples. Default `sampled`.
   */
  latentBy?: 'sampled' | { exact: { k: number; a: number } };
}

export interface StateSummary {
  /** Ascending; counts and shares of each state among the n facts evaluated, shares also with Wilson's interval. */
  epochs: {
    epoch: number;
    n: number;
    counts: Record<FactState, number>;
    shares: Record<FactState, number>;
    estimates: Record<FactState, Estimate>;
  }[];
  /** From one evaluation to the next: `transitions[from][to]` facts. */
  transitions: { from: number; to: number; counts: Record<FactState, Record<FactState, number>> }[];
}

/** What the trials of a fact so far leave behind for its next state. */
export interface StateMemory {
  wasKnown: boolean;
  /** Right in one of the samples drawn last. */
  found: boolean;
}

export const NEVER_ASKED: Readonly<StateMemory> = { wasKnown: false, found: false };

/** The state of a fact at its next trial. @param threshold of log q_T (`latentThreshold`); null: by samples */
export function stateAt(
  { answerHit, sampled, logQ }: Pick<TrialRecord, 'answerHit' | 'sampled' | 'logQ'>,
  before: Readonly<StateMemory>,
  threshold: number | null,
): { state: FactState; memory: StateMemory } {
  const found = sampled === null ? before.found : sampled.answerHits > 0;
  const latent = threshold === null ? found : logQ > threshold;
  const state: FactState = answerHit ? 'known' : before.wasKnown ? 'lost' : latent ? 'latent' : 'unknown';
  return { state, memory: { wasKnown: before.wasKnown || answerHit, found } };
}

/** The log q_T above which a fact is latent; null where samples decide. Throws `stats-input` for what is no threshold. */
export function latentThreshold({ latentBy = 'sampled' }: StateOptions): number | null {
  return latentBy === 'sampled' ? null : logThreshold(latentBy.exact);
}

/** State of every fact (× template) at each of its evaluations, in order. */
export function factStates(
  trials: readonly TrialRecord[],
  options: StateOptions = {},
): Map<string, { epoch: number; state: FactState }[]> {
  const threshold = latentThreshold(options);
  const states = new Map<string, { epoch: number; state: FactState }[]>();
  for (const { fact, trials: life } of factHistories(trials)) {
    let memory: StateMemory = NEVER_ASKED;
    const path = life.map((trial) => {
      const { state, memory: after } = stateAt(trial, memory, threshold);
      memory = after;
      return { epoch: trial.epoch, state };
    });
    states.set(`${life[0]!.template}|${fact}`, path);
  }
  return states;
}

/** Throws `stats-input` for a threshold that is none. */
export function stateSummary(trials: readonly TrialRecord[], options: StateOptions = {}): StateSummary {
  const paths = [...factStates(trials, options).values()];
  const epochs = [...new Set(paths.flatMap((path) => path.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  const at = paths.map((path) => new Map(path.map(({ epoch, state }) => [epoch, state])));
  const zero = () => byState(() => 0);
  return {
    epochs: epochs.map((epoch) => {
      const counts = zero();
      for (const path of at) {
        const state = path.get(epoch);
        if (state !== undefined) counts[state] += 1;
      }
      const n = FACT_STATES.reduce((sum, state) => sum + counts[state], 0);
      return {
        epoch,
        n,
        counts,
        shares: byState((state) => counts[state] / n),
        estimates: byState((state) => wilson(counts[state], n)),
      };
    }),
    transitions: epochs.slice(1).map((to, i) => {
      const counts = { unknown: zero(), latent: zero(), known: zero(), lost: zero() };
      for (const path of at) {
        const [before, after] = [path.get(epochs[i]!), path.get(to)];
        if (before !== undefined && after !== undefined) counts[before][after] += 1;
      }
      return { from: epochs[i]!, to, counts };
    }),
  };
}

function byState<T>(value: (state: FactState) => T): Record<FactState, T> {
  return { unknown: value('unknown'), latent: value('latent'), known: value('known'), lost: value('lost') };
}

function logThreshold({ k, a }: { k: number; a: number }): number {
  if (!(Number.isInteger(k) && k >= 1 && a > 0 && a < 1)) {
    throw badInput(
      'Fact states',
      `k is ${k} and a is ${a}`,
      'Give k samples, 1 or more, and a chance between 0 and 1.',
    );
  }
  return Math.log(-Math.expm1(Math.log1p(-a) / k));
}
