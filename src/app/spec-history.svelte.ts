/**
 * Undo and redo of settings, wherever they were changed from: by hand, by a preset, by a link; and where they stood then.
 *
 * Promises: going back changes the settings and what is said of where they come from, and never leads beyond where the
 * person began. Must not know: components, the clock.
 */
import { diffSpecs } from '../spec';
import type { ExperimentSpec } from '../spec/schema';
import { History } from './spec-history';
import type { SpecStore } from './spec.svelte';

/** What belongs to settings without being one of them: which preset was chosen, what is kept aside for them. */
export interface Standing<S> {
  get(): S;
  set(standing: S): void;
}

interface Entry<S> {
  spec: ExperimentSpec;
  standing: S;
}

export class SpecHistory<S = null> {
  #history!: History<Entry<S>>;
  #written!: string;
  canUndo = $state.raw(false);
  canRedo = $state.raw(false);

  constructor(
    private readonly spec: SpecStore,
    private readonly standing: Standing<S>,
  ) {
    this.begin();
  }

  /** The present settings are the start: nothing before them can come back. */
  begin(): void {
    const spec = this.spec.snapshot();
    this.#written = JSON.stringify(spec);
    this.#take(History.of({ spec, standing: this.standing.get() }));
  }

  /** To be called when the settings may have changed. @param now their copy */
  note(now: ExperimentSpec, atMs: number): void {
    const written = JSON.stringify(now);
    if (written === this.#written) {
      // Files may have come to the same settings: they come back with them.
      this.#history = this.#history.with({ ...this.#history.now, standing: this.standing.get() });
      return;
    }
    this.#written = written;
    const places = diffSpecs(this.#history.now.spec, now).map(({ path }) => path);
    this.#take(this.#history.changed({ spec: now, standing: this.standing.get() }, places.join(' '), atMs));
  }

  undo(): void {
    this.#go((history) => history.back());
  }

  redo(): void {
    this.#go((history) => history.forth());
  }

  #go(move: (history: History<Entry<S>>) => History<Entry<S>>): void {
    // Settings may have been accepted since they were noted: they come back as such.
    const here = this.#history.with({ ...this.#history.now, standing: this.standing.get() });
    const history = move(here);
    if (history === here) return;
    this.#written = JSON.stringify(history.now.spec);
    this.#take(history);
    this.spec.replace(history.now.spec);
    this.standing.set(history.now.standing);
  }

  #take(history: History<Entry<S>>): void {
    this.#history = history;
    this.canUndo = history.past.length > 0;
    this.canRedo = history.future.length > 0;
  }
}
