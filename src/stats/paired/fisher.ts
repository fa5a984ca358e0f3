/**
 * Fisher's exact test of a 2 × 2 table, with the conditional odds ratio.
 *
 * Promises: agrees with R's fisher.test. Must not know: what the table counts.
 */
import type { Estimate } from '../../core/estimate';
import { badInput } from '../checks';
import { percent } from '../proportions';
import { logGamma } from '../special/gamma';
import type { Alternative, TestResult } from '../test-result';

/** Tables this much more likely than the observed one still count as equally extreme: rounding (as in R). */
const TOLERANCE = 1 + 1e-7;

export interface FisherResult extends TestResult {
  /** Conditional maximum-likelihood odds ratio; its limits may be 0 or Infinity. */
  oddsRatio: Estimate;
}

/**
 * Table [[a, b], [c, d]]. Two-sided p: the sum over all tables with these margins that are at most as likely.
 * Odds ratio: maximum of the non-central hypergeometric likelihood; limits by inverting its tails.
 * Source: R. A. Fisher, JRSS 98 (1935) 39–54. Throws `stats-input` for what are no counts.
 */
export function fisherExact(
  [[a, b], [c, d]]: readonly [readonly [number, number], readonly [number, number]],
  { alternative = 'two-sided', level = 0.95 }: { alternative?: Alternative; level?: number } = {},
): FisherResult {
  if (![a, b, c, d].every((count) => Number.isInteger(count) && count >= 0)) {
    throw badInput('Fisher’s exact test', `the table is ${a}, ${b}, ${c}, ${d}`, 'Give four counts, 0 or more.');
  }
  const table = new Conditional(a + b, c + d, a + c);
  const central = table.masses(0);
  const at = a - table.lo;
  const tail = (from: number, to: number, masses = central) => masses.slice(from, to).reduce((sum, m) => sum + m, 0);
  const p =
    alternative === 'greater'
      ? tail(at, central.length)
      : alternative === 'less'
        ? tail(0, at + 1)
        : central.filter((mass) => mass <= central[at]! * TOLERANCE).reduce((sum, mass) => sum + mass, 0);
  return {
    statistic: a,
    p: Math.min(1, p),
    oddsRatio: {
      value: table.oddsRatio(a),
      ...table.limits(a, level),
      n: a + b + c + d,
      method: `conditional maximum-likelihood odds ratio, exact interval, ${percent(level)}`,
    },
    method: `Fisher’s exact test, ${alternative}`,
  };
}

/** The upper left cell given the margins: row sums m, n and first column sum k. */
class Conditional {
  readonly lo: number;
  readonly hi: number;
  readonly #logMass: number[];

  constructor(m: number, n: number, k: number) {
    this.lo = Math.max(0, k - n);
    this.hi = Math.min(k, m);
    const choose = (of: number, take: number) => logGamma(of + 1) - logGamma(take + 1) - logGamma(of - take + 1);
    this.#logMass = Array.from({ length: this.hi - this.lo + 1 }, (_, i) => {
      const x = this.lo + i;
      return choose(m, x) + choose(n, k - x);
    });
  }

  /** Probabilities of lo … hi at a log odds ratio. */
  masses(logOdds: number): number[] {
    const logs = this.#logMass.map((log, i) => log + logOdds * (this.lo + i));
    const top = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - top));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  }

  oddsRatio(x: number): number {
    if (x === this.lo) return 0;
    if (x === this.hi) return Infinity;
    const mean = (logOdds: number) => this.masses(logOdds).reduce((sum, mass, i) => sum + mass * (this.lo + i), 0);
    return Math.exp(root((logOdds) => mean(logOdds) - x));
  }

  limits(x: number, level: number): { lo: number; hi: number } {
    const alpha = (1 - level) / 2;
    const upper = (logOdds: number) =>
      this.masses(logOdds)
        .slice(x - this.lo)
        .reduce((sum, mass) => sum + mass, 0);
    const lower = (logOdds: number) =>
      this.masses(logOdds)
        .slice(0, x - this.lo + 1)
        .reduce((sum, mass) => sum + mass, 0);
    return {
      lo: x === this.lo ? 0 : Math.exp(root((logOdds) => upper(logOdds) - alpha)),
      hi: x === this.hi ? Infinity : Math.exp(root((logOdds) => alpha - lower(logOdds))),
    };
  }
}

/** Zero of an increasing function of a log odds ratio, by bisection. */
function root(f: (logOdds: number) => number): number {
  let [lo, hi] = [-1, 1];
  while (f(lo) > 0 && lo > -700) lo *= 2;
  while (f(hi) < 0 && hi < 700) hi *= 2;
  for (let i = 0; i < 200; i++) {
    const mid = (lo + hi) / 2;
    if (mid === lo || mid === hi) break;
    if (f(mid) < 0) lo = mid;
    else hi = mid;
  }
  return (lo + hi) / 2;
}
