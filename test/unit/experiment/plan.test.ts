import { describe, expect, it } from 'vitest';
import { evaluationChunks, evaluationEpochs, samplesAt, trialsBefore, workBefore } from '../../../src/experiment/plan';
import { parseSpec } from '../../../src/spec';
import { prepareTiny, tinySpec } from '../../helpers/tiny-run';

const spec = (...sets: string[]) => parseSpec(tinySpec(...sets), 'tiny.json');

describe('evaluations', () => {
  it('come before training, every so many epochs, and after the last one', () => {
    expect(evaluationEpochs(spec('train.epochs=7', 'evaluation.at.every=3'))).toEqual([0, 3, 6, 7]);
    expect(evaluationEpochs(spec('train.epochs=6', 'evaluation.at.every=3'))).toEqual([0, 3, 6]);
    expect(evaluationEpochs(spec('train.epochs=0'))).toEqual([0]);
  });

  it('sample where the spec says', () => {
    const at = (sampleAt: string) => {
      const own = spec('train.epochs=3', `evaluation.sampleAt=${sampleAt}`);
      return [0, 1, 2, 3].map((epoch) => samplesAt(own, epoch, 'held-out'));
    };
    expect(at('baseline')).toEqual([4, 0, 0, 0]);
    expect(at('first-last')).toEqual([4, 0, 0, 4]);
    expect(at('every')).toEqual([4, 4, 4, 4]);
    expect(at('never')).toEqual([0, 0, 0, 0]);
    expect(samplesAt(spec('evaluation.sampleAt=every'), 0, 'trained')).toBe(0);
  });

  it('go through all facts template by template in chunks', () => {
    const chunks = evaluationChunks(150);
    expect(chunks.map(({ template, start, end }) => [template, start, end])).toEqual([
      ['held-out', 0, 64],
      ['held-out', 64, 128],
      ['held-out', 128, 150],
      ['trained', 0, 64],
      ['trained', 64, 128],
      ['trained', 128, 150],
    ]);
  });

  it('let the number of trials tell where a run stands', () => {
    const own = spec('train.epochs=7', 'evaluation.at.every=3');
    expect(trialsBefore(own, 12, 0, 0)).toBe(0);
    expect(trialsBefore(own, 12, 0, 3)).toBe(24);
    expect(trialsBefore(own, 12, 0, 7)).toBe(72);
    expect(trialsBefore(own, 12, 1, 0)).toBe(96);
  });
});

describe('work', () => {
  it('before the end is all of it, before the beginning none', async () => {
    const { spec: own, directions, plannedWork } = await prepareTiny();
    expect(workBefore(own, directions, { directionIndex: 0, epoch: 0, stepInEpoch: 0 }, 0)).toEqual({
      train: 0,
      score: 0,
      decode: 0,
    });
    const end = { directionIndex: 1, epoch: 2, stepInEpoch: 0 };
    const done = workBefore(own, directions, end, 2 * 3 * 2 * 12);
    expect(done.train).toBeCloseTo(plannedWork.train, 6);
    expect(done).toMatchObject({ score: plannedWork.score, decode: plannedWork.decode });
  });

  it('counts the chunks that the trial log holds', async () => {
    const { spec: own, directions, plannedWork } = await prepareTiny();
    const done = workBefore(own, directions, { directionIndex: 0, epoch: 1, stepInEpoch: 0 }, 36);
    const oneMore = workBefore(own, directions, { directionIndex: 0, epoch: 1, stepInEpoch: 0 }, 48);
    const perEpoch = directions[0]!.examples.reduce(
      (sum, { prompt, completion }) => sum + prompt.length + completion.length - 1,
      0,
    );
    expect(done.train).toBe(perEpoch);
    expect(done.score).toBeGreaterThan(0);
    expect(oneMore.score).toBeGreaterThan(done.score);
    expect(oneMore.score).toBeLessThan(plannedWork.score / 2);
  });
});
