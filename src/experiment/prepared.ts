/**
 * What `prepareRun` hands to the runner: everything about a run that needs no GPU.
 *
 * Promises: examples and queries are in tokens, checked against the context; lengths and work are known, so a plan can
 * be shown before anything is loaded.
 */
import type { Direction } from '../core/direction';
import type { FileFolder } from '../core/files';
import type { TokenExample } from '../core/packed-row';
import type { Dataset, Pair } from '../dataset/types';
import type { DecoderConfig, MemoryPlan, TrainableSpec } from '../engine/types';
import type { ModelHandle } from '../models';
import type { Ontology } from '../ontology/types';
import type { FileIdentity, TemplateRole } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import type { Tokenizer } from '../tokens/types';
import type { Work } from './work-meter';

/** A fact with its questions in tokens. */
export interface PreparedFact {
  key: string;
  pair: Pair;
  seen: boolean;
  /** The label as text: what a fact that is token for token right has answered. */
  label: string;
  /** One question per template role, each with the same completion. */
  queries: Record<TemplateRole, TokenExample>;
}

/** One direction: what is learned and what is asked. */
export interface PreparedDirection {
  direction: Direction;
  /** Seen pairs × trained templates. */
  examples: TokenExample[];
  /** Seen facts, then withheld ones, each in the data set's order: the order of the trials. */
  facts: PreparedFact[];
  stepsPerEpoch: number;
  /** Tokens a decoded answer may have: enough for the longest label, as far as the context leaves room after the longest prompt. */
  maxNewTokens: number;
  /** The scoring rule: is this text a right answer to the fact? */
  isRight(fact: PreparedFact, answer: string): boolean;
}

export interface PreparedRun {
  spec: ExperimentSpec;
  specHash: string;
  runId: string;
  model: ModelHandle;
  modelFolder: FileFolder;
  config: DecoderConfig;
  tokenizer: Tokenizer;
  stopIds: readonly number[];
  modelFiles: FileIdentity[];
  ontology: Ontology;
  ontologyFile: FileIdentity;
  countsFile: FileIdentity | null;
  dataset: Dataset;
  trainable: TrainableSpec;
  trainableParameters: number;
  /** Capacity of one packed row and of its supervised positions. */
  rowTokens: number;
  rowSupervised: number;
  memory: MemoryPlan;
  directions: PreparedDirection[];
  /** Longest prompt with its completion, in tokens. */
  longestTokens: number;
  /** Optimiser steps of the whole run. */
  plannedSteps: number;
  /** Tokens of the whole run, by kind of work. */
  plannedWork: Work;
}
