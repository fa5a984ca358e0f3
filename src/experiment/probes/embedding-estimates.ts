/**
 * What the vectors of one layer say: whether terms lie nearer to their own identifiers than to others', and whether seen
 * pairs lie apart from withheld ones. Pure.
 */
import type { MatchingEstimates, SeparationEstimates } from '../../records';
import { classSeparation, matchedAgainstShuffled, type Vectors } from '../../stats';
import type { Estimate } from '../../core/estimate';

/** Fewer than by default: each replicate walks all pairs of vectors, at every evaluation. */
const REPLICATES = 200;
export const PERMUTATIONS = 199;

export interface LayerVectors {
  width: number;
  /** [pairs × width]. */
  term: Float32Array;
  identifier: Float32Array;
}

/** Seeded. Groups too small for an estimate, and vectors without a direction, leave it out. */
export function embeddingEstimates(
  { width, term, identifier }: LayerVectors,
  seen: readonly boolean[],
  seed: number,
): { matching: MatchingEstimates[]; separation: SeparationEstimates[] } {
  const [terms, identifiers] = [term, identifier].map((data) => toVectors(data, width)) as [Vectors, Vectors];
  if ([terms, identifiers].some(hasZeroRow)) return { matching: [], separation: [] };
  const places = (wanted: boolean | null) => seen.flatMap((own, i) => (wanted === null || own === wanted ? [i] : []));
  const matching = (['all', 'seen', 'withheld'] as const).flatMap((group): MatchingEstimates[] => {
    const members = places(group === 'all' ? null : group === 'seen');
    if (members.length < 3) return [];
    const found = matchedAgainstShuffled(select(terms, members), select(identifiers, members), { seed });
    return [
      {
        group,
        pairs: members.length,
        auc: estimate(found.auc),
        meanReciprocalRank: estimate(found.meanReciprocalRank),
        chanceReciprocalRank: found.chanceReciprocalRank,
        cohenD: found.cohenD,
        matchedMean: found.matchedMean,
        shuffledMean: found.shuffledMean,
      },
    ];
  });
  if (places(true).length < 2 || places(false).length < 2) return { matching, separation: [] };
  const separation = (['term', 'identifier'] as const).map((text): SeparationEstimates => {
    const vectors = text === 'term' ? terms : identifiers;
    const found = classSeparation(vectors, seen, { seed, replicates: REPLICATES, permutations: PERMUTATIONS });
    return {
      text,
      withinSeen: found.withinTrue,
      withinWithheld: found.withinFalse,
      between: found.between,
      asPublished: found.asPublished,
      tightnessDifference: found.tightnessDifference,
      margin: estimate(found.margin),
      p: found.test.p,
    };
  });
  return { matching, separation };
}

const toVectors = (data: Float32Array, width: number): Vectors => ({
  data: Float64Array.from(data),
  rows: data.length / width,
  columns: width,
});

function select({ data, columns }: Vectors, members: readonly number[]): Vectors {
  const chosen = new Float64Array(members.length * columns);
  members.forEach((from, to) => chosen.set(data.subarray(from * columns, (from + 1) * columns), to * columns));
  return { data: chosen, rows: members.length, columns };
}

function hasZeroRow({ data, rows, columns }: Vectors): boolean {
  return Array.from({ length: rows }, (_, i) => data.subarray(i * columns, (i + 1) * columns)).some((row) =>
    row.every((value) => value === 0),
  );
}

/** An estimate without the replicates that some methods hand out with it. */
function estimate({ value, lo, hi, n, method, warnings }: Estimate): Estimate {
  return { value, lo, hi, n, method, ...(warnings ? { warnings } : {}) };
}
