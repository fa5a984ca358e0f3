/** The small print under chart titles. Pure. */
import type { SetSummary } from '../../records';

export function groupNote(groups: readonly SetSummary[]): string {
  return `n = ${groups.map(({ set, facts }) => `${facts} ${set}`).join(', ')}`;
}
