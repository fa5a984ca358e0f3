/**
 * How far the page was scrolled at each entry of the history: sections are drawn after the browser has looked for the place, so it
 * is found again here.
 *
 * Promises: a new entry begins at its top; an entry come back to is scrolled as it was left, as soon as it is long enough, and
 * never against a person who scrolls meanwhile. Must not know: sections.
 */
const PATIENCE_MS = 3000;
const HANDS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

export class ScrollMemory {
  readonly #tops = new Map<string, number>();
  #entry: string | null = null;
  #looking = 0;

  /** Begins to remember, at this entry. @returns how to stop */
  start(entry: string): () => void {
    this.#entry = entry;
    history.scrollRestoration = 'manual';
    const seen = () => {
      if (this.#entry !== null && this.#looking === 0) this.#tops.set(this.#entry, scrollY);
    };
    const stop = () => this.#stop();
    addEventListener('scroll', seen, { passive: true });
    for (const hand of HANDS) addEventListener(hand, stop, { passive: true, capture: true });
    return () => {
      this.#stop();
      removeEventListener('scroll', seen);
      for (const hand of HANDS) removeEventListener(hand, stop, { capture: true });
      history.scrollRestoration = 'auto';
    };
  }

  /** At an entry; `led`: something else leads the eye there. */
  arrive(entry: string, led: boolean): void {
    this.#stop();
    const back = entry !== this.#entry;
    this.#entry = entry;
    if (led) return;
    const top = (back ? this.#tops.get(entry) : undefined) ?? 0;
    const until = performance.now() + PATIENCE_MS;
    const look = () => {
      scrollTo({ top, behavior: 'instant' });
      this.#looking = Math.abs(scrollY - top) > 1 && performance.now() < until ? requestAnimationFrame(look) : 0;
    };
    look();
  }

  #stop(): void {
    cancelAnimationFrame(this.#looking);
    this.#looking = 0;
  }
}
