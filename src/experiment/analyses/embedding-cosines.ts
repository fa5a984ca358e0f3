/**
 * How near terms lie to their own identifiers and to others', and how far seen pairs lie from withheld ones, against what relabelling
 * gives: the distributions behind the estimates that the run recorded.
 *
 * Promises: seed and draws are the recorded estimates' own, so that picture and record agree.
 */
import type { AnalysedRun, AnalysisArgs, EmbeddingCosines } from '../../records';
import { marginNull, matchedCosines, type Vectors } from '../../stats';
import { PERMUTATIONS } from '../probes/embedding-estimates';
import { layerMoments } from './embedding-layers';

/** Relabelling walks all pairs of pairs: above so many pairs it is left out. */
const MOST_RELABELLED = 2000;

/** Empty where the run recorded no vectors of this direction and layer. */
export function embeddingCosines(run: AnalysedRun, args: AnalysisArgs<'embeddingCosines'>): EmbeddingCosines {
  const { seed } = run.manifest.spec;
  return layerMoments(run, args).map(({ record, pairs, vectors }) => {
    const [term, identifier] = [vectors.term, vectors.identifier].map((data): Vectors => ({
      data: Float64Array.from(data),
      rows: pairs.length,
      columns: vectors.width,
    })) as [Vectors, Vectors];
    const seen = pairs.map((pair) => pair.seen);
    const { matching, separation, epoch, step } = record;
    // What has no estimate (too few pairs, vectors of length 0) has no distribution.
    const cosines = matching.length === 0 ? { matched: [], shuffled: [] } : matchedCosines(term, identifier, seed);
    const relabelled = separation.length > 0 && pairs.length <= MOST_RELABELLED;
    return {
      ...{ epoch, step, ...cosines },
      separation: separation.map((estimates) => ({
        ...estimates,
        relabelled: relabelled
          ? Array.from(
              marginNull(estimates.text === 'term' ? term : identifier, seen, { seed, permutations: PERMUTATIONS })
                .relabelled,
            )
          : [],
      })),
      auc: matching.find(({ group }) => group === 'all')?.auc ?? null,
    };
  });
}
