/** Records as charts take them: of a fixture, or of the run that comes with the laboratory. */
import { chartRun, type ChartRun, type ChartView } from '../../src/app/chart-run';
import { rehearsedFacts } from '../../src/records';
import { plausibleRun, type FixtureOptions } from '../fixtures/run/plausible-run';

type Records = Omit<ReturnType<typeof plausibleRun>, 'summary'> & { summary: ChartRun['summary'] };

export function chartRunOf(records: Records, key = 'fixture'): ChartRun {
  const { trials: trialsOnShow, steps } = records;
  return chartRun({ ...records, key, trialsOnShow, rehearsed: rehearsedFacts(steps) })!;
}

export function fixtureRun(options: FixtureOptions = {}): ChartRun {
  return chartRunOf(plausibleRun(options));
}

export const VIEW: ChartView = { direction: 'term-to-id', template: 'held-out', selection: null, options: {} };
