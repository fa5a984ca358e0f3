/** What is asked of the runs of a study together: equal to R's, blind to the order of runs, honest where there is too little. */
import { describe, expect, it } from 'vitest';
import { poolStudy, type RunDigest } from '../../../../src/experiment/study';
import { contrastRows } from '../../../../src/experiment/study/questions/contrasts';
import { exposureRows } from '../../../../src/experiment/study/questions/exposures';
import { pooledShareRows } from '../../../../src/experiment/study/questions/pooled-shares';
import { sampleRows } from '../../../../src/experiment/study/questions/samples';
import type { Question } from '../../../../src/experiment/study/questions/types';
import { encodeStudySummary, parseStudySummary, type StudyRow, type StudySummary } from '../../../../src/records';
import { expectRelative } from '../../stats/goldens';
import { asked, askedRuns, linesOf } from './questions';
import { digests, factors, study, type Model } from './simulated';

const analysis = { ...study.analysis, covariates: [] };
const summary = poolStudy({ ...study, analysis }, factors, digests(askedRuns(), analysis));

/** One question alone, of other runs. */
function ask(question: Question, runs: readonly RunDigest[]): { rows: StudyRow[] } {
  const points = ['arm=a', 'arm=b'].map((point) => ({ point, members: runs.filter((run) => run.point === point) }));
  return { rows: question({ analysis, runs, points, factors: [{ name: 'arm', levels: ['a', 'b'] }] }) };
}

function rowsOf(where: Partial<StudyRow>, from: Pick<StudySummary, 'rows'> = summary): StudyRow[] {
  const entries = Object.entries(where) as [keyof StudyRow, unknown][];
  return from.rows.filter((row) => entries.every(([key, value]) => row[key] === value));
}

function oneRow(where: Partial<StudyRow>, from: Pick<StudySummary, 'rows'> = summary): StudyRow {
  const found = rowsOf(where, from);
  expect(found, JSON.stringify(where)).toHaveLength(1);
  return found[0]!;
}

/** Value, limits and p, as R has them. */
function expectMean(row: StudyRow, [value, lo, hi, p]: readonly number[], note: string): void {
  expect(row.estimate!.value, note).toBeCloseTo(value!, 9);
  expect(row.estimate!.lo, note).toBeCloseTo(lo!, 8);
  expect(row.estimate!.hi, note).toBeCloseTo(hi!, 8);
  expect(row.estimate!.n).toBe(4);
  if (row.coefficient) expectRelative(row.coefficient.p, p!, 1e-5, note);
}

const frameOf = ({ point, direction, set, measure }: ReturnType<typeof linesOf>[number]) =>
  ({ point, direction, group: set, measure }) as Partial<StudyRow>;
const DIRECTIONS = 'term-to-id − id-to-term';

describe('differences paired by seed', () => {
  it.each([
    ['level', 'arm=b', 20],
    ['direction', DIRECTIONS, 20],
    ['interaction', `${DIRECTIONS}: arm=b`, 10],
  ])('of each %s are R’s', (kind, term, count) => {
    const lines = linesOf(kind);
    expect(lines).toHaveLength(count);
    for (const line of lines) {
      const row = oneRow({ ...frameOf(line), model: 'paired by seed', term });
      expectMean(row, line.value, JSON.stringify(line));
      expect(row.scale).toBe(line.measure.startsWith('log q') ? 'nats' : 'difference');
    }
  });

  it('say whether facts were paired', () => {
    const method = (group: 'seen' | 'withheld') =>
      oneRow({ measure: 'gain', direction: 'term-to-id', group, model: 'paired by seed', term: 'arm=b' }).estimate!.method;
    expect(method('seen')).toContain('fact by fact');
    // Six pairs of arm b were rehearsed, so that its withheld facts are others.
    expect(method('withheld')).toContain('difference of the runs');
  });

  it('are no estimate of one seed, and are absent where a level has no partner', () => {
    const [first, second] = [askedRuns().filter(({ seed }) => seed === 1), askedRuns().filter(({ run }) => run === 'b2')];
    const one = ask(contrastRows, digests([...first, ...second], analysis));
    const row = oneRow({ measure: 'gain', direction: 'term-to-id', group: 'seen', model: 'paired by seed' }, one);
    expect(row).toMatchObject({ estimate: null, runs: 1, notEstimated: '1 seed has an estimate; a mean needs two or more' });
  });
}); // prettier-ignore

