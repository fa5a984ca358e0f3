/** Where terms and identifiers lie, before and after training. */
import { layerLabel, layerOf, layersOf, mapData, umapFits, type MapData } from '../../../app/estimates/embeddings';
import { epochText } from '../../../core/epoch';
import { formatShare } from '../../format';
import { defineChart } from '../chart';
import EmbeddingMapChart from './EmbeddingMapChart.svelte';
import type { Texts } from './map-geometry';
import { layerChoice } from './layer-choice';

type Data = MapData & { texts: Texts };

const TEXTS: readonly Texts[] = ['both', 'term', 'identifier'];

function noteOf({ map, pairs, layer }: Data): string {
  const when = map.moments
    .map(({ epoch }) => (epoch === 0 ? 'before training' : `epoch ${epochText(epoch)}`))
    .join(' and ');
  const shown =
    map.explained === null ? '' : `; ${formatShare(map.explained[0] + map.explained[1])} of the variance is shown`;
  return `n = ${pairs.length} pairs, ${layerLabel(layer)}, ${map.pooling}; ${when}; ${map.method}${shown}; a picture, not a test`;
}

export const embeddingMap = defineChart<Data, 'embeddingMap'>({
  name: 'embedding-map',
  title: 'Map of terms and identifiers',
  about:
    'Every term and identifier by the vector that the model makes of it, laid flat. Play the way from before training to after it; lines tell how far each moved. Both moments are projected together, so a place means the same in both. Drag a box to choose pairs; chosen terms are tied to their identifiers.',
  group: 'geometry',
  perDirection: true,
  choices: (run, view) => [
    ...layerChoice(run, view),
    {
      name: 'texts',
      label: 'Show',
      options: [
        { value: 'both', label: 'terms and identifiers' },
        { value: 'term', label: 'terms' },
        { value: 'identifier', label: 'identifiers' },
      ],
    },
    ...(umapFits(run)
      ? [
          {
            name: 'projection',
            label: 'Projection',
            options: [
              { value: 'pca', label: 'PCA' },
              { value: 'umap', label: 'UMAP (slower)' },
            ],
          },
        ]
      : []),
  ],
  ask: (run, view) => {
    const layer = layerOf(run, view);
    if (layer === null || view.direction === null || layersOf(run, view.direction).length === 0) return null;
    const projection = view.options.projection === 'umap' && umapFits(run) ? 'umap' : 'pca';
    return { name: 'embeddingMap', args: { direction: view.direction, layer, projection } };
  },
  data: (run, view, found) => {
    const data = mapData(run, view, found);
    return data && { ...data, texts: TEXTS.find((texts) => texts === view.options.texts) ?? 'both' };
  },
  table: ({ map, pairs }) => ({
    columns: [
      'identifier',
      'term',
      'set',
      'text',
      ...map.moments.flatMap(({ epoch }) => [`x, epoch ${epochText(epoch)}`, `y, epoch ${epochText(epoch)}`]),
    ],
    rows: (['term', 'identifier'] as const).flatMap((text) =>
      pairs.map(({ identifier, term, set }, at) => [
        ...[identifier, term, set, text],
        ...map.moments.flatMap((moment) => [moment[text][2 * at]!, moment[text][2 * at + 1]!]),
      ]),
    ),
  }),
  note: noteOf,
  summary: (data) => `Map of terms and identifiers. ${noteOf(data)}.`,
  component: EmbeddingMapChart,
});
