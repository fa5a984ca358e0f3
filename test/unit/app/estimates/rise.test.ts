import { describe, expect, it } from 'vitest';
import { risesOf } from '../../../../src/app/estimates/rise';
import { riseNote } from '../../../../src/ui/charts/rise/table';
import { fixtureRun, VIEW } from '../../../helpers/chart-run';

const run = fixtureRun({ pairs: 4, epochs: 3 });
const count = (rises: ReturnType<typeof risesOf>, set: string) =>
  rises!.facts.filter((fact) => fact.set === set).map(({ rise }) => rise);

describe('the rise of log p', () => {
  it('compares the last evaluation with the one before training, per completion token', () => {
    const { facts, epoch } = risesOf(run, VIEW)!;
    const life = run.trials.filter(({ fact, template }) => fact === facts[0]!.fact && template === 'held-out');
    expect(epoch).toBe(3);
    expect(facts[0]!.rise).toBeCloseTo((life.at(-1)!.logProb - life[0]!.logProb) / life[0]!.tokens, 12);
  });

  it('has one number a fact, seen and withheld apart, and the summary’s test with DeLong’s interval', () => {
    const rises = risesOf(run, { ...VIEW, direction: 'id-to-term', template: 'trained' });
    expect([count(rises, 'seen').length, count(rises, 'withheld').length]).toEqual([4, 4]);
    const own = run.summary!.directions.find(({ direction }) => direction === 'id-to-term')!;
    const told = own.rise!.find(({ template }) => template === 'trained')!;
    const { auc, p } = rises!.test!;
    expect([auc.value, p]).toEqual([expect.closeTo(told.auc, 12), expect.closeTo(told.p, 12)]);
    expect(auc.lo).toBeLessThan(auc.hi);
    expect(auc.n).toBe(8);
    expect(rises!.sets.map(({ set, middle }) => [set, middle!.median])).toEqual([
      ['seen', expect.closeTo(told.seenMedian, 12)],
      ['withheld', expect.closeTo(told.withheldMedian, 12)],
    ]);
  });

  it('never counts a rehearsed fact as one that nobody trained', () => {
    const all = risesOf(run, VIEW);
    const own = run.trials.find(({ seen, direction }) => !seen && direction === 'term-to-id')!;
    const apart = risesOf({ ...run, rehearsed: new Set([own.fact, 'another|term-to-id']) }, VIEW);
    expect(['seen', 'withheld', 'rehearsed'].map((set) => count(apart, set).length)).toEqual([4, 3, 1]);
    expect([...count(apart, 'rehearsed'), ...count(apart, 'withheld')].sort()).toEqual(
      [...count(all, 'withheld')].sort(),
    );
  });

  it('rests on the last evaluation that went through, and tests what it draws', () => {
    // Cancelled in the middle of epoch 3: seen facts were asked, withheld ones were not.
    const trials = run.trials.filter(({ epoch, seen }) => epoch < 3 || seen);
    const cut = risesOf({ ...run, trials }, VIEW)!;
    expect(cut.epoch).toBe(2);
    const until = risesOf({ ...run, trials: run.trials.filter(({ epoch }) => epoch < 3) }, VIEW)!;
    expect(cut).toEqual(until);
    expect(count(cut, 'withheld')).toHaveLength(4);
  });

  it('counts what has no place on the axis, and draws and tests no unknown rise', () => {
    const [first, second] = risesOf(run, VIEW)!.facts.filter(({ set }) => set === 'seen');
    const trials = run.trials.map((trial) =>
      trial.fact === first!.fact || (trial.fact === second!.fact && trial.epoch === 0)
        ? { ...trial, logProb: -Infinity }
        : trial,
    );
    const rises = risesOf({ ...run, trials }, VIEW)!;
    expect(rises.facts.every(({ rise }) => Number.isFinite(rise))).toBe(true);
    expect(rises.sets[0]).toMatchObject({ set: 'seen', n: 4, notDrawn: 2 });
    expect(rises.test!.auc.n).toBe(7);
    expect(riseNote(rises)).toContain('4 seen (2 not drawn');
  });

  it('is none before the first evaluation after training began', () => {
    expect(risesOf({ ...run, trials: run.trials.filter(({ epoch }) => epoch === 0) }, VIEW)).toBeNull();
  });
});
