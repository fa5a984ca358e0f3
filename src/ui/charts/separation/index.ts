/** Do seen pairs lie apart from withheld ones? The margin of cosines against what relabelling gives. */
import { layerLabel, type CosineData } from '../../../app/estimates/embeddings';
import { formatP } from '../../format';
import { defineChart } from '../chart';
import { askCosines, cosineData } from '../cosines/ask';
import { momentWords, smallNumber } from '../cosines/words';
import { layerChoice } from '../embedding-map/layer-choice';
import SeparationChart from './SeparationChart.svelte';

function noteOf({ moments, layer, rehearsed }: CosineData): string {
  const parts = moments.flatMap(({ epoch, separation }) =>
    separation.map(
      ({ text, margin, p }) =>
        `${text}s ${momentWords(epoch)}: ${smallNumber(margin.value)} (${smallNumber(margin.lo)} … ${smallNumber(margin.hi)}), ${formatP(p)}`,
    ),
  );
  const [n, drawn] = [moments[0]!.separation[0]!.margin.n, moments[0]!.separation[0]!.relabelled.length];
  const bars = drawn > 0 ? `grey: ${drawn} relabellings` : 'too many pairs to draw relabellings';
  const trained =
    rehearsed > 0
      ? [`${rehearsed} rehearsed pairs are counted as withheld here: the test is not of untrained pairs`]
      : [];
  const method = `95 % bootstrap intervals; ${bars}, one-sided`;
  return [`${layerLabel(layer)}, n = ${n} pairs`, ...parts, method, ...trained].join('; ');
}

export const separation = defineChart<CosineData, 'embeddingCosines'>({
  name: 'separation',
  title: 'Do seen pairs lie apart?',
  about:
    'The diamond is the margin: how much nearer pairs of one set lie to each other than to the other set, with its interval. Grey is what comes out when the labels seen and withheld are dealt anew: a diamond among it is no separation.',
  group: 'geometry',
  perDirection: true,
  choices: layerChoice,
  ask: askCosines,
  data: (run, view, found) => {
    const data = cosineData(run, view, found);
    return data !== null && data.moments.every((moment) => moment.separation.length > 0) ? data : null;
  },
  table: ({ moments }) => ({
    columns: [
      ...['epoch', 'text', 'labels', 'margin', 'lower', 'upper', 'n', 'p'],
      ...['within seen', 'within withheld', 'between', 'as published', 'method'],
    ],
    rows: moments.flatMap(({ epoch, separation: rows }) =>
      rows.flatMap(({ text, margin, p, withinSeen, withinWithheld, between, asPublished, relabelled }) => [
        [
          ...[epoch, text, 'as they are', margin.value, margin.lo, margin.hi, margin.n, p],
          ...[withinSeen, withinWithheld, between, asPublished, margin.method],
        ],
        ...relabelled.map((value) => [
          ...[epoch, text, 'dealt anew', value, null, null, margin.n, null, null, null, null, null, null],
        ]),
      ]),
    ),
  }),
  note: noteOf,
  summary: (data) => `Margins between seen and withheld pairs against relabelling. ${noteOf(data)}.`,
  component: SeparationChart,
});
