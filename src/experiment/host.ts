/**
 * What a run needs from whoever hosts it, and the engine session it runs on.
 *
 * Must not know: whether the host is a terminal or a page.
 */
import type { Clock } from '../core/clock';
import { LabError } from '../core/errors';
import { acquireDevice, createSession, planMemory } from '../engine';
import type {
  DecoderConfig,
  EngineDevice,
  Session,
  SessionShape,
  TrainableSpec,
  WeightMap,
  WeightSource,
} from '../engine';
import type { AdapterIdentity } from '../records/types';
import type { PreparedRun } from './prepared';

/** A session with the identity of the device it computes on. */
export interface OpenedSession {
  session: Session;
  adapter: Omit<AdapterIdentity, 'host'>;
  /** What a failed call means; a lost device explains whatever failed on it. Absent: what it says itself. */
  explain?(thrown: unknown): Promise<unknown>;
  /** Gives session and device back. */
  close(): void;
}

/** `say` is told what is being done while it lasts. */
export type SessionFactory = (
  prepared: PreparedRun,
  gpu: GPU,
  signal: AbortSignal,
  say: (message: string) => void,
) => Promise<OpenedSession>;

export interface RunnerHost {
  gpu: GPU;
  clock: Clock;
  /** `Node with Dawn`, or the browser and its version: for the manifest. */
  hostName: string;
  /** Another way to a session; the engine's own where absent. */
  createSession?: SessionFactory;
}

/** The engine's session for a prepared run: a device of its own, the weights on it. */
export const openEngineSession: SessionFactory = (prepared, gpu, signal, say) =>
  openSession(
    {
      config: prepared.config,
      trainable: prepared.trainable,
      shape: prepared.session,
      weights: () => prepared.model.weightSource(),
      control: 'model.path',
    },
    gpu,
    signal,
    say,
  );

export interface SessionNeeds {
  config: DecoderConfig;
  trainable: TrainableSpec;
  shape: SessionShape;
  weights(): WeightMap | WeightSource;
  /** The field that makes the model smaller. */
  control: string;
}

/** A session on a device of its own. Throws `device-limit` before any weight is loaded where the device cannot hold it. */
export async function openSession(
  needs: SessionNeeds,
  gpu: GPU,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<OpenedSession> {
  const device = await acquireDevice(gpu);
  try {
    refuseTooLarge(needs, device);
    say('Reading the weights into graphics memory');
    const { config, trainable, shape } = needs;
    const session = await createSession(device, config, needs.weights(), trainable, shape, signal);
    say('Planning the computation and compiling its kernels');
    return {
      session,
      adapter: device.identity,
      explain: (thrown) => device.explain(thrown),
      close() {
        session.destroy();
        device.destroy();
      },
    };
  } catch (error) {
    const reason = await device.explain(error);
    device.destroy();
    throw reason;
  }
}

/** Throws `device-limit` where one buffer, or one range that a kernel binds, is more than the device allows. */
export function refuseTooLarge(
  { config, trainable, shape, control }: Omit<SessionNeeds, 'weights'>,
  { limits }: Pick<EngineDevice, 'limits'>,
): void {
  const { largestBufferBytes, largestBindingBytes, totalBytes } = planMemory(
    config,
    trainable,
    shape,
    limits.bindingBytes,
    limits.bufferBytes,
  );
  const refusal = (part: string, hint: string) =>
    new LabError('device-limit', `This needs ${totalBytes} bytes on the GPU, ${part}.`, { hint, control });
  if (largestBufferBytes > limits.bufferBytes) {
    throw refusal(
      `${largestBufferBytes} of them in one buffer; this GPU allows ${limits.bufferBytes} in one`,
      'Choose a smaller model or fewer tokens per row, or another GPU.',
    );
  }
  if (largestBindingBytes > limits.bindingBytes) {
    throw refusal(
      `${largestBindingBytes} of them in one binding; this GPU binds ${limits.bindingBytes} at once`,
      'Choose a smaller model, a coarser base (model.precision) or fewer tokens per row, or another GPU.',
    );
  }
}
