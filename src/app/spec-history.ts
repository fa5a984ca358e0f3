/**
 * Settings as they were, to go back to and forward again. Pure.
 *
 * Promises: what is typed into one field in one go is one step; never more than HISTORY_STEPS are kept; a step after
 * going back forgets what lay ahead.
 */
export const HISTORY_STEPS = 100;
/** A pause in typing after which the same field begins another step. */
const ONE_GO_MS = 1200;

export class History<T> {
  readonly past: readonly T[];
  readonly future: readonly T[];

  private constructor(
    readonly now: T,
    past: readonly T[],
    future: readonly T[],
    private readonly last: { place: string; atMs: number } | null,
  ) {
    this.past = past;
    this.future = future;
  }

  static of<T>(now: T): History<T> {
    return new History(now, [], [], null);
  }

  /** The same history, its present said anew. */
  with(now: T): History<T> {
    return new History(now, this.past, this.future, this.last);
  }

  /** @param place which field changed; changes of several have a name of their own */
  changed(to: T, place: string, atMs: number): History<T> {
    const goesOn = this.last !== null && this.last.place === place && atMs - this.last.atMs < ONE_GO_MS;
    const past = goesOn ? this.past : [...this.past.slice(1 - HISTORY_STEPS), this.now];
    return new History(to, past, [], { place, atMs });
  }

  back(): History<T> {
    const before = this.past.at(-1);
    if (before === undefined) return this;
    return new History(before, this.past.slice(0, -1), [this.now, ...this.future], null);
  }

  forth(): History<T> {
    const [next, ...later] = this.future;
    if (next === undefined) return this;
    return new History(next, [...this.past, this.now], later, null);
  }
}
