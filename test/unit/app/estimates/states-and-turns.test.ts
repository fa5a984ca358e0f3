import { describe, expect, it } from 'vitest';
import { stateMatrixOf } from '../../../../src/app/estimates/fact-states';
import { turnedFactsOf } from '../../../../src/app/estimates/gainers';
import { groupsOf } from '../../../../src/app/estimates/groups';
import { learningRatesOf } from '../../../../src/app/estimates/learning-rate';
import { outcomesOf } from '../../../../src/app/estimates/outcomes';
import { meanShare, partialCreditOf } from '../../../../src/app/estimates/partial';
import { ratesNote } from '../../../../src/ui/charts/learning-rate/words';
import { survivalNote } from '../../../../src/ui/charts/survival/words';
import { survivalOf } from '../../../../src/app/estimates/survival';
import { NOT_SAMPLED, statesNote, statesTable } from '../../../../src/ui/charts/states/words';
import { fixtureRun, VIEW } from '../../../helpers/chart-run';

const run = fixtureRun({ pairs: 40, epochs: 6 });
const { groups } = groupsOf(run, VIEW)!;
const seen = groups.find(({ set }) => set === 'seen')!;

describe('what charts estimate agrees with the summary', () => {
  it('states before and after: known to known are those right throughout or again', () => {
    const { cells, n } = stateMatrixOf(run, VIEW)!;
    expect(n).toBe(seen.facts);
    expect(cells.reduce((sum, { facts }) => sum + facts.length, 0)).toBe(n);
    const count = (before: string, after: string) =>
      cells.find((cell) => cell.before === before && cell.after === after)?.facts.length ?? 0;
    expect(count('known', 'known')).toBe(seen.transitions.kept);
    expect(count('unknown', 'known') + count('latent', 'known')).toBe(seen.transitions.gainers);
    expect(count('known', 'lost')).toBe(seen.transitions.losers);
  });

  it('facts that turned: as many as gainers and losers of all sets', () => {
    const { facts, n } = turnedFactsOf(run, VIEW)!;
    const sum = (pick: (group: (typeof groups)[number]) => number) =>
      groups.reduce((total, group) => total + pick(group), 0);
    expect(n).toBe(sum((group) => group.facts));
    expect(facts.filter(({ turned }) => turned === 'gained')).toHaveLength(
      sum(({ transitions }) => transitions.gainers),
    );
    expect(facts.filter(({ turned }) => turned === 'lost')).toHaveLength(sum(({ transitions }) => transitions.losers));
    const changes = facts.map(({ before, after }) => Math.abs(after - before));
    expect(changes).toEqual([...changes].sort((a, b) => b - a));
  });

  it('an evaluation that did not go through counts for nobody', () => {
    const trials = run.trials.filter(({ epoch, seen }) => epoch < 6 || seen);
    const until = { ...run, trials: run.trials.filter(({ epoch }) => epoch < 6) };
    const cut = { ...run, trials };
    expect(stateMatrixOf(cut, VIEW)).toEqual(stateMatrixOf(until, VIEW));
    expect(turnedFactsOf(cut, VIEW)).toEqual(turnedFactsOf(until, VIEW));
    expect(turnedFactsOf(cut, VIEW)!.epoch).toBe(stateMatrixOf(cut, VIEW)!.epoch);
  });

  it('states without samples are wrong, and neither latent nor unknown', () => {
    const trials = run.trials.map((trial) => ({ ...trial, sampled: null }));
    const data = stateMatrixOf({ ...run, trials }, VIEW)!;
    expect(data.sampled).toEqual({ before: false, after: false });
    expect(data.cells.some(({ before, after }) => before === 'latent' || after === 'latent')).toBe(false);
    const words = JSON.stringify(statesTable(data));
    expect(words).toContain(NOT_SAMPLED);
    expect(words).not.toMatch(/unknown|latent/);
    expect(statesNote(data)).toContain('latent and unknown cannot be told apart');
  });

  it('states say what latent is: so many samples, so drawn', () => {
    const { samples, temperature } = run.manifest.spec.evaluation;
    expect(statesNote(stateMatrixOf(run, VIEW)!)).toContain(`1 of ${samples} samples at T = ${temperature}`);
  });

  it('rates say how wide their peak is, what latent is, and that a person picked', () => {
    const { samples } = run.manifest.spec.evaluation;
    const byLatent = { ...VIEW, options: { by: 'latent' } };
    const rates = ratesNote(learningRatesOf(run, byLatent)!);
    expect(rates).toMatch(/highest \d+ % \(.+ to .+\) at epoch .+, so it flatters/);
    for (const note of [rates, survivalNote(survivalOf(run, byLatent)!)])
      expect(note).toContain(`1 of ${samples} samples at T =`);
    const picked = { ...VIEW, selection: new Set([run.trials[0]!.fact]) };
    expect(ratesNote(learningRatesOf(run, picked)!)).toContain('picked by a person');
    expect(ratesNote(learningRatesOf(run, VIEW)!)).not.toMatch(/picked|latent/);
    expect(survivalNote(survivalOf(run, VIEW)!)).toContain('adjusted for several tests');
  });

  it('outcomes: counts of each evaluation, and shares that add up', () => {
    const cells = outcomesOf(run, VIEW)!;
    for (const { epoch, right, wrong } of seen.outcomesByEpoch) {
      const own = cells.filter((cell) => cell.set === 'seen' && cell.epoch === epoch);
      const count = (outcome: string) => own.find((cell) => cell.outcome === outcome)?.facts.length ?? 0;
      expect([count('right'), count('wrong')]).toEqual([right, wrong]);
      expect(own.reduce((sum, { share }) => sum + share.value, 0)).toBeCloseTo(1, 12);
    }
  });

  it('partial credit: the summary’s means, with an interval around them', () => {
    const { sets } = partialCreditOf(run, VIEW)!;
    const points = sets.find(({ set }) => set === 'seen')!.points;
    expect(points.map(({ estimate }) => estimate.value)).toEqual(
      seen.partialByEpoch.map(({ tokens }) => expect.closeTo(tokens, 12) as number),
    );
    for (const { estimate } of points) {
      if (estimate.lo === null || estimate.hi === null) expect(estimate.method).toContain('no interval');
      else expect([estimate.lo <= estimate.value, estimate.hi >= estimate.value]).toEqual([true, true]);
    }
    const digits = partialCreditOf(run, { ...VIEW, options: { measure: 'digits' } })!;
    expect(digits.measure).toBe('digits');
  });

  it('a mean of shares has Student’s interval', () => {
    // t(0.975, 3) = 3.182446; the standard deviation is 0.1290994.
    const { value, lo, hi } = meanShare([0.3, 0.4, 0.5, 0.6]);
    expect(value).toBeCloseTo(0.45, 12);
    expect(hi! - value).toBeCloseTo((3.182446 * 0.1290994) / 2, 5);
    expect(value - lo!).toBeCloseTo(hi! - value, 12);
    expect(meanShare([0.5])).toMatchObject({ lo: null, hi: null, n: 1, method: 'a single fact: no interval' });
    expect(meanShare([0, 0, 0])).toMatchObject({ value: 0, lo: null, method: 'all facts alike: no interval' });
  });

  it('learning rates: what was acquired at each evaluation, among those still at risk', () => {
    const { groups: rates } = learningRatesOf(run, VIEW)!;
    const rate = rates.find(({ label }) => label === 'seen')!.rate;
    const curve = seen.acquisition!;
    expect(rate.events).toBe(curve.totalEvents);
    for (const { epoch, atRisk, acquired } of rate.epochs) {
      const row = curve.time.indexOf(epoch);
      if (row < 0) expect(acquired).toBe(0);
      else expect([atRisk, acquired]).toEqual([curve.atRisk[row], curve.events[row]]);
    }
  });
});
