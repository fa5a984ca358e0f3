/**
 * What page and worker say to each other about analyses of whole runs. Plain data with a schema each.
 *
 * Must not know: how anything is estimated, the DOM.
 */
import * as v from 'valibot';
import { encodedFileSchema, manifestSchema, recordsPartSchema, summarySchema } from './bundle-protocol';
import { envelope } from './envelope';
import { RECORD_LISTS } from './run-parts';

/** Runs whose records the worker keeps at a time. */
export const ANALYSED_RUNS = 6;

const held = {
  manifest: manifestSchema,
  summary: v.nullable(summarySchema),
  /** How many of each list's records stay; those that were handed over beyond them go. */
  keep: v.record(v.picklist(RECORD_LISTS), v.number()),
  /** Files that were not handed over before, and the paths of all. */
  files: v.array(encodedFileSchema),
  paths: v.array(v.string()),
};
/** A run as it is from now on, without the records that follow. */
export type HeldRecords = { [Field in keyof typeof held]: v.InferOutput<(typeof held)[Field]> };

export const analysisRequests = [
  /** Begins a run under the key, or goes on with it; pieces follow. */
  v.object({ kind: v.literal('hold-records'), ...envelope, key: v.string(), ...held }),
  v.object({ kind: v.literal('hand-records'), ...envelope, key: v.string(), part: recordsPartSchema }),
  v.object({ kind: v.literal('drop-records'), ...envelope, key: v.string() }),
  /** Of the runs under these keys, in their order. Answered by `analysed`, or by `failed` alone. */
  v.object({
    kind: v.literal('analyse'),
    ...envelope,
    keys: v.array(v.string()),
    name: v.string(),
    /** Checked by the types of `records/analyses.ts`: both sides are of one build. */
    args: v.unknown(),
  }),
] as const;

export const analysisResponses = [
  /** `missing`: runs that are not here, or not whole; where there are any, nothing was computed. */
  v.object({ kind: v.literal('analysed'), ...envelope, result: v.unknown(), missing: v.array(v.string()) }),
] as const;
