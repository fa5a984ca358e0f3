/**
 * Expectations: what a study is to show, written down before it runs.
 *
 * Promises: measures and models that no summary has are refused when the study is read, not after it ran. Must not know:
 * the results.
 */
import * as v from 'valibot';
import { ROW_DIRECTIONS, ROW_GROUPS, ROW_MEASURES, ROW_MODELS } from './study-rows';

const finite = v.pipe(v.number(), v.finite());
/** `above` and `below` are strict; both together are a range. */
const bounds = v.pipe(
  v.strictObject({ above: v.optional(finite), below: v.optional(finite) }),
  v.check(({ above, below }) => above !== undefined || below !== undefined, 'above, below, or both'),
);

/** Which lines: all that are alike in every field named. Single runs count only where `model` asks for them. */
const linesSchema = v.strictObject({
  measure: v.picklist(ROW_MEASURES),
  direction: v.optional(v.picklist(ROW_DIRECTIONS)),
  group: v.optional(v.picklist(ROW_GROUPS)),
  model: v.optional(v.picklist(ROW_MODELS)),
  /** `null`: lines without a term. */
  term: v.optional(v.nullable(v.string())),
  point: v.optional(v.string()),
});

export const expectationSchema = v.pipe(
  v.strictObject({
    /** In words, as a reader is to be told. */
    says: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
    of: linesSchema,
    /** Of the estimate. */
    value: v.optional(bounds),
    /** Of the whole interval: its lower limit lies above, its upper limit below. */
    interval: v.optional(bounds),
    /** Its p is smaller than this. */
    p: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  }),
  v.check(
    ({ value, interval, p }) => value !== undefined || interval !== undefined || p !== undefined,
    'what is expected: value, interval or p',
  ),
);

export type Expectation = v.InferOutput<typeof expectationSchema>;

/** Of the part of an expectation at this path. */
export function expectationFields([part]: readonly string[]): string[] {
  if (part === undefined) return ['says', 'of', 'value', 'interval', 'p'];
  return part === 'of' ? Object.keys(linesSchema.entries) : ['above', 'below'];
}
