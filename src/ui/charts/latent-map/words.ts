/** Facts of the iceberg in words, and its numbers as a table. */
import {
  findChance,
  SAMPLE_COUNTS,
  type Found,
  type LatentData,
  type LatentFact,
  type LatentSet,
} from '../../../app/estimates/latent';
import { formatShare } from '../../format';
import type { ChartTable } from '../chart-table';

/** 1, 10, 1 k, 1 M. */
export function countText(count: number): string {
  if (count >= 1e6) return `${count / 1e6} M`;
  return count >= 1000 ? `${count / 1000} k` : String(count);
}

/** Few digits, since it is a chance; what is nearly nothing as a power. */
export function chanceText(chance: number): string {
  if (chance === 0) return '0';
  return chance >= 0.001
    ? `${Number((chance * 100).toPrecision(2))} %`
    : chance.toExponential(0).replace('e-', ' × 10^−');
}

export function pairText({ fact, identifier, term }: LatentFact): string {
  return fact.endsWith('|term-to-id') ? `${term} → ${identifier}` : `${identifier} → ${term}`;
}

export function factFigures({ known, q, hits }: LatentFact, k: number, samples: number): string {
  const drawn = hits === null ? '' : `; ${hits} of ${samples} drawn were right`;
  const found = known ? 'says it' : `${k} samples find it with ${formatShare(findChance(q, k))}`;
  return `q = ${chanceText(q)}; ${found}${drawn}`;
}

/** The number of samples that was drawn in the run, or 20: what a picture begins with. */
export function defaultSamples({ samples }: LatentData): number {
  return SAMPLE_COUNTS.findLast((k) => k <= (samples > 0 ? samples : 20))!;
}

export function foundAt({ found }: LatentSet, k: number): Found | null {
  return found.find((each) => each.k === k) ?? null;
}

export function foundWords(set: LatentSet, k: number): string {
  const at = foundAt(set, k);
  if (at === null) return `${set.set}: nothing hidden`;
  const { value, lo, hi } = at.exact;
  const drawn = at.sampled === null ? '' : `, drawn: ${Number(at.sampled.toFixed(1))}`;
  return `${set.set}: ${value.toFixed(1)} of ${set.hidden} expected (${lo} … ${hi})${drawn}`;
}

/** First what k samples find, then the facts as they stand on the iceberg. */
export function latentTable({ sets, facts: all }: LatentData): ChartTable {
  const none = (cells: number) => Array.from({ length: cells }, () => null);
  return {
    columns: [
      ...['set', 'k', 'expected found', 'lower', 'upper', 'n hidden', 'found by the samples drawn', 'facts', 'known'],
      ...['method', 'identifier', 'term', 'q', 'depth', 'says it', 'right among the samples drawn'],
    ],
    rows: [
      ...sets.flatMap(({ set, facts, known, hidden, found }) =>
        found.map(({ k, exact, sampled }) => [
          ...[set, k, exact.value, exact.lo, exact.hi, hidden, sampled, facts, known, exact.method],
          ...none(6),
        ]),
      ),
      ...all.map(({ set, identifier, term, q, depth, known, hits }) => [
        ...[set, ...none(9), identifier, term, q],
        // Deeper than any number of samples that could be drawn.
        ...[Number.isFinite(depth) ? depth : null, known ? 'yes' : 'no', hits],
      ]),
    ],
  };
}
