import { describe, expect, it } from 'vitest';
import {
  epochsOf,
  factSet,
  filterTrials as filtered,
  sortTrials,
  templatesOf,
  type TrialFilter,
} from '../../../src/app/trial-query';
import { plausibleRun } from '../../fixtures/run/plausible-run';

const NONE: ReadonlySet<string> = new Set();
const filterTrials = (all: Parameters<typeof filtered>[0], filter: TrialFilter) => filtered(all, filter, NONE);

const { trials } = plausibleRun({ pairs: 20, epochs: 6 });
const all: TrialFilter = { direction: 'all', set: 'all', epoch: 'all', template: 'all', hit: 'all', text: '' };

describe('filtering trials', () => {
  it('shows everything when nothing is asked for', () => {
    expect(filterTrials(trials, all)).toEqual(trials);
  });

  it('narrows by direction, set, epoch, template and hit together', () => {
    const wanted: TrialFilter = {
      direction: 'term-to-id',
      set: 'seen',
      epoch: 6,
      template: 'held-out',
      hit: 'right',
      text: '',
    };
    const found = filterTrials(trials, wanted);
    expect(found.length).toBeGreaterThan(0);
    for (const trial of found) {
      expect(trial).toMatchObject({
        direction: 'term-to-id',
        seen: true,
        epoch: 6,
        template: 'held-out',
        answerHit: true,
      });
    }
    const wrong = filterTrials(trials, { ...wanted, hit: 'wrong' });
    expect(found.length + wrong.length).toBe(20);
  });

  it('keeps rehearsed facts out of the withheld ones, as a set of their own', () => {
    const rehearsed = new Set([trials.find(({ seen }) => !seen)!.fact, trials.find(({ seen }) => seen)!.fact]);
    const withheld = filtered(trials, { ...all, set: 'withheld' }, rehearsed);
    const apart = filtered(trials, { ...all, set: 'rehearsed' }, rehearsed);
    const seen = filtered(trials, { ...all, set: 'seen' }, rehearsed);
    expect(new Set(apart.map(({ fact }) => fact)).size).toBe(1);
    expect(apart.every((trial) => !trial.seen && factSet(trial, rehearsed) === 'rehearsed')).toBe(true);
    expect(seen.every((trial) => trial.seen)).toBe(true);
    expect(seen.length + withheld.length + apart.length).toBe(trials.length);
  });

  it('finds text in term, identifier or answer, whatever its case', () => {
    const { identifier } = trials[0]!;
    expect(
      filterTrials(trials, { ...all, text: ` ${identifier.toLowerCase()} ` }).every(
        (trial) => trial.identifier === identifier || trial.answer === identifier,
      ),
    ).toBe(true);
    expect(filterTrials(trials, { ...all, text: 'no such words' })).toEqual([]);
  });
});

describe('sorting trials', () => {
  it('orders by log q both ways and leaves the records alone', () => {
    const before = [...trials];
    const up = sortTrials(trials, { field: 'logQ', descending: false }).map(({ logQ }) => logQ);
    const down = sortTrials(trials, { field: 'logQ', descending: true }).map(({ logQ }) => logQ);
    expect(up).toEqual([...up].sort((a, b) => a - b));
    expect(down).toEqual([...up].reverse());
    expect(trials).toEqual(before);
  });

  it('puts exact answers above right ones above wrong ones', () => {
    const [one] = trials;
    const wrong = { ...one!, tokenHit: false, answerHit: false };
    const right = { ...one!, tokenHit: false, answerHit: true };
    const exact = { ...one!, tokenHit: true, answerHit: true };
    expect(sortTrials([wrong, exact, right], { field: 'hit', descending: true })).toEqual([exact, right, wrong]);
  });
});

it('lists the epochs and templates there are', () => {
  expect(epochsOf(trials)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(templatesOf(trials.filter(({ template }) => template === 'trained'))).toEqual(['trained']);
});
