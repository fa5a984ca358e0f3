/** The small print under chart titles: n, events, medians. Pure. */
import { epochText } from '../../core/epoch';
import type { SetSummary } from '../../records';

const limit = (epoch: number | null) => (epoch === null ? 'not reached' : epochText(epoch));

export function groupNote(groups: readonly SetSummary[]): string {
  return `n = ${groups.map(({ set, facts }) => `${facts} ${set}`).join(', ')}`;
}

/** Events of facts at risk and the median epoch with its limits, where the curve reaches it. */
export function kmNote(groups: readonly SetSummary[]): string {
  const parts = groups.flatMap(({ set, acquisition, knownAtBaseline }) => {
    if (acquisition === null) return [`${set}: all ${knownAtBaseline} known before training`];
    const { median, totalEvents, n } = acquisition;
    const middle =
      median.value === null
        ? 'median not reached'
        : `median epoch ${epochText(median.value)} (${limit(median.lo)} to ${limit(median.hi)})`;
    const known = knownAtBaseline > 0 ? `, ${knownAtBaseline} known before` : '';
    return [`${set}: ${totalEvents} of n = ${n} acquired${known}, ${middle}`];
  });
  return parts.join('; ');
}
