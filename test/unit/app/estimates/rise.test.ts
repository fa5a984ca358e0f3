import { describe, expect, it } from 'vitest';
import { risesOf } from '../../../../src/app/estimates/rise';
import { fixtureRun, VIEW } from '../../../helpers/chart-run';

const run = fixtureRun({ pairs: 4, epochs: 3 });
const count = (rises: ReturnType<typeof risesOf>, set: string) =>
  rises!.facts.filter((fact) => fact.set === set).map(({ rise }) => rise);

describe('the rise of log q', () => {
  it('compares the last evaluation with the one before training, per completion token', () => {
    const { facts, epoch } = risesOf(run, VIEW)!;
    const life = run.trials.filter(({ fact, template }) => fact === facts[0]!.fact && template === 'held-out');
    expect(epoch).toBe(3);
    expect(facts[0]!.rise).toBeCloseTo((life.at(-1)!.logProb - life[0]!.logProb) / life[0]!.tokens, 12);
  });

  it('has one number a fact, seen and withheld apart, and the summary’s test', () => {
    const rises = risesOf(run, { ...VIEW, direction: 'id-to-term', template: 'trained' });
    expect([count(rises, 'seen').length, count(rises, 'withheld').length]).toEqual([4, 4]);
    expect(rises!.test).toMatchObject({ nSeen: 4, nWithheld: 4 });
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

  it('is none before the first evaluation after training began', () => {
    expect(risesOf({ ...run, trials: run.trials.filter(({ epoch }) => epoch === 0) }, VIEW)).toBeNull();
  });
});
