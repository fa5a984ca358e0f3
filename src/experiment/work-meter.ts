/**
 * How much of a run is done and how long the rest takes, from token counts and measured speed.
 *
 * Promises: the fraction never falls and ends at 1; paused time counts for nothing.
 * Must not know: the clock itself; callers pass durations.
 */
export const WORK_KINDS = ['train', 'score', 'decode'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];
export type Work = Record<WorkKind, number>;

/** Cost of a token relative to a scored one, used until the kind itself has been measured. */
const PRIOR_COST: Work = { score: 1, train: 4, decode: 6 };

export class WorkMeter {
  readonly #planned: Work;
  readonly #done: Work = { train: 0, score: 0, decode: 0 };
  readonly #measured: Work = { train: 0, score: 0, decode: 0 };
  readonly #spentMs: Work = { train: 0, score: 0, decode: 0 };
  #pairs = 0;
  #highest = 0;

  /** @param planned tokens of each kind in the whole run */
  constructor(planned: Work) {
    this.#planned = { ...planned };
  }

  /**
   * At least this much counts as done, and says nothing of this machine's speed: what an earlier process did, or what is left
   * out because a direction ended early.
   */
  reach(work: Work): void {
    for (const kind of WORK_KINDS) this.#done[kind] = Math.max(this.#done[kind], work[kind]);
  }

  /** @param pairs prompt–completion pairs trained in this time */
  add(kind: WorkKind, tokens: number, ms: number, pairs = 0): void {
    this.#pairs += pairs;
    this.#done[kind] += tokens;
    this.#measured[kind] += tokens;
    this.#spentMs[kind] += ms;
  }

  /** Share of the run's work done, 0…1. `pending` tokens of a kind are under way and not yet added. */
  fraction(pending: Partial<Work> = {}): number {
    const cost = this.#costs();
    let done = 0;
    let planned = 0;
    for (const kind of WORK_KINDS) {
      const total = Math.max(this.#planned[kind], this.#done[kind]);
      done += Math.min(total, this.#done[kind] + (pending[kind] ?? 0)) * cost[kind];
      planned += total * cost[kind];
    }
    this.#highest = Math.max(this.#highest, planned === 0 ? 0 : Math.min(1, done / planned));
    return this.#highest;
  }

  /** Milliseconds of work left; null before anything was measured. `pending` as in `fraction`. */
  etaMs(pending: Partial<Work> = {}): number | null {
    if (this.#totalSpentMs() === 0) return null;
    const cost = this.#costs();
    let eta = 0;
    for (const kind of WORK_KINDS) {
      eta += Math.max(0, this.#planned[kind] - this.#done[kind] - (pending[kind] ?? 0)) * cost[kind];
    }
    return eta;
  }

  /** Of all kinds of work, or of one. */
  tokensPerSecond(kinds: readonly WorkKind[] = WORK_KINDS): number | null {
    const spentMs = kinds.reduce((sum, kind) => sum + this.#spentMs[kind], 0);
    if (spentMs === 0) return null;
    const tokens = kinds.reduce((sum, kind) => sum + this.#measured[kind], 0);
    return (tokens * 1000) / spentMs;
  }

  /** Prompt–completion pairs trained per second of training; null before any was. */
  pairsPerSecond(): number | null {
    return this.#spentMs.train === 0 ? null : (this.#pairs * 1000) / this.#spentMs.train;
  }

  finish(): void {
    this.#highest = 1;
  }

  #totalSpentMs(): number {
    return WORK_KINDS.reduce((sum, kind) => sum + this.#spentMs[kind], 0);
  }

  /** Milliseconds per token: measured where it was, else the prior scaled by what was measured. */
  #costs(): Work {
    let priorMs = 0;
    for (const kind of WORK_KINDS) priorMs += this.#measured[kind] * PRIOR_COST[kind];
    const scale = priorMs === 0 ? 1 : this.#totalSpentMs() / priorMs;
    const cost = (kind: WorkKind) =>
      this.#measured[kind] > 0 && this.#spentMs[kind] > 0
        ? this.#spentMs[kind] / this.#measured[kind]
        : PRIOR_COST[kind] * (scale || 1);
    return { train: cost('train'), score: cost('score'), decode: cost('decode') };
  }
}
