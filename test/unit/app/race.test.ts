import { describe, expect, it } from 'vitest';
import { arrivalsOf, countLane, partAt, RaceBook, standingAt, type RaceOptions } from '../../../src/app/race';
import { factStates } from '../../../src/stats/states';
import { momentWords } from '../../../src/ui/views/run/race-table';
import { plausibleRun } from '../../fixtures/run/plausible-run';
import { life, trial } from '../records/build';

const NONE: ReadonlySet<string> = new Set();
const SAMPLED: RaceOptions = { template: 'held-out', latentBy: 'sampled' };
const EXACT: RaceOptions = { template: 'held-out', latentBy: { exact: { k: 20, a: 0.5 } } };
/** One lane: records come epoch by epoch. */
const byEpoch = (...lives: ReturnType<typeof life>[]) => lives.flat().sort((a, b) => a.epoch - b.epoch);

describe('the race of the facts', () => {
  it.each([SAMPLED, EXACT])('has the states that the statistics have ($latentBy)', (options) => {
    const { trials } = plausibleRun({ pairs: 8, epochs: 4 });
    const { lanes, epochs } = new RaceBook().read(trials, options, NONE);
    expect(epochs).toEqual([0, 1, 2, 3, 4]);
    const states = factStates(trials, options);
    const facts = lanes.flatMap((lane) => lane.facts);
    expect(facts).toHaveLength(32);
    for (const fact of facts) {
      const told = states.get(`held-out|${fact.fact}`)!;
      expect(fact.epochs.map((epoch, i) => ({ epoch, state: fact.states[i] }))).toEqual(told);
    }
  });

  it('read piece by piece is what it is read at once', () => {
    const { trials } = plausibleRun({ pairs: 6, epochs: 3 });
    const book = new RaceBook();
    for (let end = 0; end <= trials.length; end += 7) book.read(trials.slice(0, end), EXACT, NONE);
    const pieces = book.read(trials, EXACT, NONE);
    expect(pieces).toEqual(new RaceBook().read(trials, EXACT, NONE));
    // A run that goes on from a checkpoint takes later records back, and another rule is another race.
    const cut = trials.slice(0, 20);
    expect(book.read(cut, EXACT, NONE)).toEqual(new RaceBook().read(cut, EXACT, NONE));
    expect(book.read(cut, SAMPLED, NONE)).toEqual(new RaceBook().read(cut, SAMPLED, NONE));
  });

  it('does not depend on the order in which the records are written', () => {
    const trials = byEpoch(life('A:1', [0, 1, 0, 1]), life('A:2', [0, 0, 1, 1]));
    const inOrder = new RaceBook().read(trials, SAMPLED, NONE);
    expect(new RaceBook().read([...trials].reverse(), SAMPLED, NONE).epochs).toEqual(inOrder.epochs);
    const states = (race: typeof inOrder) =>
      Object.fromEntries(race.lanes[0]!.facts.map(({ fact, states: own }) => [fact, own]));
    expect(states(new RaceBook().read([...trials].reverse(), SAMPLED, NONE))).toEqual(states(inOrder));
  });

  it('says of an evaluation that was cut off how many facts it asked', () => {
    const trials = byEpoch(life('A:1', [0, 1, 1]), life('A:2', [0, 0]), life('A:3', [0, 0]));
    const race = new RaceBook().read(trials, SAMPLED, NONE);
    expect([0, 1, 2].map((epoch) => partAt(race, epoch))).toEqual([null, null, { asked: 1, of: 3 }]);
    expect([momentWords(race, Infinity), momentWords(race, 1)]).toEqual([
      'epoch 2, in part: 1 of 3 facts asked',
      'epoch 1',
    ]);
  });

  it('shows a moment: the last evaluation up to then, since when, and what was not asked yet', () => {
    const trials = byEpoch(life('A:1', [0, 1, 1, 0]), life('A:2', [0, 0, 0]));
    const [lane] = new RaceBook().read(trials, SAMPLED, NONE).lanes;
    const first = lane!.facts.find(({ identifier }) => identifier === 'A:1')!;
    expect(standingAt(first, 0)).toEqual({ state: 'unknown', since: 0 });
    expect(standingAt(first, 2.5)).toEqual({ state: 'known', since: 1 });
    expect(standingAt(first, Infinity)).toEqual({ state: 'lost', since: 3 });
    expect(standingAt(first, -1)).toBeNull();
    const counts = countLane(lane!, 1);
    expect(counts).toMatchObject({ n: 2, counts: { known: 1, unknown: 1, latent: 0, lost: 0 } });
    expect(counts.shares!.known).toMatchObject({ value: 0.5, n: 2 });
    expect(countLane(lane!, -1)).toMatchObject({ n: 0, shares: null });
  });

  it('counts a half evaluation as far as it came', () => {
    const trials = [trial({ identifier: 'A:1' }), trial({ identifier: 'A:2' })];
    trials.push(trial({ identifier: 'A:1', epoch: 1, answerHit: true }));
    const [lane] = new RaceBook().read(trials, SAMPLED, NONE).lanes;
    expect(countLane(lane!, Infinity).counts).toEqual({ unknown: 1, latent: 0, known: 1, lost: 0 });
  });

  it('keeps rehearsed facts apart once they were', () => {
    const trials = [trial({ identifier: 'A:1', seen: false }), trial({ identifier: 'A:2', seen: false })];
    const book = new RaceBook();
    expect(book.read(trials, SAMPLED, NONE).lanes.map(({ set }) => set)).toEqual(['withheld']);
    const rehearsed = new Set([trials[0]!.fact]);
    expect(book.read(trials, SAMPLED, rehearsed).lanes.map(({ set }) => set)).toEqual(['withheld', 'rehearsed']);
  });

  it('tells what came and went by each evaluation, of those who could', () => {
    const trials = byEpoch(
      life('A:1', [0, 1, 0, 1]),
      life('A:2', [1, 0, 1, 1]),
      life('A:3', [0, 0, 0, 1]),
      // Without an evaluation before training nobody knows whether it is new.
      life('A:4', [0, 1]).slice(1),
    );
    const [lane] = new RaceBook().read(trials, SAMPLED, NONE).lanes;
    expect(arrivalsOf(lane!)).toEqual([
      { epoch: 1, acquired: 1, atRisk: 2, regained: 0, lost: 1 },
      { epoch: 2, acquired: 0, atRisk: 1, regained: 1, lost: 1 },
      { epoch: 3, acquired: 1, atRisk: 1, regained: 1, lost: 0 },
    ]);
  });
});
