/** Facts by what they were before training and what they are now: unknown, latent, known, lost. Pure. */
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import { FACT_STATES, factStates, wilson, type FactState } from '../../stats';
import { lastWholeEpoch } from './whole-epochs';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';

export { FACT_STATES, type FactState };

export interface StateCell {
  before: FactState;
  after: FactState;
  facts: readonly string[];
  /** Among the facts of this state before. */
  share: Estimate;
}

export interface StateMatrix {
  set: FactSet;
  /** Sets that the run has. */
  sets: readonly FactSet[];
  /** Before training a fact cannot be lost. Rows without facts are left out, and the column of latent ones where nothing was sampled. */
  cells: readonly StateCell[];
  n: number;
  epoch: number;
  /**
   * Whether samples were drawn before training, and at any of the evaluations until the last. Where they were not, what is
   * wrong may be latent or unknown: the state `unknown` then says no more than wrong.
   */
  sampled: { before: boolean; after: boolean };
  /** Samples were drawn at the last evaluation too; else what is latent then rests on those before. */
  sampledAtEnd: boolean;
  /** How samples were drawn. */
  evaluation: ChartRun['manifest']['spec']['evaluation'];
}

const BEFORE = FACT_STATES.filter((state) => state !== 'lost');

/** Null before anything was evaluated after training began. */
export function stateMatrixOf(run: ChartRun, view: ChartView): StateMatrix | null {
  const trials = trialsOf(run, view);
  const epoch = lastWholeEpoch(trials) ?? 0;
  if (epoch === 0) return null;
  const setOf = new Map(trials.map((trial) => [trial.fact, factSet(trial, run.rehearsed)]));
  const sets = FACT_SETS.filter((name) => [...setOf.values()].includes(name));
  const set = sets.find((name) => name === view.options['set']) ?? sets[0]!;
  const paths = factStates(trials.filter((trial) => trial.epoch <= epoch && setOf.get(trial.fact) === set));
  const cells = new Map<string, string[]>();
  let n = 0;
  for (const [key, path] of paths) {
    const [first, last] = [path[0]!, path.at(-1)!];
    if (first.epoch !== 0 || last.epoch !== epoch) continue;
    const place = `${first.state}|${last.state}`;
    const fact = key.slice(key.indexOf('|') + 1);
    cells.set(place, [...(cells.get(place) ?? []), fact]);
    n += 1;
  }
  const sampledIn = (pick: (at: number) => boolean) =>
    trials.some((trial) => pick(trial.epoch) && (trial.sampled?.samples ?? 0) > 0);
  const sampled = { before: sampledIn((at) => at === 0), after: sampledIn((at) => at <= epoch) };
  const factsOf = (before: FactState, after: FactState) => cells.get(`${before}|${after}`) ?? [];
  return {
    ...{ set, sets, n, epoch, sampled },
    cells: BEFORE.flatMap((before) => {
      const total = FACT_STATES.reduce((sum, after) => sum + factsOf(before, after).length, 0);
      if (total === 0) return [];
      return FACT_STATES.filter((after) => after !== 'latent' || sampled.after).map((after): StateCell => {
        const facts = factsOf(before, after);
        return { before, after, facts, share: wilson(facts.length, total) };
      });
    }),
    evaluation: run.manifest.spec.evaluation,
    sampledAtEnd: sampledIn((at) => at === epoch),
  };
}
