import { describe, expect, it } from 'vitest';
import { directionData, type DirectionSet } from '../../../src/app/estimates/direction';
import { directionNote, directionTable } from '../../../src/ui/charts/direction/table';
import { factKey, type Direction } from '../../../src/core/direction';
import type { TrialRecord } from '../../../src/records/types';

const NONE: ReadonlySet<string> = new Set();
/** Right before and after, term→id and then id→term, of eight pairs. */
const ANSWERS = ['01 00', '11 11', '00 01', '01 10', '11 00', '00 00', '01 01', '00 00'];

function trial(identifier: string, direction: Direction, epoch: number, answerHit: boolean, seen = true) {
  const of = { identifier, term: `term ${identifier}`, direction, epoch, answerHit, seen };
  return { ...of, fact: factKey(identifier, direction), template: 'held-out' } as TrialRecord;
}

const trials = ANSWERS.flatMap((answers, at) => {
  const [forward, back] = answers.split(' ') as [string, string];
  return [0, 1].flatMap((moment) => [
    trial(`P${at}`, 'term-to-id', moment * 10, forward[moment] === '1'),
    trial(`P${at}`, 'id-to-term', moment * 10, back[moment] === '1'),
  ]);
});

const only = (data = directionData(trials, 'held-out', NONE)): DirectionSet => data!.sets[0]!;

describe('the same pairs asked both ways', () => {
  it('are counted by the way they are right, before and after, and between', () => {
    const { before, after, flows, pairs } = only();
    expect(pairs).toBe(8);
    expect(before.counts).toEqual({ both: 1, 'term-to-id': 1, 'id-to-term': 1, neither: 5 });
    expect(after.counts).toEqual({ both: 2, 'term-to-id': 3, 'id-to-term': 1, neither: 2 });
    expect(flows.neither).toEqual({ both: 1, 'term-to-id': 1, 'id-to-term': 1, neither: 2 });
    expect(flows['id-to-term']['term-to-id']).toBe(1);
  });

  it('have accuracies, paired differences and exact McNemar tests', () => {
    const { before, after } = only();
    expect(after.accuracy['term-to-id'].value).toBe(5 / 8);
    expect(after.accuracy['id-to-term'].value).toBe(3 / 8);
    expect(after.gap.value).toBe(2 / 8);
    // Three right forward only, one back only: 2 · P(X ≤ 1 | 4, ½) = 10/16.
    expect(after.p).toBeCloseTo(10 / 16, 12);
    expect(before.p).toBe(1);
  });

  it('have gains, and a test of their difference as R gives it', () => {
    const { gain, gainGap, gainP } = only();
    expect(gain['term-to-id'].value).toBe(3 / 8);
    expect(gain['id-to-term'].value).toBe(1 / 8);
    // R: t.test(d), wilcox.test(f, b, paired = TRUE) of the gains.
    expect(gainGap).toMatchObject({
      value: 0.25,
      lo: expect.closeTo(-0.49105334276, 9),
      hi: expect.closeTo(0.99105334276, 9),
      n: 8,
    });
    expect(gainP).toBeCloseTo(0.5862137, 6);
  });

  it('leave out pairs that were asked one way only', () => {
    const more = [...trials, trial('X', 'term-to-id', 0, true), trial('X', 'term-to-id', 10, true)];
    expect(only(directionData(more, 'held-out', NONE)).pairs).toBe(8);
  });

  it('end at the last evaluation that both directions have', () => {
    const more = [...trials, ...ANSWERS.map((_, at) => trial(`P${at}`, 'term-to-id', 20, true))];
    expect(directionData(more, 'held-out', NONE)!.epoch).toBe(10);
  });

  it('end before an evaluation that did not go through', () => {
    const cut = ANSWERS.slice(0, 3).flatMap((_, at) =>
      (['term-to-id', 'id-to-term'] as const).map((direction) => trial(`P${at}`, direction, 20, true)),
    );
    const data = directionData([...trials, ...cut], 'held-out', NONE)!;
    expect([data.epoch, data.pairs.length]).toEqual([10, 8]);
  });

  it('are in the set of what was rehearsed where one of their facts was', () => {
    const withheld = trials.map((each) => ({ ...each, seen: false }));
    const data = directionData(withheld, 'held-out', new Set([factKey('P3', 'id-to-term')]))!;
    expect(data.sets.map(({ set, pairs }) => [set, pairs])).toEqual([
      ['withheld', 7],
      ['rehearsed', 1],
    ]);
    expect(data.sets[1]!.gainGap).toBeNull();
  });

  it('have no interval of the difference of gains where that is the same in all', () => {
    const same = ['00', '11', '01'].flatMap((answers, at) =>
      (['term-to-id', 'id-to-term'] as const).flatMap((direction) =>
        [0, 1].map((moment) => trial(`P${at}`, direction, moment * 10, answers[moment] === '1')),
      ),
    );
    const data = directionData(same, 'held-out', NONE)!;
    expect(data.sets[0]!.gainGap).toBeNull();
    expect(directionNote(data)).toContain('same in every pair');
    expect(directionNote(data)).toContain('adjusted for several tests');
  });

  it('are told apart by their keys where their texts were put back', () => {
    const named = trials.map((each) => ({ ...each, identifier: 'the same', term: 'name' }));
    const data = directionData(named, 'held-out', NONE)!;
    expect(data.pairs).toHaveLength(8);
    expect(data.pairs[1]).toMatchObject({ identifier: 'the same', facts: ['P1|term-to-id', 'P1|id-to-term'] });
  });

  it('say nothing of a run of one direction, or one that was never evaluated after training began', () => {
    const forward = trials.filter(({ direction }) => direction === 'term-to-id');
    expect(directionData(forward, 'held-out', NONE)).toBeNull();
    expect(
      directionData(
        trials.filter(({ epoch }) => epoch === 0),
        'held-out',
        NONE,
      ),
    ).toBeNull();
  });

  it('have a table that holds what is drawn', () => {
    const data = directionData(trials, 'held-out', NONE)!;
    const { columns, rows } = directionTable(data);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    const find = (figure: string, moment: string) => rows.find((row) => row[1] === figure && row[2] === moment)!;
    const { after, gainGap, gainP, flows } = data.sets[0]!;
    expect(find('accuracy term→id', 'epoch 10').slice(3, 7)).toEqual([
      ...[after.accuracy['term-to-id'].value, after.accuracy['term-to-id'].lo, after.accuracy['term-to-id'].hi, 8],
    ]);
    expect(find('gain term→id minus id→term', 'before → epoch 10')[7]).toBe(gainP);
    expect(find('gain term→id minus id→term', 'before → epoch 10')[3]).toBe(gainGap!.value);
    expect(find('neither way → both ways', 'before → epoch 10')[3]).toBe(flows.neither.both);
    expect(directionNote(data)).toContain('n = 8 seen pairs');
  });
});
