import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  directionWork,
  evaluationChunks,
  evaluationSteps,
  momentAt,
  samplesAt,
  workBefore,
} from '../../../src/experiment/plan';
import { parseSpec } from '../../../src/spec';
import { prepareTiny, tinySpec } from '../../helpers/tiny-run';

const spec = (...sets: string[]) => parseSpec(tinySpec(...sets), 'tiny.json');
const five = { stepsPerEpoch: 5 };

describe('evaluations', () => {
  it('come before training, every so many epochs, and after the last one', () => {
    expect(evaluationSteps(spec('train.epochs=7', 'evaluation.at.every=3'), five)).toEqual([0, 15, 30, 35]);
    expect(evaluationSteps(spec('train.epochs=6', 'evaluation.at.every=3'), five)).toEqual([0, 15, 30]);
    expect(evaluationSteps(spec('train.epochs=0'), five)).toEqual([0]);
  });

  it('come every so many steps, across the ends of epochs', () => {
    const at = (every: number) => spec('train.epochs=3', `evaluation.at={"kind":"steps","every":${every}}`);
    expect(evaluationSteps(at(4), five)).toEqual([0, 4, 8, 12, 15]);
    expect(evaluationSteps(at(5), five)).toEqual([0, 5, 10, 15]);
    expect(evaluationSteps(at(1000), five)).toEqual([0, 15]);
  });

  it('come at shares of all steps, those that fall on one step once', () => {
    const at = (...fractions: number[]) =>
      spec('train.epochs=2', `evaluation.at={"kind":"fractions","fractions":${JSON.stringify(fractions)}}`);
    expect(evaluationSteps(at(0.5, 0.7, 0.1), five)).toEqual([0, 1, 5, 7, 10]);
    expect(evaluationSteps(at(0.001, 0.1, 0.11, 1), five)).toEqual([0, 1, 10]);
  });

  it('are distinct, ascending, within training, at its ends, and at whole epochs exactly where an epoch ends', () => {
    const times = fc.oneof(
      fc.record({ kind: fc.constant('epochs'), every: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('steps'), every: fc.integer({ min: 1, max: 40 }) }),
      fc.record({
        kind: fc.constant('fractions'),
        fractions: fc.uniqueArray(fc.double({ min: 0.000001, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
      }),
    );
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 70 }), (at, epochs, perEpoch) => {
        const own = spec(`train.epochs=${epochs}`, `evaluation.at=${JSON.stringify(at)}`);
        const paced = { stepsPerEpoch: perEpoch };
        const steps = evaluationSteps(own, paced);
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        expect([steps[0], steps.at(-1)]).toEqual([0, epochs * perEpoch]);
        for (const step of steps) {
          const moment = momentAt(own, paced, step);
          expect(Number.isInteger(moment.epoch)).toBe(step % perEpoch === 0);
          expect(moment).toMatchObject({ first: step === 0, last: step === epochs * perEpoch });
        }
        const distinct = new Set(steps.map((step) => momentAt(own, paced, step).epoch));
        expect(distinct.size).toBe(steps.length);
      }),
    );
  });

  it('sample where the spec says', () => {
    const at = (sampleAt: string) => {
      const own = spec('train.epochs=3', `evaluation.sampleAt=${sampleAt}`);
      return evaluationSteps(own, five).map((step) => samplesAt(own, momentAt(own, five, step), 'held-out'));
    };
    expect(at('baseline')).toEqual([4, 0, 0, 0]);
    expect(at('first-last')).toEqual([4, 0, 0, 4]);
    expect(at('every')).toEqual([4, 4, 4, 4]);
    expect(at('never')).toEqual([0, 0, 0, 0]);
    const own = spec('evaluation.sampleAt=every');
    expect(samplesAt(own, momentAt(own, five, 0), 'trained')).toBe(0);
    const stopped = spec('train.epochs=3', 'evaluation.sampleAt=first-last');
    expect(samplesAt(stopped, momentAt(stopped, five, 5, true), 'held-out')).toBe(4);
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
});

describe('work', () => {
  it('before the end is all of it, before the beginning none', async () => {
    const { spec: own, directions, plannedWork } = await prepareTiny();
    const none = { train: 0, score: 0, decode: 0 };
    expect(workBefore(own, directions, { directionIndex: 0, step: 0 }, 0)).toEqual(none);
    const end = { directionIndex: 1, step: 2 * directions[1]!.stepsPerEpoch };
    const done = workBefore(own, directions, end, 3 * 2 * 12);
    expect(done.train).toBeCloseTo(plannedWork.train, 6);
    expect(done).toMatchObject({ score: plannedWork.score, decode: plannedWork.decode });
  });

  it('counts the chunks that the trial log holds', async () => {
    const { spec: own, directions, plannedWork } = await prepareTiny();
    const position = { directionIndex: 0, step: directions[0]!.stepsPerEpoch };
    const done = workBefore(own, directions, position, 36);
    const oneMore = workBefore(own, directions, position, 48);
    const perEpoch = directions[0]!.examples.reduce(
      (sum, { prompt, completion }) => sum + prompt.length + completion.length - 1,
      0,
    );
    expect(done.train).toBe(perEpoch);
    expect(done.score).toBeGreaterThan(0);
    expect(oneMore.score).toBeGreaterThan(done.score);
    expect(oneMore.score).toBeLessThan(plannedWork.score / 2);
  });

  it('never falls as a run goes on, wherever it is evaluated, and counts a direction that ended early as done', async () => {
    const { spec: own, directions } = await prepareTiny('evaluation.at={"kind":"steps","every":2}');
    const first = directions[0]!;
    let before = 0;
    for (let step = 0, trials = 0; step <= 2 * first.stepsPerEpoch; step++) {
      if (evaluationSteps(own, first).includes(step)) trials += 24;
      const { train, score, decode } = workBefore(own, directions, { directionIndex: 0, step }, trials);
      expect(train + score + decode).toBeGreaterThan(before);
      before = train + score + decode;
    }
    expect(workBefore(own, directions, { directionIndex: 1, step: 0 }, 0)).toEqual(directionWork(own, first));
  });
});
