/**
 * What the schemas of several records share.
 *
 * A measured number (a log-probability, a loss) may be infinite or NaN; JSON has no word for that, so such a number
 * stands in the files as the string "-Infinity", "Infinity" or "NaN". Counts and settings are always finite.
 */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';

export const NON_FINITE = ['-Infinity', 'Infinity', 'NaN'] as const;

export const finite = v.pipe(v.number(), v.finite());
export const measured = v.union(
  [v.number(), v.pipe(v.picklist(NON_FINITE), v.transform(Number))],
  'Invalid type: Expected number or "-Infinity", "Infinity", "NaN"',
);
export const whole = (minimum: number) => v.pipe(v.number(), v.integer(), v.minValue(minimum));
export const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const direction = v.picklist(DIRECTIONS);

export const estimateSchema = v.strictObject({
  value: finite,
  lo: finite,
  hi: finite,
  n: whole(0),
  method: v.string(),
  warnings: v.exactOptional(v.array(v.strictObject({ code: v.string(), message: v.string(), hint: v.string() }))),
});

export const transitionSchema = v.strictObject({
  kept: whole(0),
  gainers: whole(0),
  losers: whole(0),
  never: whole(0),
  mcnemarP: share,
  method: v.string(),
});

/** Compiles only where A and B accept each other: a field added to one side alone is an error here. */
type Same<A, B> = [A, keyof A] extends [B, keyof B] ? ([B, keyof B] extends [A, keyof A] ? true : false) : false;
export const same = <A, B>(_proof: Same<A, B>): void => {};
