/** Latent knowledge: facts wrong when decoded greedily, by how many samples would find them. */
import { latentData, type LatentData } from '../../../app/estimates/latent';
import { defineChart } from '../chart';
import LatentChart from './LatentChart.svelte';
import { defaultSamples, foundWords, latentTable } from './words';

function noteOf(data: LatentData): string {
  const { sets, samples, temperature, truncated } = data;
  const n = sets.map(({ set, facts, known }) => `${facts} ${set} (${known} known)`).join(', ');
  const cut = truncated ? '; the samples were drawn under top-k or top-p, which the exact chance does not know' : '';
  const drawn = samples > 0 ? `; × of ${samples} answers drawn for each fact` : '; nothing was drawn in this run';
  return `before training; n = ${n}; exact chance 1 − (1 − q)^k at T = ${temperature}, band: where 95 % of such draws fall (Poisson–binomial)${drawn}${cut}; depth, the k of an even chance, is our definition`;
}

export const latentMap = defineChart<LatentData>({
  name: 'latent-map',
  title: 'What it knows without saying so',
  about:
    'Above the water: facts whose greedy answer is right before training. Below: the others, as deep as the number of samples that would find them with an even chance. Lower the rope with the slider: half-filled marks are within its reach. The curve beside it says how many hidden facts k samples each are expected to find. Click a mark for its fact, drag a box to choose facts.',
  group: 'latent',
  perDirection: true,
  data: ({ trials, rehearsed, manifest }, { direction, template }) =>
    direction === null
      ? null
      : latentData(trials, { direction, template, rehearsed, evaluation: manifest.spec.evaluation }),
  table: latentTable,
  note: noteOf,
  summary: (data) => {
    const k = defaultSamples(data);
    const sets = data.sets.map((set) => `${set.set}: ${set.known} of ${set.facts} known; ${foundWords(set, k)}`);
    return `Facts by how many samples find them. With ${k} samples each, ${sets.join('; ')}.`;
  },
  component: LatentChart,
});
