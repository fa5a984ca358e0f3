/** What a page of a method says, and what several pages draw and compute. */
import * as stats from '../../../src/stats';
import type { Examples } from '../example-data';
import type { Mark, Picture } from '../picture';

export interface MethodPage {
  /** File name without ending. */
  name: string;
  title: string;
  when: string;
  formula: string;
  source: string;
  /** Body of a function of `stats` (the module) and `data` (the examples) that returns what is shown. */
  code: string;
  command?: string;
  picture: (data: Examples) => Picture;
  pitfalls: string;
  verified: string;
}

export const steps = (
  curve: { time: number[]; survival: number[]; lo: number[]; hi: number[] },
  label: string,
): Mark => ({
  kind: 'steps',
  label,
  points: curve.time.map((x, i) => ({ x, y: curve.survival[i]!, lo: curve.lo[i]!, hi: curve.hi[i]! })),
});
export const byLatent = ({ time, event, latent }: Examples) =>
  stats.kaplanMeierBy(
    time,
    event,
    latent.map((value) => (value ? 'latent' : 'unknown')),
    {},
  );
export const cox = ({ time, event, latent, popularity }: Examples) =>
  stats.coxFit({
    time,
    event,
    x: Float64Array.from(latent.flatMap((value, i) => [value, popularity[i]!])),
    names: ['latent', 'popularity'],
  });
export const forest = (
  title: string,
  estimates: readonly { lo: number; hi: number; value: number }[],
  y: string,
  level?: number,
): Picture => ({
  title,
  x: 'estimate',
  y,
  marks: [{ kind: 'ranges', points: estimates.map(({ value, lo, hi }, i) => ({ x: i + 1, y: value, lo, hi })) }],
  xRange: [0, estimates.length + 1],
  ...(level === undefined ? {} : { level }),
});
export const R = 'R 4.2.2, survival 3.5.3';

/** Rows of the example that pass. */
export function pick(data: Examples, passes: (row: number) => boolean): { time: number[]; event: number[] } {
  const rows = data.time.flatMap((_, i) => (passes(i) ? [i] : []));
  return { time: rows.map((i) => data.time[i]!), event: rows.map((i) => data.event[i]!) };
}

export function mean(values: readonly number[], labels: Uint8Array, wanted: number): number {
  const chosen = values.filter((_, i) => labels[i] === wanted);
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
}

export const columns = (...lists: readonly (readonly number[])[]) =>
  Float64Array.from(lists[0]!.flatMap((_, i) => lists.map((list) => list[i]!)));
