/** The facts that turned right or wrong, each with its log q before and after. Pure. */
import { factSet, type FactSet } from '../../records';
import { baselineOf } from '../../stats';
import { lastWholeEpoch } from './whole-epochs';
import { historiesOf, trialsOf, type ChartRun, type ChartView } from '../chart-run';

export interface TurnedFact {
  fact: string;
  term: string;
  identifier: string;
  set: FactSet;
  turned: 'gained' | 'lost';
  /** Log-probability of the right answer at the sampling temperature (nats). */
  before: number;
  after: number;
}

export interface TurnedFacts {
  /** Largest change first. */
  facts: readonly TurnedFact[];
  /** All facts evaluated before and after. */
  n: number;
  /** Of the last evaluation that went through. */
  epoch: number;
  /** Of the sampling, at which log q is. */
  temperature: number;
}

/** Null before anything was evaluated after training began. */
export function turnedFactsOf(run: ChartRun, view: ChartView): TurnedFacts | null {
  let n = 0;
  const epoch = lastWholeEpoch(trialsOf(run, view)) ?? 0;
  if (epoch === 0) return null;
  const facts = historiesOf(run, view).flatMap((history): TurnedFact[] => {
    const [before, after] = [baselineOf(history), history.trials.find((trial) => trial.epoch === epoch)];
    if (before === undefined || after === undefined) return [];
    n += 1;
    if (before.answerHit === after.answerHit) return [];
    const { fact, term, identifier } = after;
    return [
      {
        ...{ fact, term, identifier, set: factSet(after, run.rehearsed), turned: after.answerHit ? 'gained' : 'lost' },
        ...{ before: before.logQ, after: after.logQ },
      },
    ];
  });
  if (n === 0) return null;
  return {
    facts: facts.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
    n,
    epoch,
    temperature: run.manifest.spec.evaluation.temperature,
  };
}
