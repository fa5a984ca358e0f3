import { describe, expect, it } from 'vitest';
import { depthOf, findChance, latentData, SAMPLE_COUNTS } from '../../../src/app/estimates/latent';
import { latentTable } from '../../../src/ui/charts/latent-map/words';
import type { TrialRecord } from '../../../src/records/types';

const NONE: ReadonlySet<string> = new Set();
const asked = {
  direction: 'term-to-id',
  template: 'held-out',
  rehearsed: NONE,
  evaluation: { temperature: 1, topK: 0, topP: 1 },
} as const;

function trial(fact: string, q: number, { known = false, hits = 0, seen = true, epoch = 0 } = {}) {
  const sampled = epoch === 0 ? { samples: 20, answerHits: hits, tokenHits: hits } : null;
  const of = { fact, identifier: fact, term: fact, direction: 'term-to-id', template: 'held-out' };
  return { ...of, seen, epoch, answerHit: known, logQ: Math.log(q), sampled } as TrialRecord;
}

describe('how deep a fact lies', () => {
  it('is the number of samples that find it with an even chance', () => {
    expect(findChance(0.1, depthOf(0.1))).toBeCloseTo(0.5, 12);
    // 0.9^k = 1/2.
    expect(depthOf(0.1)).toBeCloseTo(Math.log(0.5) / Math.log(0.9), 9);
  });

  it('stays sound for chances that underflow or are nearly certain', () => {
    expect(depthOf(1e-300)).toBeCloseTo(Math.LN2 / 1e-300, -290);
    expect(depthOf(0)).toBe(Infinity);
    expect(depthOf(0.9)).toBe(1);
    expect(findChance(1e-12, 1000)).toBeCloseTo(1e-9, 15);
    expect(findChance(1, 1)).toBe(1);
  });
});

describe('what samples find', () => {
  const trials = [
    ...[trial('a', 0.8, { known: true, hits: 15 }), trial('b', 0.1, { hits: 3 }), trial('c', 0.01)],
    ...[trial('d', 1e-9), trial('e', 0.2, { seen: false, hits: 20 }), trial('b', 0.9, { epoch: 1, known: true })],
  ];
  const data = latentData(trials, asked)!;

  it('counts the facts that are wrong before training, seen and withheld apart', () => {
    expect(data.sets.map(({ set, facts, known, hidden }) => [set, facts, known, hidden])).toEqual([
      ['seen', 4, 1, 3],
      ['withheld', 1, 0, 1],
    ]);
    expect(data.samples).toBe(20);
  });

  it('expects 1 − (1 − q)^k of each', () => {
    const [seen] = data.sets;
    for (const { k, exact } of seen!.found) {
      const expected = 1 - 0.9 ** k + (1 - 0.99 ** k) + (1 - (1 - 1e-9) ** k);
      expect(exact.value).toBeCloseTo(expected, 6);
      expect(exact.n).toBe(3);
      expect(exact.lo).toBeLessThanOrEqual(Math.ceil(exact.value));
      expect(exact.hi).toBeGreaterThanOrEqual(Math.floor(exact.value));
    }
    expect(seen!.found.map(({ k }) => k)).toEqual(SAMPLE_COUNTS);
  });

  it('holds the drawn ones beside it, as far as they go', () => {
    const [seen, withheld] = data.sets;
    const drawn = Object.fromEntries(seen!.found.map(({ k, sampled }) => [k, sampled]));
    // One of 20 with 3 right: 3/20; two of them: 1 − C(17,2)/C(20,2).
    expect(drawn[1]).toBeCloseTo(0.15, 12);
    expect(drawn[2]).toBeCloseTo(1 - (17 * 16) / (20 * 19), 12);
    expect(drawn[20]).toBeCloseTo(1, 9);
    expect(drawn[30]).toBeNull();
    expect(withheld!.found[0]!.sampled).toBeCloseTo(1, 9);
  });

  it('has no drawn ones where none were, and says when they were cut', () => {
    const bare = trials.map((each) => ({ ...each, sampled: null }));
    const cut = latentData(bare, { ...asked, evaluation: { temperature: 0.7, topK: 5, topP: 1 } })!;
    expect(cut.samples).toBe(0);
    expect(cut.truncated).toBe(true);
    expect(cut.sets[0]!.found.every(({ sampled }) => sampled === null)).toBe(true);
    expect(cut.facts.every(({ hits }) => hits === null)).toBe(true);
  });

  it('is nothing where nobody was asked', () => {
    expect(latentData(trials, { ...asked, direction: 'id-to-term' })).toBeNull();
  });

  it('has a table with the numbers that are drawn', () => {
    const { columns, rows } = latentTable(data);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(rows).toHaveLength(2 * SAMPLE_COUNTS.length + data.facts.length);
    const facts = rows.slice(2 * SAMPLE_COUNTS.length);
    expect(facts.map((row) => row[columns.indexOf('q')])).toEqual(data.facts.map(({ q }) => q));
    expect(facts.map((row) => row[columns.indexOf('depth')])).toEqual(data.facts.map(({ depth }) => depth));
    const at = rows.find(([set, k]) => set === 'seen' && k === 20)!;
    const { exact, sampled } = data.sets[0]!.found.find(({ k }) => k === 20)!;
    expect(at.slice(2, 7)).toEqual([exact.value, exact.lo, exact.hi, 3, sampled]);
  });

  it('is quick for ten thousand facts', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => trial(`f${i}`, 10 ** -(i % 9), { hits: i % 3 }));
    latentData(many, asked);
    const start = process.cpuUsage();
    latentData(many, asked);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(200);
  });
});
