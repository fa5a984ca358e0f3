/**
 * What the parts of a running experiment share: where it stands, its records so far, and the few verbs between them.
 *
 * Must not know: who reads the events.
 */
import type { Session } from '../engine/types';
import type { StepRecord, TrialRecord } from '../records/types';
import type { RunEvent } from './events';
import type { PreparedRun } from './prepared';
import type { Work, WorkMeter } from './work-meter';

/** Where a run stands: optimiser steps taken in a direction. How far an evaluation came, the trials tell. */
export interface Position {
  directionIndex: number;
  step: number;
}

export interface RunContext {
  readonly prepared: PreparedRun;
  readonly session: Session;
  readonly meter: WorkMeter;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly position: Position;
  /** Every record so far, those of an earlier process included. */
  readonly trials: TrialRecord[];
  readonly steps: StepRecord[];
  /** Milliseconds at work so far: pauses do not count. */
  activeMs(): number;
  emit(event: RunEvent): Promise<void>;
  enter(state: 'probing' | 'training'): void;
  /** A progress event, at most a few per second. */
  report(message: string, pending?: Partial<Work>): void;
  /** A safe point before one unit of work: the run may pause, be cancelled or write its timed checkpoint here. */
  gate(): Promise<void>;
  checkpoint(): Promise<void>;
}
