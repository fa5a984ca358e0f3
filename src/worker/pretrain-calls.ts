/**
 * Pretraining on its way to the worker and back: one at a time.
 *
 * Promises: what is told on the way reaches its listener in order; a newer plan takes the place of an older one; answers
 * that nobody waits for are dropped. Must not know: how it is done, the DOM.
 */
import { LabError, type SerializedLabError } from '../core/errors';
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
import type { RequestBody, Response } from './protocol';
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

interface Waiting {
  kind: RequestBody['kind'];
  listener: PretrainListener | null;
  resolve: (answer: Response) => void;
  reject: (error: LabError) => void;
}

export class PretrainCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  /** Name of the one that runs. */
  #running: string | null = null;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /** What it would take. Throws what the world or the configuration would be refused for. */
  async plan(inputs: WorldInputs, config: PretrainConfig): Promise<PretrainPlan> {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.kind !== 'plan-pretraining') continue;
      this.#waiting.delete(id);
      waiting.reject(new LabError('cancelled', 'Replaced by a newer plan.', { hint: 'Nothing to do.' }));
    }
    const answer = await this.#ask({ kind: 'plan-pretraining', inputs, config });
    return (answer as Extract<Response, { kind: 'pretraining-planned' }>).plan;
  }

  /** Resolves when it ended, also when it was stopped. */
  run(
    key: string,
    work: { inputs: WorldInputs; config: PretrainConfig; dtype: PretrainDtype },
    listener: PretrainListener,
  ): Promise<void> {
    return this.#steer({ kind: 'run-pretraining', key, ...work }, listener);
  }

  /** The one kept under `key`, from its last checkpoint. */
  continue(key: string, listener: PretrainListener): Promise<void> {
    return this.#steer({ kind: 'continue-pretraining', key }, listener);
  }

  pause(): void {
    if (this.#running) this.send(this.#running, { kind: 'pause' });
  }

  resume(): void {
    if (this.#running) this.send(this.#running, { kind: 'resume' });
  }

  /** Ends at the next safe point, with a checkpoint. */
  cancel(): void {
    if (this.#running) this.send(this.#running, { kind: 'cancel' });
  }

  /** The folder that the terminal would write, as a zip. */
  async pack(whole: {
    manifest: PretrainManifest;
    steps: PretrainStep[];
    heldOut: HeldOutRecord[];
    files: EncodedFile[];
  }): Promise<EncodedFile> {
    return ((await this.#ask({ kind: 'pack-pretraining', ...whole })) as Extract<Response, { kind: 'encoded' }>).file;
  }

  /** True where the message belongs to a pretraining, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('pretraining-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined || tell(message, waiting.listener)) return true;
    this.#waiting.delete(message.runId);
    if (message.kind === 'failed') waiting.reject(LabError.deserialize(message.error));
    else waiting.resolve(message);
    return true;
  }

  failAll(error: LabError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  async #steer(body: RequestBody, listener: PretrainListener): Promise<void> {
    const runId = this.#name();
    this.#running = runId;
    try {
      await this.#ask(body, listener, runId);
    } finally {
      this.#running = null;
    }
  }

  #name(): string {
    return `pretraining-${++this.#count}`;
  }

  #ask(body: RequestBody, listener: PretrainListener | null = null, runId = this.#name()): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(runId, { kind: body.kind, listener, resolve, reject });
      this.send(runId, body);
    });
  }
}

/** False where the message is the answer itself. */
function tell(message: Response, listener: PretrainListener | null): boolean {
  switch (message.kind) {
    case 'pretraining-manifest':
      listener?.manifest(message.manifest);
      return true;
    case 'pretraining-progress':
      listener?.progress(message.progress);
      return true;
    case 'pretraining-steps':
      listener?.steps(message.records);
      return true;
    case 'pretraining-held-out':
      listener?.heldOut(message.record);
      return true;
    case 'pretraining-files':
      listener?.files(message.files);
      return true;
    case 'pretraining-rewind':
      listener?.rewind(message, message.deviceLost);
      return true;
    case 'storage-failed':
      listener?.storageFailed(message.error);
      return true;
    default:
      return false;
  }
}
