/** The colours that carry meaning, by name; the values stand in tokens.css. */
export type Tone = 'seen' | 'withheld' | 'gain' | 'loss';

export interface LegendEntry {
  label: string;
  tone: Tone;
  dashed?: boolean;
}

export const SEEN_WITHHELD: LegendEntry[] = [
  { label: 'seen in training', tone: 'seen' },
  { label: 'withheld', tone: 'withheld', dashed: true },
];
