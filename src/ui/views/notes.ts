/** The small print under chart titles: n, events, medians. Pure. */
import { epochText } from '../../core/epoch';
import type { GroupSummary } from '../../records/types';

const limit = (epoch: number | null) => (epoch === null ? 'not reached' : epochText(epoch));
const setName = (seen: boolean) => (seen ? 'seen' : 'withheld');

export function groupNote(groups: readonly GroupSummary[]): string {
  return `n = ${groups.map(({ seen, facts }) => `${facts} ${setName(seen)}`).join(', ')}`;
}

/** Events of facts at risk and the median epoch with its limits, where the curve reaches it. */
export function kmNote(groups: readonly GroupSummary[]): string {
  const parts = groups.flatMap(({ seen, acquisition, knownAtBaseline }) => {
    if (acquisition === null) return [`${setName(seen)}: all ${knownAtBaseline} known before training`];
    const { median, totalEvents, n } = acquisition;
    const middle =
      median.value === null
        ? 'median not reached'
        : `median epoch ${epochText(median.value)} (${limit(median.lo)} to ${limit(median.hi)})`;
    const known = knownAtBaseline > 0 ? `, ${knownAtBaseline} known before` : '';
    return [`${setName(seen)}: ${totalEvents} of n = ${n} acquired${known}, ${middle}`];
  });
  return parts.join('; ');
}
