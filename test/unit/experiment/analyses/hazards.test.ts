import { describe, expect, it } from 'vitest';
import { hazards } from '../../../../src/experiment/analyses/hazards';
import { countingRows, coxFit } from '../../../../src/stats';
import { rehearsedFacts } from '../../../../src/records';
import { plausibleRun, withRehearsal } from '../../../fixtures/run/plausible-run';

const base = plausibleRun({ pairs: 60, epochs: 12 });
/** Half of the facts are latent, and popular ones come first. */
const run = {
  ...base,
  facts: base.facts.map((fact, index) => ({ ...fact, count: index % 7 === 0 ? 64 : index % 9 })),
  trials: base.trials.map((trial) =>
    trial.sampled && trial.epoch === 0
      ? { ...trial, sampled: { ...trial.sampled, answerHits: trial.identifier.charCodeAt(9) % 2 } }
      : trial,
  ),
};
const args = { direction: 'term-to-id', template: 'held-out', event: 'acquisition', covariates: 'main' } as const;

describe('hazard ratios of a run', () => {
  it('are those of a Cox model on the counting-process rows, robust by fact', () => {
    const rows = hazards(run, args).rows.filter(({ model }) => model === 'cox');
    const asked = run.trials.filter(({ direction, template }) => direction === 'term-to-id' && template === 'held-out');
    const counted = countingRows(asked, { event: 'acquisition', facts: run.facts }).rows;
    const fit = coxFit({
      time: counted.map(({ time }) => time),
      event: counted.map(({ event }) => event),
      x: Float64Array.from(
        counted.flatMap(({ latent, covariates }) => [Number(latent), Math.log2(1 + covariates.count!)]),
      ),
      names: ['latent', 'log2(1 + count)'],
      cluster: counted.map(({ fact }) => fact),
    });
    expect(rows.map(({ term }) => term)).toEqual(['latent', 'log2(1 + count)']);
    rows.forEach(({ estimate, coefficient }, place) => {
      const { hazardRatio, p } = fit.terms[place]!;
      expect(estimate!.value).toBeCloseTo(hazardRatio!.value, 8);
      expect(estimate!.lo).toBeCloseTo(hazardRatio!.lo, 8);
      expect(coefficient!.p).toBeCloseTo(p!, 8);
      expect(estimate!.n).toBe(counted.length);
    });
  });

  it('stand beside those of the grouped-time model', () => {
    const models = hazards(run, args).rows.map(({ model }) => model);
    expect(new Set(models)).toEqual(new Set(['cox', 'cloglog']));
  });

  it('name what cannot be estimated, and why', () => {
    const few = { ...run, trials: run.trials.filter(({ epoch }) => epoch <= 1) };
    const { rows } = hazards(few, { ...args, event: 'degradation' });
    expect(rows.every(({ estimate }) => estimate === null)).toBe(true);
    expect(rows[0]!.notEstimated).toMatch(/event|degradation/);
  });

  it('leave wording out that does not vary, with a warning that names it', () => {
    const { rows } = hazards(run, { ...args, covariates: 'lexical' });
    expect(rows.some(({ term }) => term === 'lexical.ngram')).toBe(false);
    expect(rows[0]!.warnings.some(({ message }) => message.includes('lexical.ngram'))).toBe(true);
  });

  it('count covariates of one’s own tables in, under names that tell them from the main ones', () => {
    const own = { name: 'a.tsv', bytes: 1, sha256: '0'.repeat(64) };
    const covariates = ['degree', 'latent'].map((name) => ({ name, file: own }));
    const { manifest } = run;
    const mine = {
      ...run,
      manifest: { ...manifest, ontology: { ...manifest.ontology, covariates } },
      facts: run.facts.map((fact, index) => ({ ...fact, covariates: { degree: index % 5, latent: index % 3 } })),
    };
    const rows = hazards(mine, { ...args, covariates: 'own' }).rows.filter(({ model }) => model === 'cox');
    expect(rows.map(({ term }) => term)).toEqual(['latent', 'log2(1 + count)', 'degree', 'covariate.latent']);
    expect(rows.every(({ estimate }) => estimate !== null)).toBe(true);
    expect(hazards(mine, args).rows.map(({ term }) => term)).not.toContain('degree');
  });

  it.each(['rank', 'count', 'tokens.term', '__proto__', 'constructor'])(
    'of one’s own column are of its own numbers, even under the name %s',
    (column) => {
      const named = (name: string) => {
        const ontology = { ...run.manifest.ontology, covariates: [{ name, file: run.manifest.ontology.file }] };
        const facts = run.facts.map((fact, index) => ({
          ...fact,
          covariates: Object.fromEntries([[name, index % 5]]),
        }));
        const own = { ...run, facts, manifest: { ...run.manifest, ontology } };
        return hazards(own, { ...args, covariates: 'own' }).rows.filter(({ model }) => model === 'cox');
      };
      const [plain, again] = [named('degree').at(-1)!, named(column).at(-1)!];
      expect(plain.estimate).not.toBeNull();
      expect(again).toEqual({ ...plain, term: column });
    },
  );

  it('are none where nobody is at risk', () => {
    expect(hazards({ ...run, trials: [] }, args)).toMatchObject({ rows: [], atRisk: 0 });
  });

  it('count every fact of the group, at risk or not, and why not', () => {
    const asked = run.trials.filter(({ direction, template }) => direction === 'term-to-id' && template === 'held-out');
    const before = asked.filter(({ epoch }) => epoch === 0);
    const seen = before.filter((trial) => trial.seen);
    const known = seen.filter(({ answerHit }) => answerHit).length;
    expect(known).toBeGreaterThan(0);
    const { atRisk, notAtRisk } = hazards(run, args);
    expect(notAtRisk).toEqual({ settled: known, unobserved: 0, rehearsed: 0 });
    expect(atRisk).toBe(seen.length - known);
    // One fact is not asked again after training began.
    const gone = seen.find(({ answerHit }) => !answerHit)!.fact;
    const trials = run.trials.filter(({ fact, epoch }) => fact !== gone || epoch === 0);
    expect(hazards({ ...run, trials }, args)).toMatchObject({ atRisk: atRisk - 1, notAtRisk: { unobserved: 1 } });
    const allKnown = before.filter(({ answerHit }) => answerHit).length;
    expect(hazards(run, { ...args, event: 'degradation' })).toMatchObject({
      atRisk: allKnown,
      notAtRisk: { settled: before.length - allKnown, unobserved: 0, rehearsed: 0 },
    });
  });

  it('count withheld facts that were rehearsed apart', () => {
    const rehearsal = withRehearsal(run);
    const rehearsed = rehearsedFacts(rehearsal.steps);
    expect(rehearsed.size).toBeGreaterThan(0);
    const asked = rehearsal.trials.filter(
      ({ direction, template, epoch }) => direction === 'term-to-id' && template === 'held-out' && epoch === 0,
    );
    const own = asked.filter(({ fact, seen }) => !seen && rehearsed.has(fact)).length;
    const { atRisk, notAtRisk } = hazards(rehearsal, { ...args, event: 'generalization' });
    expect(notAtRisk.rehearsed).toBe(own);
    expect(atRisk + notAtRisk.settled + own).toBe(asked.filter(({ seen }) => !seen).length);
  });
});
