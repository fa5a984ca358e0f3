/**
 * What page and worker say to each other about models from elsewhere: fetched, kept, listed, deleted.
 *
 * Must not know: how a model is fetched, the DOM.
 */
import * as v from 'valibot';
import { pickedFileSchema } from './data-protocol';
import { envelope } from './envelope';

/** A model as the page hands it on; `reference` where it comes from elsewhere. */
export const modelFolderSchema = v.object({
  name: v.string(),
  files: v.array(pickedFileSchema),
  reference: v.exactOptional(v.string()),
});

const fetchedSchema = v.object({
  ...modelFolderSchema.entries,
  reference: v.string(),
  /** What was done otherwise than asked, in words; null where nothing was. */
  note: v.nullable(v.string()),
});
export type FetchedModel = v.InferOutput<typeof fetchedSchema>;

const fetchSchema = v.object({
  /** `hf:owner/name@revision`, or the address of a folder. */
  reference: v.string(),
  /** Address of another hub; empty for the usual one. */
  hub: v.string(),
  /** For gated models; goes to the hub and nowhere else. */
  token: v.nullable(v.string()),
});
export type FetchRequest = v.InferOutput<typeof fetchSchema>;

const progressSchema = v.object({
  name: v.string(),
  file: v.nullable(v.string()),
  bytesDone: v.number(),
  bytesTotal: v.nullable(v.number()),
});
export type ModelProgress = v.InferOutput<typeof progressSchema>;

const storedSchema = v.object({
  key: v.string(),
  reference: v.string(),
  bytes: v.number(),
  totalBytes: v.number(),
  complete: v.boolean(),
  lastUsedMs: v.number(),
});
export type StoredModel = v.InferOutput<typeof storedSchema>;

const storedModelsSchema = v.object({ models: v.array(storedSchema), freeBytes: v.nullable(v.number()) });
export type StoredModels = v.InferOutput<typeof storedModelsSchema>;

export const modelRequests = [
  /** Answered by `model-progress` and then `model-here`. */
  v.object({ kind: v.literal('fetch-model'), ...envelope, request: fetchSchema }),
  /** Ends the download of this runId; what has arrived stays. */
  v.object({ kind: v.literal('stop-model'), ...envelope }),
  /** A complete one, without asking anybody. */
  v.object({ kind: v.literal('open-model'), ...envelope, key: v.string() }),
  v.object({ kind: v.literal('list-models'), ...envelope }),
  v.object({ kind: v.literal('delete-model'), ...envelope, key: v.string() }),
] as const;

export const modelResponses = [
  v.object({ kind: v.literal('model-progress'), ...envelope, progress: progressSchema }),
  v.object({ kind: v.literal('model-here'), ...envelope, model: fetchedSchema }),
  v.object({ kind: v.literal('models-listed'), ...envelope, stored: storedModelsSchema }),
] as const;
