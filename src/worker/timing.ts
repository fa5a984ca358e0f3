/**
 * How fast a prepared run is on this device, by a few calls to the engine.
 *
 * Promises: a run that begins meanwhile has the device to itself: it gives up what goes on and waits for its end.
 * Must not know: messages, who asked.
 */
import { LabError } from '../core/errors';
import { measureSpeed, type PreparedRun, type RunnerHost } from '../experiment';
import type { MeasuredSpeed } from './protocol';

export class Timing {
  #now: { give: AbortController; ended: Promise<unknown> } | null = null;

  /** Throws `usage` where nothing is prepared, and what the engine throws. */
  measure(run: PreparedRun | null, host: () => RunnerHost): Promise<MeasuredSpeed> {
    if (run === null) {
      throw new LabError('usage', 'Nothing is prepared to be timed.', {
        hint: 'Choose a model folder and an ontology file first.',
      });
    }
    const give = new AbortController();
    const measuring = measureSpeed(run, host(), give.signal);
    this.#now = { give, ended: measuring.catch(() => undefined) };
    return measuring;
  }

  async stop(): Promise<void> {
    this.#now?.give.abort();
    await this.#now?.ended;
    this.#now = null;
  }
}
