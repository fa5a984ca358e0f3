/** Facts by how often they were stated in pretraining. Pure. */
import type { FactDigest } from '../fact-digest';

/** More different numbers than these are put together. */
const MOST_BUCKETS = 12;

export interface ExposureBucket {
  /** `16`, or `16–31` where several numbers are put together. */
  label: string;
  /** Mean of log2(1 + exposures) of its facts. */
  log2: number;
  facts: Known[];
}

export type Known = FactDigest & { exposures: number; run: string; seed: number };

/** Ascending. Up to 12 different numbers stand alone; more are put together by powers of two of 1 + n. */
export function exposureBuckets(facts: readonly Known[]): ExposureBucket[] {
  const distinct = new Set(facts.map(({ exposures }) => exposures));
  const keyOf = (exposures: number) =>
    distinct.size <= MOST_BUCKETS ? exposures : Math.floor(Math.log2(1 + exposures));
  const groups = new Map<number, Known[]>();
  for (const fact of facts) {
    const key = keyOf(fact.exposures);
    const group = groups.get(key);
    if (group) group.push(fact);
    else groups.set(key, [fact]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([key, members]) => ({
      label: distinct.size <= MOST_BUCKETS ? String(key) : span(2 ** key - 1, 2 ** (key + 1) - 2),
      log2: members.reduce((sum, { exposures }) => sum + Math.log2(1 + exposures), 0) / members.length,
      facts: members,
    }));
}

function span(from: number, to: number): string {
  return from === to ? String(from) : `${from}–${to}`;
}
