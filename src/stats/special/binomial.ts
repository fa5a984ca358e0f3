/** The binomial distribution. Promises: relative error below 1e-12 for counts up to 10⁵. */
import { log1pMinus, stirlingError } from './gamma';

/** Deviance part of the mass: x·log(x/m) + m − x, without cancellation for x near m. */
function deviance(x: number, m: number): number {
  const delta = (x - m) / m;
  // x·log(1+δ) − mδ  with x = m(1+δ); near δ = 0 rewritten by log(1+δ) − δ.
  if (Math.abs(delta) < 0.5) return m * (delta * delta + (1 + delta) * log1pMinus(delta));
  return x * Math.log(x / m) + m - x;
}

/**
 * P(X = k) for X ~ Binomial(n, p).
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000): saddle-point form.
 */
export function binomialMass(k: number, n: number, p: number): number {
  requireArguments(n, p);
  if (!Number.isInteger(k) || k < 0 || k > n) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const correction = stirlingError(n) - stirlingError(k) - stirlingError(n - k);
  const exponent = correction - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** P(X ≤ k) for X ~ Binomial(n, p): the mass summed outward from k in the tail away from the mean. O(n). */
export function binomialCdf(k: number, n: number, p: number): number {
  requireArguments(n, p);
  const floor = Math.floor(k);
  if (floor < 0) return 0;
  if (floor >= n) return 1;
  if (floor <= n * p) return sumDown(floor, n, p);
  // P(X > k) = P(n − X ≤ n − k − 1).
  return 1 - sumDown(n - floor - 1, n, 1 - p);
}

/** Σ_{i ≤ k} P(X = i) for k at or below the mean, by the ratio of neighbouring masses. */
function sumDown(k: number, n: number, p: number): number {
  let mass = binomialMass(k, n, p);
  let sum = 0;
  for (let i = k; i >= 0; i--) {
    sum += mass;
    if (mass < sum * 1e-18) break;
    mass *= (i * (1 - p)) / ((n - i + 1) * p);
  }
  return Math.min(1, sum);
}

function requireArguments(n: number, p: number): void {
  if (!Number.isInteger(n) || n < 0 || !(p >= 0 && p <= 1)) {
    throw new RangeError(`A binomial needs a count n ≥ 0 and 0 ≤ p ≤ 1, got n = ${n}, p = ${p}.`);
  }
}
