/** Pass@k: the chance that enough of k answers are right, from n answers of which c were. */
import { badInput } from '../checks';
import { logGamma } from '../special/gamma';

/**
 * Pass@k^(m) = Σ_{j ≥ m} C(c, j) C(n − c, k − j) / C(n, k): at least m of k answers, drawn from the n without
 * replacement, are right. m = 1 is the usual unbiased Pass@k (Chen et al., 2021). Throws `stats-input`.
 */
export function passAtK({ n, c, k, m = 1 }: { n: number; c: number; k: number; m?: number }): number {
  const counts = [n, c, k, m].every((value) => Number.isInteger(value) && value >= 0);
  if (!counts || c > n || k > n || k < 1) {
    throw badInput(
      'Pass@k',
      `n = ${n}, c = ${c}, k = ${k}, m = ${m}`,
      'Give whole numbers with 0 ≤ c ≤ n, 1 ≤ k ≤ n, m ≥ 0.',
    );
  }
  let sum = 0;
  for (let j = Math.max(m, k - (n - c)); j <= Math.min(k, c); j++) {
    sum += Math.exp(logChoose(c, j) + logChoose(n - c, k - j) - logChoose(n, k));
  }
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
