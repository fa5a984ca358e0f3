/**
 * Keeps the screen, and with it the GPU, awake while a run goes on.
 *
 * Promises: a browser without wake locks, or one that refuses, changes nothing else.
 */
export class WakeLock {
  #wanted = false;
  #sentinel: WakeLockSentinel | null = null;

  constructor() {
    // The browser drops the lock whenever the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#request());
  }

  async hold(): Promise<void> {
    this.#wanted = true;
    await this.#request();
  }

  async release(): Promise<void> {
    this.#wanted = false;
    const sentinel = this.#sentinel;
    this.#sentinel = null;
    await sentinel?.release();
  }

  async #request(): Promise<void> {
    if (!this.#wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    try {
      const sentinel = await navigator.wakeLock.request('screen');
      if (this.#wanted) this.#sentinel = sentinel;
      else await sentinel.release();
    } catch {
      this.#sentinel = null;
    }
  }
}
