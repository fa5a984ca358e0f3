/**
 * What a probe is: something an evaluation measures besides the answers, as the spec's `evaluation.probes` asks for it.
 *
 * Promises: preparing one needs no GPU and says what it will take; measuring resumes from the records alone.
 */
import type { ByteFile } from '../../core/files';
import type { Dataset } from '../../dataset';
import type { DecodeDemand, DecoderConfig, Session, StatesShape } from '../../engine';
import type { FileIdentity, ProbeMoment, ProbeRecordKind, ProbeRecords } from '../../records';
import type { ExperimentSpec } from '../../spec/schema';
import type { Tokenizer } from '../../tokens/types';
import type { Sources } from '../sources';

export type ProbesSpec = ExperimentSpec['evaluation']['probes'];
export type ProbeName = keyof ProbesSpec;

/** The files that probes may name; absent where the spec names none. */
export interface ProbeFiles {
  canaries?: ByteFile | null;
  languageLoss?: ByteFile | null;
}

export interface ProbeInputs {
  spec: ExperimentSpec;
  files: ProbeFiles;
  sources: Sources;
  config: DecoderConfig;
  tokenizer: Tokenizer;
  stopIds: readonly number[];
  dataset: Dataset;
  /** Tokens of a training row; probes pack their own rows to this, or to their longest sequence. */
  rowTokens: number;
}

/** One evaluation as a probe sees it. */
export interface ProbeRun {
  session: Session;
  moment: ProbeMoment;
  /** Records of this moment that an earlier process has written already. */
  done: ProbeRecords;
  /** A safe point: the run may pause, be cancelled or write its timed checkpoint here. */
  gate(): Promise<void>;
  /** Tokens of work done since the last call. */
  worked(tokens: number): void;
  emit<K extends ProbeRecordKind>(kind: K, records: ProbeRecords[K], files?: ProbeOutputFile[]): Promise<void>;
}

export interface ProbeOutputFile {
  /** Path within the run. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** A probe on a session that still is the base model. */
export interface OpenProbe {
  measure(run: ProbeRun): Promise<void>;
}

export interface PreparedProbe {
  name: ProbeName;
  files: { field: string; file: FileIdentity }[];
  warnings: string[];
  /** Kind of its records; null where the trials carry what it measures. */
  kind: ProbeRecordKind | null;
  /** Whether it looks at an evaluation: `first` before training, `last` after it. */
  due(at: { first: boolean; last: boolean }): boolean;
  /** Records and scored tokens of one evaluation. */
  records: number;
  tokens: number;
  /** Calls of the sampler before training, and the tokens planned for them. */
  decoding: DecodeDemand[];
  decodedTokens: number;
  /** Largest row that it scores, and largest row whose hidden states it reads. */
  row: { tokens: number; supervised: number } | null;
  states: StatesShape | null;
  /** Draws what it needs from the base model: the session's trainable tensors are fresh. */
  open(session: Session, signal: AbortSignal): Promise<OpenProbe>;
}

/** One field of `evaluation.probes`; `prepare` gives null where the spec does not ask for it. */
export interface Probe {
  prepare(inputs: ProbeInputs): Promise<PreparedProbe | null>;
}
