/**
 * What makes a fact learned sooner: hazard ratios of a Cox model with Efron ties, and of the grouped-time model, which
 * takes the ties of evaluations for what they are.
 *
 * Promises: every fact of the group is at risk or counted among those that are not, by why; covariates that the facts leave open, or
 * that do not vary, are left out by name; where events are too few for the wordings' covariates, the main ones stay. Must not know:
 * text.
 */
import type { FactEvent } from '../../core/fact-event';
import { rehearsedFacts, type AnalysedRun, type AnalysisArgs, type HazardRow, type Hazards } from '../../records';
import { countingRows, type CountingRow } from '../../stats';
import { covariateName, type RiskInterval, type RunPlace } from '../study/digest';
import { survivalRows } from '../study/pooled-survival';

const PLACE: RunPlace = { run: '', seed: 0, point: '', levels: {} };
const LEVEL = 0.95;

/** The names under which a fact's lexicalization is recorded. */
const LEXICAL = /^(lexical|tokens)\./;

const MAIN: Readonly<Record<string, (row: CountingRow) => number | null>> = {
  latent: ({ latent }) => (latent === null ? null : Number(latent)),
  // One unit is a doubling of 1 + count; facts that were never counted stay in.
  'log2(1 + count)': ({ covariates: { count } }) =>
    count === null || count === undefined || !(count >= 0) ? null : Math.log2(1 + count),
};
/** Whose event it is. */
const SIDES: Record<FactEvent, (seen: boolean) => boolean> = {
  acquisition: (seen) => seen,
  generalization: (seen) => !seen,
  degradation: () => true,
};
const WITHHELD = { withheld: ({ seen }: CountingRow) => Number(!seen) };

export function hazards(
  { manifest, facts, trials, steps }: AnalysedRun,
  { direction, template, event, covariates }: AnalysisArgs<'hazards'>,
): Hazards {
  const asked = trials.filter((trial) => trial.direction === direction && trial.template === template);
  const counted = countingRows(asked, { event, facts, rehearsed: rehearsedFacts(steps) });
  const group = new Set(asked.filter(({ seen }) => SIDES[event](seen)).map(({ fact }) => fact)).size;
  const { unobserved, rehearsed } = counted;
  // One row a fact: the clock starts at the baseline.
  const atRisk = counted.rows.length;
  const settled = group - atRisk - unobserved - rehearsed;
  const found = { atRisk, notAtRisk: { settled, unobserved, rehearsed } };
  if (atRisk === 0) return { rows: [], ...found };
  const main = event === 'degradation' ? { ...WITHHELD, ...MAIN } : MAIN;
  const values = new Map<string, (row: CountingRow) => number | null>(Object.entries(main));
  const more =
    covariates === 'lexical'
      ? [...new Set(counted.rows.flatMap((row) => Object.keys(row.covariates)))]
          .filter((name) => LEXICAL.test(name))
          .sort()
      : covariates === 'own'
        ? manifest.ontology.covariates.map(({ name }) => name)
        : [];
  const taken = new Set(Object.keys(main));
  // From the records themselves: rows add what is computed, under names that a column may have, too.
  const records = new Map(facts.map((record) => [record.fact, record.covariates]));
  for (const name of more) {
    values.set(covariateName(name, taken), ({ fact }) => {
      const own = records.get(fact);
      return own !== undefined && Object.hasOwn(own, name) ? (own[name] ?? null) : null;
    });
  }
  const rows = counted.rows.map((row): RiskInterval & { place: RunPlace } => ({
    ...{ fact: row.fact, start: row.start, time: row.time, event: row.event, place: PLACE },
    values: Object.fromEntries([...values].map(([name, valueOf]) => [name, valueOf(row)])),
  }));
  const models = survivalRows({
    ...{ point: PLACE.point, direction, event, rows, rehearsed },
    ...{ covariates: [...values.keys()], factors: [], strata: 'run', level: LEVEL },
  }).flatMap(({ model, term, estimate, coefficient, notEstimated, warnings, events }): HazardRow[] =>
    // Models run by run are those of one run here.
    model === 'cox' || model === 'cloglog'
      ? [{ model, term, estimate, coefficient, notEstimated, warnings, events }]
      : [],
  );
  return { rows: models, ...found };
}
