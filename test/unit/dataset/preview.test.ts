/** A draw at a glance. */
import { describe, expect, it } from 'vitest';
import { draw } from '../../../src/dataset/draw';
import { describeShortfalls, previewDraw, summarizeLengths } from '../../../src/dataset/preview';
import { numbered } from './fixtures';

const counts = new Map(Array.from({ length: 10 }, (_, i) => [`X:${i}`, 100 - 10 * i]));
const options = { candidates: numbered(10), bins: 3, seen: 3, withheld: 3, examples: 1, seed: 5 };

describe('the preview of a draw', () => {
  it('shows each bin’s ranks, counts and what it gave', () => {
    const { dataset, universe } = draw({ ...options, popularity: { kind: 'counts', counts } });
    const rows = previewDraw(dataset, universe);
    expect(rows.map(({ bin, size, rankFrom, rankTo }) => [bin, size, rankFrom, rankTo])).toEqual([
      [0, 4, 0, 3],
      [1, 3, 4, 6],
      [2, 3, 7, 9],
    ]);
    expect(rows.map(({ countMin, countMedian, countMax }) => [countMin, countMedian, countMax])).toEqual([
      [70, 85, 100],
      [40, 50, 60],
      [10, 20, 30],
    ]);
    expect(rows.map(({ seen, withheld }) => [seen, withheld])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(rows.reduce((sum, { examples }) => sum + examples, 0)).toBe(1);
  });

  it('has no counts where popularity is unknown, and empty bins where there are more bins than pairs', () => {
    const { dataset, universe } = draw({ ...options, bins: 12, popularity: { kind: 'none' } });
    const rows = previewDraw(dataset, universe);
    expect(rows.every(({ countMedian }) => countMedian === null)).toBe(true);
    expect(rows.filter(({ size }) => size === 0)).toHaveLength(2);
    expect(rows.find(({ size }) => size === 0)).toMatchObject({ rankFrom: null, rankTo: null, seen: 0, withheld: 0 });
  });

  it('says which bin was short and what was done', () => {
    const { dataset } = draw({ ...options, bins: 10, seen: 7, examples: 0, popularity: { kind: 'none' } });
    const sentences = describeShortfalls(dataset);
    expect(sentences.length).toBe(dataset.shortfalls.length);
    expect(sentences[0]).toEqual({
      bin: 9,
      text: 'Bin 10 holds 1 pair; it gave 1 of 1 seen and 0 of 1 withheld ones, and the nearest bins with room gave the rest.',
    });
  });
});

describe('token lengths', () => {
  const words = (text: string) => text.split(' ').length;

  it('are summarised by lengths that occur', () => {
    const texts = [4, 1, 2, 3, 2, 9, 2, 3].map((n) => Array<string>(n).fill('w').join(' '));
    expect(summarizeLengths(texts, words)).toEqual({
      n: 8,
      min: 1,
      q1: 2,
      median: 2,
      q3: 3,
      p95: 9,
      max: 9,
      mean: 26 / 8,
      histogram: [1, 3, 2, 1, 0, 0, 0, 0, 1].map((n, i) => ({ from: i + 1, to: i + 1, texts: n })),
    });
    expect(summarizeLengths([], words)).toBeNull();
  });

  it('fall into at most 20 ranges without gaps that hold all texts', () => {
    const texts = Array.from({ length: 300 }, (_, i) => 'x'.repeat(3 + ((i * i) % 211)));
    const { histogram, max } = summarizeLengths(texts, (text) => text.length)!;
    expect(histogram.length).toBeLessThanOrEqual(20);
    expect(histogram.reduce((sum, range) => sum + range.texts, 0)).toBe(300);
    histogram.slice(1).forEach((range, i) => expect(range.from).toBe(histogram[i]!.to + 1));
    expect(histogram.at(-1)!.to).toBeGreaterThanOrEqual(max);
  });
});
