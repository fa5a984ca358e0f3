/**
 * The evaluations that went through. Pure.
 *
 * Trials come chunk by chunk, and a cancelled run keeps what it has: an evaluation under way asked the seen facts and
 * hardly a withheld one. Promises: an epoch counts where as many were asked as at the fullest one.
 */
import type { TrialRecord } from '../../records/types';

/** @param trials of one direction and template. Ascending. */
export function wholeEpochs(trials: readonly Pick<TrialRecord, 'epoch'>[]): number[] {
  const asked = new Map<number, number>();
  for (const { epoch } of trials) asked.set(epoch, (asked.get(epoch) ?? 0) + 1);
  const whole = Math.max(0, ...asked.values());
  return [...asked].flatMap(([epoch, count]) => (count === whole ? [epoch] : [])).sort((a, b) => a - b);
}

/** Null where there are no trials; 0 where nothing went through after training began. */
export function lastWholeEpoch(trials: readonly Pick<TrialRecord, 'epoch'>[]): number | null {
  return wholeEpochs(trials).at(-1) ?? null;
}
