/** How many events a hazard ratio needs to be seen. Must not know: what an event is. */
import { badInput, requireLevel } from './checks';
import { normalCdf, normalQuantile } from './special/normal';

export interface HazardPower {
  hazardRatio: number;
  /** Share of the group whose hazard is multiplied, 0…1. */
  share: number;
  /** Two-sided significance level. Default 0.05. */
  alpha?: number;
}

/**
 * Events for a two-sided log-rank (Cox) test: (z₁₋α⁄₂ + z_power)² / (p (1 − p) log² HR), rounded up.
 * Source: D. A. Schoenfeld, Biometrics 39 (1983) 499–503.
 */
export function eventsForHazardRatio(design: HazardPower, power = 0.9): number {
  requireLevel('Power', power);
  const { information, critical } = checked(design);
  return Math.ceil((critical + normalQuantile(power)) ** 2 / information);
}

/** Power of the test with so many events. */
export function powerForEvents(design: HazardPower, events: number): number {
  if (!(events >= 0)) throw badInput('Power', `${events} events are given`, 'Give a number of events, 0 or more.');
  const { information, critical } = checked(design);
  const shift = Math.sqrt(events * information);
  return normalCdf(shift - critical) + normalCdf(-shift - critical);
}

function checked({ hazardRatio, share, alpha = 0.05 }: HazardPower): { information: number; critical: number } {
  if (!(hazardRatio > 0) || hazardRatio === Infinity || hazardRatio === 1) {
    throw badInput('Power', `the hazard ratio is ${hazardRatio}`, 'Give a positive ratio other than 1.');
  }
  if (!(share > 0 && share < 1))
    throw badInput('Power', `the group’s share is ${share}`, 'Give a share between 0 and 1.');
  if (!(alpha > 0 && alpha < 1)) throw badInput('Power', `alpha is ${alpha}`, 'Give a level between 0 and 1.');
  return {
    information: share * (1 - share) * Math.log(hazardRatio) ** 2,
    critical: normalQuantile(1 - alpha / 2),
  };
}
