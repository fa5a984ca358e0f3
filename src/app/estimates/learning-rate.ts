/** The learning rate of facts by group: how many of those still unlearned are learned at each evaluation. Pure. */
import { learningRates, type LearningRate } from '../../stats';
import { trialsOf, type ChartRun, type ChartView } from '../chart-run';
import { groupingOf, type FactGroup } from './groupings';
import { groupedRows, type GroupedRow } from './survival';

export interface LearningRates {
  groups: (FactGroup & { rate: LearningRate<string> })[];
  rows: readonly GroupedRow[];
  planned: number;
  /** Chosen facts are compared with the rest. */
  ofSelection: boolean;
  /** How samples were drawn, where latent facts are compared; else null. */
  latent: ChartRun['manifest']['spec']['evaluation'] | null;
}

/** Null where nobody is at risk, or nothing was evaluated after training began. */
export function learningRatesOf(run: ChartRun, view: ChartView): LearningRates | null {
  const evaluations = [...new Set(trialsOf(run, view).map(({ epoch }) => epoch))].filter((epoch) => epoch > 0);
  const { rows } = groupedRows(run, view);
  if (evaluations.length === 0 || rows.length === 0) return null;
  const rates = learningRates(
    { time: rows.map(({ time }) => time), event: rows.map(({ event }) => event) },
    rows.map(({ group }) => group),
    { evaluations },
  );
  const groups = groupingOf(run, view)
    .groups(run, view)
    .flatMap((group) => {
      const rate = rates.find((each) => each.group === group.label);
      return rate === undefined ? [] : [{ ...group, rate }];
    });
  const { train, evaluation } = run.manifest.spec;
  return {
    ...{ groups, rows, planned: train.epochs, ofSelection: view.selection !== null },
    latent: groupingOf(run, view).name === 'latent' ? evaluation : null,
  };
}
