/**
 * The gamma function's logarithm and the regularised incomplete gamma functions.
 *
 * Promises: relative error below 1e-12 over the ranges that counts and tests need. Must not know: any test.
 */

/** Coefficients B₂ₖ / (2k(2k−1)) of Stirling's series, exact fractions of Bernoulli numbers. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const STIRLING_FROM = 12;
const MAX_ITERATIONS = 1_000_000;

/**
 * Error of Stirling's formula: log Γ(x+1) − (½ log 2πx + x log x − x), for x > 0.
 * Source: Stirling's asymptotic series (Abramowitz & Stegun 6.1.40); below 12 by difference from log Γ.
 */
export function stirlingError(x: number): number {
  if (x < STIRLING_FROM) return logGamma(x + 1) - (HALF_LOG_TWO_PI + (x + 0.5) * Math.log(x) - x);
  const inverse = 1 / x;
  const square = inverse * inverse;
  let power = inverse;
  let sum = 0;
  for (const coefficient of STIRLING) {
    sum += coefficient * power;
    power *= square;
  }
  return sum;
}

/** log Γ(x) for x > 0. Recurrence up to 12, then Stirling's series (Abramowitz & Stegun 6.1.15, 6.1.40). */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs a positive number, got ${x}.`);
  let product = 1;
  let shifted = x;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const large = HALF_LOG_TWO_PI + (shifted - 0.5) * Math.log(shifted) - shifted + stirlingError(shifted);
  return large - Math.log(product);
}

/** log of the common factor xᵃ e⁻ˣ / Γ(a+1), without cancellation for large a. */
function logFactor(a: number, x: number): number {
  if (a < STIRLING_FROM) return a * Math.log(x) - x - logGamma(a + 1);
  // a·log(x/a) − (x − a) by log1p: the difference of two large numbers is what would lose digits.
  const delta = (x - a) / a;
  const exponent = Math.abs(delta) < 0.5 ? a * log1pMinus(delta) : a * Math.log(x / a) - (x - a);
  return exponent - 0.5 * Math.log(2 * Math.PI * a) - stirlingError(a);
}

/** log(1+d) − d, by its series where the two cancel. */
export function log1pMinus(d: number): number {
  if (Math.abs(d) > 0.1) return Math.log1p(d) - d;
  let power = -d;
  let sum = 0;
  for (let k = 2; k < 40; k++) {
    power *= -d;
    const term = -power / k;
    sum += term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
  }
  return sum;
}

/** P(a, x) by its power series; good for x < a + 1 (Abramowitz & Stegun 6.5.29). */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < MAX_ITERATIONS; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return Math.exp(logFactor(a, x)) * sum;
}

/** Q(a, x) by its continued fraction, evaluated by Lentz's method; good for x > a + 1 (A & S 6.5.31). */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MAX_ITERATIONS; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return Math.exp(logFactor(a, x) + Math.log(a)) * h;
}

/** Regularised lower incomplete gamma function P(a, x) = γ(a, x) / Γ(a), a > 0, x ≥ 0. */
export function gammaP(a: number, x: number): number {
  requireRange(a, x);
  if (x === 0) return 0;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** Regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x), accurate also where it is tiny. */
export function gammaQ(a: number, x: number): number {
  requireRange(a, x);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

function requireRange(a: number, x: number): void {
  if (!(a > 0) || !(x >= 0))
    throw new RangeError(`The incomplete gamma function needs a > 0 and x ≥ 0, got ${a}, ${x}.`);
}
