/** True and false statements, and their splits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhiloxSequence, STREAM } from '../../../../src/core/philox';
import { associationDataset, NEGATIVE_KINDS, type Statement } from '../../../../src/dataset/associations';
import type { AssociationOptions } from '../../../../src/dataset/associations/types';
import { stratifiedTest } from '../../../../src/dataset/associations/split';
import { failure } from '../fixtures';
import { association, associationsOf, skewed } from './fixtures';

const DEFAULTS: AssociationOptions = { negatives: 'random', split: { kind: 'stratified', testShare: 0.2 }, seed: 1 };
const key = ({ subjectId, objectId }: Statement) => `${subjectId} ${objectId}`;
const both = ({ train, test }: { train: Statement[]; test: Statement[] }) => [...train, ...test];
const tally = (values: string[]) => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
};

const datasets = fc.record({
  negatives: fc.constantFrom(...NEGATIVE_KINDS),
  order: fc.constantFrom('within-parts' as const, 'pooled' as const),
  negativesPerPositive: fc.integer({ min: 1, max: 2 }),
  split: fc.oneof(
    fc.constant({ kind: 'stratified' as const, testShare: 0.3 }),
    fc.record({
      kind: fc.constant('entity-held-out' as const),
      subjectShare: fc.constantFrom(0.3, 0.4),
      objectShare: fc.constantFrom(0.3, 0.4),
      test: fc.constantFrom('touching' as const, 'both' as const),
    }),
  ),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
});

describe('statements about associations', () => {
  const source = skewed(60, 40, 300);
  const known = new Set(source.rows.map(({ subjectId, objectId }) => `${subjectId} ${objectId}`));

  it('are never both true and false, never twice, and false ones are no association of the source', () => {
    fc.assert(
      fc.property(datasets, (options) => {
        const data = associationDataset(source, options);
        const all = both(data);
        expect(new Set(all.map(key)).size).toBe(all.length);
        expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
        for (const one of all) expect(known.has(key(one))).toBe(one.truth);
        const { positives, negativesMade, negativesAsked, inNeitherPart } = data.counts;
        expect(all.length + inNeitherPart).toBe(positives + negativesMade);
        expect(negativesMade).toBeLessThanOrEqual(negativesAsked);
      }),
      { numRuns: 100 },
    );
  });

  it('keep held-out entities out of training, and test nothing else', () => {
    fc.assert(
      fc.property(datasets, (options) => {
        const { split } = options;
        if (split.kind !== 'entity-held-out') return;
        const { train, test, heldOut } = associationDataset(source, options);
        const [subjects, objects] = [new Set(heldOut.subjects), new Set(heldOut.objects)];
        expect(subjects.size).toBe(Math.floor(split.subjectShare * 60));
        const held = (one: Statement) => Number(subjects.has(one.subjectId)) + Number(objects.has(one.objectId));
        for (const one of train) expect(held(one)).toBe(0);
        for (const one of test) expect(held(one)).toBeGreaterThanOrEqual(split.test === 'both' ? 2 : 1);
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for the same seed whatever the order of the rows, and others for another seed', () => {
    fc.assert(
      fc.property(datasets, (options) => {
        const rows = new PhiloxSequence(options.seed, STREAM.shuffle).shuffle([...source.rows]);
        const data = associationDataset(source, options);
        expect(associationDataset({ ...source, rows }, options)).toEqual(data);
        expect(associationDataset(source, { ...options, seed: (options.seed + 1) % 2 ** 32 }).hash).not.toBe(data.hash);
      }),
      { numRuns: 30 },
    );
  });

  it('are split by share, the same for true and false ones', () => {
    for (const order of ['within-parts', 'pooled'] as const) {
      const { train, test } = associationDataset(source, { ...DEFAULTS, order });
      const trues = (part: Statement[]) => part.filter(({ truth }) => truth).length;
      expect([train.length, trues(train), test.length, trues(test)]).toEqual([480, 240, 120, 60]);
    }
  });

  it('are split into parts of the published sizes where there are as many', () => {
    const tested = stratifiedTest([34222, 34222], 0.2, 42).map((group) => group.size);
    expect(tested).toEqual([6845, 6844]); // 13,689 of 68,444
  });

  it('read as sentences', () => {
    const { train } = associationDataset(source, DEFAULTS);
    const { subjectLabel, objectLabel, text } = train[0]!;
    expect(text).toBe(`${subjectLabel} is associated with ${objectLabel}`);
  });

  it('count what was left out and why', () => {
    const rows = [
      association(1, 1),
      association(1, 1),
      association(2, 2, { subjectLabel: 'gene1 ', objectLabel: association(1, 1).objectLabel }),
      association(3, 4, { evidence: ['therapeutic'] }),
      association(3, 5),
      association(4, 1),
    ];
    const data = associationDataset(associationsOf(rows), {
      ...DEFAULTS,
      evidence: ['marker/mechanism'],
      split: { kind: 'stratified', testShare: 0 },
    });
    expect(data.counts).toMatchObject({ rows: 6, otherEvidence: 1, repeated: 1, sameText: 1, positives: 3 });
  });

  it('are not false where evidence that was not asked for says otherwise', () => {
    const rows = [association(1, 1), association(2, 2), association(1, 2, { evidence: ['therapeutic'] })];
    const data = associationDataset(associationsOf(rows), {
      ...DEFAULTS,
      evidence: ['marker/mechanism'],
      split: { kind: 'stratified', testShare: 0 },
    });
    expect(data.train.filter(({ truth }) => !truth).map(key)).toEqual(['g2 d1']);
    expect(data.counts).toMatchObject({ negativesAsked: 2, negativesMade: 1 });
  });
});

describe('false statements', () => {
  const source = skewed(80, 60, 400);
  const whole = { kind: 'stratified' as const, testShare: 0 };
  const make = (options: Partial<AssociationOptions>) => {
    const { train } = associationDataset(source, { ...DEFAULTS, split: whole, ...options });
    return { trues: train.filter(({ truth }) => truth), falses: train.filter(({ truth }) => !truth) };
  };

  it('at random are uniform over everything that is not true', () => {
    const small = associationsOf([0, 1, 2, 3, 4].map((i) => association(i, i)));
    const times = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const { train } = associationDataset(small, { ...DEFAULTS, split: whole, seed });
      for (const one of train) if (!one.truth) times.set(key(one), (times.get(key(one)) ?? 0) + 1);
    }
    // 20 free statements, 5 drawn of them: 1,000 each. Chi-square with 19 degrees of freedom at 1 %.
    expect(times.size).toBe(20);
    expect([...times.values()].reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0)).toBeLessThan(36.2);
  });

  it('of the same subject keep every subject’s number of statements', () => {
    const { trues, falses } = make({ negatives: 'same-subject' });
    expect(tally(falses.map(({ subjectId }) => subjectId))).toEqual(tally(trues.map(({ subjectId }) => subjectId)));
  });

  it('matched in degree keep every subject’s and every object’s number of statements, in each part', () => {
    const source = skewed(200, 150, 900);
    for (const negativesPerPositive of [1, 2]) {
      const data = associationDataset(source, { ...DEFAULTS, negatives: 'degree-matched', negativesPerPositive });
      for (const part of [data.train, data.test]) {
        for (const side of ['subjectId', 'objectId'] as const) {
          const of = (truth: boolean) => tally(part.filter((one) => one.truth === truth).map((one) => one[side]));
          expect(of(false)).toEqual(of(true).map(([id, n]) => [id, n * negativesPerPositive]));
        }
      }
    }
  });

  it('matched in degree leave out only what cannot be mended', () => {
    // One subject has all objects but one: it can be false once.
    const rows = [0, 1, 2, 3, 4].map((object) => association(0, object));
    const data = associationDataset(associationsOf([...rows, association(1, 5), association(2, 5)]), {
      ...DEFAULTS,
      negatives: 'degree-matched',
      split: whole,
    });
    const hub = data.train.filter(({ truth, subjectId }) => !truth && subjectId === 'g0');
    expect(hub.map(key)).toEqual(['g0 d5']);
    expect(data.counts.negativesMade).toBeLessThan(data.counts.negativesAsked);
  });

  it('of the same class stay in the class of one of the subject’s objects', () => {
    const { trues, falses } = make({ negatives: 'same-object-class' });
    const head = (one: Statement) => `${one.subjectId} ${one.objectLabel.split(',')[0]!}`;
    const there = new Set(trues.map(head));
    expect(falses.length).toBeGreaterThan(300);
    for (const one of falses) expect(there.has(head(one))).toBe(true);
    const none = make({ negatives: 'same-object-class', objectClass: () => null });
    expect(none.falses).toEqual([]);
  });
});

describe('statements that cannot be made', () => {
  it('name the kinds of evidence there are', () => {
    const error = failure(() => associationDataset(skewed(9, 9, 20), { ...DEFAULTS, evidence: ['rumour'] }));
    expect(error).toMatchObject({ code: 'too-few-terms', hint: 'Choose among: marker/mechanism.' });
    expect(failure(() => associationDataset(associationsOf([]), DEFAULTS)).message).toContain('no associations');
  });

  it('refuse shares that are none and parts that are empty', () => {
    for (const testShare of [1, -0.1, NaN]) {
      const split = { kind: 'stratified' as const, testShare };
      expect(failure(() => associationDataset(skewed(9, 9, 20), { ...DEFAULTS, split })).code).toBe('spec-invalid');
    }
    const split = { kind: 'entity-held-out' as const, subjectShare: 0, objectShare: 0, test: 'touching' as const };
    expect(failure(() => associationDataset(skewed(9, 9, 20), { ...DEFAULTS, split })).message).toContain('test part');
    const error = failure(() => associationDataset(skewed(9, 9, 20), { ...DEFAULTS, negativesPerPositive: 0.5 }));
    expect(error.code).toBe('spec-invalid');
  });
});
