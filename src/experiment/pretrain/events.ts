/** What a pretraining says while it runs, what it needs from its host, and where it can be continued. */
import type { Clock } from '../../core/clock';
import type { TrainingState } from '../../engine';
import type { OutputFile } from '../../models';
import { checkpointCodec } from '../checkpoint';
import type { openSession } from '../host';
import type { HeldOutRecord, PretrainManifest, PretrainProgress, PretrainStep } from './records';

/** With the logs so far, everything that continues bit for bit. */
export interface PretrainCheckpoint {
  version: 1;
  runId: string;
  state: TrainingState;
  /** Lines of the logs at this moment: later ones are cut on resume. */
  stepLines: number;
  heldOutLines: number;
}

export const { encode: encodePretrainCheckpoint, decode: decodePretrainCheckpoint } =
  checkpointCodec<PretrainCheckpoint>('ONTOPRE1', 1);

export type PretrainEvent =
  | { kind: 'manifest'; manifest: PretrainManifest }
  | { kind: 'progress'; progress: PretrainProgress }
  | { kind: 'steps'; records: PretrainStep[] }
  | { kind: 'held-out'; record: HeldOutRecord }
  | { kind: 'checkpoint'; checkpoint: PretrainCheckpoint }
  /** The trained model and what it was exposed to, once, at the end. */
  | { kind: 'model'; files: OutputFile[] };

export interface PretrainHost {
  gpu: GPU;
  clock: Clock;
  hostName: string;
  /** Another way to a session; the engine's own where absent. */
  openSession?: typeof openSession;
}

export interface PretrainResumePoint {
  checkpoint: PretrainCheckpoint;
  /** As many as the checkpoint counts. */
  steps: PretrainStep[];
  heldOut: HeldOutRecord[];
  manifest: PretrainManifest;
}
