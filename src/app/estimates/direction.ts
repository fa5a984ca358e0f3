/**
 * The same pairs asked both ways: term→id against id→term, before and after training. Pure.
 *
 * Promises: only pairs that were asked both ways count, so every comparison is of the same pairs; a pair is right by its
 * greedy answer (answerHit). `after` is the last evaluation that went through in both directions for the pair's template.
 * Must not know: charts.
 */
import type { Estimate } from '../../core/estimate';
import { DIRECTIONS, factKey, type Direction } from '../../core/direction';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { TemplateRole, TrialRecord } from '../../records/types';
import { mcnemarExact, meanDifference, pairedDifference, wilcoxonSignedRank, wilson } from '../../stats';
import { wholeEpochs } from './whole-epochs';

/** Which way a pair is answered right. */
export const KNOWN_WAYS = ['both', 'term-to-id', 'id-to-term', 'neither'] as const;
export type KnownWay = (typeof KNOWN_WAYS)[number];

export interface BothWays {
  /** Keys of its two facts. */
  facts: string[];
  identifier: string;
  term: string;
  set: FactSet;
  before: KnownWay;
  after: KnownWay;
}

/** Right term→id minus right id→term on the same pairs. */
export interface DirectionGap {
  accuracy: Record<Direction, Estimate>;
  counts: Record<KnownWay, number>;
  /** Newcombe's paired interval. */
  gap: Estimate;
  /** Exact McNemar test of the pairs right one way only. */
  p: number;
}

export interface DirectionSet {
  set: FactSet;
  pairs: number;
  before: DirectionGap;
  after: DirectionGap;
  /** Accuracy after minus before, paired by pair. */
  gain: Record<Direction, Estimate>;
  /** Gain term→id minus gain id→term, mean over pairs; null for a single pair, and where it is the same in all. */
  gainGap: Estimate | null;
  /** Signed-rank test of that difference. */
  gainP: number;
  /** flows[before][after]: pairs. */
  flows: Record<KnownWay, Record<KnownWay, number>>;
}

export interface DirectionData {
  template: TemplateRole;
  /** Epoch of the evaluation after. */
  epoch: number;
  pairs: BothWays[];
  /** Those that hold pairs. */
  sets: DirectionSet[];
}

type Way = { before: boolean; after: boolean };
/** Whether it is right, by direction and epoch. */
type Right = Map<string, boolean>;

/** Null where no pair was asked both ways before training and after some of it. */
export function directionData(
  trials: readonly TrialRecord[],
  template: TemplateRole,
  rehearsed: ReadonlySet<string>,
): DirectionData | null {
  const mine = trials.filter((trial) => trial.template === template);
  const epoch = lastCommonEpoch(mine);
  if (epoch === null) return null;
  // By key: its texts may have been left out of the run and put back.
  const lives = new Map<string, { facts: string[]; identifier: string; term: string; seen: boolean; right: Right }>();
  for (const { fact, identifier, term, seen, direction, epoch: at, answerHit } of mine) {
    if (at !== 0 && at !== epoch) continue;
    const facts = pairFacts(fact);
    const life = lives.get(facts[0]!) ?? { facts, identifier, term, seen, right: new Map() };
    life.right.set(`${direction}@${at}`, answerHit);
    lives.set(facts[0]!, life);
  }
  const pairs = [...lives.values()].flatMap(({ facts, identifier, term, seen, right }): BothWays[] => {
    const way = (direction: Direction): Way | null => {
      const [before, after] = [right.get(`${direction}@0`), right.get(`${direction}@${epoch}`)];
      return before === undefined || after === undefined ? null : { before, after };
    };
    const [forward, back] = [way('term-to-id'), way('id-to-term')];
    if (forward === null || back === null) return [];
    const set = factSet({ fact: facts.find((fact) => rehearsed.has(fact)) ?? facts[0]!, seen }, rehearsed);
    return [
      {
        ...{ facts, identifier, term, set },
        before: knownWay(forward.before, back.before),
        after: knownWay(forward.after, back.after),
      },
    ];
  });
  if (pairs.length === 0) return null;
  const sets = FACT_SETS.flatMap((set) => {
    const members = pairs.filter((pair) => pair.set === set);
    return members.length === 0 ? [] : [setEstimates(set, members)];
  });
  return { template, epoch, pairs, sets };
}

/** Keys of both facts of the pair that a fact is of. */
export function pairFacts(fact: string): string[] {
  const pair = fact.slice(0, fact.lastIndexOf('|'));
  return DIRECTIONS.map((direction) => factKey(pair, direction));
}

function knownWay(forward: boolean, back: boolean): KnownWay {
  return forward ? (back ? 'both' : 'term-to-id') : back ? 'id-to-term' : 'neither';
}

/** Whether a pair is right in this direction, as a number. */
function isRight(way: KnownWay, direction: Direction): 0 | 1 {
  return way === 'both' || way === direction ? 1 : 0;
}

function lastCommonEpoch(trials: readonly TrialRecord[]): number | null {
  const epochs = (direction: Direction) => wholeEpochs(trials.filter((trial) => trial.direction === direction));
  const back = new Set(epochs('id-to-term'));
  return epochs('term-to-id').findLast((epoch) => epoch > 0 && back.has(epoch)) ?? null;
}

function setEstimates(set: FactSet, pairs: readonly BothWays[]): DirectionSet {
  const flows = byWay((before) =>
    byWay((after) => pairs.filter((pair) => pair.before === before && pair.after === after).length),
  );
  const gains = (direction: Direction) =>
    pairs.map(({ before, after }) => isRight(after, direction) - isRight(before, direction));
  const [forward, back] = [gains('term-to-id'), gains('id-to-term')];
  return {
    set,
    pairs: pairs.length,
    before: gapOf(pairs.map(({ before }) => before)),
    after: gapOf(pairs.map(({ after }) => after)),
    gain: { 'term-to-id': gainOf(pairs, 'term-to-id'), 'id-to-term': gainOf(pairs, 'id-to-term') },
    gainGap: gapOfGains(forward.map((gain, at) => gain - back[at]!)),
    gainP: wilcoxonSignedRank(forward, back).p,
    flows,
  };
}

/** Differences that are all equal have no spread to make an interval of: one of no width would claim certainty. */
function gapOfGains(differences: readonly number[]): Estimate | null {
  return new Set(differences).size < 2 ? null : meanDifference(differences);
}

function gapOf(ways: readonly KnownWay[]): DirectionGap {
  const counts = byWay((way) => ways.filter((each) => each === way).length);
  const { both, neither, 'term-to-id': forward, 'id-to-term': back } = counts;
  const accuracy = (only: number) => wilson(both + only, ways.length);
  return {
    accuracy: { 'term-to-id': accuracy(forward), 'id-to-term': accuracy(back) },
    counts,
    gap: pairedDifference({ kept: both, gainers: forward, losers: back, never: neither }),
    p: mcnemarExact(back, forward),
  };
}

function gainOf(pairs: readonly BothWays[], direction: Direction): Estimate {
  const counts = { kept: 0, gainers: 0, losers: 0, never: 0 };
  for (const { before, after } of pairs) {
    const [was, is] = [isRight(before, direction), isRight(after, direction)];
    counts[was ? (is ? 'kept' : 'losers') : is ? 'gainers' : 'never'] += 1;
  }
  return pairedDifference(counts);
}

function byWay<T>(value: (way: KnownWay) => T): Record<KnownWay, T> {
  return {
    both: value('both'),
    'term-to-id': value('term-to-id'),
    'id-to-term': value('id-to-term'),
    neither: value('neither'),
  };
}
