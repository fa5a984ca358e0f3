/**
 * What `prepareRun` hands to the runner: everything about a run that needs no GPU.
 *
 * Promises: examples and queries are in tokens, checked against the context; lengths and work are known, so a plan can
 * be shown before anything is loaded.
 */
import type { Direction } from '../core/direction';
import type { FileFolder } from '../core/files';
import type { TokenExample } from '../core/packed-row';
import type { Pair } from '../dataset/types';
import type { DecodeDemand, DecoderConfig, MemoryPlan, SessionShape, TrainableSpec } from '../engine';
import type { ModelHandle } from '../models';
import type { PromptDesign, Score } from '../prompts';
import { runFileIdentities } from '../records';
import type { FactRecord, FileIdentity, TemplateRole } from '../records/types';
import type { LinkFile } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import type { Tokenizer } from '../tokens/types';
import type { PreparedData } from './data';
import type { Objective } from './methods';
import type { PreparedProbe } from './probes/types';
import type { RehearsalItem } from './rehearsal';
import type { Work } from './work-meter';

/** A fact with its questions in tokens. */
export interface PreparedFact {
  key: string;
  pair: Pair;
  seen: boolean;
  /** The whole answer as text: what a fact that is token for token right has answered. */
  label: string;
  /** One question per template role, each with the same completion. */
  queries: Record<TemplateRole, TokenExample>;
}

/** One direction: what is learned and what is asked. */
export interface PreparedDirection {
  direction: Direction;
  /** Seen pairs × trained templates. */
  examples: TokenExample[];
  /** What may be rehearsed beside them; empty without rehearsal. */
  rehearsal: RehearsalItem[];
  /** Seen facts, then withheld ones, each in the data set's order: the order of the trials. */
  facts: PreparedFact[];
  stepsPerEpoch: number;
  /** Tokens a decoded answer may have: enough for the longest label, as far as the context leaves room after the longest prompt. */
  maxNewTokens: number;
  /** The scoring rule: what is this text as an answer to the fact? */
  score(fact: PreparedFact, answer: string): Score;
}

export interface PreparedRun extends PreparedData {
  spec: ExperimentSpec;
  specHash: string;
  runId: string;
  model: ModelHandle;
  modelFolder: FileFolder;
  config: DecoderConfig;
  tokenizer: Tokenizer;
  stopIds: readonly number[];
  modelFiles: FileIdentity[];
  /** How questions are put, and the in-context examples of evaluation questions. */
  design: PromptDesign;
  shown: readonly Pair[];
  factRecords: FactRecord[];
  /** What is minimised, step by step. */
  objective: Objective;
  /** The texts that are rehearsed; null where none are. */
  rehearsalFile: FileIdentity | null;
  trainable: TrainableSpec;
  trainableParameters: number;
  /** Capacity of one packed row and of its supervised positions. */
  rowTokens: number;
  rowSupervised: number;
  memory: MemoryPlan;
  /** Calls of the sampler that the memory is planned for. */
  decoding: readonly DecodeDemand[];
  /** The probes that the spec asks for; what a session must be announced of them. */
  probes: readonly PreparedProbe[];
  session: SessionShape;
  directions: PreparedDirection[];
  /** Longest prompt with its completion, in tokens. */
  longestTokens: number;
  /** Optimiser steps of the whole run. */
  plannedSteps: number;
  /** Tokens of the whole run, by kind of work. */
  plannedWork: Work;
}

/** The files that it was made of, by the fields that name them. */
export function preparedFiles(run: PreparedRun): LinkFile[] {
  return runFileIdentities({
    model: { files: run.modelFiles },
    ontology: { file: run.ontologyFile, counts: run.countsFile, covariates: run.covariateFiles },
    ...(run.rehearsalFile ? { rehearsalFile: run.rehearsalFile } : {}),
    probes: { files: run.probes.flatMap(({ files }) => files) },
  });
}
