/** A short form of `npm run study:stats`: a planted hazard ratio is found, and covered as often as it should be. */
import { expect, it } from 'vitest';
import { PhiloxSequence } from '../../../src/core/philox';
import { coxFit, groupedTimeFit } from '../../../src/stats';
import { simulateStudy } from '../../science/simulate';

it('finds a planted hazard ratio of 2.6 over 20 epochs: cloglog and Efron nearly unbiased, Breslow pulled towards 1', () => {
  const draws = new PhiloxSequence(3, 77);
  const studies = 120;
  const truth = Math.log(2.6);
  const sums = { cloglog: 0, efron: 0, breslow: 0 };
  let covered = 0;
  for (let i = 0; i < studies; i++) {
    const { time, event, latent } = simulateStudy(
      { facts: 800, epochs: 20, latentShare: 0.25, hazardRatio: 2.6, baselineHazard: 3.4 },
      draws,
    );
    const data = { time, event, x: Float64Array.from(latent), names: ['latent'] };
    const cloglog = groupedTimeFit(data).terms[0]!;
    sums.cloglog += cloglog.beta! / studies;
    sums.efron += coxFit(data).terms[0]!.beta! / studies;
    sums.breslow += coxFit(data, { ties: 'breslow' }).terms[0]!.beta! / studies;
    if (cloglog.ratio!.lo <= 2.6 && 2.6 <= cloglog.ratio!.hi) covered += 1;
  }
  // The mean of 120 studies has a standard error of about 0.8 % of log 2.6.
  expect(Math.abs(sums.cloglog / truth - 1)).toBeLessThan(0.03);
  expect(Math.abs(sums.efron / truth - 1)).toBeLessThan(0.04);
  expect(sums.breslow / truth).toBeLessThan(0.93);
  expect(covered / studies).toBeGreaterThan(0.88);
}, 60_000);
