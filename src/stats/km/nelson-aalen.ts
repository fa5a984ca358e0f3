/** The cumulative hazard by Nelson and Aalen, and by Fleming and Harrington for ties. Agrees with R's survfit. */
import { requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { requireSurvival, riskTable, type SurvivalRows } from '../survival-rows';

export interface CumulativeHazard {
  time: number[];
  hazard: number[];
  standardError: number[];
  lo: number[];
  hi: number[];
  atRisk: number[];
  events: number[];
  n: number;
  method: string;
}

export interface HazardOptions {
  /**
   * `nelson-aalen`: d/n at each time, variance d/n². `fleming-harrington`: ties are taken as if they had come one after
   * another, Σ 1/(n − k), variance Σ 1/(n − k)². Default `nelson-aalen`.
   */
  ties?: 'nelson-aalen' | 'fleming-harrington';
  /** `log`: H·exp(±z·se/H), never below 0; `plain`: H ± z·se, cut at 0. Default `log`. */
  intervals?: 'log' | 'plain';
  level?: number;
}

/**
 * One row per distinct time. Sources: W. Nelson, J. Quality Technology 1 (1969) 27–52; O. Aalen, Annals of Statistics 6
 * (1978) 701–726; Fleming & Harrington, Comm. Statistics 13 (1984) 2469–2486. Throws `stats-input`.
 */
export function nelsonAalen(data: SurvivalRows, options: HazardOptions = {}): CumulativeHazard {
  const { ties = 'nelson-aalen', intervals = 'log', level = 0.95 } = options;
  requireSurvival('Nelson–Aalen', data);
  requireLevel('Nelson–Aalen', level);
  const rows = riskTable(data);
  const z = normalQuantile(1 - (1 - level) / 2);
  let [hazard, variance] = [0, 0];
  const steps = rows.map(({ atRisk, events }) => {
    const [rise, spread] = ties === 'nelson-aalen' ? together(atRisk, events) : oneByOne(atRisk, events);
    hazard += rise;
    variance += spread;
    const se = Math.sqrt(variance);
    const ratio = hazard > 0 ? Math.exp((z * se) / hazard) : 1;
    return intervals === 'log'
      ? { hazard, se, lo: hazard / ratio, hi: hazard * ratio }
      : { hazard, se, lo: Math.max(0, hazard - z * se), hi: hazard + z * se };
  });
  return {
    time: rows.map((row) => row.time),
    hazard: steps.map((step) => step.hazard),
    standardError: steps.map((step) => step.se),
    lo: steps.map((step) => step.lo),
    hi: steps.map((step) => step.hi),
    atRisk: rows.map((row) => row.atRisk),
    events: rows.map((row) => row.events),
    n: data.time.length,
    method: `${ties === 'nelson-aalen' ? 'Nelson–Aalen' : 'Fleming–Harrington'}, ${intervals} interval, ${percent(level)}`,
  };
}

function together(atRisk: number, events: number): [number, number] {
  return events === 0 ? [0, 0] : [events / atRisk, events / atRisk ** 2];
}

/** Unweighted ties: a weight of w is w events of one row, so whole counts are meant. */
function oneByOne(atRisk: number, events: number): [number, number] {
  let [rise, spread] = [0, 0];
  for (let k = 0; k < events; k++) {
    const share = Math.min(1, events - k);
    rise += share / (atRisk - k);
    spread += share / (atRisk - k) ** 2;
  }
  return [rise, spread];
}
