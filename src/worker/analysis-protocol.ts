/**
 * What page and worker say to each other about analyses of whole runs. Plain data with a schema each.
 *
 * Must not know: how anything is estimated, the DOM.
 */
import * as v from 'valibot';
import { runPartSchema } from './bundle-protocol';
import { envelope } from './envelope';

/** Runs whose records the worker keeps at a time. */
export const ANALYSED_RUNS = 6;

export const analysisRequests = [
  /** A piece of a run, gathered under the key until it is dropped. */
  v.object({ kind: v.literal('hand-records'), ...envelope, key: v.string(), part: runPartSchema }),
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

export const analysisResponses = [v.object({ kind: v.literal('analysed'), ...envelope, result: v.unknown() })] as const;
