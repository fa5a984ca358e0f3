/** What a Cox fit must keep whatever the rows: it sees order of times, not their size; units; copies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhiloxSequence, STREAM } from '../../../../src/core/philox';
import { coxFit } from '../../../../src/stats/cox/fit';
import type { CoxData, Ties } from '../../../../src/stats/cox/types';
import { drawnCox, pickRows } from '../cox-samples';
import { expectAll } from './goldens';

const seeds = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  ties: fc.constantFrom<Ties>('efron', 'breslow', 'exact'),
  hasStart: fc.boolean(),
});
const RUNS = { numRuns: 40 };
const precise = { tolerance: 1e-13, maxIterations: 50 };

function drawn(seed: number, hasStart: boolean): CoxData {
  const data = drawnCox(seed, 60, { hasStart });
  return { ...data, strata: Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'left' : 'right')) };
}

describe('a Cox fit', () => {
  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(seeds, ({ seed, ties, hasStart }) => {
        const data = drawn(seed, hasStart);
        const order = new PhiloxSequence(seed, STREAM.shuffle).shuffle(Array.from({ length: 60 }, (_, i) => i));
        const [a, b] = [data, pickRows(data, order)].map((rows) => coxFit(rows, { ties, ...precise }));
        expectAll(b!.beta, a!.beta, 1e-9, 'coefficient');
        expectAll(b!.variance, a!.variance, 1e-8, 'variance');
      }),
      RUNS,
    );
  });

  it('sees only the order of times', () => {
    fc.assert(
      fc.property(seeds, ({ seed, ties, hasStart }) => {
        const data = drawn(seed, hasStart);
        const stretch = (times: ArrayLike<number>): number[] => Array.from(times, (time) => Math.exp(time / 7) - 40);
        const start = data.start && { start: stretch(data.start) };
        const stretched = { ...data, time: stretch(data.time), ...start };
        expectAll(coxFit(stretched, { ties }).beta, coxFit(data, { ties }).beta, 1e-12, 'coefficient');
      }),
      RUNS,
    );
  });

  it('turns with the units of its covariates and does not see their zero', () => {
    fc.assert(
      fc.property(seeds, ({ seed, ties, hasStart }) => {
        const data = drawn(seed, hasStart);
        const scales = [1e6, -1e-4];
        const moved = { ...data, x: data.x.map((value, k) => (value + 3) * scales[k % 2]!) };
        const [a, b] = [data, moved].map((rows) => coxFit(rows, { ties, ...precise }));
        expectAll(
          b!.beta.map((beta, j) => beta * scales[j]!),
          a!.beta,
          1e-7,
          'coefficient',
        );
        expectAll([b!.tests.wald.statistic], [a!.tests.wald.statistic], 1e-7, 'Wald');
        expectAll([b!.tests.score.statistic], [a!.tests.score.statistic], 1e-7, 'score');
      }),
      RUNS,
    );
  });

  it('takes a row of weight 2 for two rows, with Breslow ties', () => {
    fc.assert(
      fc.property(seeds, ({ seed, hasStart }) => {
        const data = drawn(seed, hasStart);
        const twice = Array.from({ length: 60 }, (_, i) => i).flatMap((i) => (i % 4 === 1 ? [i, i] : [i]));
        const weights = Array.from({ length: 60 }, (_, i) => (i % 4 === 1 ? 2 : 1));
        const a = coxFit(pickRows(data, twice), { ties: 'breslow', ...precise });
        const b = coxFit({ ...data, weights }, { ties: 'breslow', ...precise });
        expectAll(b.beta, a.beta, 1e-8, 'coefficient');
        expectAll(b.variance, a.variance, 1e-8, 'variance');
      }),
      RUNS,
    );
  });

  it('gives the same however the ties are treated, where there are none', () => {
    fc.assert(
      fc.property(seeds, ({ seed, hasStart }) => {
        const data = drawn(seed, hasStart);
        const time = Array.from(data.time, (value, i) => value + i / 1000);
        const [a, b, c] = (['efron', 'breslow', 'exact'] as const).map((ties) =>
          coxFit({ ...data, time }, { ties, ...precise }),
        );
        expectAll(b!.beta, a!.beta, 1e-9, 'Breslow');
        expectAll(c!.beta, a!.beta, 1e-9, 'exact');
      }),
      RUNS,
    );
  });

  it('does not see a row cut in two at a time when it is at risk', () => {
    fc.assert(
      fc.property(seeds, ({ seed, ties }) => {
        const data = drawnCox(seed, 40, {});
        const isCut = (i: number): boolean => data.time[i]! > 2.5;
        const rows = Array.from({ length: 40 }, (_, i) => i).flatMap((i) => (isCut(i) ? [i, i] : [i]));
        const isLast = rows.map((row, k) => rows[k + 1] !== row);
        const cut: CoxData = {
          ...pickRows(data, rows),
          start: rows.map((row, k) => (isCut(row) && isLast[k] ? 2.5 : 0)),
          time: rows.map((row, k) => (isLast[k] ? data.time[row]! : 2.5)),
          event: rows.map((row, k) => (isLast[k] ? data.event[row]! : 0)),
        };
        const [a, b] = [data, cut].map((each) => coxFit(each, { ties, ...precise }));
        expectAll(b!.beta, a!.beta, 1e-8, 'coefficient');
        expectAll(b!.variance, a!.variance, 1e-8, 'variance');
      }),
      RUNS,
    );
  });

  it('has the log-rank test as its score test where no times are tied', () => {
    const group = [1, 1, 0, 1, 0, 0, 1, 0, 1, 0];
    const event = [1, 1, 1, 0, 1, 1, 1, 0, 0, 1];
    const time = group.map((_, i) => i + 1);
    let [difference, variance] = [0, 0];
    for (let i = 0; i < 10; i++) {
      if (event[i] === 0) continue;
      const share = group.slice(i).reduce((sum, value) => sum + value, 0) / (10 - i);
      difference += group[i]! - share;
      variance += share * (1 - share);
    }
    const fit = coxFit({ time, event, x: Float64Array.from(group), names: ['group'] });
    expect(fit.tests.score.statistic).toBeCloseTo(difference ** 2 / variance, 12);
  });

  it('reaches the published first steps of Newton–Raphson', () => {
    const six = {
      time: [9, 1, 1, 6, 6, 8],
      event: [1, 1, 0, 1, 1, 0],
      x: Float64Array.of(0, 1, 1, 1, 0, 0),
      names: ['x'],
    };
    const after = (maxIterations: number) => coxFit(six, { ties: 'breslow', maxIterations });
    expect(after(0).beta[0]).toBe(0);
    expect(after(1).beta[0]).toBeCloseTo(8 / 5, 12);
    expect(after(2).beta[0]).toBeCloseTo(1.472724, 6);
    expect(after(20).beta[0]).toBeCloseTo(Math.log(1.5 + Math.sqrt(33) / 2), 9);
    expect(after(1).warnings.map(({ code }) => code)).toContain('not-converged');
    expect(after(1).converged).toBe(false);
  });
});

describe('the exact likelihood', () => {
  it.each([[[0, 2, 4]], [[0, 2, 4, 5, 6]]])(
    'is the probability of the events among all subsets: rows %j of 7',
    (chosen) => {
      const x = [0.3, -1.2, 0.8, 1.9, -0.4, 0.1, 1.1];
      const slope = 0.9;
      const sumOf = (members: number[]): number => members.reduce((sum, i) => sum + x[i]!, 0);
      let [total, first, second] = [0, 0, 0];
      for (let set = 0; set < 1 << x.length; set++) {
        const members = x.map((_, i) => i).filter((i) => (set >> i) & 1);
        if (members.length !== chosen.length) continue;
        const risk = Math.exp(slope * sumOf(members));
        total += risk;
        first += risk * sumOf(members);
        second += risk * sumOf(members) ** 2;
      }
      const information = second / total - (first / total) ** 2;
      const score = sumOf(chosen) - first / total;
      const data = {
        time: x.map((_, i) => (chosen.includes(i) ? 1 : 2)),
        event: x.map((_, i) => chosen.includes(i)),
        offset: x.map((value) => slope * value),
        x: Float64Array.from(x),
        names: ['x'],
      };
      const start = coxFit(data, { ties: 'exact', maxIterations: 0 });
      expect(start.logLikelihood.null).toBeCloseTo(slope * sumOf(chosen) - Math.log(total), 12);
      expect(start.variance[0]).toBeCloseTo(1 / information, 10);
      expect(coxFit(data, { ties: 'exact', maxIterations: 1 }).beta[0]).toBeCloseTo(score / information, 10);
    },
  );

  it('counts subsets where all risks are equal, however many', () => {
    const logChoose = (n: number, k: number): number => {
      let sum = 0;
      for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
      return sum;
    };
    for (const deaths of [1, 50, 1500, 2990]) {
      const time = Array.from({ length: 3000 }, (_, i) => (i < deaths ? 1 : 2));
      const event = time.map((value) => value === 1);
      const fit = coxFit({ time, event, x: new Float64Array(0), names: [] }, { ties: 'exact' });
      expectAll([fit.logLikelihood.null], [-logChoose(3000, deaths)], 1e-12, `${deaths} events`);
    }
  });
});
