/** Cosines of terms with their identifiers over the runs of a study. */
import { describe, expect, it } from 'vitest';
import { digestRun, poolStudy } from '../../../../src/experiment/study';
import type { EmbeddingRecord, StudyRow } from '../../../../src/records';
import { randomEffects } from '../../../../src/stats';
import { factors, simulatedRuns, study } from './simulated';

const AUC = { a: [0.5, 0.52, 0.49, 0.51], b: [0.9, 0.84, 1, 0.88] } as const;
/** Half a width, as probes record it. */
const HALF = 0.049;

function record(step: number, value: number): EmbeddingRecord {
  const auc = { value, lo: Math.max(0, value - HALF), hi: Math.min(1, value + HALF), n: 80, method: 'DeLong' };
  const sure = value === 1 ? { ...auc, lo: 1, hi: 1 } : auc;
  return {
    ...{ direction: 'term-to-id', epoch: step / 10, step, layer: -1, pooling: 'content-mean', padding: null },
    ...{ file: 'x', pairs: 80, width: 4, separation: [] },
    matching: [
      {
        ...{ group: 'all', pairs: 80, auc: sure, meanReciprocalRank: sure, chanceReciprocalRank: 0.06 },
        ...{ cohenD: 0, matchedMean: 0, shuffledMean: 0 },
      },
    ],
  };
}

const runs = simulatedRuns().map((run) => {
  const value = AUC[run.levels.arm as 'a' | 'b'][run.seed - 1]!;
  const embeddings = [record(0, value), record(40, 0.7), record(80, 0.6)];
  return digestRun({ ...run, probes: { embeddings } }, run, study.analysis);
});
const { rows } = poolStudy(study, factors, runs);
const find = (where: Partial<StudyRow>) =>
  rows.filter((row) => Object.entries(where).every(([key, value]) => row[key as keyof StudyRow] === value));

describe('the geometry of terms and identifiers', () => {
  const term = 'layer -1, content-mean';

  it('has a mean over seeds before training, each with the error that its interval tells', () => {
    const [row] = find({ point: 'arm=a', measure: 'cosine AUC before', model: 'mean over seeds', term });
    const { mean } = randomEffects(AUC.a, [1, 1, 1, 1].map(() => HALF / 1.959963984540054)); // prettier-ignore
    expect(row!.estimate!.value).toBeCloseTo(mean.value, 10);
    expect(row!.estimate!.lo).toBeCloseTo(mean.lo, 10);
    expect(row!).toMatchObject({ group: 'both', scale: 'AUC', runs: 4 });
    const one = find({ point: 'arm=b', measure: 'cosine AUC before', model: 'one run', term });
    expect(one.map(({ estimate }) => estimate!.value)).toEqual(AUC.b);
    // A run in which all pairs agree has a weight all the same, and no limit lies beyond 1.
    const [high] = find({ point: 'arm=b', measure: 'cosine AUC before', model: 'mean over seeds', term });
    expect(high!.estimate!.value).toBeGreaterThan(0.8);
    expect(high!.estimate!.hi).toBeLessThanOrEqual(1);
  });

  it('after training is that of the last evaluation', () => {
    const [row] = find({ point: 'arm=a', measure: 'cosine AUC after', model: 'mean over seeds', term });
    expect(row!.estimate!.value).toBeCloseTo(0.6, 12);
  });

  it('is compared by level, seed by seed', () => {
    const [row] = find({ measure: 'cosine AUC before', model: 'paired by seed', term: `${term}: arm=b` });
    expect(row!.estimate!.lo).toBeGreaterThan(0.2);
    expect(row!.coefficient!.p).toBeLessThan(0.01);
  });

  it('makes no line where nothing was recorded', () => {
    const bare = simulatedRuns().map((run) => digestRun(run, run, study.analysis));
    expect(poolStudy(study, factors, bare).rows.some(({ scale }) => scale === 'AUC')).toBe(false);
  });
});
