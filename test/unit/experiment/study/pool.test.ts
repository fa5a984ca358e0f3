/** Pooled statistics of a study: equal to R's, honest where there is too little, never NaN. */
import Ajv from 'ajv';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { poolStudy, rowsTable, studyTableCsv } from '../../../../src/experiment/study';
import {
  encodeStudySummary,
  parseStudySummary,
  studySummarySchema,
  type StudyRow,
  type StudySummary,
} from '../../../../src/records';
import { pairedDifference } from '../../../../src/stats';
import { expectRelative } from '../../stats/goldens';
import { digests, factors, golden, simulatedRuns, study, TERMS, trialOf, type SimulatedRun } from './simulated';

const SCHEMA = fileURLToPath(new URL('../../../../public/schemas/study-summary.v1.json', import.meta.url));
const summary = poolStudy(study, factors, digests());

function rowsOf(where: Partial<StudyRow>, from: StudySummary = summary): StudyRow[] {
  const entries = Object.entries(where) as [keyof StudyRow, unknown][];
  return from.rows.filter((row) => entries.every(([key, value]) => row[key] === value));
}

function oneRow(where: Partial<StudyRow>, from: StudySummary = summary): StudyRow {
  const found = rowsOf(where, from);
  expect(found, JSON.stringify(where)).toHaveLength(1);
  return found[0]!;
}

describe('paired gains', () => {
  it('have Newcombe’s interval', () => {
    for (const { counts, interval } of golden.paired) {
      const [kept, gainers, losers, never] = counts;
      const { value, lo, hi, n } = pairedDifference({ kept, gainers, losers, never });
      expect(n).toBe(kept + gainers + losers + never);
      expect(value).toBeCloseTo(interval[0]!, 12);
      expect(lo).toBeCloseTo(interval[1]!, 12);
      expect(hi).toBeCloseTo(interval[2]!, 12);
    }
    // The paper's own example: 0.0569 to 0.3404.
    expect(pairedDifference({ kept: 36, gainers: 12, losers: 2, never: 0 }).lo).toBeCloseTo(0.0569, 4);
  });

  it.each([
    [{ kept: 0, gainers: 0, losers: 0, never: 0 }],
    [{ kept: -1, gainers: 2, losers: 0, never: 0 }],
    [{ kept: 0.5, gainers: 2, losers: 0, never: 0 }],
  ])('are refused for %j', (counts) => {
    expect(() => pairedDifference(counts)).toThrowError(expect.objectContaining({ code: 'stats-input' }) as Error);
  });

  it('of each run and their mean over seeds are R’s', () => {
    for (const { run, after, gain } of golden.perRun) {
      const own = oneRow({ run, measure: 'gain' }).estimate!;
      [own.value, own.lo, own.hi].forEach((number, k) => expect(number).toBeCloseTo(gain[k]!, 12));
      const share = oneRow({ run, measure: 'accuracy after' }).estimate!;
      [share.lo, share.hi].forEach((number, k) => expect(number).toBeCloseTo(after[k]!, 12));
    }
    ['a', 'b'].forEach((arm, k) => {
      const { gain, after } = golden.accuracy[k]!;
      for (const [measure, expected] of [['gain', gain], ['accuracy after', after]] as const) {
        const { estimate, runs } = oneRow({ point: `arm=${arm}`, measure, model: 'mean over seeds' });
        expect(runs).toBe(4);
        expect(estimate!.n).toBe(4);
        expectRelative(estimate!.value, expected[0]!, 1e-9);
        expectRelative(estimate!.lo, expected[1]!, 1e-9);
        expectRelative(estimate!.hi, Math.min(1, expected[2]!), 1e-9);
      }
    });
  }); // prettier-ignore
});

