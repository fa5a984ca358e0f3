/**
 * The race of a run: every fact under one template, with the state it was in after each of its evaluations.
 *
 * Promises: the states are those of `stats/states`; records that are added to a run are read once, whatever was read
 * before; nothing is shown of an evaluation that no record tells of. Must not know: marks, pixels.
 */
import { DIRECTIONS, type Direction } from '../core/direction';
import type { Estimate } from '../core/estimate';
import { FACT_SETS, factSet, type FactSet } from '../records';
import type { TemplateRole, TrialRecord } from '../records/types';
import { wilson } from '../stats/proportions';
import {
  FACT_STATES,
  latentThreshold,
  NEVER_ASKED,
  stateAt,
  type FactState,
  type StateMemory,
  type StateOptions,
} from '../stats/states';

export { FACT_STATES, type FactState };

export interface RaceFact {
  /** `factKey(identifier, direction)`. */
  fact: string;
  identifier: string;
  term: string;
  direction: Direction;
  seen: boolean;
  /** Ascending; one entry an evaluation. */
  epochs: number[];
  states: FactState[];
}

/** The facts of one direction that stand in one set, in the order of the records. */
export interface RaceLane {
  direction: Direction;
  set: FactSet;
  facts: RaceFact[];
}

export interface Race {
  lanes: RaceLane[];
  /** Every epoch at which some fact was evaluated, ascending. */
  epochs: number[];
}

export interface RaceOptions extends StateOptions {
  template: TemplateRole;
}

/** Reads the trials of a run as they come. */
export class RaceBook {
  #facts = new Map<string, RaceFact>();
  #memory = new Map<string, StateMemory>();
  #epochs = new Set<number>();
  #read = 0;
  #last: TrialRecord | undefined;
  #options = '';

