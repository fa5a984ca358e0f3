import { describe, expect, it } from 'vitest';
import { baselineHazard } from '../../../src/stats/cox/baseline';
import { predictedCurves } from '../../../src/stats/cox/curves';
import { coxFit } from '../../../src/stats/cox/fit';
import type { CoxNewRows } from '../../../src/stats/cox/new-rows';
import { expectedEvents, fittedPredictors, linearPredictors, relativeRisks } from '../../../src/stats/cox/predict';
import { martingaleResiduals } from '../../../src/stats/cox/residuals-martingale';
import { kaplanMeier, survivalAt } from '../../../src/stats/km';
import { expectClose, fitNamed, FITS, FULL, type GoldenCase, type GoldenCurves } from './cox-post-goldens';
import { drawnCox } from './cox-samples';

const newRows = (given: GoldenCase): CoxNewRows => ({
  x: Float64Array.from(given.newX),
  ...(given.new_s && { strata: given.new_s }),
  ...(given.new_o && { offset: given.new_o }),
});

/** R's columns as one list per curve, row by row and stratum by stratum. */
function curvesOf(golden: GoldenCurves, part: Partial<GoldenCurves>, perRow: boolean): GoldenCurves[] {
  const { lengths, columns } = golden;
  const strata = perRow ? 1 : lengths.length;
  const count = perRow ? lengths.length : columns * strata;
  return Array.from({ length: count }, (_, k) => {
    const block = perRow ? k : k % strata;
    const column = perRow ? 0 : Math.floor(k / strata);
    const from = lengths.slice(0, block).reduce((sum, length) => sum + length, 0);
    const steps = Array.from({ length: lengths[block]! }, (_, i) => from + i);
    const own = <T>(values: T[]): T[] => steps.map((i) => values[i * columns + column]!);
    const shared = (values: number[]): number[] => steps.map((i) => values[i]!);
    const all = { ...golden, ...part };
    return {
      ...all,
      ...{ time: shared(golden.time), nrisk: shared(golden.nrisk) },
      ...{ nevent: shared(golden.nevent), ncensor: shared(golden.ncensor) },
      ...{ surv: own(golden.surv), se: own(golden.se), cumhaz: own(golden.cumhaz) },
      ...{ lower: own(all.lower), upper: own(all.upper) },
      ...{ median: [all.median[k]!], medianLower: [all.medianLower[k]!], medianUpper: [all.medianUpper[k]!] },
    };
  });
}

describe('predicted curves agree with survfit.coxph', () => {
  it.each(FITS.filter(({ golden }) => golden.curves))('$title', ({ fit, golden, given }) => {
    const { log, loglog, plain } = golden.curves;
    const parts = { log, 'log-log': loglog, plain } as const;
    for (const intervals of ['log', 'log-log', 'plain'] as const) {
      if (parts[intervals] === undefined) continue;
      const ours = predictedCurves(fit, newRows(given), { intervals });
      const theirs = curvesOf(log, parts[intervals], given.new_s !== undefined);
      expect(ours).toHaveLength(theirs.length);
      ours.forEach((curve, k) => {
        const r = theirs[k]!;
        expect([curve.time[0], curve.survival[0], curve.lo[0], curve.hi[0]]).toEqual([0, 1, 1, 1]);
        const after = (values: number[]): number[] => values.slice(1);
        expectClose(after(curve.time), r.time);
        expectClose(after(curve.survival), r.surv);
        expectClose(after(curve.cumulativeHazard), r.cumhaz);
        expectClose(after(curve.standardError), r.se);
        // Before the first event R has no log-log limits; here they are 1.
        const atOne = (value: number | null, i: number): number | null => (r.surv[i] === 1 ? 1 : value);
        expectClose(after(curve.lo), r.lower.map(atOne));
        expectClose(after(curve.hi), r.upper.map(atOne));
        expectClose(after(curve.atRisk), r.nrisk);
        expectClose(after(curve.events), r.nevent);
        expectClose(after(curve.censored), r.ncensor);
        expectClose(
          [curve.median.value, curve.median.lo, curve.median.hi],
          [...r.median, ...r.medianLower, ...r.medianUpper],
        );
      });
    }
  });

  it.each(FULL)('baseline hazard, linear predictors, expected events: $title', ({ fit, golden, given }) => {
    expectClose(
      baselineHazard(fit).flatMap(({ cumulativeHazard }) => [...cumulativeHazard]),
      golden.baseline,
    );
    const rows = newRows(given);
    expectClose(
      linearPredictors(fit, rows, { reference: 'zero' }).map(({ value }) => value),
      golden.lp,
    );
    if (!golden.expected) return;
    const { time, value, se } = golden.expected;
    const expected = expectedEvents(fit, {
      ...rows,
      time,
      ...(given.s && { strata: [1, 1, 1] }),
      ...(golden.expectedStart && { start: golden.expectedStart }),
    });
    expectClose(
      expected.map((each) => each.value),
      value,
    );
    if (se)
      expectClose(
        expected.map((each) => each.standardError),
        se,
      );
  });
});

