/**
 * A draw at a glance, before anything is trained: the rank bins, what they gave, and how long the texts are in tokens.
 *
 * Promises: plain data, ready for a table, a plot or a terminal. Must not know: tokenizers and prompts, which come in as
 * a function and as texts.
 */
import type { BarePair } from './covariates';
import type { Dataset, Pair } from './types';

export interface BinPreview {
  /** 0 = most popular. */
  bin: number;
  /** Candidates in the bin. */
  size: number;
  /** First and last rank, 0-based; null for an empty bin. */
  rankFrom: number | null;
  rankTo: number | null;
  /** Popularity in the bin; null where it is unknown. */
  countMin: number | null;
  countMedian: number | null;
  countMax: number | null;
  seen: number;
  withheld: number;
  examples: number;
}

/** `universe`: every candidate with its rank, as `draw` returns it. */
export function previewDraw(dataset: Dataset, universe: readonly BarePair[]): BinPreview[] {
  const members: BarePair[][] = Array.from({ length: dataset.bins }, () => []);
  for (const one of universe) members[one.stratum]!.push(one);
  const drawnFrom = (part: readonly Pair[], bin: number) => part.filter(({ stratum }) => stratum === bin).length;
  return members.map((held, bin) => {
    const ranks = held.map(({ rank }) => rank).sort(ascending);
    const counts = held.flatMap(({ count }) => count ?? []).sort(ascending);
    return {
      bin,
      size: held.length,
      rankFrom: ranks[0] ?? null,
      rankTo: ranks.at(-1) ?? null,
      countMin: counts[0] ?? null,
      countMedian: median(counts),
      countMax: counts.at(-1) ?? null,
      seen: drawnFrom(dataset.seen, bin),
      withheld: drawnFrom(dataset.withheld, bin),
      examples: drawnFrom(dataset.examples, bin),
    };
  });
}

/** Which bins were short and what was done about it, one sentence each. */
export function describeShortfalls({ design, shortfalls }: Dataset): { bin: number; text: string }[] {
  const source =
    design === 'entity-held-out'
      ? 'the nearest bins of the same side of the split gave the rest'
      : 'the nearest bins with room gave the rest';
  return shortfalls.map(({ bin, holds, askedSeen, askedWithheld, gaveSeen, gaveWithheld }) => ({
    bin,
    text:
      `Bin ${bin + 1} holds ${holds} pair${holds === 1 ? '' : 's'}; it gave ${gaveSeen} of ${askedSeen} seen and ` +
      `${gaveWithheld} of ${askedWithheld} withheld ones, and ${source}.`,
  }));
}

/** Lengths of many texts in tokens. Quantiles are lengths that occur: the smallest with at least that share at or below. */
export interface LengthSummary {
  n: number;
  min: number;
  q1: number;
  median: number;
  q3: number;
  p95: number;
  max: number;
  mean: number;
  /** Texts per length range [from, to], both included; without gaps, at most 20 ranges. */
  histogram: { from: number; to: number; texts: number }[];
}

const MAX_RANGES = 20;

/** Null for no texts. */
export function summarizeLengths(
  texts: readonly string[],
  countTokens: (text: string) => number,
): LengthSummary | null {
  if (texts.length === 0) return null;
  const lengths = texts.map(countTokens).sort(ascending);
  const n = lengths.length;
  const quantile = (share: number) => lengths[Math.max(0, Math.ceil(share * n) - 1)]!;
  const [min, max] = [lengths[0]!, lengths[n - 1]!];
  const width = Math.ceil((max - min + 1) / MAX_RANGES);
  const histogram = Array.from({ length: Math.ceil((max - min + 1) / width) }, (_, range) => ({
    from: min + range * width,
    to: min + (range + 1) * width - 1,
    texts: 0,
  }));
  for (const length of lengths) histogram[Math.floor((length - min) / width)]!.texts += 1;
  return {
    n,
    min,
    q1: quantile(0.25),
    median: quantile(0.5),
    q3: quantile(0.75),
    p95: quantile(0.95),
    max,
    mean: lengths.reduce((sum, length) => sum + length, 0) / n,
    histogram,
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** Of sorted numbers: the middle one, or the mean of the two in the middle. */
function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
