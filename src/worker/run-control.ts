/**
 * What the page has asked of one job's run: pause, step, resume, cancel.
 *
 * Promises: a verb said before there is a runner, or while a lost device is replaced, reaches the runner that comes.
 * Must not know: messages, records.
 */
import type { Runner } from '../experiment';

/** A pretraining takes no single steps. */
type Verbs = Pick<Runner, 'pause' | 'resume' | 'cancel'> & Partial<Pick<Runner, 'step'>>;

export class RunControl {
  #runner: Verbs | null = null;
  #paused = false;
  #stepWaits = false;
  #cancelled = false;

  constructor(readonly runId: string) {}

  /** The runner that from now on does the work. */
  attach(runner: Verbs): void {
    this.#runner = runner;
    if (this.#paused) runner.pause();
    if (this.#stepWaits) runner.step?.();
    if (this.#cancelled) runner.cancel();
    this.#stepWaits = false;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  pause(): void {
    this.#paused = true;
    this.#runner?.pause();
  }

  step(): void {
    this.#paused = true;
    if (this.#runner) this.#runner.step?.();
    else this.#stepWaits = true;
  }

  resume(): void {
    this.#paused = this.#stepWaits = false;
    this.#runner?.resume();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#runner?.cancel();
  }
}

/** Gives the verbs for the work of a name, one at a time; work of a new name begins with none said. */
export function oneControl(): (runId: string) => RunControl {
  let control = new RunControl('');
  return (runId) => {
    if (control.runId !== runId) control = new RunControl(runId);
    return control;
  };
}
