/** What the ways of knowing a pair are called, how they look besides their colour, and the picture in words. */
import { DIRECTION_LABEL, DIRECTIONS, type Direction } from '../../../core/direction';
import type { Estimate } from '../../../core/estimate';
import type { DirectionSet, KnownWay } from '../../../app/estimates/direction';
import { formatP, formatShare } from '../../format';

export const WAY_WORDS: Record<KnownWay, string> = {
  both: 'both ways',
  'term-to-id': `only ${DIRECTION_LABEL['term-to-id']}`,
  'id-to-term': `only ${DIRECTION_LABEL['id-to-term']}`,
  neither: 'neither way',
};

export const SET_WORDS: Record<DirectionSet['set'], string> = {
  seen: 'Seen in training',
  withheld: 'Withheld',
  rehearsed: 'Withheld, but rehearsed',
};

/** Dash of a direction's line beside its colour. */
export const DIRECTION_DASH: Record<Direction, string | undefined> = { 'term-to-id': undefined, 'id-to-term': '7 4' };

/** Percentage points with their sign. */
export function points(share: number): string {
  return `${signed(share)} pp`;
}

/** An interval of percentage points. */
export function pointsRange({ lo, hi }: Pick<Estimate, 'lo' | 'hi'>): string {
  return `${signed(lo)} … ${signed(hi)}`;
}

function signed(share: number): string {
  const rounded = Math.round(share * 100);
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${Math.abs(rounded)}`;
}

/** One set of pairs in words. */
export function setWords({ set, pairs, before, after, gain, gainGap, gainP }: DirectionSet): string {
  const ways = DIRECTIONS.map(
    (direction) =>
      `${DIRECTION_LABEL[direction]} ${formatShare(before.accuracy[direction].value)} before, ` +
      `${formatShare(after.accuracy[direction].value)} after (${points(gain[direction].value)})`,
  );
  const one = `right one way only after training: ${after.counts['term-to-id']} ${DIRECTION_LABEL['term-to-id']}, ${after.counts['id-to-term']} ${DIRECTION_LABEL['id-to-term']}, McNemar ${formatP(after.p)}`;
  const gains = gainGap === null ? '' : `; gains differ by ${points(gainGap.value)}, ${formatP(gainP)}`;
  return `${SET_WORDS[set]}, ${pairs} pairs: ${ways.join('; ')}; ${one}${gains}.`;
}
