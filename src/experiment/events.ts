/**
 * What a run says while it runs. The CLI writes these to files, the worker posts them to the page: same events, same records.
 */
import type { Direction } from '../core/direction';
import type { TrainingState } from '../engine/types';
import type { FactRecord, Manifest, RunProgress, StepRecord, Summary, TrialRecord } from '../records/types';

/**
 * Where a run stands; with the records so far it continues bit for bit. How far an evaluation came needs no field: the
 * trials at the end of the log carry its direction and its step.
 */
export interface Checkpoint {
  version: 2;
  runId: string;
  directionIndex: number;
  /** Its `step` is the number of optimiser steps taken in this direction. */
  state: TrainingState;
  /** Lines of the record files at this moment: later ones are cut on resume. */
  trialLines: number;
  stepLines: number;
}

export type RunEvent =
  | { kind: 'manifest'; manifest: Manifest }
  | { kind: 'progress'; progress: RunProgress }
  /** Every fact of the run, once, after the first manifest (and again when a run continues). */
  | { kind: 'facts'; records: FactRecord[] }
  | { kind: 'steps'; records: StepRecord[] }
  | { kind: 'trials'; records: TrialRecord[] }
  | { kind: 'checkpoint'; checkpoint: Checkpoint }
  /** The trained adapter of one direction in PEFT layout, or full weights in HF layout. */
  | { kind: 'adapter'; direction: Direction; files: { path: string; bytes: Uint8Array }[] }
  | { kind: 'summary'; summary: Summary };
