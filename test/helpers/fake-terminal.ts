/** A terminal that remembers what was written to it, with a clock of its own. */
import type { Terminal } from '../../src/cli/terminal';

export class FakeTerminal implements Terminal {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly rewritten: string[] = [];
  readonly rewrite: ((text: string) => void) | null;
  readonly columns = 80;
  now = 0;
  exitCode: number | null = null;
  #listeners = new Set<() => void>();

  constructor({ tty = false } = {}) {
    this.rewrite = tty ? (text) => void this.rewritten.push(text) : null;
  }

  out(text: string): void {
    this.stdout.push(text);
  }

  log(text: string): void {
    this.stderr.push(text);
  }

  nowMs(): number {
    return this.now;
  }

  exitNow(code: number): void {
    this.exitCode = code;
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  interrupt(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The one JSON document on stdout. */
  json(): Record<string, unknown> {
    return JSON.parse(this.stdout.join('\n')) as Record<string, unknown>;
  }
}
