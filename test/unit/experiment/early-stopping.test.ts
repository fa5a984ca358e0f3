/** Early stopping: the verdict follows from the records alone, and no interruption changes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluationsWithoutImprovement,
  stoppingValues,
  stopsAfter,
  type EarlyStopping,
} from '../../../src/experiment/early-stopping';
import { step, trial } from '../records/build';
import { bitsOf, resumePointOf, runOnFake } from '../../helpers/run-harness';
import { prepareTiny } from '../../helpers/tiny-run';

const rule = (fields: Partial<EarlyStopping> = {}): EarlyStopping => ({
  measure: 'seen-accuracy',
  patience: 2,
  minImprovement: 0,
  ...fields,
});

describe('the verdict', () => {
  it('falls after so many evaluations in a row that beat the best before them by no more than the least', () => {
    expect(stopsAfter([0, 0.5, 0.5], rule())).toBe(false);
    expect(stopsAfter([0, 0.5, 0.5, 0.4], rule())).toBe(true);
    expect(stopsAfter([0, 0.5, 0.4, 0.6, 0.6], rule())).toBe(false);
    expect(evaluationsWithoutImprovement([0.1, 0.15, 0.2], rule({ minImprovement: 0.125 }))).toBe(2);
    expect(stopsAfter([3, 2, 1, 1, 1.5], rule({ measure: 'training-loss' }))).toBe(true);
    expect(stopsAfter([], rule({ patience: 1 }))).toBe(false);
  });

  it('is the one of a plain reading of the rule', () => {
    const values = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }), (series, patience, least) => {
        // Evaluation i improves when it beats the best improvement before it.
        let best = series[0] ?? 0;
        const improved = series.map((value, i) => {
          if (i === 0) return true;
          if (value - best <= least) return false;
          best = value;
          return true;
        });
        const plain = series.length > patience && improved.slice(-patience).every((each) => !each);
        expect(stopsAfter(series, rule({ patience, minImprovement: least }))).toBe(plain);
      }),
    );
  });

  it('reads its values from the records of its own direction', () => {
    const trials = [0, 4, 8].flatMap((at, index) => [
      trial({ identifier: 'A', step: at, epoch: at, answerHit: index > 0 }),
      trial({ identifier: 'B', step: at, epoch: at, answerHit: index > 1 }),
      trial({ identifier: 'C', step: at, epoch: at, seen: false, answerHit: true }),
      trial({ identifier: 'A', step: at, epoch: at, template: 'trained', answerHit: true }),
      trial({ identifier: 'A', step: at, epoch: at, direction: 'id-to-term', answerHit: true }),
    ]);
    const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((at) =>
      step({ step: at, loss: at, supervisedTokens: at === 8 ? 3 : 1 }),
    );
    const records = { direction: 'term-to-id' as const, evaluations: [0, 4, 8], trials, steps, language: [] };
    expect(stoppingValues('seen-accuracy', records)).toEqual([0, 0.5, 1]);
    expect(stoppingValues('training-loss', records)).toEqual([2.5, (5 + 6 + 7 + 24) / 6]);
  });
});

const QUICK = ['sampling.seen=2', 'sampling.withheld=1', 'train.batchSize=4', 'evaluation.samples=2'];
const stopping = (fields: Partial<EarlyStopping>) => `train.earlyStopping=${JSON.stringify(fields)}`;

describe('a run that ends early', () => {
  it('is the longer run up to there, its last evaluation sampled, and says why each direction ended', async () => {
    const sets = [...QUICK, 'train.epochs=12'];
    const long = await runOnFake(await prepareTiny(...sets));
    const prepared = await prepareTiny(...sets, stopping({ patience: 2 }));
    const log = await runOnFake(prepared);
    const { endings } = log.manifests.at(-1)!;
    expect(endings.map(({ direction, reason }) => [direction, reason])).toEqual([
      ['term-to-id', 'early-stopping'],
      ['id-to-term', 'early-stopping'],
    ]);
    expect(log.manifests.at(-1)!.state).toBe('done');
    expect(log.adapters.size).toBe(4);
    for (const { direction, step: end, epoch } of endings) {
      const mine = <T extends { direction: string; step: number }>(records: T[]) =>
        records.filter((record) => record.direction === direction && record.step <= end);
      expect(epoch).toBeLessThan(12);
      expect(mine(log.steps)).toEqual(mine(long.steps));
      expect(log.steps.filter((record) => record.direction === direction)).toHaveLength(end);
      const unsampled = (records: typeof log.trials) => mine(records).map((record) => ({ ...record, sampled: null }));
      expect(unsampled(log.trials)).toEqual(unsampled(long.trials));
      for (const record of log.trials.filter((each) => each.direction === direction && each.template === 'held-out')) {
        expect(record.sampled !== null).toBe(record.step === 0 || record.step === end);
      }
    }
    expect(log.progress.at(-1)!.progress.fraction).toBe(1);
  });

  it.each([
    ['seen accuracy, with samples at the end', ['evaluation.at={"kind":"steps","every":2}'], { patience: 1 }],
    ['seen accuracy, nothing special at the end', ['evaluation.sampleAt=never'], { patience: 1 }],
    [
      'training loss',
      ['evaluation.at={"kind":"steps","every":1}'],
      { measure: 'training-loss' as const, patience: 1, minImprovement: 0.5 },
    ],
    [
      'language loss',
      ['evaluation.probes.languageLoss={"texts":3,"tokens":6}', 'evaluation.probes.embeddings={"layers":[0]}'],
      { measure: 'language-loss' as const, patience: 2, minImprovement: 5 },
    ],
  ])('ends at the same place from every checkpoint: %s', async (_name, sets, fields) => {
    const prepared = await prepareTiny(...QUICK, 'train.epochs=5', ...sets, stopping(fields));
    const whole = await runOnFake(prepared);
    const { endings } = whole.manifests.at(-1)!;
    expect(endings.map(({ reason }) => reason)).toContain('early-stopping');
    // A slow clock: a checkpoint is due at every safe point, within evaluations too.
    const slow = await runOnFake(prepared, { tickMs: 61_000 });
    expect(bitsOf(slow)).toEqual(bitsOf(whole));
    const stride = Math.ceil(slow.checkpoints.length / 6);
    for (const checkpoint of slow.checkpoints.filter((_, index) => index % stride === stride - 1)) {
      const continued = await runOnFake(prepared, { resumeFrom: resumePointOf(slow, checkpoint) });
      expect(continued.error).toBeNull();
      expect(bitsOf(continued).trials).toBe(bitsOf(whole).trials);
      expect(bitsOf(continued).steps).toBe(bitsOf(whole).steps);
      expect(continued.manifests.at(-1)!.endings).toEqual(endings);
    }
  });

  it('is refused by language loss where nothing measures it', async () => {
    await expect(prepareTiny(stopping({ measure: 'language-loss' }))).rejects.toMatchObject({
      code: 'spec-invalid',
      hint: expect.stringContaining('evaluation.probes.languageLoss'),
      control: 'train.earlyStopping',
    });
  });
});

describe('evaluations inside epochs', () => {
  it('change nothing of training, nor of the evaluations at the ends of epochs', async () => {
    const [plain, dense] = [
      await runOnFake(await prepareTiny(...QUICK, 'evaluation.sampleAt=every')),
      await runOnFake(
        await prepareTiny(...QUICK, 'evaluation.sampleAt=every', 'evaluation.at={"kind":"steps","every":1}'),
      ),
    ];
    expect(bitsOf(dense).steps).toBe(bitsOf(plain).steps);
    expect(bitsOf(dense).adapters).toEqual(bitsOf(plain).adapters);
    expect(dense.trials.length).toBeGreaterThan(plain.trials.length);
    expect(dense.trials.filter(({ epoch }) => Number.isInteger(epoch))).toEqual(plain.trials);
    expect(dense.error).toBeNull();
    expect(dense.summary!.directions[0]!.groups[0]!.accuracyByEpoch.some(({ epoch }) => epoch % 1 > 0)).toBe(true);
  });
});