describe('acquisition', () => {
  const models = [
    ['arm=a', golden.within[0]!],
    ['arm=b', golden.within[1]!],
    ['all runs', golden.across],
  ] as const;

  it.each(models)('%s: the stratified Cox model, robust by fact, is R’s', (point, { terms, cox }) => {
    terms.forEach((term, j) => {
      const row = oneRow({ point, measure: 'acquisition', model: 'cox', term: TERMS[term]! });
      expectRelative(row.coefficient!.beta, cox.beta[j]!, 1e-7, term);
      expectRelative(row.coefficient!.se, cox.se[j]!, 1e-7, term);
      expectRelative(row.coefficient!.p, cox.p[j]!, 1e-5, term);
      expectRelative(row.estimate!.value, Math.exp(cox.beta[j]!), 1e-7, term);
      expectRelative(row.estimate!.lo, cox.lo[j]!, 1e-7, term);
      expectRelative(row.estimate!.hi, cox.hi[j]!, 1e-7, term);
      expect(row.estimate!.n).toBe(cox.n[0]);
      expect(row.events).toBe(cox.events[0]);
      expect(row.estimate!.method).toContain('robust by fact');
    });
  });

  it.each(models)('%s: the mean of the models run by run is R’s', (point, { terms, byRun }) => {
    terms.forEach((term, j) => {
      const { coefficient, estimate } = oneRow({
        point,
        measure: 'acquisition',
        model: 'cox by run',
        term: TERMS[term]!,
      });
      const [mean, lo, hi, p] = byRun[j]!;
      expect(coefficient!.beta).toBeCloseTo(mean!, 6);
      expectRelative(estimate!.lo, Math.exp(lo!), 1e-6, term);
      expectRelative(estimate!.hi, Math.exp(hi!), 1e-6, term);
      expectRelative(coefficient!.p, p!, 1e-5, term);
      expect(estimate!.n).toBe(4);
    });
  });

  it.each(models)('%s: the grouped-time model with a baseline for each stratum is R’s', (point, { terms, cloglog }) => {
    terms.forEach((term, j) => {
      const { coefficient } = oneRow({ point, measure: 'acquisition', model: 'cloglog', term: TERMS[term]! });
      expectRelative(coefficient!.beta, cloglog.beta[j]!, 1e-6, term);
      expectRelative(coefficient!.se, cloglog.se[j]!, 1e-6, term);
    });
  });

  it('within one point of the grid has no term for the grid', () => {
    expect(rowsOf({ point: 'arm=a', term: 'arm=b' })).toEqual([]);
    expect(rowsOf({ point: 'all runs', measure: 'gain', term: null })).toEqual([]);
  });
});

describe('what cannot be estimated', () => {
  const pooled = (change: (run: SimulatedRun) => SimulatedRun, runs = simulatedRuns(), analysis = study.analysis) =>
    poolStudy({ ...study, analysis }, factors, digests(runs.map(change), analysis));

  it('says that nobody had the event', () => {
    const never = pooled((run) => ({
      ...run,
      trials: run.trials.map((trial) => ({ ...trial, answerHit: false, tokenHit: false, outcome: 'wrong' })),
    }));
    const row = oneRow({ point: 'arm=a', measure: 'acquisition' }, never);
    expect(row).toMatchObject({ estimate: null, notEstimated: 'no acquisition was seen', events: 0 });
  });

  it('says how many events there are and how many are needed', () => {
    const few = pooled((run) => ({ ...run, trials: run.trials.filter(({ epoch }) => epoch === 0 || epoch > 7) }), simulatedRuns().map((run) => ({ ...run, facts: run.facts.slice(0, 3), trials: run.trials.slice(0, 27) })));
    const row = oneRow({ point: 'arm=a', measure: 'acquisition' }, few);
    expect(row.notEstimated).toMatch(/^\d+ events for [123] coefficients?, at least 1[05] are needed$/);
  }); // prettier-ignore

  it('names covariates that are unknown or the same everywhere', () => {
    const bare = pooled((run) => ({
      ...run,
      facts: run.facts.map((fact) => ({ ...fact, count: null, covariates: { 'lexical.ngram': 0.5 } })),
    }));
    const rows = rowsOf({ point: 'arm=a', measure: 'acquisition', model: 'cox' }, bare);
    expect(rows.map(({ term }) => term)).toEqual(['latent']);
    expect(rows[0]!.estimate).not.toBeNull();
    expect(rows[0]!.warnings.map(({ code, message }) => `${code}: ${message.split(' ')[0]}`)).toEqual([
      'missing-covariate: popularity',
      'constant: lexical.ngram',
    ]);
  });

  it('leaves out rows that lack a value, and says how many', () => {
    const gaps = pooled((run) => ({
      ...run,
      facts: run.facts.map((fact, i) => (i < 6 ? { ...fact, count: null } : fact)),
    }));
    const row = oneRow({ point: 'arm=a', measure: 'acquisition', model: 'cox', term: 'latent' }, gaps);
    expect(row.estimate!.n).toBe(4 * 54);
    expect(row.warnings[0]!.message).toBe('24 of 240 rows were left out because popularity is unknown there.');
  });

  it('says that a coefficient grows without bound', () => {
    // Latent facts are all acquired at once, the others never.
    const split = pooled((run) => {
      const latent = new Set(
        run.trials.filter(({ sampled }) => sampled && sampled.answerHits > 0).map(({ fact }) => fact),
      );
      const trials = run.trials.map((trial) => {
        const right = trial.epoch > 1 && latent.has(trial.fact);
        return {
          ...trial,
          answerHit: right,
          tokenHit: right,
          outcome: right ? ('right' as const) : ('wrong' as const),
        };
      });
      return { ...run, trials };
    });
    const row = oneRow({ point: 'arm=a', measure: 'acquisition', model: 'cox', term: 'latent' }, split);
    expect(row.estimate).toBeNull();
    expect(row.notEstimated).toContain('latent');
  });

  it('is a mean over one run', () => {
    const one = poolStudy(study, factors, digests().slice(0, 1));
    expect(oneRow({ measure: 'gain', model: 'mean over seeds' }, one)).toMatchObject({ estimate: null, runs: 1 });
    expect(oneRow({ measure: 'gain', model: 'one run' }, one).estimate).not.toBeNull();
    const means = rowsOf({ measure: 'acquisition', model: 'cox by run' }, one);
    expect(means.length).toBeGreaterThan(0);
    for (const { notEstimated } of means) expect(notEstimated).toContain('a mean needs two or more');
  });
});

