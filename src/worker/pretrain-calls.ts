/**
 * Pretraining on its way to the worker and back: one at a time.
 *
 * Promises: what is told on the way reaches its listener in order; a newer plan takes the place of an older one; answers
 * that nobody waits for are dropped. Must not know: how it is done, the DOM.
 */
import type { SerializedLabError } from '../core/errors';
import type { EncodedFile } from './bundle-protocol';
import type {
  HeldOutRecord,
  PretrainConfig,
  PretrainDtype,
  PretrainManifest,
  PretrainPlan,
  PretrainProgress,
  PretrainStep,
} from './pretrain-protocol';
import { type Hear, SteeredCalls } from './calls';
import type { RequestBody } from './protocol';
import type { WorldInputs } from './world-protocol';

export interface PretrainListener {
  manifest(manifest: PretrainManifest): void;
  progress(progress: PretrainProgress): void;
  steps(records: PretrainStep[]): void;
  heldOut(record: HeldOutRecord): void;
  /** Of its world in the beginning, of the model at the end. */
  files(files: EncodedFile[]): void;
  /** Records after these many are void: it goes on from a checkpoint. */
  rewind(counts: { steps: number; heldOut: number }, deviceLost: boolean): void;
  storageFailed(error: SerializedLabError): void;
}

export class PretrainCalls extends SteeredCalls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('pretraining', send);
  }

  /** What it would take. Throws what the world or the configuration would be refused for. */
  async plan(inputs: WorldInputs, config: PretrainConfig): Promise<PretrainPlan> {
    this.replace('plan-pretraining', 'plan');
    return (await this.ask('pretraining-planned', { kind: 'plan-pretraining', inputs, config })).plan;
  }

  /** Resolves when it ended, also when it was stopped. */
  run(
    key: string,
    work: { inputs: WorldInputs; config: PretrainConfig; dtype: PretrainDtype },
    listener: PretrainListener,
  ): Promise<void> {
    return this.steer({ kind: 'run-pretraining', key, ...work }, teller(listener));
  }

  /** The one kept under `key`, from its last checkpoint. */
  continue(key: string, listener: PretrainListener): Promise<void> {
    return this.steer({ kind: 'continue-pretraining', key }, teller(listener));
  }

  /** The folder that the terminal would write, as a zip. */
  async pack(whole: {
    manifest: PretrainManifest;
    steps: PretrainStep[];
    heldOut: HeldOutRecord[];
    files: EncodedFile[];
  }): Promise<EncodedFile> {
    return (await this.ask('encoded', { kind: 'pack-pretraining', ...whole })).file;
  }
}

function teller(listener: PretrainListener): Hear {
  return (message) => {
    switch (message.kind) {
      case 'pretraining-manifest':
        listener.manifest(message.manifest);
        return;
      case 'pretraining-progress':
        listener.progress(message.progress);
        return;
      case 'pretraining-steps':
        listener.steps(message.records);
        return;
      case 'pretraining-held-out':
        listener.heldOut(message.record);
        return;
      case 'pretraining-files':
        listener.files(message.files);
        return;
      case 'pretraining-rewind':
        listener.rewind(message, message.deviceLost);
        return;
      case 'storage-failed':
        listener.storageFailed(message.error);
        return;
      default:
    }
  };
}
