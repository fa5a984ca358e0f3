import { describe, expect, it } from 'vitest';
import { summarize } from '../../../src/experiment/summary';
import { encodeSummary, parseSummary, RECORD_VERSION, type TrialRecord } from '../../../src/records';
import { mannWhitney, mcnemarExact, wilson } from '../../../src/stats';
import { life, manifest, step, trial } from '../records/build';

const sampled = (answerHits: number) => ({ samples: 20, answerHits, tokenHits: 0 });
/** A life whose log q rises by `rise` nats in all, over 4 tokens. */
const rising = (identifier: string, rise: number, fields: Partial<TrialRecord> = {}) => [
  trial({ identifier, epoch: 0, logProb: -20, ...fields }),
  trial({ identifier, epoch: 1, logProb: -20 + rise / 3, ...fields }),
  trial({ identifier, epoch: 2, logProb: -20 + rise, ...fields }),
];

describe('summary of a run', () => {
  const trials = [
    ...life('HP:1', [0, 0, 1]),
    ...life('HP:2', [0, 1, 1]),
    ...life('HP:3', [1, 1, 0]),
    ...life('HP:4', [0, 0, 0]),
    ...life('HP:5', [0, 0, 0], { seen: false }),
    ...life('HP:6', [1, 1, 1], { seen: false }),
  ];
  const steps = [
    step({ loss: 4, supervisedTokens: 10 }),
    step({ step: 2, loss: 1, supervisedTokens: 30 }),
    step({ step: 3, epoch: 2, loss: 0.5 }),
  ];
  const summary = summarize(manifest(), trials, steps);
  const [direction] = summary.directions;
  const [seen, withheld] = direction!.groups;

  it('counts answers that could not be read apart from wrong ones, and gives partial credit', () => {
    const trials = [
      trial({ identifier: 'HP:1', tokensRight: 1, digitsRight: { right: 3, of: 4 }, outcome: 'unparsed' }),
      trial({ identifier: 'HP:2', tokensRight: 3, digitsRight: { right: 1, of: 4 }, outcome: 'empty' }),
      trial({ identifier: 'HP:1', epoch: 1, tokensRight: 4, answerHit: true, tokenHit: true }),
      trial({ identifier: 'HP:2', epoch: 1, tokensRight: 2 }),
    ];
    const [group] = summarize(manifest(), trials, [step()]).directions[0]!.groups;
    expect(group!.outcomesByEpoch).toEqual([
      { epoch: 0, right: 0, wrong: 0, unparsed: 1, empty: 1 },
      { epoch: 1, right: 1, wrong: 1, unparsed: 0, empty: 0 },
    ]);
    expect(group!.partialByEpoch).toEqual([
      { epoch: 0, tokens: 0.5, digits: 0.5, n: 2 },
      { epoch: 1, tokens: 0.75, digits: null, n: 2 },
    ]);
  });

  it('names the run, its state and its last epoch', () => {
    expect(summary).toMatchObject({ recordVersion: RECORD_VERSION, runId: 'run-1', state: 'done', epochs: 2 });
    expect(summarize(manifest({ state: 'cancelled' }), trials, steps).state).toBe('cancelled');
  });

  it('has the directions and groups there are records of, seen before withheld', () => {
    expect(summary.directions.map((entry) => entry.direction)).toEqual(['term-to-id']);
    expect(direction!.groups.map((group) => [group.seen, group.template, group.facts])).toEqual([
      [true, 'held-out', 4],
      [false, 'held-out', 2],
    ]);
  });

  it('weights the losses of an epoch by supervised tokens', () => {
    expect(direction).toMatchObject({ steps: 3, firstEpochLoss: (4 * 10 + 1 * 30) / 40, lastEpochLoss: 0.5 });
    expect(summarize(manifest(), trials, []).directions[0]).toMatchObject({
      steps: 0,
      firstEpochLoss: null,
      lastEpochLoss: null,
    });
  });

  it('gives accuracy with a Wilson interval at every evaluated epoch', () => {
    expect(seen!.accuracyByEpoch).toEqual([
      { epoch: 0, estimate: wilson(1, 4) },
      { epoch: 1, estimate: wilson(2, 4) },
      { epoch: 2, estimate: wilson(2, 4) },
    ]);
  });

  it('counts gainers and losers between the first and the last evaluation', () => {
    expect(seen!.transitions).toMatchObject({ kept: 0, gainers: 2, losers: 1, never: 1, mcnemarP: mcnemarExact(1, 2) });
    expect(withheld!.transitions).toMatchObject({ kept: 1, gainers: 0, losers: 0, never: 1, mcnemarP: 1 });
  });

  it('follows the acquisition of facts that were wrong before training, and reports the known ones apart', () => {
    expect(seen!.knownAtBaseline).toBe(1);
    expect(seen!.acquisition).toMatchObject({
      n: 3,
      totalEvents: 2,
      time: [0, 1, 2],
      atRisk: [3, 3, 2],
      median: { value: 2 },
    });
    expect(withheld!.acquisition).toMatchObject({ n: 1, totalEvents: 0, time: [0, 2], median: { value: null } });
  });

  it('has no curve where every fact was known', () => {
    const known = summarize(manifest(), life('HP:1', [1, 1]), []);
    expect(known.directions[0]!.groups[0]).toMatchObject({ acquisition: null, knownAtBaseline: 1 });
  });

  it('survives its file, and equals itself from equal records', () => {
    expect(parseSummary(encodeSummary(summary))).toEqual(summary);
    expect(encodeSummary(summarize(manifest(), trials, steps))).toBe(encodeSummary(summary));
  });
});

