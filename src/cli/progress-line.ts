/**
 * A run's progress on stderr: one rewritten line on a terminal, a plain line every few seconds in a log.
 */
import { DIRECTION_LABEL } from '../core/direction';
import type { RunProgress } from '../records';
import { formatDuration } from './format';
import type { Terminal } from './terminal';

/** Of a run, or of anything else that takes long. */
type LineProgress = Pick<RunProgress, 'state' | 'fraction' | 'elapsedMs' | 'etaMs' | 'tokensPerSecond' | 'message'> &
  Partial<Pick<RunProgress, 'direction' | 'pairsPerSecond'>>;

const LOG_INTERVAL_MS = 5000;
const BAR_WIDTH = 20;

export class ProgressLine {
  #loggedAtMs = -Infinity;
  #open = false;
  #lastState: RunProgress['state'] = 'idle';

  constructor(private readonly terminal: Terminal) {}

  show(progress: LineProgress): void {
    const { terminal } = this;
    if (terminal.rewrite) {
      terminal.rewrite(progressText(progress).slice(0, terminal.columns - 1));
      this.#open = true;
      return;
    }
    const changed = progress.state !== this.#lastState;
    if (!changed && terminal.nowMs() - this.#loggedAtMs < LOG_INTERVAL_MS) return;
    this.#lastState = progress.state;
    this.#loggedAtMs = terminal.nowMs();
    terminal.log(progressText(progress));
  }

  /** Ends the rewritten line, so that what follows stands on its own. */
  close(): void {
    if (this.#open) this.terminal.log('');
    this.#open = false;
  }
}

export function progressText(progress: LineProgress): string {
  const {
    state,
    direction = null,
    fraction,
    elapsedMs,
    etaMs,
    tokensPerSecond,
    pairsPerSecond = null,
    message,
  } = progress;
  const filled = Math.round(fraction * BAR_WIDTH);
  const parts = [
    `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${(fraction * 100).toFixed(1).padStart(5)} %`,
    `${formatDuration(elapsedMs)} so far`,
  ];
  if (etaMs !== null && (state === 'probing' || state === 'training')) parts.push(`${formatDuration(etaMs)} left`);
  if (tokensPerSecond !== null) parts.push(`${Math.round(tokensPerSecond)} tokens/s`);
  if (pairsPerSecond !== null) parts.push(`${formatRate(pairsPerSecond)} pairs/s`);
  if (direction !== null && !message.includes(DIRECTION_LABEL[direction])) parts.push(DIRECTION_LABEL[direction]);
  parts.push(message);
  return parts.join('  ');
}

/** Slow devices train fewer than one pair a second. */
function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}