describe('within a point', () => {
  it('right answers are counted together, with an upper bound where there is none', () => {
    for (const line of linesOf('pooled')) {
      const { estimate, warnings } = oneRow({ ...frameOf(line), model: 'pooled', term: null });
      [estimate!.value, estimate!.lo, estimate!.hi].forEach((number, k) => expect(number).toBeCloseTo(line.value[k]!, 10));
      expect(warnings.map(({ code }) => code)).toEqual(['repeated-facts']);
    }
    const wrong = askedRuns().map((run) => ({ ...run, trials: run.trials.map((trial) => (trial.seen ? trial : { ...trial, answerHit: false, tokenHit: false, outcome: 'wrong' as const })) }));
    const none = ask(pooledShareRows, digests(wrong, analysis));
    const row = oneRow({ point: 'arm=a', direction: 'term-to-id', measure: 'accuracy after', group: 'withheld', model: 'pooled', term: null }, none);
    const z2 = 1.959963984540054 ** 2;
    expect(row.estimate).toMatchObject({ value: 0, lo: 0, n: 140 });
    expectRelative(row.estimate!.hi, z2 / (140 + z2), 1e-9);
  }); // prettier-ignore

  it('log q and its rise have a mean over seeds', () => {
    for (const line of linesOf('mean')) {
      expectMean(oneRow({ ...frameOf(line), model: 'mean over seeds', term: null }), line.value, JSON.stringify(line));
    }
    expect(rowsOf({ measure: 'log q rise', model: 'one run', direction: 'term-to-id', group: 'seen' })).toHaveLength(8);
  });
});

describe('exposures', () => {
  it('make buckets whose means are R’s', () => {
    for (const { set, value, ...line } of linesOf('bucket')) {
      const where = { ...frameOf({ ...line, set: 'both', value }), term: `exposures=${set}` };
      const [mean, lo, hi, p] = value as [number, number, number, number];
      const limited = line.measure === 'accuracy before' ? [mean, Math.max(0, lo), Math.min(1, hi), p] : value;
      expectMean(oneRow({ ...where, model: 'mean over seeds' }), limited, JSON.stringify(line));
      if (line.measure === 'accuracy before') expect(oneRow({ ...where, model: 'pooled' }).estimate!.n).toBeGreaterThan(50);
    }
  }); // prettier-ignore

  it('correlate with what is known, over buckets and over facts', () => {
    for (const line of linesOf('buckets')) {
      const row = oneRow({ ...frameOf(line), term: 'exposures, by bucket', model: 'rank correlation' });
      expect(row.estimate!.value).toBeCloseTo(line.value[0]!, 10);
      expectRelative(row.test!.p, line.value[1]!, 1e-9);
      expect(row.estimate!.n).toBe(5);
      expect(row.estimate!.lo).toBeLessThanOrEqual(row.estimate!.value);
      const single = rowsOf({ ...frameOf(line), term: 'exposures, by bucket', model: 'one run' });
      expect(single.map(({ seed }) => seed)).toEqual([1, 2, 3, 4]);
    }
    for (const line of linesOf('facts')) {
      const row = oneRow({ ...frameOf(line), term: 'exposures', model: 'mean over seeds' });
      expectMean(row, line.value, JSON.stringify(line));
    }
  });

  it('more than twelve numbers are put together by powers of two; unknown ones make no line', () => {
    const many = askedRuns().map((run) => ({
      ...run,
      facts: run.facts.map((fact, i) => ({ ...fact, covariates: { exposures: Math.log2(1 + (i % 40)) } })),
    }));
    const pooled = ask(exposureRows, digests(many, analysis));
    const terms = rowsOf({ point: 'arm=a', direction: 'term-to-id', measure: 'log q before' }, pooled)
      .flatMap(({ term }) => (term?.startsWith('exposures=') ? [term.slice('exposures='.length)] : []));
    expect(terms).toEqual(['0', '1–2', '3–6', '7–14', '15–30', '31–62']);
    const bare = askedRuns().map((run) => ({ ...run, facts: run.facts.map((fact) => ({ ...fact, covariates: {} })) }));
    const unknown = ask(exposureRows, digests(bare, analysis));
    expect(unknown.rows.some(({ term }) => term?.startsWith('exposures'))).toBe(false);
  }); // prettier-ignore
});

