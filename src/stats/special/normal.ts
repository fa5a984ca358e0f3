/** The standard normal distribution. Promises: relative error below 1e-12 in both tails. */
import { gammaQ } from './gamma';

/** Φ(z), from erfc: Φ(−|z|) = ½ Q(½, z²/2) (Abramowitz & Stegun 26.2.29, 6.5.17). */
export function normalCdf(z: number): number {
  const tail = 0.5 * gammaQ(0.5, (z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** 1 − Φ(z) without cancellation. */
export function normalUpper(z: number): number {
  return normalCdf(-z);
}

/**
 * z with Φ(z) = p, for 0 < p < 1.
 * The start is the rational approximation of Abramowitz & Stegun 26.2.23; Newton's steps on log Φ, which is concave
 * and nearly quadratic in the tail, bring it to full precision.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`A normal quantile needs 0 < p < 1, got ${p}.`);
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  const logP = Math.log(p);
  for (let i = 0; i < 20; i++) {
    const cdf = normalCdf(z);
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const step = ((Math.log(cdf) - logP) * cdf) / density;
    z -= step;
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}
