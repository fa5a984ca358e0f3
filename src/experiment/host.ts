/**
 * What a run needs from whoever hosts it, and the engine session it runs on.
 *
 * Must not know: whether the host is a terminal or a page.
 */
import type { Clock } from '../core/clock';
import { acquireDevice, createSession } from '../engine';
import type { Session } from '../engine';
import type { AdapterIdentity } from '../records/types';
import type { PreparedRun } from './prepared';

/** A session with the identity of the device it computes on. */
export interface OpenedSession {
  session: Session;
  adapter: Omit<AdapterIdentity, 'host'>;
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
export const openEngineSession: SessionFactory = async (prepared, gpu, signal, say) => {
  const device = await acquireDevice(gpu);
  try {
    const weights = await prepared.model.loadWeights(undefined, signal);
    const { rowTokens, rowSupervised: supervised, decoding } = prepared;
    say('Planning the computation and compiling its kernels');
    const session = await createSession(device, prepared.config, weights, prepared.trainable, {
      rowTokens,
      supervised,
      decoding,
    });
    return {
      session,
      adapter: device.identity,
      close() {
        session.destroy();
        device.destroy();
      },
    };
  } catch (error) {
    device.destroy();
    throw error;
  }
};