describe('predictions of a Cox model', () => {
  it('baseline, relative risk and curve fit together, whatever the reference', () => {
    const { fit, given } = fitNamed('offset, efron');
    const rows = newRows(given);
    const curves = predictedCurves(fit, rows);
    for (const reference of ['mean', 'zero'] as const) {
      const [baseline] = baselineHazard(fit, { reference });
      relativeRisks(fit, rows, { reference }).forEach(({ value, lo, hi }, row) => {
        expectClose(
          curves[row]!.cumulativeHazard.slice(1),
          baseline!.cumulativeHazard.map((hazard) => hazard * value),
        );
        expect(lo).toBeLessThanOrEqual(value);
        expect(hi).toBeGreaterThanOrEqual(value);
      });
    }
  });

  it('events expected of the rows of the fit are events minus martingale residuals where no events tie', () => {
    const { fit, given } = fitNamed('plain, efron');
    const residuals = martingaleResiduals(fit);
    const expected = expectedEvents(fit, { x: fit.data.x, time: given.time });
    expectClose(
      expected.map(({ value }) => value),
      given.event.map((event, i) => event - residuals[i]!),
    );
  });

  it('expected events of two stretches add up to those of the whole', () => {
    const { fit } = fitNamed('entry-strata-weights, breslow');
    const row = { x: Float64Array.of(0.4, 1), strata: [2] };
    const stretch = (start: number, time: number): number =>
      expectedEvents(fit, { ...row, start: [start], time: [time] })[0]!.value;
    expect(stretch(0, 3) + stretch(3, 9)).toBeCloseTo(stretch(0, 9), 12);
    expect(stretch(100, 200)).toBe(0);
  });

  it('without covariates the hazard is Nelson and Aalen’s, near Kaplan–Meier', () => {
    const data = drawnCox(17, 300, {});
    const fit = coxFit({ ...data, x: new Float64Array(0), names: [] }, { ties: 'breslow' });
    const [curve] = predictedCurves(fit, { x: new Float64Array(0) });
    const km = kaplanMeier(
      Array.from(data.time),
      Array.from(data.event, (event) => event === 1),
    );
    let hazard = 0;
    km.time.forEach((_, k) => {
      hazard += km.events[k]! / km.atRisk[k]!;
      expect(curve!.cumulativeHazard[k]).toBeCloseTo(hazard, 12);
      expect(curve!.survival[k]! - km.survival[k]!).toBeGreaterThanOrEqual(0);
    });
    expect([curve!.time, curve!.atRisk, curve!.events, curve!.censored]).toEqual([
      km.time,
      km.atRisk,
      km.events,
      km.censored,
    ]);
    expect(survivalAt(curve!, 3.5).value).toBe(curve!.survival[curve!.time.indexOf(3)]);
  });

  it('the fit’s own predictors are 0 at the means', () => {
    const fit = coxFit(drawnCox(19, 70, { hasWeights: true }));
    const own = fittedPredictors(fit);
    const weights = fit.data.weights!;
    const total = own.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    expect(Math.abs(total)).toBeLessThan(1e-10);
    expectClose(
      linearPredictors(fit, { x: fit.data.x }).map(({ value }) => value),
      own,
    );
  });

  it('a curve past the smallest number keeps bounds and no NaN', () => {
    const { fit } = fitNamed('plain, efron');
    for (const intervals of ['log', 'log-log', 'plain'] as const) {
      const [curve] = predictedCurves(fit, { x: Float64Array.of(40) }, { intervals });
      expect(curve!.survival.at(-1)).toBe(0);
      for (const values of [curve!.lo, curve!.hi, curve!.survival, curve!.standardError]) {
        expect(values.every((value) => Number.isFinite(value))).toBe(true);
      }
    }
  });

  it('a stratum without events has a flat curve and a warning', () => {
    const time = [1, 2, 3, 4, 4, 5, 6];
    const event = [1, 1, 1, 1, 0, 0, 0];
    const strata = ['a', 'a', 'a', 'a', 'b', 'b', 'b'];
    const fit = coxFit({ time, event, strata, x: Float64Array.of(1, 0, 1, 0, 1, 0, 1), names: ['x'] });
    const [a, b] = predictedCurves(fit, { x: Float64Array.of(0) });
    expect(a!.warnings).toEqual([]);
    expect(b!.warnings.map(({ code }) => code)).toEqual(['no-events']);
    expect(b!.survival).toEqual([1, 1, 1, 1]);
    expect(b!.median).toEqual({ value: null, lo: null, hi: null });
    expect(baselineHazard(fit)[1]!.warnings).toHaveLength(1);
  });

  it('a coefficient on its way to infinity is said beside every prediction', () => {
    const fit = coxFit({ time: [1, 2, 3, 4], event: [1, 1, 0, 0], x: Float64Array.of(1, 1, 0, 0), names: ['x'] });
    const rows = { x: Float64Array.of(0), time: [2] };
    for (const { warnings } of [
      ...linearPredictors(fit, rows),
      ...relativeRisks(fit, rows),
      ...expectedEvents(fit, rows),
      ...predictedCurves(fit, rows),
      ...baselineHazard(fit),
    ]) {
      expect(warnings!.map(({ code }) => code)).toContain('monotone-likelihood');
    }
  });

  it('new rows that do not fit the model are refused in words', () => {
    const { fit } = fitNamed('strata, efron');
    const x = Float64Array.of(0, 1, 2);
    expect(() => predictedCurves(fit, { x: Float64Array.of(1, 2) })).toThrow(/2 values, not a multiple of the fit's 3/);
    expect(() => predictedCurves(fit, { x: Float64Array.of(0, NaN, 0) })).toThrow(/row 1: x2 is NaN/);
    expect(() => predictedCurves(fit, { x, strata: [9] })).toThrow(/row 1: the fit has no stratum 9/);
    expect(() => expectedEvents(fit, { x, time: [3] })).toThrow(/3 strata, but the new rows name none/);
    expect(() => expectedEvents(fit, { x, strata: [1], time: [3], start: [3] })).toThrow(
      /start 3 is not before time 3/,
    );
    expect(() => predictedCurves(fit, { x: Float64Array.of(1e6, 0, 0) })).toThrow(
      /row 1 is so far from the fitted rows/,
    );
    expect(() => predictedCurves(fit, { x, offset: [Infinity] })).toThrow(/row 1: offset is Infinity/);
    expect(() => linearPredictors(fit, { x }, { level: 1 })).toThrow(/confidence level is 1/);
  });
});
