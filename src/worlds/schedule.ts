/**
 * When each fact is stated: sentences dealt to places of the corpus.
 *
 * Promises: a group's sentences lie in its window of training; within it every place is equally likely; the order depends on
 * the seed, the dials of exposure and the amount of filler, not on names, identifiers or order within a sentence.
 */
import { DIRECTIONS } from '../core/direction';
import { LabError } from '../core/errors';
import { PhiloxSequence } from '../core/philox';
import { MOST_SENTENCES, type WorldSpec } from '../spec';
import { WORLD_STREAM } from './streams';
import type { WorldFact } from './types';

/** What stands at each place of the corpus. */
export interface Schedule {
  /** Index of the fact; −1 for filler. */
  facts: Int32Array;
  /** Place in DIRECTIONS of the order. */
  orders: Uint8Array;
  /** Place of the wording in the sentence set. */
  templates: Uint16Array;
}

/** Throws `world-invalid` where the corpus is too long or a window too narrow for what it must hold. */
export function schedule(world: WorldSpec, facts: readonly WorldFact[], wordings: number): Schedule {
  const perGroup = world.groups.map(({ name }) =>
    facts.reduce((sum, fact) => sum + (fact.group === name ? fact.exposures : 0), 0),
  );
  const sentences = world.filler.sentences + perGroup.reduce((a, b) => a + b, 0);
  if (sentences > MOST_SENTENCES) {
    throw new LabError(
      'world-invalid',
      `The corpus would have ${sentences} sentences, allowed: up to ${MOST_SENTENCES}.`,
      {
        hint: 'State the facts less often, or ask for fewer facts or less filler.',
        control: 'groups.0.exposures',
      },
    );
  }
  const result: Schedule = {
    facts: new Int32Array(sentences).fill(-1),
    orders: new Uint8Array(sentences),
    templates: new Uint16Array(sentences),
  };
  // Narrow windows first: wider ones can do with what is left.
  const width = (group: number) => world.groups[group]!.window.to - world.groups[group]!.window.from;
  const order = [...world.groups.keys()].sort((a, b) => width(a) - width(b) || a - b);
  for (const group of order) {
    const free = freePlaces(world, group, result.facts);
    if (perGroup[group]! > free.length) throw tooNarrow(group, perGroup[group]!, free.length);
    fill(world, group, facts, wordings, free, result);
  }
  return result;
}

/** Place i is in a window where from ≤ i / sentences < to. */
function freePlaces(world: WorldSpec, group: number, facts: Int32Array): number[] {
  const { from, to } = world.groups[group]!.window;
  const free: number[] = [];
  for (let i = Math.ceil(from * facts.length); i < facts.length && i < to * facts.length; i++) {
    if (facts[i]! < 0) free.push(i);
  }
  return free;
}

function fill(
  { seed, groups }: WorldSpec,
  group: number,
  facts: readonly WorldFact[],
  wordings: number,
  free: number[],
  result: Schedule,
): void {
  const places = new PhiloxSequence(seed, WORLD_STREAM.places, group);
  const words = new PhiloxSequence(seed, WORLD_STREAM.sentences, group);
  const termFirst = DIRECTIONS.indexOf('term-to-id');
  let taken = 0;
  for (const [index, fact] of facts.entries()) {
    if (fact.group !== groups[group]!.name) continue;
    for (let exposure = 0; exposure < fact.exposures; exposure++) {
      const other = taken + places.nextInt(free.length - taken);
      [free[taken], free[other]] = [free[other]!, free[taken]!];
      const place = free[taken]!;
      taken += 1;
      result.facts[place] = index;
      result.orders[place] = exposure < fact.termFirst ? termFirst : 1 - termFirst;
      result.templates[place] = words.nextInt(wordings);
    }
  }
}

function tooNarrow(group: number, asked: number, free: number): LabError {
  const path = `groups.${group}.window`;
  return new LabError(
    'world-invalid',
    `${path}: ${asked} sentences are to be stated there, but ${free} places are free.`,
    {
      hint: 'Widen the window, add filler, or state the group’s facts less often.',
      control: path,
    },
  );
}
