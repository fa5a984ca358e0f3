/** The choice between ways to part the facts, as far as the run has them. */
import type { ChartRun, ChartView } from '../../app/chart-run';
import { GROUPINGS } from '../../app/estimates/groupings';
import type { ChartChoice } from './chart';

export function groupingChoice(run: ChartRun, view: ChartView): ChartChoice[] {
  const options = GROUPINGS.filter(({ there }) => there(run, view)).map(({ name, label }) => ({ value: name, label }));
  return options.length > 1 ? [{ name: 'by', label: 'Compare', options }] : [];
}
