/**
 * The facts that were chosen in one view and are followed in all others.
 *
 * Promises: one selection at a time, of one run; null means that nothing was chosen, never an empty set.
 * Must not know: charts, components.
 */
export class SelectionStore {
  /** Keys of facts. */
  facts = $state.raw<ReadonlySet<string> | null>(null);
  /** Where they were chosen and how, in words. */
  label = $state.raw<string | null>(null);

  select(facts: ReadonlySet<string>, label: string): void {
    this.facts = facts.size > 0 ? facts : null;
    this.label = facts.size > 0 ? label : null;
  }

  clear(): void {
    this.facts = null;
    this.label = null;
  }

  /** Whether a view that follows the selection shows this fact. */
  has(fact: string): boolean {
    return this.facts === null || this.facts.has(fact);
  }
}
