/**
 * Whether a run that failed is worth another device: what the worker and the command line share.
 *
 * Promises: a run that gets on may lose any number of devices; one that does not gives up after a few.
 * Must not know: how a run is continued.
 */
import { toLabError } from '../core/errors';

/** Devices lost in a row, with nothing more recorded between them, before giving up. */
const LOSSES_IN_A_ROW = 5;
/** A graphics process takes a moment to come back: 0 ms before the second device, then twice as long each time. */
const FIRST_PAUSE_MS = 250;

export class LostDevices {
  #inARow = 0;

  /**
   * Waits as long as it is wise and resolves, or throws what was thrown: it is no lost device, or there were too many.
   *
   * @param gotOn the run has come further than the last time
   */
  async survive(thrown: unknown, gotOn: boolean): Promise<void> {
    const { code } = toLabError(thrown);
    // After a loss the host may have no adapter to offer for a while.
    const another = code === 'device-lost' || (code === 'webgpu-missing' && this.#inARow > 0);
    this.#inARow = gotOn ? 1 : this.#inARow + 1;
    if (!another || this.#inARow >= LOSSES_IN_A_ROW) throw thrown;
    if (this.#inARow === 1) return;
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (this.#inARow - 2)));
  }
}
