/**
 * Undo and redo of settings, wherever they were changed from: by hand, by a preset, by a link.
 *
 * Promises: going back changes the settings and nothing else. Must not know: components, the clock.
 */
import type { ExperimentSpec } from '../spec/schema';
import { History } from './spec-history';
import type { SpecStore } from './spec.svelte';

export class SpecHistory {
  #history: History<ExperimentSpec>;
  #written: string;
  canUndo = $state.raw(false);
  canRedo = $state.raw(false);

  constructor(private readonly spec: SpecStore) {
    const now = spec.snapshot();
    this.#history = History.of(now);
    this.#written = JSON.stringify(now);
  }

  /** To be called when the settings may have changed. @param now their copy */
  note(now: ExperimentSpec, atMs: number): void {
    const written = JSON.stringify(now);
    if (written === this.#written) return;
    this.#written = written;
    this.#take(this.#history.changed(now, changedPlaces(this.#history.now, now).join(' '), atMs));
  }

  undo(): void {
    this.#go(this.#history.back());
  }

  redo(): void {
    this.#go(this.#history.forth());
  }

  #go(history: History<ExperimentSpec>): void {
    if (history === this.#history) return;
    this.#written = JSON.stringify(history.now);
    this.#take(history);
    this.spec.replace(history.now);
  }

  #take(history: History<ExperimentSpec>): void {
    this.#history = history;
    this.canUndo = history.past.length > 0;
    this.canRedo = history.future.length > 0;
  }
}

/** Dotted paths of what differs. */
function changedPlaces(a: unknown, b: unknown, path = ''): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const nested = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!nested(a) || !nested(b)) return [path];
  const [before, after] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    changedPlaces(before[name], after[name], `${path}.${name}`),
  );
}
