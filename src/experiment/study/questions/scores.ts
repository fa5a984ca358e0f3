/**
 * What a run says of a set of its facts, as one number with its error; and the difference of two such numbers.
 *
 * Promises: where both sides are about the same pairs the difference is taken pair by pair. Must not know: seeds, grids.
 */
import type { Direction } from '../../../core/direction';
import { DIRECTIONS } from '../../../core/direction';
import { FACT_SETS, type FactSet, type StudyRow } from '../../../records';
import type { RunDigest } from '../digest';
import type { FactDigest } from '../fact-digest';
import { shareError } from '../pooled-accuracy';

export interface Score {
  value: number;
  /** Not a number where too few facts tell it. */
  error: number;
  /** The same of each pair; null where sides about different pairs were compared. */
  pairs: ReadonlyMap<string, number> | null;
  /** A count of answers, not a measured number. */
  counted: boolean;
}

export type ScoreMeasure = Extract<
  StudyRow['measure'],
  'accuracy before' | 'accuracy after' | 'gain' | 'log q before' | 'log q rise'
>;

const OF: Record<ScoreMeasure, (fact: FactDigest) => number | null> = {
  'accuracy before': ({ before }) => Number(before),
  'accuracy after': ({ after }) => Number(after),
  gain: ({ before, after }) => Number(after) - Number(before),
  'log q before': ({ logQBefore }) => logQBefore,
  'log q rise': ({ logQBefore, logQAfter }) =>
    logQBefore === null || logQAfter === null ? null : logQAfter - logQBefore,
};
export const SCORE_MEASURES = Object.keys(OF) as ScoreMeasure[];

export function isLogQ(measure: ScoreMeasure): boolean {
  return measure === 'log q before' || measure === 'log q rise';
}

/** Null where there is no such fact. */
export function scoreOf(facts: readonly FactDigest[], measure: ScoreMeasure): Score | null {
  const pairs = new Map<string, number>();
  for (const fact of facts) {
    const value = OF[measure](fact);
    if (value !== null) pairs.set(fact.pair, value);
  }
  if (pairs.size === 0) return null;
  const score = ofPairs(pairs, !isLogQ(measure));
  const share = measure === 'accuracy before' || measure === 'accuracy after';
  return share ? { ...score, error: shareError(Math.round(score.value * pairs.size), pairs.size) } : score;
}

export interface SetScore {
  direction: Direction;
  set: FactSet;
  measure: ScoreMeasure;
  score: Score;
}

/** Of every direction and set of facts that the run has. */
export function runScores({ facts }: RunDigest): SetScore[] {
  return DIRECTIONS.flatMap((direction) =>
    FACT_SETS.flatMap((set) => {
      const own = facts.filter((fact) => fact.direction === direction && fact.set === set);
      return SCORE_MEASURES.flatMap((measure) => {
        const score = scoreOf(own, measure);
        return score === null ? [] : [{ direction, set, measure, score }];
      });
    }),
  );
}

/** a − b. */
export function difference(a: Score, b: Score): Score {
  const counted = a.counted && b.counted;
  if (a.pairs && b.pairs && a.pairs.size === b.pairs.size) {
    const other = b.pairs;
    const both = [...a.pairs].flatMap(([pair, value]): [string, number][] => {
      const partner = other.get(pair);
      return partner === undefined ? [] : [[pair, value - partner]];
    });
    if (both.length === a.pairs.size) return ofPairs(new Map(both), counted);
  }
  return { value: a.value - b.value, error: Math.hypot(a.error, b.error), pairs: null, counted };
}

/** Mean of independent scores. */
export function average(scores: readonly Score[]): Score {
  const k = scores.length;
  return {
    value: scores.reduce((sum, { value }) => sum + value, 0) / k,
    error: Math.sqrt(scores.reduce((sum, { error }) => sum + error ** 2, 0)) / k,
    pairs: null,
    counted: scores.every(({ counted }) => counted),
  };
}

function ofPairs(pairs: ReadonlyMap<string, number>, counted: boolean): Score {
  const values = [...pairs.values()];
  const n = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / n;
  return { value, error: counted ? countedError(values) : measuredError(values, value), pairs, counted };
}

/**
 * Of a mean of answers that count −1, 0 or 1 (differences of gains: up to ±2): half a pair is added to each of the four cells,
 * so that it is above 0 even where all answers agree. Source: Agresti & Min, Statistics in Medicine 24 (2005) 729–740.
 */
function countedError(values: readonly number[]): number {
  const n = values.length + 2;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 1);
  return Math.sqrt(squares - (sum * sum) / n) / n;
}

/** sd/√n. */
function measuredError(values: readonly number[], mean: number): number {
  const n = values.length;
  return n < 2 ? NaN : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
}
