/** The colours that carry meaning, by name; the values stand in tokens.css. */
import type { FactSet } from '../../records';

export type Tone = FactSet | 'gain' | 'loss' | 'first' | 'second' | 'third';

export interface LegendEntry {
  label: string;
  tone: Tone;
  /** Of its line, as SVG has it; none: drawn through. */
  dash?: string;
  /** Filled instead of a line. */
  mark?: 'area';
  opacity?: number;
}

/** The second cue of each set beside its colour. */
const SET_DASH: Partial<Record<FactSet, string>> = { withheld: '6 4', rehearsed: '2 3' };

const WORDS: Record<FactSet, string> = {
  seen: 'seen in training',
  withheld: 'withheld',
  rehearsed: 'withheld, but rehearsed',
};

export function setLegend(groups: readonly { set: FactSet }[]): LegendEntry[] {
  return groups.map(({ set }) => ({ label: WORDS[set], ...setStyle(set) }));
}

export function setStyle(set: FactSet): Pick<LegendEntry, 'tone' | 'dash'> {
  const dash = SET_DASH[set];
  return { tone: set, ...(dash === undefined ? {} : { dash }) };
}

const GROUP_STYLES: readonly Pick<LegendEntry, 'tone' | 'dash'>[] = [
  { tone: 'first' },
  { tone: 'second', dash: '6 4' },
  { tone: 'third', dash: '2 3' },
];

/** A set's own look, else that of a group by its place. */
export function curveStyle(set: FactSet | null, place: number): Pick<LegendEntry, 'tone' | 'dash'> {
  return set === null ? GROUP_STYLES[place % GROUP_STYLES.length]! : setStyle(set);
}
