/**
 * The cumulative hazard by Nelson and Aalen, and by Fleming and Harrington for ties.
 *
 * Promises: agrees with R's survfit (ctype 1 and 2), late entry and case weights included. Must not know: the event.
 */
import { badInput, requireLevel } from '../checks';
import { percent } from '../proportions';
import { normalQuantile } from '../special/normal';
import { requireSurvival, riskTable, type RiskRow, type SurvivalRows } from '../survival-rows';

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
   * another, Σ 1/(n − k), variance Σ 1/(n − k)²; with case weights each of them at the mean weight of its tie.
   * Default `nelson-aalen`.
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
export function nelsonAalen(rows: SurvivalRows, options: HazardOptions = {}): CumulativeHazard {
  const { ties = 'nelson-aalen', intervals = 'log', level = 0.95 } = options;
  const data = requireSurvival('Nelson–Aalen', rows);
  requireLevel('Nelson–Aalen', level);
  if (ties !== 'nelson-aalen' && ties !== 'fleming-harrington') {
    throw badInput('Nelson–Aalen', `ties are ${String(ties)}`, 'Use nelson-aalen or fleming-harrington.');
  }
  if (intervals !== 'log' && intervals !== 'plain') {
    throw badInput('Nelson–Aalen', `the interval is ${String(intervals)}`, 'Use log or plain.');
  }
  const table = riskTable(data);
  const z = normalQuantile(1 - (1 - level) / 2);
  let [hazard, variance] = [0, 0];
  const steps = table.map((row) => {
    const [rise, spread] = ties === 'nelson-aalen' ? together(row) : oneByOne(row);
    hazard += rise;
    variance += spread;
    const se = Math.sqrt(variance);
    const ratio = hazard > 0 ? Math.exp((z * se) / hazard) : 1;
    return intervals === 'log'
      ? { hazard, se, lo: hazard / ratio, hi: hazard * ratio }
      : { hazard, se, lo: Math.max(0, hazard - z * se), hi: hazard + z * se };
  });
  return {
    time: table.map((row) => row.time),
    hazard: steps.map((step) => step.hazard),
    standardError: steps.map((step) => step.se),
    lo: steps.map((step) => step.lo),
    hi: steps.map((step) => step.hi),
    atRisk: table.map((row) => row.atRisk),
    events: table.map((row) => row.events),
    n: data.time.length,
    method: `${ties === 'nelson-aalen' ? 'Nelson–Aalen' : 'Fleming–Harrington'}, ${intervals} interval, ${percent(level)}`,
  };
}

function together({ atRisk, events }: RiskRow): [number, number] {
  return events === 0 ? [0, 0] : [events / atRisk, events / atRisk ** 2];
}

/** Tied rows leave one after another, each with the mean weight of the tie. */
function oneByOne({ atRisk, events, eventRows }: RiskRow): [number, number] {
  const each = events / eventRows;
  let [rise, spread] = [0, 0];
  for (let k = 0; k < eventRows; k++) {
    rise += each / (atRisk - k * each);
    spread += each / (atRisk - k * each) ** 2;
  }
  return [rise, spread];
}
