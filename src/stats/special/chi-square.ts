/** Upper tail of the chi-square distribution. */
import { gammaQ } from './gamma';

/** P(X > x) for X ~ χ² with `df` degrees of freedom: Q(df/2, x/2) (Abramowitz & Stegun 26.4.19). */
export function chiSquareUpper(x: number, df: number): number {
  return gammaQ(df / 2, x / 2);
}
