/**
 * Rehearsal: examples of what the model shall keep, trained beside every batch.
 *
 * Promises: which examples stand beside a step depends on the seed, the direction, the step and the trials before
 * training only, so a resumed run rehearses what the whole run would have; every item comes once in a cycle, and the
 * order of learning is the same with rehearsal and without. Must not know: what is minimised, the engine.
 */
import type { Direction } from '../core/direction';
import { DIRECTIONS } from '../core/direction';
import type { TokenExample } from '../core/packed-row';
import { PhiloxSequence, STREAM } from '../core/philox';
import type { StepRecord, TrialRecord } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import { inputTokens } from '../tokens/packing';
import { directionCode } from './batches';

export interface RehearsalItem {
  /** The fact's key, or `line:n` of the text file. */
  of: string;
  example: TokenExample;
}

/** One direction and its candidates: what is known of it before training. */
interface Candidates {
  direction: Direction;
  rehearsal: RehearsalItem[];
}

/** Input tokens of the longest examples that can stand beside one batch. */
export function longestRehearsal({ retention }: ExperimentSpec, items: readonly RehearsalItem[]): number {
  const lengths = items.map(({ example }) => inputTokens(example)).sort((a, b) => b - a);
  return lengths.slice(0, retention.rehearsal?.perBatch ?? 0).reduce((sum, tokens) => sum + tokens, 0);
}

/** Mean input tokens beside one batch, as if every candidate were rehearsed: how many are known shows only later. */
export function rehearsalTokens({ retention }: ExperimentSpec, items: readonly RehearsalItem[]): number {
  const total = items.reduce((sum, { example }) => sum + inputTokens(example), 0);
  const beside = Math.min(items.length, retention.rehearsal?.perBatch ?? 0);
  return items.length === 0 ? 0 : Math.round((total / items.length) * beside);
}

/**
 * The items that are rehearsed, given the trials of the evaluation before training: of withheld facts those whose greedy
 * answer to the trained question was right then, token for token; of texts all.
 */
export function chosenItems(
  { retention }: ExperimentSpec,
  { direction, rehearsal }: Candidates,
  trials: readonly TrialRecord[],
): RehearsalItem[] {
  if (retention.rehearsal?.source !== 'known-withheld') return rehearsal;
  const known = new Set<string>();
  for (const trial of trials) {
    const before = trial.epoch === 0 && trial.direction === direction;
    if (before && !trial.seen && trial.template === 'trained' && trial.tokenHit) known.add(trial.fact);
  }
  return rehearsal.filter(({ of }) => known.has(of));
}

/** Items in seeded order, cycle after cycle, `perBatch` to a step (all of them where there are fewer). */
export class RehearsalOrder {
  readonly #seed: number;
  readonly #direction: Direction;
  readonly #items: readonly RehearsalItem[];
  readonly #perStep: number;
  #cycle = -1;
  #order: number[] = [];

  constructor(seed: number, direction: Direction, items: readonly RehearsalItem[], perBatch: number) {
    this.#seed = seed;
    this.#direction = direction;
    this.#items = items;
    this.#perStep = Math.min(perBatch, items.length);
  }

  /** @param stepsBefore steps of this direction before the one that is asked for */
  at(stepsBefore: number): RehearsalItem[] {
    return Array.from({ length: this.#perStep }, (_, n) => this.#item(stepsBefore * this.#perStep + n));
  }

  #item(place: number): RehearsalItem {
    const cycle = Math.floor(place / this.#items.length);
    if (cycle !== this.#cycle) {
      const substream = cycle * DIRECTIONS.length + directionCode(this.#direction);
      const indices = Array.from(this.#items, (_, index) => index);
      this.#order = new PhiloxSequence(this.#seed, STREAM.rehearsal, substream).shuffle(indices);
      this.#cycle = cycle;
    }
    return this.#items[this.#order[place % this.#items.length]!]!;
  }
}

/** A run's orders, one per direction, made when its first step asks: by then the trials before training stand. */
export class Rehearsals {
  readonly #orders = new Map<Direction, RehearsalOrder>();

  at(spec: ExperimentSpec, of: Candidates, trials: readonly TrialRecord[], stepsBefore: number): RehearsalItem[] {
    const settings = spec.retention.rehearsal;
    if (settings === null) return [];
    let order = this.#orders.get(of.direction);
    if (!order) {
      order = new RehearsalOrder(spec.seed, of.direction, chosenItems(spec, of, trials), settings.perBatch);
      this.#orders.set(of.direction, order);
    }
    return order.at(stepsBefore);
  }
}

/** What a step's record says of its rehearsal; nothing where the spec asks for none. */
export function rehearsalRecord(
  { retention }: ExperimentSpec,
  items: readonly RehearsalItem[],
): Pick<StepRecord, 'rehearsalTokens' | 'rehearsed'> {
  if (retention.rehearsal === null) return {};
  return {
    rehearsalTokens: items.reduce((sum, { example }) => sum + example.completion.length, 0),
    rehearsed: items.map(({ of }) => of),
  };
}
