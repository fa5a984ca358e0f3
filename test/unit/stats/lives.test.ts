/** The lives of facts: risk sets, learning rates, states. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countingRows } from '../../../src/stats/counting-process';
import { acquisitionRows } from '../../../src/stats/events';
import { kaplanMeier } from '../../../src/stats/km';
import { learningRates } from '../../../src/stats/learning-rate';
import { FACT_STATES, factStates, stateSummary } from '../../../src/stats/states';
import { fact, life, trial } from '../records/build';

describe('acquisition as counting-process rows', () => {
  const trials = [
    ...life('HP:1', [0, 0, 1, 0, 1, 1]),
    ...life('HP:2', [1, 1, 0, 0, 0, 0]),
    ...life('HP:3', [0, 0, 0, 0, 0, 0]),
    ...life('HP:4', [0, 1, 1, 1, 1, 1], { seen: false }),
  ];

  it('counts the first right evaluation, censors at the last, and leaves known facts out', () => {
    const { rows, known, events } = countingRows(trials, { event: 'acquisition' });
    expect(rows.map(({ identifier, start, time, event }) => [identifier, start, time, event])).toEqual([
      ['HP:1', 0, 2, true],
      ['HP:3', 0, 5, false],
    ]);
    expect({ known, events }).toEqual({ known: 1, events: 1 });
  });

  it('sustained over two evaluations begins at the first of the two', () => {
    const { rows } = countingRows(trials, { event: 'acquisition', sustained: 2 });
    expect(rows[0]).toMatchObject({ identifier: 'HP:1', time: 4, event: true });
  });

  it('of withheld facts is generalization', () => {
    const { rows } = countingRows(trials, { event: 'generalization' });
    expect(rows.map(({ identifier, time, event }) => [identifier, time, event])).toEqual([['HP:4', 1, true]]);
  });

  it('agrees with the rows of the summary', () => {
    const old = acquisitionRows(trials).filter(({ seen }) => seen);
    const { rows } = countingRows(trials, { event: 'acquisition' });
    expect(rows.map(({ time, event }) => [time, event])).toEqual(old.map(({ time, event }) => [time, event]));
  });

  it('carries the covariates, popularity and latency of each fact', () => {
    const sampled = { samples: 20, answerHits: 1, tokenHits: 0 };
    const lives = [trial({ sampled, logQ: -3 }), trial({ epoch: 1, answerHit: true, tokenHit: true })];
    const { rows } = countingRows(lives, { event: 'acquisition', facts: [fact()] });
    expect(rows[0]).toMatchObject({
      latent: true,
      baselineLogQ: -3,
      covariates: { 'lexical.ngram': 0.25, pmc: null, count: 3, rank: 0 },
    });
  });

  it('has no row for a fact that was never evaluated before training, or never after it', () => {
    const { rows, unobserved } = countingRows([trial({ epoch: 1 }), trial({ epoch: 2 }), ...life('HP:9', [0])], {
      event: 'acquisition',
    });
    expect(rows).toEqual([]);
    expect(unobserved).toBe(2);
  });

  it('takes covariates that are computed by fact, over those of the record', () => {
    const lives = [trial(), trial({ epoch: 1 })];
    const { rows } = countingRows(lives, {
      event: 'acquisition',
      facts: [fact()],
      covariatesOf: (key) => ({ count: 7, length: key.length }),
    });
    expect(rows[0]!.covariates).toMatchObject({ pmc: null, count: 7, rank: 0, length: rows[0]!.fact.length });
  });

  it('refuses an event or a clock that does not exist', () => {
    const ask = (options: object) => () => countingRows([], options as Parameters<typeof countingRows>[1]);
    expect(ask({ event: 'learning' })).toThrow('the event is learning');
    expect(ask({ event: 'degradation', from: 'noon' })).toThrow('the clock starts from noon');
  });

  it('refuses a run of no evaluations', () => {
    expect(() => countingRows(trials, { event: 'acquisition', sustained: 0 })).toThrow('0 evaluations in a row');
  });
});

describe('degradation as counting-process rows', () => {
  const trials = [
    ...life('HP:1', [1, 1, 0, 1]),
    ...life('HP:2', [0, 1, 1, 0], { seen: false }),
    ...life('HP:3', [0, 0, 0, 1]),
    ...life('HP:4', [1, 1, 1, 1], { seen: false }),
  ];

  it('from the baseline follows facts right before training', () => {
    const { rows } = countingRows(trials, { event: 'degradation' });
    expect(rows.map(({ identifier, start, time, event, seen }) => [identifier, start, time, event, seen])).toEqual([
      ['HP:1', 0, 2, true, true],
      ['HP:4', 0, 3, false, false],
    ]);
  });

  it('from any time starts the clock at the first right answer; one at the last evaluation is never at risk', () => {
    const { rows } = countingRows(trials, { event: 'degradation', from: 'any-time' });
    expect(rows.map(({ identifier, start, time, event }) => [identifier, start, time, event])).toEqual([
      ['HP:1', 0, 2, true],
      ['HP:2', 1, 3, true],
      ['HP:4', 0, 3, false],
    ]);
  });

  it('that is not sustained is no loss', () => {
    const { rows } = countingRows(trials, { event: 'degradation', sustained: 2 });
    expect(rows.every(({ event }) => !event)).toBe(true);
  });
});

describe('the learning rate of facts', () => {
  it('is the share of those at risk that are acquired, by group', () => {
    const [latent, other] = learningRates({ time: [1, 1, 2, 3, 2, 3, 3, 3], event: [1, 1, 1, 0, 1, 0, 0, 0] }, [
      'l',
      'l',
      'l',
      'l',
      'o',
      'o',
      'o',
      'o',
    ]);
    expect(latent!.epochs.map(({ epoch, atRisk, acquired }) => [epoch, atRisk, acquired])).toEqual([
      [1, 4, 2],
      [2, 2, 1],
      [3, 1, 0],
    ]);
    expect(latent!.epochs[0]!.rate).toMatchObject({ value: 0.5, n: 4 });
    expect(latent).toMatchObject({ peakEpoch: 1, epochsTo90: 2, events: 3 });
    expect(other).toMatchObject({ peakEpoch: 2, epochsTo90: 2, events: 1 });
    expect(latent!.epochs.at(-1)!.cumulative).toBe(0.75);
  });

  it('without an event has no peak, and says so', () => {
    const [none] = learningRates({ time: [2, 2], event: [0, 0] }, ['a', 'a'], { interval: 'exact' });
    expect(none).toMatchObject({ peak: null, peakEpoch: null, epochsTo90: null });
    expect(none!.warnings[0]!.code).toBe('no-events');
    expect(learningRates({ time: [1, 2], event: [1, 1], start: [0, 1] }, ['a', 'a'])[0]!.epochs[0]!.atRisk).toBe(1);
  });
});

describe('the learning rates of several groups', () => {
  // b has nobody leaving at epoch 1 and 3, but is at risk there.
  const rows = { time: [1, 2, 3, 4, 2, 4, 4, 4], event: [1, 1, 1, 0, 1, 1, 0, 0] };
  const group = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'];

  it('stand on the same epochs: one without an event has the rate 0, not a gap', () => {
    const [a, b] = learningRates(rows, group);
    const seen = (each: typeof a) => each!.epochs.map(({ epoch, atRisk, acquired }) => [epoch, atRisk, acquired]);
    expect(seen(a)).toEqual([
      [1, 4, 1],
      [2, 3, 1],
      [3, 2, 1],
      [4, 1, 0],
    ]);
    expect(seen(b)).toEqual([
      [1, 4, 0],
      [2, 4, 1],
      [3, 3, 0],
      [4, 3, 1],
    ]);
    expect(b!.epochs[2]!.rate).toMatchObject({ value: 0, lo: 0, n: 3 });
    expect(b!.epochs[3]).toMatchObject({
      share: 0.25,
      cumulative: 0.5,
      shareEstimate: { value: 0.25, n: 4 },
      cumulativeEstimate: { value: 0.5, n: 4 },
    });
  });

  it('know every evaluation where they are named, and refuse events between them', () => {
    const [a] = learningRates(rows, group, { evaluations: [0.5, 1, 2, 3, 4, 9] });
    expect(a!.epochs.map(({ epoch }) => epoch)).toEqual([0.5, 1, 2, 3, 4]);
    expect(() => learningRates(rows, group, { evaluations: [1, 2, 4] })).toThrow('row 3: the event is at 3');
    expect(() => learningRates(rows, group, { evaluations: [1, NaN] })).toThrow('value 2 of the evaluations is NaN');
    expect(() => learningRates(rows, group, { interval: 'wald' as 'exact' })).toThrow('the interval is wald');
    expect(() => learningRates(rows, [NaN, ...group.slice(1)])).toThrow('row 1: the group is NaN');
  });

  it('add up: at risk is lost to acquisition and censoring alone, and hazards multiply to the survival curve', () => {
    const row = fc.record({ time: fc.integer({ min: 1, max: 8 }), event: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (list) => {
        const data = { time: list.map((each) => each.time), event: list.map((each) => each.event) };
        const [all] = learningRates(
          data,
          list.map(() => 'all'),
        );
        const curve = kaplanMeier(data.time, data.event);
        let survival = 1;
        for (const { epoch, rate } of all!.epochs) {
          survival *= 1 - rate.value;
          expect(survival).toBeCloseTo(curve.survival[curve.time.indexOf(epoch)]!, 12);
        }
        expect(all!.epochs.at(-1)!.cumulative).toBeCloseTo(all!.events / all!.n, 12);
      }),
    );
  });
});

describe('epochs to 90 % of the plateau', () => {
  const after = (times: number[]) =>
    learningRates(
      { time: times, event: times.map(() => 1) },
      times.map(() => 'all'),
    )[0]!;

  it('have the order statistics around them as limits', () => {
    // 100 events, one an epoch: ranks 84 and 96 hold 95 % (binomial 100, 0.9: P(X ≤ 83) = .0206, P(X ≤ 95) = .9763).
    const { epochsTo90, epochsTo90Limits } = after(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(epochsTo90).toBe(90);
    expect(epochsTo90Limits).toEqual({ lo: 84, hi: 96 });
  });

  it('have no upper limit where few events leave it open', () => {
    expect(after([1, 2, 3, 4, 5])).toMatchObject({ epochsTo90: 5, epochsTo90Limits: { lo: 3, hi: null } });
    expect(after([4])).toMatchObject({ epochsTo90: 4, epochsTo90Limits: { lo: null, hi: null } });
  });

  it('lie inside them, whatever the events', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 80 }), (times) => {
        const { epochsTo90, epochsTo90Limits } = after(times);
        expect(epochsTo90Limits.lo ?? 0).toBeLessThanOrEqual(epochsTo90!);
        expect(epochsTo90Limits.hi ?? Infinity).toBeGreaterThanOrEqual(epochsTo90!);
      }),
    );
  });
});

describe('the states of facts', () => {
  const sampled = (answerHits: number) => ({ samples: 20, answerHits, tokenHits: 0 });
  const trials = [
    trial({ identifier: 'HP:1', sampled: sampled(2) }),
    trial({ identifier: 'HP:1', epoch: 1 }),
    trial({ identifier: 'HP:1', epoch: 2, answerHit: true, tokenHit: true }),
    trial({ identifier: 'HP:1', epoch: 3 }),
    trial({ identifier: 'HP:2', sampled: sampled(0), logQ: -0.5 }),
    trial({ identifier: 'HP:2', epoch: 1, logQ: -0.5 }),
    trial({ identifier: 'HP:2', epoch: 2, logQ: -9 }),
    trial({ identifier: 'HP:2', epoch: 3, logQ: -9 }),
  ];

  it('go from latent to known to lost; what was never sampled again keeps its last finding', () => {
    const states = factStates(trials);
    expect(states.get('held-out|HP:1|term-to-id')!.map(({ state }) => state)).toEqual([
      'latent',
      'latent',
      'known',
      'lost',
    ]);
    expect(states.get('held-out|HP:2|term-to-id')!.map(({ state }) => state)).toEqual(Array(4).fill('unknown'));
  });

  it('may be told from the exact probability instead', () => {
    const states = factStates(trials, { latentBy: { exact: { k: 20, a: 0.5 } } });
    expect(states.get('held-out|HP:2|term-to-id')!.map(({ state }) => state)).toEqual([
      'latent',
      'latent',
      'unknown',
      'unknown',
    ]);
    expect(() => stateSummary(trials, { latentBy: { exact: { k: 0, a: 0.5 } } })).toThrow('k is 0');
  });

  it('are counted by evaluation, and from one to the next', () => {
    const { epochs, transitions } = stateSummary(trials);
    expect(epochs.map(({ epoch, n, counts }) => [epoch, n, counts.known, counts.lost])).toEqual([
      [0, 2, 0, 0],
      [1, 2, 0, 0],
      [2, 2, 1, 0],
      [3, 2, 0, 1],
    ]);
    expect(transitions[1]).toMatchObject({ from: 1, to: 2, counts: { latent: { known: 1 }, unknown: { unknown: 1 } } });
    expect(epochs[2]!.shares.known).toBe(0.5);
    expect(epochs[2]!.estimates.known).toMatchObject({ value: 0.5, n: 2, method: 'Wilson score interval, 95 %' });
  });

  it('add up to all facts at every evaluation, whatever their lives', () => {
    const hits = fc.array(fc.constantFrom(0 as const, 1 as const), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(hits, { minLength: 1, maxLength: 8 }), (lives) => {
        const { epochs, transitions } = stateSummary(lives.flatMap((each, i) => life(`HP:${i}`, each)));
        for (const { counts } of epochs)
          expect(FACT_STATES.reduce((sum, state) => sum + counts[state], 0)).toBe(lives.length);
        for (const { counts } of transitions) {
          expect(counts.known.latent + counts.known.unknown + counts.lost.unknown + counts.lost.latent).toBe(0);
        }
      }),
    );
  });
});

describe('rehearsed facts', () => {
  const trials = [
    ...life('HP:1', [0, 1], { seen: true }),
    ...life('HP:2', [0, 1], { seen: false }),
    ...life('HP:3', [1, 1], { seen: false }),
    ...life('HP:4', [1, 0], { seen: false }),
    ...life('HP:5', [0, 1], { seen: false }),
  ];
  const rehearsed = new Set(['HP:1|term-to-id', 'HP:2|term-to-id', 'HP:3|term-to-id']);
  const ask = (event: 'acquisition' | 'generalization' | 'degradation') => {
    const { rows, ...counts } = countingRows(trials, { event, rehearsed });
    return { identifiers: rows.map(({ identifier }) => identifier), ...counts };
  };

  it('say nothing of facts that were left alone: they are in no row of generalization or degradation, and counted', () => {
    expect(ask('generalization')).toEqual({ identifiers: ['HP:5'], known: 1, unobserved: 0, rehearsed: 2, events: 1 });
    expect(ask('degradation')).toMatchObject({ identifiers: ['HP:4'], rehearsed: 2, events: 1 });
  });

  it('are only ever withheld ones', () => {
    expect(ask('acquisition')).toMatchObject({ identifiers: ['HP:1'], rehearsed: 0 });
    expect(countingRows(trials, { event: 'generalization' })).toMatchObject({ rehearsed: 0, events: 2 });
  });
});
