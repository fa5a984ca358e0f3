/**
 * The same pairs asked both ways: term→id against id→term, before and after training. Pure.
 *
 * Promises: only pairs that were asked both ways count, so every comparison is of the same pairs; a pair is right by its
 * greedy answer (answerHit). `after` is the last evaluation that both directions reached for the pair's template.
 * Must not know: charts.
 */
import type { Estimate } from '../../core/estimate';
import { factKey, type Direction } from '../../core/direction';
import { FACT_SETS, factSet, type FactSet } from '../../records';
import type { TemplateRole, TrialRecord } from '../../records/types';
import { mcnemarExact, meanDifference, pairedDifference, wilcoxonSignedRank, wilson } from '../../stats';

/** Which way a pair is answered right. */
export const KNOWN_WAYS = ['both', 'term-to-id', 'id-to-term', 'neither'] as const;
export type KnownWay = (typeof KNOWN_WAYS)[number];

export interface BothWays {
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
  /** Gain term→id minus gain id→term, mean over pairs; null for a single pair. */
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

/** Null where no pair was asked both ways before training and after some of it. */
export function directionData(
  trials: readonly TrialRecord[],
  template: TemplateRole,
  rehearsed: ReadonlySet<string>,
): DirectionData | null {
  const mine = trials.filter((trial) => trial.template === template);
  const epoch = lastCommonEpoch(mine);
  if (epoch === null) return null;
  const lives = new Map<
    string,
    { identifier: string; term: string; seen: boolean } & Partial<Record<string, boolean>>
  >();
  for (const { identifier, term, seen, direction, epoch: at, answerHit } of mine) {
    if (at !== 0 && at !== epoch) continue;
    const life = lives.get(identifier) ?? { identifier, term, seen };
    lives.set(identifier, Object.assign(life, { [`${direction}@${at}`]: answerHit }));
  }
  const pairs = [...lives.values()].flatMap((life): BothWays[] => {
    const way = (direction: Direction): Way | null => {
      const [before, after] = [life[`${direction}@0`], life[`${direction}@${epoch}`]];
      return before === undefined || after === undefined ? null : { before, after };
    };
    const [forward, back] = [way('term-to-id'), way('id-to-term')];
    if (forward === null || back === null) return [];
    const { identifier, term, seen } = life;
    const keys = factsOf(identifier);
    const set = factSet({ fact: keys.find((fact) => rehearsed.has(fact)) ?? keys[0]!, seen }, rehearsed);
    return [
      {
        ...{ identifier, term, set },
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

/** Both facts of a pair. */
export function factsOf(identifier: string): string[] {
  return [factKey(identifier, 'term-to-id'), factKey(identifier, 'id-to-term')];
}

function knownWay(forward: boolean, back: boolean): KnownWay {
  return forward ? (back ? 'both' : 'term-to-id') : back ? 'id-to-term' : 'neither';
}

/** Whether a pair is right in this direction, as a number. */
function right(way: KnownWay, direction: Direction): 0 | 1 {
  return way === 'both' || way === direction ? 1 : 0;
}

function lastCommonEpoch(trials: readonly TrialRecord[]): number | null {
  const epochs = (direction: Direction) =>
    new Set(trials.filter((trial) => trial.direction === direction).map(({ epoch }) => epoch));
  const back = epochs('id-to-term');
  const common = [...epochs('term-to-id')].filter((epoch) => epoch > 0 && back.has(epoch));
  return common.length === 0 ? null : Math.max(...common);
}

function setEstimates(set: FactSet, pairs: readonly BothWays[]): DirectionSet {
  const flows = byWay((before) =>
    byWay((after) => pairs.filter((pair) => pair.before === before && pair.after === after).length),
  );
  const gains = (direction: Direction) =>
    pairs.map(({ before, after }) => right(after, direction) - right(before, direction));
  const [forward, back] = [gains('term-to-id'), gains('id-to-term')];
  return {
    set,
    pairs: pairs.length,
    before: gapOf(pairs.map(({ before }) => before)),
    after: gapOf(pairs.map(({ after }) => after)),
    gain: { 'term-to-id': gainOf(pairs, 'term-to-id'), 'id-to-term': gainOf(pairs, 'id-to-term') },
    gainGap: pairs.length < 2 ? null : meanDifference(forward.map((gain, at) => gain - back[at]!)),
    gainP: wilcoxonSignedRank(forward, back).p,
    flows,
  };
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
    const [was, is] = [right(before, direction), right(after, direction)];
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