describe('latent facts', () => {
  const against = 'the label − 1−(1−q)^k';

  it('are found as often as q says: z and χ² are R’s', () => {
    for (const line of linesOf('samples')) {
      const [value, lo, hi, p, chi, bins, chiP] = line.value as [number, number, number, number, number, number, number];
      const row = oneRow({ ...frameOf(line), term: against });
      expect(row.estimate!.value).toBeCloseTo(value, 10);
      expect(row.estimate!.lo).toBeCloseTo(lo, 9);
      expect(row.estimate!.hi).toBeCloseTo(hi, 9);
      expectRelative(row.coefficient!.p, p, 1e-7);
      const { test } = oneRow({ ...frameOf(line), term: `${against}, by bin` });
      expectRelative(test!.statistic, chi, 1e-8);
      expect(test!.df).toBe(bins);
      expectRelative(test!.p, chiP, 1e-7);
    }
  }); // prettier-ignore

  it('of which twice as many are found than q allows are told from it', () => {
    const more = askedRuns().map((run) => ({
      ...run,
      trials: run.trials.map((trial) => (trial.sampled ? { ...trial, logQ: trial.logQ - Math.log(2.5) } : trial)),
    }));
    const pooled = ask(sampleRows, digests(more, analysis));
    for (const term of [against, `${against}, by bin`]) {
      const row = oneRow({ point: 'arm=a', direction: 'term-to-id', term }, pooled);
      expect(row.estimate!.lo).toBeGreaterThan(0);
      expect(row.test?.p ?? row.coefficient!.p).toBeLessThan(1e-4);
    }
  });

  it('are not compared where only a part of the distribution was sampled', () => {
    const cut = digests(askedRuns(), analysis).map((digest) => ({ ...digest, wholeSamples: false }));
    const row = oneRow({ point: 'arm=a', direction: 'term-to-id', term: against }, ask(sampleRows, cut)); // prettier-ignore
    expect(row).toMatchObject({ estimate: null, notEstimated: expect.stringContaining('top-k or top-p') as string });
  });

  it('have peaks of learning as in R, with limits within an epoch of R’s', () => {
    for (const { point, direction, value } of asked.lines.filter(({ kind }) => kind === 'peaks')) {
      const [observed, lo, hi] = value as number[][];
      let k = 0;
      for (const measure of ['peak epoch', 'peak epoch of the rate'] as const) {
        for (const term of ['latent', 'not latent', 'latent − not latent']) {
          const { estimate } = oneRow({ point, direction, measure, term });
          expect(estimate!.value, `${point} ${direction} ${measure} ${term}`).toBe(observed![k]);
          expect(Math.abs(estimate!.lo - lo![k]!)).toBeLessThanOrEqual(1);
          expect(Math.abs(estimate!.hi - hi![k]!)).toBeLessThanOrEqual(1);
          k += 1;
        }
      }
    }
  });
});

describe('survival models of one question', () => {
  const models: [string, Partial<StudyRow>, Model][] = [
    ['a point', { point: 'arm=a' }, asked.directionA],
    ['all runs', { point: 'all runs' }, asked.directions],
  ];
  const TERMS: Record<string, string> = { toid: 'direction=term-to-id', armb: 'arm=b', product: 'direction=term-to-id:arm=b' };

  it.each(models)('acquisition by direction, of %s, is R’s', (_, where, { terms, cox, byRun, cloglog }) => {
    [terms].flat().forEach((name, j) => {
      const term = TERMS[name]!;
      const row = (model: StudyRow['model']) =>
        oneRow({ ...where, direction: 'both', measure: 'acquisition', group: 'seen', model, term }).coefficient!;
      expectRelative(row('cox').beta, cox.beta[j]!, 1e-7, name);
      expectRelative(row('cox').se, cox.se[j]!, 1e-7, name);
      expect(row('cox by run').beta).toBeCloseTo(byRun[j]![0]!, 6);
      expectRelative(row('cox by run').p, byRun[j]![3]!, 1e-5, name);
      expectRelative(row('cloglog').beta, cloglog.beta[j]!, 1e-6, name);
      expectRelative(row('cloglog').se, cloglog.se[j]!, 1e-6, name);
    });
  });

  it('losses of withheld, of seen and of rehearsed facts alone are R’s', () => {
    for (const { set, direction, value } of linesOf('loss')) {
      const [beta, se, p, lo, hi, n, events] = value as [number, number, number, number, number, number, number];
      const row = oneRow({ point: 'all runs', direction, measure: 'degradation', group: set, model: 'cox', term: events < 10 && set !== 'rehearsed' ? null : 'arm=b' } as Partial<StudyRow>);
      expect(row.events).toBe(events);
      if (events < 10) {
        expect(row.notEstimated).toBe(`${events} events for 1 coefficient, at least 10 are needed`);
        continue;
      }
      expectRelative(row.coefficient!.beta, beta, 1e-7);
      expectRelative(row.coefficient!.se, se, 1e-7);
      expectRelative(row.coefficient!.p, p, 1e-6);
      expectRelative(row.estimate!.lo, lo, 1e-7);
      expectRelative(row.estimate!.hi, hi, 1e-7);
      expect(row.estimate!.n).toBe(n);
    }
  });
}); // prettier-ignore

describe('the whole of it', () => {
  it('does not depend on the order of runs, and reads back as written', () => {
    const all = digests(askedRuns(), analysis);
    const order = [5, 0, 7, 2, 6, 1, 4, 3];
    expect(poolStudy({ ...study, analysis }, factors, order.map((k) => all[k]!))).toEqual(summary); // prettier-ignore
    expect(parseStudySummary(encodeStudySummary(summary))).toEqual(summary);
    for (const { estimate, notEstimated } of summary.rows) {
      expect((estimate === null) === (notEstimated !== null)).toBe(true);
      if (estimate) expect(estimate.lo <= estimate.value && estimate.value <= estimate.hi).toBe(true);
    }
  });
});
