/**
 * What page and worker say to each other about runs as files: opening a bundle, keeping it, making files of a run.
 * Plain data with a schema each.
 *
 * Must not know: zips, storage, the DOM.
 */
import * as v from 'valibot';
import { DIRECTIONS, type Direction } from '../core/direction';
import { PROBE_RECORD_KINDS, type ProbeRecordKind, type ProbeRecords } from '../records/probe-types';
import type { FactRecord, Manifest, StepRecord, Summary, TrialRecord } from '../records/types';

/** Records in one message: what the page unpacks in a few milliseconds. */
export const RECORDS_PER_MESSAGE = 2000;

export const record = <T>(...fields: (keyof T & string)[]) =>
  v.custom<T>((value) => typeof value === 'object' && value !== null && fields.every((field) => field in value));

export const manifestSchema = record<Manifest>('runId', 'state', 'spec', 'gpu');
export const summarySchema = record<Summary>('directions', 'epochs');
export const factsSchema = v.array(record<FactRecord>('fact', 'covariates'));
export const trialsSchema = v.array(record<TrialRecord>('fact', 'epoch', 'logProb'));
export const probeRecordsSchema = v.array(record<ProbeRecords[ProbeRecordKind][number]>('direction', 'step'));
export const stepsSchema = v.array(record<StepRecord>('direction', 'step', 'loss'));

export const adapterSchema = v.object({
  direction: v.picklist(DIRECTIONS) satisfies v.GenericSchema<Direction>,
  files: v.array(v.object({ path: v.string(), bytes: v.instance(Uint8Array<ArrayBuffer>) })),
});
export type AdapterMessage = v.InferOutput<typeof adapterSchema>;

/** A file of a run. */
export const encodedFileSchema = v.object({ path: v.string(), bytes: v.instance(Uint8Array<ArrayBuffer>) });
export type EncodedFile = v.InferOutput<typeof encodedFileSchema>;

/** Some of a run's records on their way to the worker, in their order. */
export const recordsPartSchema = v.variant('part', [
  v.object({ part: v.literal('facts'), records: factsSchema }),
  v.object({ part: v.literal('trials'), records: trialsSchema }),
  v.object({ part: v.literal('steps'), records: stepsSchema }),
  v.object({ part: v.picklist(PROBE_RECORD_KINDS), records: probeRecordsSchema }),
]);
export type RecordsPart = v.InferOutput<typeof recordsPartSchema>;

/** A piece of a run on its way to the worker, which makes files of it. */
export const runPartSchema = v.variant('part', [
  v.object({
    part: v.literal('head'),
    manifest: manifestSchema,
    summary: v.nullable(summarySchema),
    adapters: v.array(adapterSchema),
    files: v.array(encodedFileSchema),
  }),
  recordsPartSchema,
]);
export type RunPart = v.InferOutput<typeof runPartSchema>;

/** What a bundle says of the ontology's names in it, and under which terms they may be passed on. */
export const pairsSchema = v.object({ source: v.string(), licence: v.nullable(v.string()), note: v.string() });
export type BundlePairs = v.InferOutput<typeof pairsSchema>;

/** Texts of pairs that a run does without, by the names that stand in their place. */
export const pairTextsSchema = v.array(v.object({ name: v.string(), identifier: v.string(), term: v.string() }));
export type PairTextsFound = v.InferOutput<typeof pairTextsSchema>;

/** Hash of a file that the page was given. */
export const fileHashSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Asks for all files of a run as a bundle. */
export const WHOLE_RUN = 'bundle';
