import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { acquisitionRows, factHistories, kaplanMeier } from '../../../src/stats';
import { life, trial } from '../records/build';

const timesOf = (rows: ReturnType<typeof acquisitionRows>) =>
  rows.map(({ identifier, time, event }) => ({ identifier, time, event }));

describe('acquisition rows', () => {
  it('the event is the first evaluated epoch with a right answer, even if it is lost again', () => {
    const rows = acquisitionRows(life('HP:1', [0, 0, 1, 0, 1]));
    expect(timesOf(rows)).toEqual([{ identifier: 'HP:1', time: 2, event: true }]);
  });

  it('a fact never answered is censored at its last trial', () => {
    expect(timesOf(acquisitionRows(life('HP:1', [0, 0, 0, 0])))).toEqual([
      { identifier: 'HP:1', time: 3, event: false },
    ]);
  });

  it('a fact right before training was never at risk', () => {
    expect(acquisitionRows(life('HP:1', [1, 0, 1]))).toEqual([]);
  });

  it('evaluations some epochs apart keep their own epochs', () => {
    const trials = [0, 5, 10].map((epoch) => trial({ epoch, answerHit: epoch === 10 }));
    expect(timesOf(acquisitionRows(trials))).toEqual([{ identifier: 'HP:0000001', time: 10, event: true }]);
  });

  it('a cancelled run censors each fact where its own trials end', () => {
    const trials = [...life('HP:1', [0, 0, 0]), ...life('HP:2', [0, 0]), ...life('HP:3', [0])];
    expect(timesOf(acquisitionRows(trials))).toEqual([
      { identifier: 'HP:1', time: 2, event: false },
      { identifier: 'HP:2', time: 1, event: false },
      { identifier: 'HP:3', time: 0, event: false },
    ]);
  });

  it('a fact without a trial before training is left out: whether it was at risk is unknown', () => {
    expect(acquisitionRows([trial({ epoch: 3, answerHit: true })])).toEqual([]);
  });

  it('directions and templates are separate lives of one pair', () => {
    const rows = acquisitionRows([
      ...life('HP:1', [0, 1]),
      ...life('HP:1', [0, 0], { template: 'trained' }),
      ...life('HP:1', [0, 0], { direction: 'id-to-term' }).map((entry) => ({ ...entry, fact: 'HP:1|id-to-term' })),
    ]);
    expect(rows.map(({ direction, template, event }) => [direction, template, event])).toEqual([
      ['term-to-id', 'held-out', true],
      ['term-to-id', 'trained', false],
      ['id-to-term', 'held-out', false],
    ]);
  });

  it('carry what the fact was: seen, stratum, latent', () => {
    const sampled = (answerHits: number) => ({ samples: 20, answerHits, tokenHits: 0 });
    const rows = acquisitionRows([
      ...life('HP:1', [0, 1], { seen: false, stratum: 7, sampled: sampled(2) }),
      ...life('HP:2', [0, 1], { sampled: sampled(0) }),
      ...life('HP:3', [0, 1]),
    ]);
    expect(rows.map(({ seen, stratum, latent }) => ({ seen, stratum, latent }))).toEqual([
      { seen: false, stratum: 7, latent: true },
      { seen: true, stratum: 0, latent: false },
      { seen: true, stratum: 0, latent: null },
    ]);
  });

  it('do not depend on the order of the lines, and feed the curve', () => {
    const trials = [...life('HP:1', [0, 0, 1]), ...life('HP:2', [0, 1]), ...life('HP:3', [0, 0, 0])];
    const rows = acquisitionRows([...trials].reverse());
    expect(timesOf(rows).sort((a, b) => (a.identifier < b.identifier ? -1 : 1))).toEqual(
      timesOf(acquisitionRows(trials)),
    );
    const curve = kaplanMeier(
      rows.map((row) => row.time),
      rows.map((row) => row.event),
    );
    expect(curve.time).toEqual([0, 1, 2]);
    expect(curve.survival[1]).toBeCloseTo(2 / 3, 14);
    expect(curve.survival[2]).toBeCloseTo(1 / 3, 14);
    expect(curve).toMatchObject({ atRisk: [3, 3, 2], events: [0, 1, 1], censored: [0, 0, 1] });
  });
});

describe('histories', () => {
  it('refuse two trials of one fact at one epoch', () => {
    const read = () => factHistories([trial({ epoch: 4 }), trial({ epoch: 4 })]);
    expect(read).toThrow(LabError);
    expect(read).toThrow('HP:0000001|term-to-id has two trials at epoch 4 under the held-out template');
  });
});
