/** Cosines of terms with their own identifiers against those with another's. */
import { median } from 'd3';
import { layerLabel, type CosineData } from '../../../app/estimates/embeddings';
import { defineChart } from '../chart';
import { askCosines, cosineData } from './ask';
import { layerChoice } from '../embedding-map/layer-choice';
import CosineChart from './CosineChart.svelte';
import { momentWords } from './words';

function noteOf({ moments, layer }: CosineData): string {
  const parts = moments.flatMap(({ epoch, auc, matched }) =>
    auc === null
      ? []
      : [
          `${momentWords(epoch)}: AUC ${auc.value.toFixed(3)} (${auc.lo.toFixed(3)} … ${auc.hi.toFixed(3)}), n = ${matched.length} pairs`,
        ],
  );
  return [layerLabel(layer), ...parts, '95 % interval, DeLong; others’ by one seeded derangement'].join('; ');
}

export const cosines = defineChart<CosineData, 'embeddingCosines'>({
  name: 'cosines',
  title: 'Nearer to its own identifier?',
  about:
    'Cosines of every term with its own identifier stand upwards, with another’s downwards; triangles are medians. AUC is the chance that a term’s own identifier lies nearer than another’s: 0.5 is chance.',
  group: 'geometry',
  perDirection: true,
  choices: layerChoice,
  ask: askCosines,
  data: (run, view, found) => {
    const data = cosineData(run, view, found);
    return data !== null && data.moments.some(({ matched }) => matched.length > 0) ? data : null;
  },
  table: ({ moments }) => ({
    columns: [
      ...[
        'epoch',
        'pair',
        'cosine with its own',
        'cosine with another’s',
        'median with its own',
        'median with another’s',
      ],
      ...['AUC', 'AUC lower', 'AUC upper', 'n'],
    ],
    rows: moments.flatMap(({ epoch, matched, shuffled, auc }) => {
      const medians = [median(matched) ?? null, median(shuffled) ?? null];
      const figures = auc === null ? [null, null, null, null] : [auc.value, auc.lo, auc.hi, auc.n];
      return matched.map((cosine, at) => [epoch, at + 1, cosine, shuffled[at]!, ...medians, ...figures]);
    }),
  }),
  note: noteOf,
  summary: (data) => `Distributions of cosines of terms with their own identifiers and with others’. ${noteOf(data)}.`,
  component: CosineChart,
});
