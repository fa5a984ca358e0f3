/** What the charts of a world draw. Pure. */
import type { WorldCounts, WorldLook } from '../worker/client';

export type { WorldCounts, WorldLook };
export type GroupLook = WorldLook['groups'][number];
type Buckets = GroupLook['exposures'];

/** Facts with as many exposures as `label` says. */
export interface ExposureBin {
  label: string;
  facts: number;
}

/** Numbers of exposures that stand one by one; more of them are put together by powers of two. */
const MOST_SINGLE = 12;

/** `0`, `1`, `2–3`, `4–7` and so on where there are many numbers; each its own where there are few. */
export function exposureBins(buckets: Buckets): ExposureBin[] {
  if (buckets.length <= MOST_SINGLE) return buckets.map(({ times, facts }) => ({ label: String(times), facts }));
  const power = (times: number) => (times === 0 ? -1 : Math.floor(Math.log2(times)));
  const last = power(buckets.at(-1)!.times);
  return Array.from({ length: last + 2 }, (_, index) => {
    const [from, to] = [2 ** (index - 1), 2 ** index - 1];
    const mine = buckets.filter(({ times }) => power(times) === index - 1);
    const label = index === 0 ? '0' : from === to ? String(from) : `${from}–${to}`;
    return { label, facts: mine.reduce((sum, { facts }) => sum + facts, 0) };
  });
}
