/** Facts by what they were before training and what they are now: unknown, latent, known, lost. Pure. */
import type { Estimate } from '../../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import { FACT_STATES, factStates, wilson, type FactState } from '../../stats';
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
  /** Before training a fact cannot be lost. Rows without facts are left out. */
  cells: readonly StateCell[];
  n: number;
  epoch: number;
  /** Samples were drawn at the last evaluation too; else what is latent then rests on those before. */
  sampledAtEnd: boolean;
}

const BEFORE = FACT_STATES.filter((state) => state !== 'lost');

/** Null before anything was evaluated after training began. */
export function stateMatrixOf(run: ChartRun, view: ChartView): StateMatrix | null {
  const trials = trialsOf(run, view);
  const epoch = trials.reduce((latest, trial) => Math.max(latest, trial.epoch), 0);
  if (epoch === 0) return null;
  const setOf = new Map(trials.map((trial) => [trial.fact, factSet(trial, run.rehearsed)]));
  const sets = FACT_SETS.filter((name) => [...setOf.values()].includes(name));
  const set = sets.find((name) => name === view.options['set']) ?? sets[0]!;
  const paths = factStates(trials.filter(({ fact }) => setOf.get(fact) === set));
  const cells = new Map<string, string[]>();
  let n = 0;
  for (const [key, path] of paths) {
    const [first, last] = [path[0]!, path.at(-1)!];
    if (first.epoch !== 0 || path.length < 2) continue;
    const place = `${first.state}|${last.state}`;
    const fact = key.slice(key.indexOf('|') + 1);
    cells.set(place, [...(cells.get(place) ?? []), fact]);
    n += 1;
  }
  const factsOf = (before: FactState, after: FactState) => cells.get(`${before}|${after}`) ?? [];
  return {
    ...{ set, sets, n, epoch },
    cells: BEFORE.flatMap((before) => {
      const total = FACT_STATES.reduce((sum, after) => sum + factsOf(before, after).length, 0);
      if (total === 0) return [];
      return FACT_STATES.map((after): StateCell => {
        const facts = factsOf(before, after);
        return { before, after, facts, share: wilson(facts.length, total) };
      });
    }),
    sampledAtEnd: trials.some((trial) => trial.epoch === epoch && trial.sampled !== null),
  };
}
