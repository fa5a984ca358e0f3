/**
 * A finished run reduced to what the pooled statistics need, so that a hundred runs fit in memory.
 *
 * Promises: made from records alone; equal records give equal digests. Must not know: other runs.
 */
import { OWN_COVARIATE } from '../../core/covariate-names';
import type { Direction } from '../../core/direction';
import { DIRECTIONS } from '../../core/direction';
import { FACT_SETS, rehearsedFacts, type EmbeddingRecord, type FactSet, type MatchingEstimates } from '../../records';
import type { FactRecord, Manifest, StepRecord, TrialRecord } from '../../records/types';
import type { StudyAnalysis } from '../../spec';
import { countingRows, FACT_EVENTS, type CountingRow, type FactEvent, type PairedCounts } from '../../stats';
import { factDigests, type FactDigest } from './fact-digest';

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
  /** Loss of withheld facts that were rehearsed: they are in no row of `events`. */
  rehearsedLoss: { direction: Direction; rows: RiskInterval[] }[];
  facts: FactDigest[];
  /** Temperature aside, samples were drawn from the whole distribution; null where the records do not say. */
  wholeSamples: boolean | null;
  /** Cosines of terms with their identifiers, at the first evaluation and at the last. */
  geometry: Geometry[];
}

export interface Geometry extends Pick<EmbeddingRecord, 'direction' | 'layer' | 'pooling'> {
  when: 'before' | 'after';
  matching: MatchingEstimates;
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

/** Null where it is unknown. */
export function covariateValue(row: CountingRow, name: string): number | null {
  if (Object.hasOwn(COMPUTED, name)) return COMPUTED[name]!(row);
  const own =
    Object.hasOwn(row.covariates, name) || !name.startsWith(OWN_COVARIATE) ? name : name.slice(OWN_COVARIATE.length);
  return Object.hasOwn(row.covariates, own) ? (row.covariates[own] ?? null) : null;
}

/** What a fact's covariate is called beside the computed ones. */
export function covariateName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) || Object.hasOwn(COMPUTED, name) ? `${OWN_COVARIATE}${name}` : name;
}

/** Of a run, what its digest is made of. */
export interface RunRecords {
  facts: readonly FactRecord[];
  trials: readonly TrialRecord[];
  /** For what they rehearsed. */
  steps: readonly Pick<StepRecord, 'rehearsed'>[];
  /** For how samples were drawn. */
  manifest?: Pick<Manifest, 'spec'>;
  /** Those of embeddings. */
  probes?: { embeddings: readonly EmbeddingRecord[] };
}

/** Trials of the analysis' template only. */
export function digestRun(records: RunRecords, place: RunPlace, analysis: StudyAnalysis): RunDigest {
  const { facts, trials, steps, manifest, probes } = records;
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
  const lost = countingRows(
    asked.filter(({ fact, seen }) => !seen && rehearsed.has(fact)),
    { event: 'degradation', sustained, facts },
  ).rows;
  const rehearsedLoss = DIRECTIONS.map((direction) => ({
    direction,
    rows: lost.filter((row) => row.direction === direction).map((row) => riskInterval(row, withWithheld(covariates))),
  }));
  const digested = factDigests(asked, facts, rehearsed);
  const { run, seed, point, levels } = place;
  return {
    ...{ run, seed, point, levels },
    ...{ accuracy: accuracyOf(digested), events, rehearsedLoss, facts: digested },
    wholeSamples: manifest ? drawnWhole(manifest.spec) : null,
    geometry: geometryOf(probes?.embeddings ?? []),
  };
}

function drawnWhole({ evaluation: { topK, topP } }: Manifest['spec']): boolean {
  return topK === 0 && topP === 1;
}

function geometryOf(records: readonly EmbeddingRecord[]): Geometry[] {
  const last = new Map<Direction, number>();
  for (const { direction, step } of records) last.set(direction, Math.max(step, last.get(direction) ?? 0));
  return records.flatMap(({ direction, layer, pooling, step, matching }) => {
    const moments = [
      ...(step === 0 ? ['before' as const] : []),
      ...(step === last.get(direction) ? ['after' as const] : []),
    ];
    // Vectors of an untrained model alone say nothing of what training did.
    const told = moments.filter((when) => when === 'before' || step > 0);
    return told.flatMap((when) => matching.map((each) => ({ direction, layer, pooling, when, matching: each })));
  });
}

/** A degradation model always asks whether withheld facts are lost sooner. */
export function withWithheld(covariates: readonly string[]): string[] {
  return ['withheld', ...covariates.filter((name) => name !== 'withheld')];
}

function riskInterval(row: CountingRow, names: readonly string[]): RiskInterval {
  const values = Object.fromEntries(names.map((name) => [name, covariateValue(row, name)]));
  return { fact: row.fact, start: row.start, time: row.time, event: row.event, values };
}

function accuracyOf(facts: readonly FactDigest[]): RunDigest['accuracy'] {
  const groups = new Map<string, RunDigest['accuracy'][number]>();
  for (const direction of DIRECTIONS) {
    for (const set of FACT_SETS) {
      const counts = { kept: 0, gainers: 0, losers: 0, never: 0 };
      groups.set(`${direction}|${set}`, { direction, set, counts });
    }
  }
  for (const { direction, set, before, after } of facts) {
    const { counts } = groups.get(`${direction}|${set}`)!;
    if (before) counts[after ? 'kept' : 'losers'] += 1;
    else counts[after ? 'gainers' : 'never'] += 1;
  }
  return [...groups.values()].filter(({ counts }) => Object.values(counts).some((count) => count > 0));
}

/** Ten times as popular is one unit; facts that were never counted stay in. */
function logCount(count: number | null): number | null {
  return count === null || !(count >= 0) ? null : Math.log10(1 + count);
}
