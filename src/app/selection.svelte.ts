/**
 * The facts that a person chose: one selection that every view of a run shares.
 *
 * Must not know: where it was made, components.
 */
import { SvelteSet } from 'svelte/reactivity';

export class SelectionStore {
  /** Keys of the chosen facts; null where none are. */
  facts = $state.raw<ReadonlySet<string> | null>(null);
  /** Which they are, in words. */
  label = $state.raw('');

  select(facts: Iterable<string>, label: string): void {
    const chosen: ReadonlySet<string> = new SvelteSet(facts);
    this.facts = chosen.size > 0 ? chosen : null;
    this.label = chosen.size > 0 ? label : '';
  }

  clear(): void {
    this.facts = null;
    this.label = '';
  }

  has(fact: string): boolean {
    return this.facts?.has(fact) ?? false;
  }
}