describe('degradation', () => {
  /** Half of the facts are right from the beginning; withheld ones are lost sooner. */
  const losing = simulatedRuns().map((run) => {
    const trials = run.facts.flatMap(({ fact }, k) => {
      const own = run.trials.filter((trial) => trial.fact === fact);
      const seen = k % 2 === 0;
      const lostAt = seen ? 7 + (k % 5) : 1 + (k % 9);
      return own.map((trial) => {
        const right = trial.epoch < lostAt;
        return { ...trialOf(0, 0, right), ...trial, seen, answerHit: right, tokenHit: right, outcome: right ? ('right' as const) : ('wrong' as const), sampled: null };
      });
    });
    return { ...run, facts: run.facts.map((fact, k) => ({ ...fact, seen: k % 2 === 0 })), trials };
  }); // prettier-ignore
  const lost = poolStudy(study, factors, digests(losing));

  it('asks whether withheld facts are lost sooner', () => {
    const row = oneRow({ point: 'arm=a', measure: 'degradation', model: 'cox', term: 'withheld' }, lost);
    expect(row.group).toBe('both');
    expect(row.estimate!.lo).toBeGreaterThan(1);
    expect(rowsOf({ point: 'all runs', measure: 'degradation', term: 'arm=b', group: 'both' }, lost)).toHaveLength(3);
  });

  it('is not estimated where nothing was right', () => {
    expect(rowsOf({ measure: 'degradation' })).toEqual([]);
  });
});

