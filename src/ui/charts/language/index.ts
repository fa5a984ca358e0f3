/** Language loss: what training one thing does to texts that were never trained. */
import { languageLossOf, type LanguageLoss } from '../../../app/estimates/forgetting';
import { defineChart } from '../chart';
import LanguageChart from './LanguageChart.svelte';

function noteOf({ texts, tokens, points }: LanguageLoss): string {
  const rise = points.at(-1)!.rise;
  const words =
    rise === null
      ? ''
      : `; rise ${rise.value.toFixed(3)} (${rise.lo.toFixed(3)} to ${rise.hi.toFixed(3)}) nats per token since before training`;
  return `n = ${texts} texts, ${tokens} tokens; 95 % bootstrap interval over texts${words}`;
}

export const language = defineChart<LanguageLoss>({
  name: 'language',
  title: 'Loss of untrained texts',
  about:
    'The mean loss per token of texts that were never trained. Where it rises, the model has become worse at language in general; for texts of its own the rise estimates how far it has moved from itself.',
  group: 'forgetting',
  perDirection: true,
  data: languageLossOf,
  table: ({ points }) => ({
    columns: ['epoch', 'loss per token', 'lower', 'upper', 'n', 'rise', 'rise lower', 'rise upper'],
    rows: points.map(({ epoch, loss: { value, lo, hi, n }, rise }) => [
      ...[epoch, value, lo, hi, n],
      ...[rise?.value ?? null, rise?.lo ?? null, rise?.hi ?? null],
    ]),
  }),
  note: noteOf,
  summary: (data) =>
    `Loss of untrained texts by epoch, from ${data.points[0]!.loss.value.toFixed(3)} to ${data.points.at(-1)!.loss.value.toFixed(3)} nats per token. ${noteOf(data)}.`,
  component: LanguageChart,
});
