/** The layers of which a run recorded vectors, as something to choose. */
import { layerLabel, layersOf } from '../../../app/estimates/embeddings';
import type { ChartRun, ChartView } from '../../../app/chart-run';
import type { ChartChoice } from '../chart';

/** None where there is one layer; the last hidden state, where it is there, is the default. */
export function layerChoice(run: Pick<ChartRun, 'probes'>, { direction }: ChartView): ChartChoice[] {
  const layers = direction === null ? [] : layersOf(run, direction);
  if (layers.length < 2) return [];
  const ordered = layers.includes(-1) ? [-1, ...layers.filter((layer) => layer !== -1)] : [...layers].reverse();
  return [
    {
      name: 'layer',
      label: 'Layer',
      options: ordered.map((layer) => ({ value: String(layer), label: layerLabel(layer) })),
    },
  ];
}
