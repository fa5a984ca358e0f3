import { describe, expect, it } from 'vitest';
import { acquiredBetween, survivalOf } from '../../../../src/app/estimates/survival';
import { setSummaries } from '../../../../src/records';
import { logRank } from '../../../../src/stats';
import { fixtureRun, VIEW } from '../../../helpers/chart-run';

const run = fixtureRun();

describe('curves of acquisition', () => {
  it('are the summary’s for seen and withheld facts', () => {
    const { curves } = survivalOf(run, VIEW)!;
    const groups = setSummaries(run.summary!.directions[0]!).filter(({ template }) => template === 'held-out');
    expect(curves.map(({ label }) => label)).toEqual(['seen', 'withheld']);
    expect(curves.map(({ curve }) => curve)).toEqual(groups.map(({ acquisition }) => acquisition));
  });

  it('are compared by the log-rank test of the same rows', () => {
    const { rows, test } = survivalOf(run, VIEW)!;
    const again = logRank(
      { time: rows.map(({ time }) => time), event: rows.map(({ event }) => event) },
      rows.map(({ seen }) => Number(seen)),
    );
    expect(test!.p).toBeCloseTo(again.test.p, 12);
    expect(test!.df).toBe(1);
  });

  it('part seen facts in latent and unknown ones, nobody else', () => {
    const found = (index: number) => ({ samples: 20, answerHits: index % 3 === 0 ? 2 : 0, tokenHits: 0 });
    const trials = run.trials.map((trial, index) => (trial.sampled ? { ...trial, sampled: found(index) } : trial));
    const { curves, rows } = survivalOf({ ...run, trials }, { ...VIEW, options: { by: 'latent' } })!;
    expect(curves.map(({ label }) => label)).toEqual(['latent', 'unknown']);
    expect(rows.every(({ seen }) => seen)).toBe(true);
    for (const { group, latent } of rows) expect(group).toBe(latent ? 'latent' : 'unknown');
    expect(curves.reduce((sum, { curve }) => sum + curve.n, 0)).toBe(rows.length);
  });

  it('compare chosen facts with the rest, whatever else was asked', () => {
    const all = survivalOf(run, VIEW)!;
    const chosen = new Set(acquiredBetween(all.rows, 1, 4));
    const { curves, test } = survivalOf(run, { ...VIEW, selection: chosen, options: { by: 'latent' } })!;
    expect(curves.map(({ label, curve }) => [label, curve.n])).toEqual([
      ['chosen', chosen.size],
      ['the rest', all.rows.length - chosen.size],
    ]);
    expect(curves[0]!.curve.totalEvents).toBe(chosen.size);
    expect(test!.p).toBeLessThan(0.001);
  });

  it('are none before anything was evaluated after training began', () => {
    expect(survivalOf({ ...run, trials: run.trials.filter(({ epoch }) => epoch === 0) }, VIEW)).toBeNull();
  });
});