  /** @param rehearsed keys of the facts that were so far */
  read(trials: readonly TrialRecord[], options: RaceOptions, rehearsed: ReadonlySet<string>): Race {
    const wanted = JSON.stringify(options);
    const goesOn = wanted === this.#options && this.#read <= trials.length && trials[this.#read - 1] === this.#last;
    if (!goesOn) this.#forget(wanted);
    const threshold = latentThreshold(options);
    for (let at = this.#read; at < trials.length; at++) {
      const trial = trials[at]!;
      if (trial.template === options.template && !this.#take(trial, threshold)) {
        // Written in another order than it happened.
        this.#forget(wanted);
        return this.read(
          [...trials].sort((a, b) => a.epoch - b.epoch),
          options,
          rehearsed,
        );
      }
    }
    this.#read = trials.length;
    this.#last = trials.at(-1);
    return { lanes: lanesOf([...this.#facts.values()], rehearsed), epochs: [...this.#epochs].sort((a, b) => a - b) };
  }

  /** False where the fact has a later trial already. */
  #take(trial: TrialRecord, threshold: number | null): boolean {
    const { fact, identifier, term, direction, seen, epoch } = trial;
    let life = this.#facts.get(fact);
    if (life === undefined) {
      life = { fact, identifier, term, direction, seen, epochs: [], states: [] };
      this.#facts.set(fact, life);
    }
    if (life.epochs.length > 0 && life.epochs.at(-1)! > epoch) return false;
    const { state, memory } = stateAt(trial, this.#memory.get(fact) ?? NEVER_ASKED, threshold);
    this.#memory.set(fact, memory);
    life.epochs.push(epoch);
    life.states.push(state);
    this.#epochs.add(epoch);
    return true;
  }

  #forget(options: string): void {
    this.#facts = new Map();
    this.#memory = new Map();
    this.#epochs = new Set();
    this.#read = 0;
    this.#last = undefined;
    this.#options = options;
  }
}

function lanesOf(facts: readonly RaceFact[], rehearsed: ReadonlySet<string>): RaceLane[] {
  const lanes = new Map<string, RaceLane>();
  for (const fact of facts) {
    const set = factSet(fact, rehearsed);
    const key = `${fact.direction} ${set}`;
    const lane = lanes.get(key);
    if (lane) lane.facts.push(fact);
    else lanes.set(key, { direction: fact.direction, set, facts: [fact] });
  }
  return DIRECTIONS.flatMap((direction) => FACT_SETS.flatMap((set) => lanes.get(`${direction} ${set}`) ?? []));
}

/** Where a fact stands at a moment: its state by the last evaluation up to then, and since which it is in it. */
export interface Standing {
  state: FactState;
  /** Epoch of the evaluation by which it came there. */
  since: number;
}

/** Null where the fact was not asked by then. @param epoch Infinity: by all records */
export function standingAt({ epochs, states }: RaceFact, epoch: number): Standing | null {
  let at = epochs.length - 1;
  while (at >= 0 && epochs[at]! > epoch) at -= 1;
  if (at < 0) return null;
  const state = states[at]!;
  while (at > 0 && states[at - 1] === state) at -= 1;
  return { state, since: epochs[at]! };
}

/**
 * How much of the evaluation on show there is, where it did not go through in a direction: the other facts stand where the
 * one before left them. Null where it did.
 */
export function partAt({ lanes }: Race, epoch: number): { asked: number; of: number } | null {
  for (const direction of DIRECTIONS) {
    const facts = lanes.filter((lane) => lane.direction === direction).flatMap((lane) => lane.facts);
    const asked = facts.filter(({ epochs }) => epochs.includes(epoch)).length;
    if (asked > 0 && asked < facts.length) return { asked, of: facts.length };
  }
  return null;
}

export interface LaneCounts {
  /** Facts asked by then: what the shares are of. */
  n: number;
  counts: Record<FactState, number>;
  /** With Wilson's interval; null where nothing was asked. */
  shares: Record<FactState, Estimate> | null;
}

export function countLane({ facts }: RaceLane, epoch: number): LaneCounts {
  const counts: Record<FactState, number> = { unknown: 0, latent: 0, known: 0, lost: 0 };
  let n = 0;
  for (const fact of facts) {
    const standing = standingAt(fact, epoch);
    if (standing === null) continue;
    counts[standing.state] += 1;
    n += 1;
  }
  const share = (state: FactState) => wilson(counts[state], n);
  const shares =
    n === 0 ? null : { unknown: share('unknown'), latent: share('latent'), known: share('known'), lost: share('lost') };
  return { n, counts, shares };
}

/** What came and went by one evaluation of a lane. */
export interface Arrivals {
  epoch: number;
  /** Right for the first time, of those wrong before training. */
  acquired: number;
  /** Facts that could be: wrong before training and at every evaluation since. */
  atRisk: number;
  /** Right again after it was lost. */
  regained: number;
  /** Wrong again after it was right. */
  lost: number;
}

/** One entry for each evaluation of the lane after the first, ascending. Facts without one before training are left out. */
export function arrivalsOf({ facts }: RaceLane): Arrivals[] {
  const entries = new Map<number, Arrivals>();
  const at = (epoch: number) => {
    const entry = entries.get(epoch) ?? { epoch, acquired: 0, atRisk: 0, regained: 0, lost: 0 };
    entries.set(epoch, entry);
    return entry;
  };
  for (const { epochs, states } of facts) {
    if (epochs[0] !== 0) continue;
    let everKnown = states[0] === 'known';
    for (let i = 1; i < epochs.length; i++) {
      const entry = at(epochs[i]!);
      const known = states[i] === 'known';
      if (!everKnown) entry.atRisk += 1;
      if (known && !everKnown) entry.acquired += 1;
      if (known && everKnown && states[i - 1] === 'lost') entry.regained += 1;
      if (states[i] === 'lost' && states[i - 1] === 'known') entry.lost += 1;
      everKnown ||= known;
    }
  }
  return [...entries.values()].sort((a, b) => a.epoch - b.epoch);
}
