/**
 * Progress of reading a file on stderr: one rewritten line on a terminal, nothing in a log until it takes seconds.
 */
import type { ReadProgress } from '../experiment';
import { formatCount, formatPercent } from './format';
import type { Terminal } from './terminal';

const REWRITE_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5000;

export class ReadProgressLine {
  readonly #terminal: Terminal;
  readonly #name: string;
  #shownAtMs: number;
  #open = false;

  constructor(terminal: Terminal, name: string) {
    this.#terminal = terminal;
    this.#name = name;
    this.#shownAtMs = terminal.nowMs();
  }

  show({ bytesTotal, bytesRead, records }: ReadProgress): void {
    const { rewrite, columns } = this.#terminal;
    const now = this.#terminal.nowMs();
    if (now - this.#shownAtMs < (rewrite ? REWRITE_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shownAtMs = now;
    const share = bytesTotal > 0 ? `${formatPercent(bytesRead / bytesTotal)}, ` : '';
    const text = `reading ${this.#name}: ${share}${formatCount(records)} records`;
    if (rewrite) rewrite(text.slice(0, columns - 1));
    else this.#terminal.log(text);
    this.#open = rewrite !== null;
  }

  /** Takes the rewritten line away. */
  close(): void {
    if (this.#open) this.#terminal.rewrite?.('');
    this.#open = false;
  }
}
