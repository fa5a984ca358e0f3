/** What frequencies alone can tell. */
import { describe, expect, it } from 'vitest';
import {
  associationDataset,
  degreeBaseline,
  type NegativeKind,
  type Statement,
} from '../../../../src/dataset/associations';
import { fitLogistic } from '../../../../src/dataset/associations/logistic';
import { aucDeLong } from '../../../../src/stats/roc/delong';
import { failure } from '../fixtures';
import { skewed } from './fixtures';

const statement = (subject: number, object: number, truth: boolean): Statement => ({
  subjectId: `g${subject}`,
  subjectLabel: `g${subject}`,
  objectId: `d${object}`,
  objectLabel: `d${object}`,
  text: '',
  truth,
});

describe('the degree-only baseline', () => {
  it('counts true training statements, a training statement not itself', () => {
    const train = [statement(1, 1, true), statement(1, 2, true), statement(2, 1, true), statement(2, 2, false)];
    const { subject, object, truth } = degreeBaseline(train, [statement(1, 1, false), statement(3, 2, true)]);
    expect(subject).toEqual([Math.log(3), 0]);
    expect(object).toEqual([Math.log(3), Math.log(2)]);
    expect(truth).toEqual([false, true]);
  });

  it('tells random false statements from true ones, and degree-matched ones not', () => {
    const source = skewed(2000, 1500, 6000, 2.5);
    const auc = (negatives: NegativeKind) => {
      const { train, test } = associationDataset(source, {
        negatives,
        split: { kind: 'stratified', testShare: 0.2 },
        seed: 4,
      });
      const { probability, truth } = degreeBaseline(train, test);
      return aucDeLong(probability, truth);
    };
    expect(auc('random').lo).toBeGreaterThan(0.6);
    const matched = auc('degree-matched');
    expect(Math.abs(matched.value - 0.5)).toBeLessThan(0.04);
  });

  it('needs true and false statements to learn from', () => {
    expect(failure(() => degreeBaseline([statement(1, 1, true)], [])).message).toBe(
      'All 1 training statements are true.',
    );
  });
});

describe('logistic regression', () => {
  // scikit-learn 1.x, LogisticRegression(C=1, tol=1e-12) on standardised columns, turned back to their own scale.
  it('has the coefficients that scikit-learn finds', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i) * 3 + 1, Math.cos(2 * i) + 0.1 * i]);
    const truth = rows.map(([a, b], i) => a! - b! + Math.sin(7 * i) * 2 > 0);
    const fit = fitLogistic(rows, truth);
    expect(fit.converged).toBe(true);
    const expected = [-0.7928533086650771, 0.8364005765575009, -0.4792704519502477];
    expected.forEach((value, i) => expect(fit.coefficients[i]).toBeCloseTo(value, 6));
  });

  it('is finite where one feature separates the classes, and ignores one that does not vary', () => {
    const rows = Array.from({ length: 20 }, (_, i) => [i < 10 ? 0 : 1, 5]);
    const fit = fitLogistic(
      rows,
      rows.map(([a]) => a === 1),
    );
    expect(fit.converged).toBe(true);
    expect(fit.coefficients[2]).toBe(0);
    expect(fit.probability([1, 5])).toBeGreaterThan(0.8);
    expect(fit.probability([1, 5])).toBeLessThan(1);
  });
});