describe('rehearsed facts', () => {
  /** Every fact withheld; those of even place were rehearsed and learned at once, the others never. */
  const run = (index: number) => {
    const [first] = simulatedRuns().slice(index);
    const facts = first!.facts.map((fact) => ({ ...fact, seen: false }));
    const trials = facts.flatMap(({ fact }, k) =>
      [0, 1, 2].map((epoch) => ({
        ...first!.trials.find((trial) => trial.fact === fact)!,
        ...{ seen: false, epoch, sampled: null },
        ...hitOrMiss(k % 2 === 0 && epoch > 0),
      })),
    );
    const steps = [{ rehearsed: facts.filter((_, k) => k % 2 === 0).map(({ fact }) => fact) }];
    return { ...first!, facts, trials, steps };
  };
  const hitOrMiss = (right: boolean) => ({
    ...{ answerHit: right, tokenHit: right, outcome: right ? ('right' as const) : ('wrong' as const) },
  });
  const runs = [run(0), run(1)];
  const pooled = poolStudy(study, factors, digests(runs));

  it('are a group of their own, so that no generalization is made of them', () => {
    const after = (group: 'withheld' | 'rehearsed') =>
      rowsOf({ measure: 'accuracy after', model: 'one run' }, pooled).filter((row) => row.group === group);
    expect(after('withheld')).toHaveLength(2);
    for (const { estimate } of after('withheld')) expect(estimate!.value).toBe(0);
    expect(after('rehearsed')).toHaveLength(2);
    for (const { estimate } of after('rehearsed')) expect(estimate!.value).toBe(1);
    const [generalization] = rowsOf({ measure: 'generalization' }, pooled);
    expect(generalization).toMatchObject({ events: 0, notEstimated: 'no generalization was seen' });
    expect(generalization!.warnings[0]!.message).toMatch(/^Left out: \d+ withheld facts that were rehearsed/);
    expect(parseStudySummary(encodeStudySummary(pooled))).toEqual(pooled);
  });

  it('stand in no row of the table for other packages, which counts them', () => {
    const { rows, events, rehearsed } = rowsTable(runs, {
      event: 'generalization', sustained: 1, template: 'held-out', from: 'baseline',
    }); // prettier-ignore
    expect(events).toBe(0);
    expect(rehearsed).toBe(runs.reduce((sum, { steps }) => sum + steps[0]!.rehearsed.length, 0));
    expect(rows + rehearsed).toBe(runs.reduce((sum, { facts }) => sum + facts.length, 0));
  });
});

describe('a summary', () => {
  it('reads back as it was written, as JSON and as CSV', () => {
    expect(parseStudySummary(encodeStudySummary(summary))).toEqual(summary);
    const lines = studyTableCsv(summary).trimEnd().split('\r\n');
    expect(lines).toHaveLength(summary.rows.length + 1);
    expect(lines[0]).toMatch(/^point,direction,measure,group,model,run,seed,term,scale,value,lo,hi,n,beta,se,p,/);
  });

  it('is refused when it is cut or changed', () => {
    const text = encodeStudySummary(summary);
    for (const broken of [text.slice(0, 500), '[]', '{}', text.replace('"summaryVersion": 1', '"summaryVersion": 9')]) {
      expect(() => parseStudySummary(broken)).toThrowError(
        expect.objectContaining({ code: 'record-invalid' }) as Error,
      );
    }
  });

  it('is finite whatever the runs hold', () => {
    const all = simulatedRuns();
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 8 }),
        fc.uniqueArray(
          fc.constantFrom('latent', 'popularity', 'lexical.ngram', 'stratum', 'baselineLogQ', 'rank', 'none'),
          {
            maxLength: 4,
          },
        ),
        fc.integer({ min: 1, max: 3 }),
        (chosen, facts, epochs, covariates, sustained) => {
          const analysis = { ...study.analysis, covariates, sustained };
          const runs = chosen.map((k) => {
            const names = new Set(all[k]!.facts.slice(0, facts).map(({ fact }) => fact));
            const trials = all[k]!.trials.filter(({ fact, epoch }) => names.has(fact) && epoch <= epochs);
            return { ...all[k]!, trials };
          });
          const text = encodeStudySummary(poolStudy({ ...study, analysis }, factors, digests(runs, analysis)));
          for (const { estimate, notEstimated } of parseStudySummary(text).rows) {
            expect((estimate === null) === (notEstimated !== null)).toBe(true);
            if (estimate) expect(estimate.lo <= estimate.value && estimate.value <= estimate.hi).toBe(true);
          }
        },
      ),
      { numRuns: 30, seed: 8 },
    );
  });

  it('has a published JSON Schema (after a change: vitest run -u on this file)', async () => {
    const schema = {
      ...toJsonSchema(studySummarySchema, { ignoreActions: ['check', 'finite'] }),
      title: 'Ontoscope study summary, version 1',
      description: 'What the runs of a study say together: one row an estimate.',
    };
    const options = { ...(await prettier.resolveConfig(SCHEMA)), parser: 'json' };
    await expect(await prettier.format(JSON.stringify(schema), options)).toMatchFileSnapshot(SCHEMA);
    const validate = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
    expect(validate(JSON.parse(encodeStudySummary(summary))), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...summary, rows: [{ ...summary.rows[0], estimate: 3 }] })).toBe(false);
  });
});