describe('latent knowledge before training', () => {
  it('is the share of wrong, sampled facts with a right sample', () => {
    const trials = [
      ...life('HP:1', [0, 1], { sampled: sampled(3) }),
      ...life('HP:2', [0, 0], { sampled: sampled(0) }),
      ...life('HP:3', [0, 0], { sampled: sampled(1) }),
      ...life('HP:4', [1, 1], { sampled: sampled(20) }),
      ...life('HP:5', [0, 0]),
    ];
    expect(summarize(manifest(), trials, []).directions[0]!.groups[0]!.latentAtBaseline).toEqual(wilson(2, 3));
  });

  it('does not count what was sampled only later, and is unknown without samples', () => {
    const trials = [trial(), trial({ epoch: 1, sampled: sampled(5) })];
    expect(summarize(manifest(), trials, []).directions[0]!.groups[0]!.latentAtBaseline).toBeNull();
  });
});

describe('rise of log q per token', () => {
  const seen = [8, 12, 16].flatMap((rise, index) => rising(`HP:1${index}`, rise));
  const withheld = [-4, 0].flatMap((rise, index) => rising(`HP:2${index}`, rise, { seen: false }));

  it('compares seen with withheld facts by Mann–Whitney', () => {
    const test = mannWhitney([2, 3, 4], [-1, 0]);
    expect(summarize(manifest(), [...seen, ...withheld], []).directions[0]!.rise).toEqual([
      {
        template: 'held-out',
        seenMedian: 3,
        withheldMedian: -0.5,
        auc: 1,
        u: 6,
        p: test.p,
        nSeen: 3,
        nWithheld: 2,
        method: test.method,
      },
    ]);
  });

  it('is given for each template that has both groups', () => {
    const trained = [...seen, ...withheld].map((entry): TrialRecord => ({ ...entry, template: 'trained' }));
    const both = summarize(manifest(), [...seen, ...withheld, ...trained], []).directions[0]!;
    expect(both.rise!.map((entry) => entry.template)).toEqual(['held-out', 'trained']);
    expect(both.groups).toHaveLength(4);
    const seenOnly = trained.filter((entry) => entry.seen);
    const one = summarize(manifest(), [...seen, ...withheld, ...seenOnly], []).directions[0]!;
    expect(one.rise!.map((entry) => entry.template)).toEqual(['held-out']);
  });

  it('is missing without withheld facts, and before anything was trained', () => {
    expect(summarize(manifest(), seen, []).directions[0]!.rise).toBeNull();
    const probeOnly = [...seen, ...withheld].filter((entry) => entry.epoch === 0);
    expect(summarize(manifest(), probeOnly, []).directions[0]!.rise).toBeNull();
  });

  it('leaves out a fact whose log q was minus infinity throughout, and ranks one that rose from there', () => {
    const lost = [0, 1].map((epoch) => trial({ identifier: 'HP:30', epoch, logProb: -Infinity }));
    const found = [-Infinity, -3].map((logProb, epoch) => trial({ identifier: 'HP:31', epoch, logProb }));
    const [rise] = summarize(manifest(), [...seen, ...withheld, ...lost, ...found], []).directions[0]!.rise!;
    expect(rise).toMatchObject({ nSeen: 4, nWithheld: 2, auc: 1, seenMedian: 3.5 });
  });
});

describe('summary of a cancelled run', () => {
  it('counts what was evaluated: n falls in the unfinished epoch, facts without a baseline stay out of pairs', () => {
    const trials = [
      ...life('HP:1', [0, 1]),
      ...life('HP:2', [0]),
      trial({ identifier: 'HP:3', epoch: 1, answerHit: true }),
    ];
    const [group] = summarize(manifest({ state: 'cancelled' }), trials, []).directions[0]!.groups;
    expect(group).toMatchObject({ facts: 3, knownAtBaseline: 0, transitions: { gainers: 1, never: 1 } });
    expect(group!.accuracyByEpoch.map(({ estimate }) => estimate.n)).toEqual([2, 2]);
    expect(group!.acquisition).toMatchObject({ n: 2, totalEvents: 1, atRisk: [2, 1], censored: [1, 0] });
  });

  it('in its second direction keeps the first, and steps without trials count too', () => {
    const trials = life('HP:1', [0, 1]);
    const steps = [step(), step({ direction: 'id-to-term', loss: 3 })];
    const summary = summarize(manifest({ state: 'cancelled' }), trials, steps);
    expect(summary.directions.map(({ direction, steps: count }) => [direction, count])).toEqual([
      ['term-to-id', 1],
      ['id-to-term', 1],
    ]);
    expect(summary.directions[1]).toMatchObject({ groups: [], rise: null, firstEpochLoss: 3 });
  });

  it('before its first trial has nothing to say', () => {
    expect(summarize(manifest({ state: 'failed' }), [], [])).toMatchObject({ epochs: 0, directions: [] });
  });
});
