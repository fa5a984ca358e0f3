/**
 * What page and worker say to each other about studies: the cells of one, what they would take, how far they are, what
 * they found. Plain data with a schema each.
 *
 * Must not know: the experiment, storage, the DOM.
 */
import * as v from 'valibot';
import type { StudyState } from '../records/study-state';
import type { StudySummary } from '../records/study-summary';
import type { ExperimentSpec } from '../spec/schema';
import type { StudySpec } from '../spec/study';
import { record } from './bundle-protocol';
import { pickedFileSchema } from './data-protocol';
import { modelFolderSchema } from './model-protocol';

/** The files chosen on the page; every cell is run with them. */
export const studyFilesSchema = v.object({
  model: modelFolderSchema,
  ontology: pickedFileSchema,
  counts: v.nullable(pickedFileSchema),
  covariates: v.array(v.object({ name: v.string(), file: pickedFileSchema })),
  /** By the field that names them. */
  texts: v.record(v.string(), pickedFileSchema),
  /** How the page reads the data files: columns, terminology. A study's own words go before. */
  reading: record<ExperimentSpec['ontology']>('termColumn', 'identifierColumn', 'covariates'),
});
export type StudyFiles = v.InferOutput<typeof studyFilesSchema>;

export type StudyDocument = StudySpec;
export const studySchema = record<StudySpec>('studyVersion', 'base', 'grid', 'groups');
export const stateSchema = record<StudyState>('stateVersion', 'study', 'cells');
export const studySummarySchema = record<StudySummary>('summaryVersion', 'runs', 'rows');

export const plannedCellSchema = v.object({
  id: v.string(),
  steps: v.nullable(v.number()),
  memoryBytes: v.nullable(v.number()),
  roughMs: v.nullable(v.number()),
  /** Why it cannot run. */
  problem: v.nullable(v.string()),
});
export type PlannedCell = v.InferOutput<typeof plannedCellSchema>;
