/** Do sampled counts agree with the probabilities that teacher forcing gives? */
import { chiSquareUpper } from './special/chi-square';

export interface GoodnessOfFit {
  statistic: number;
  df: number;
  /** Upper tail: small when the counts stray further from q than chance allows. */
  p: number;
  /** Largest |x − kq| / √(kq(1−q)) and where. */
  worst: { index: number; z: number };
  method: string;
}

/**
 * Pooled chi-square: Σ (xᵢ − k·qᵢ)² / (k·qᵢ(1−qᵢ)) over n facts is close to χ²ₙ when xᵢ ~ Binomial(k, qᵢ) independently.
 * No parameter is estimated, so n degrees of freedom. Source: Pearson (1900), each fact a two-cell table.
 * `counts[i]` hits among `samples` draws; every q strictly between 0 and 1, else RangeError.
 */
export function pooledGoodnessOfFit(counts: readonly number[], samples: number, q: readonly number[]): GoodnessOfFit {
  if (counts.length === 0 || counts.length !== q.length) {
    throw new RangeError(
      `Goodness of fit needs as many counts as probabilities, got ${counts.length} and ${q.length}.`,
    );
  }
  let statistic = 0;
  let worst = { index: 0, z: 0 };
  counts.forEach((hits, index) => {
    const share = q[index]!;
    if (!(share > 0 && share < 1)) throw new RangeError(`Goodness of fit needs 0 < q < 1, got ${share} at ${index}.`);
    const z = (hits - samples * share) / Math.sqrt(samples * share * (1 - share));
    statistic += z * z;
    if (Math.abs(z) > Math.abs(worst.z)) worst = { index, z };
  });
  return {
    statistic,
    df: counts.length,
    p: chiSquareUpper(statistic, counts.length),
    worst,
    method: 'pooled chi-square goodness of fit',
  };
}
