/**
 * Terms and identifiers of all pairs on one plane, before and after training.
 *
 * Promises: both moments are projected together, so that a place means the same in both and a displacement is one; equal vectors and
 * seed give equal places. Must not know: how a map looks.
 */
import { factKey } from '../../core/direction';
import { nextTask } from '../../core/next-task';
import { PhiloxSequence, STREAM } from '../../core/philox';
import type { AnalysedRun, AnalysisArgs, EmbeddingMap } from '../../records';
import { leadingComponents, type Vectors } from '../../stats';
import { layerMoments } from './embedding-layers';

const NEIGHBOURS = 15;
const MIN_DISTANCE = 0.1;
const EPOCHS_AT_ONCE = 25;

/** Null where the run recorded no vectors of this direction and layer. */
export async function embeddingMap(
  run: AnalysedRun,
  { direction, layer, projection }: AnalysisArgs<'embeddingMap'>,
): Promise<EmbeddingMap | null> {
  const moments = layerMoments(run, { direction, layer });
  if (moments.length === 0) return null;
  const { pairs, vectors } = moments[0]!;
  const blocks = moments.flatMap((moment) => [moment.vectors.term, moment.vectors.identifier]);
  const columns = vectors.width;
  const data = new Float64Array(blocks.length * pairs.length * columns);
  blocks.forEach((block, at) => data.set(block, at * pairs.length * columns));
  const all: Vectors = { data, rows: blocks.length * pairs.length, columns };
  const { places, ...words } = projection === 'pca' ? byPca(all) : await byUmap(all, run.manifest.spec.seed);
  const block = (at: number) => Array.from(places.subarray(at * pairs.length * 2, (at + 1) * pairs.length * 2));
  return {
    facts: pairs.map(({ identifier }) => factKey(identifier, direction)),
    moments: moments.map(({ record }, at) => ({
      epoch: record.epoch,
      step: record.step,
      term: block(2 * at),
      identifier: block(2 * at + 1),
    })),
    pooling: moments[0]!.record.pooling,
    ...words,
  };
}

interface Plane {
  /** [x, y] a row. */
  places: Float64Array;
  explained: [number, number] | null;
  method: string;
}

function byPca(all: Vectors): Plane {
  const { scores, explained } = leadingComponents(all, 2);
  const places = new Float64Array(all.rows * 2);
  for (let i = 0; i < all.rows; i++)
    for (let k = 0; k < scores.columns; k++) places[2 * i + k] = scores.data[i * scores.columns + k]!;
  return {
    places,
    explained: [explained[0] ?? 0, explained[1] ?? 0],
    method: 'PCA of both moments together (deterministic)',
  };
}

async function byUmap(all: Vectors, seed: number): Promise<Plane> {
  const { UMAP } = await import('umap-js');
  const draws = new PhiloxSequence(seed, STREAM.resampling, 2);
  const rows = Array.from({ length: all.rows }, (_, i) =>
    Array.from(all.data.subarray(i * all.columns, (i + 1) * all.columns)),
  );
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOURS, all.rows - 1),
    minDist: MIN_DISTANCE,
    random: () => draws.nextUnit(),
  });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    umap.step();
    // Whoever shares this thread gets a turn.
    if (epoch % EPOCHS_AT_ONCE === 0) await nextTask();
  }
  const places = Float64Array.from(umap.getEmbedding().flat());
  return {
    places,
    explained: null,
    method: `UMAP of both moments together (${NEIGHBOURS} neighbours, minimal distance ${MIN_DISTANCE}, seed ${seed}); distances between clusters mean little`,
  };
}
