/**
 * A finished run reduced to what the pooled statistics need, so that a hundred runs fit in memory.
 *
 * Promises: made from records alone; equal records give equal digests. Must not know: other runs.
 */
import type { Direction } from '../../core/direction';
import { DIRECTIONS } from '../../core/direction';
import { FACT_SETS, factSet, rehearsedFacts, type FactSet } from '../../records';
import type { FactRecord, StepRecord, TrialRecord } from '../../records/types';
import type { StudyAnalysis } from '../../spec';
import {
  baselineOf,
  countingRows,
  FACT_EVENTS,
  factHistories,
  lastOf,
  type CountingRow,
  type FactEvent,
  type PairedCounts,
} from '../../stats';

/** What the statistics call a run, and where it stands in the grid. */
export interface RunPlace {
  run: string;
  seed: number;
  point: string;
  levels: Readonly<Record<string, string>>;
}

/** One fact at risk of one event, with the covariates asked for; null where unknown. */
export interface RiskInterval {
  fact: string;
  start: number;
  time: number;
  event: boolean;
  values: Readonly<Record<string, number | null>>;
}

export interface RunDigest extends RunPlace {
  accuracy: { direction: Direction; set: FactSet; counts: PairedCounts }[];
  /** `rehearsed`: facts that have no row because they were. */
  events: { event: FactEvent; direction: Direction; rows: RiskInterval[]; rehearsed: number }[];
}

/** Computed from the records of a fact; every other name is one of the fact's own covariates. */
const COMPUTED: Readonly<Record<string, (row: CountingRow) => number | null>> = {
  latent: ({ latent }) => (latent === null ? null : Number(latent)),
  popularity: ({ covariates }) => logCount(covariates.count ?? null),
  withheld: ({ seen }) => Number(!seen),
  baselineLogQ: ({ baselineLogQ }) => (Number.isFinite(baselineLogQ) ? baselineLogQ : null),
  stratum: ({ stratum }) => stratum,
};
export const COMPUTED_COVARIATES: readonly string[] = Object.keys(COMPUTED);
/** Names the covariate of a fact where a computed one has the same name. */
const OWN = 'covariate.';

/** Null where it is unknown. */
export function covariateValue(row: CountingRow, name: string): number | null {
  if (Object.hasOwn(COMPUTED, name)) return COMPUTED[name]!(row);
  const own = Object.hasOwn(row.covariates, name) || !name.startsWith(OWN) ? name : name.slice(OWN.length);
  return Object.hasOwn(row.covariates, own) ? (row.covariates[own] ?? null) : null;
}

/** What a fact's covariate is called beside the computed ones. */
export function covariateName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) || Object.hasOwn(COMPUTED, name) ? `${OWN}${name}` : name;
}

/** Of a run, what its digest is made of. */
export interface RunRecords {
  facts: readonly FactRecord[];
  trials: readonly TrialRecord[];
  /** For what they rehearsed. */
  steps: readonly Pick<StepRecord, 'rehearsed'>[];
}

/** Trials of the analysis' template only. */
export function digestRun({ facts, trials, steps }: RunRecords, place: RunPlace, analysis: StudyAnalysis): RunDigest {
  const { template, sustained, covariates } = analysis;
  const asked = trials.filter((trial) => trial.template === template);
  const rehearsed = rehearsedFacts(steps);
  const events = FACT_EVENTS.flatMap((event) => {
    const names = event === 'degradation' ? withWithheld(covariates) : covariates;
    return DIRECTIONS.map((direction) => {
      const own = asked.filter((trial) => trial.direction === direction);
      const counted = countingRows(own, { event, sustained, facts, rehearsed });
      const rows = counted.rows.map((row) => riskInterval(row, names));
      return { event, direction, rows, rehearsed: counted.rehearsed };
    });
  });
  return { ...place, accuracy: accuracyOf(asked, rehearsed), events };
}

/** A degradation model always asks whether withheld facts are lost sooner. */
export function withWithheld(covariates: readonly string[]): string[] {
  return ['withheld', ...covariates.filter((name) => name !== 'withheld')];
}

function riskInterval(row: CountingRow, names: readonly string[]): RiskInterval {
  const values = Object.fromEntries(names.map((name) => [name, covariateValue(row, name)]));
  return { fact: row.fact, start: row.start, time: row.time, event: row.event, values };
}

function accuracyOf(trials: readonly TrialRecord[], rehearsed: ReadonlySet<string>): RunDigest['accuracy'] {
  const groups = new Map<string, RunDigest['accuracy'][number]>();
  for (const direction of DIRECTIONS) {
    for (const set of FACT_SETS) {
      const counts = { kept: 0, gainers: 0, losers: 0, never: 0 };
      groups.set(`${direction}|${set}`, { direction, set, counts });
    }
  }
  for (const history of factHistories(trials)) {
    const before = baselineOf(history);
    if (before === undefined) continue;
    const { counts } = groups.get(`${before.direction}|${factSet(before, rehearsed)}`)!;
    const after = lastOf(history).answerHit;
    if (before.answerHit) counts[after ? 'kept' : 'losers'] += 1;
    else counts[after ? 'gainers' : 'never'] += 1;
  }
  return [...groups.values()].filter(({ counts }) => Object.values(counts).some((count) => count > 0));
}

/** Ten times as popular is one unit; facts that were never counted stay in. */
function logCount(count: number | null): number | null {
  return count === null || !(count >= 0) ? null : Math.log10(1 + count);
}
