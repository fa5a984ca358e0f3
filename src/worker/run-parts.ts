/**
 * A run's records on their way from the page to the worker: taken apart on one side, put together on the other.
 *
 * Promises: lists cross in order, in pieces that either side takes in a few milliseconds, with a turn for others between
 * them; parts put together are the lists they came from. Must not know: what the records are wanted for.
 */
import { nextTask } from '../core/next-task';
import { PROBE_RECORD_KINDS, type ProbeRecordKind } from '../records/probe-types';
import type { RunBundle } from '../records/bundle';
import { RECORDS_PER_MESSAGE, type RecordsPart } from './bundle-protocol';

/** What grows in a run. */
export const RECORD_LISTS = ['facts', 'trials', 'steps', ...PROBE_RECORD_KINDS] as const;
export type RecordList = (typeof RECORD_LISTS)[number];

type Listed = Pick<RunBundle, 'facts' | 'trials' | 'steps' | 'probes'>;
type Lists = Record<RecordList, readonly unknown[]>;

export function listsOf({
  facts,
  trials,
  steps,
  probes,
}: { readonly [K in keyof Listed]: Readonly<Listed[K]> }): Lists {
  return { facts, trials, steps, ...probes };
}

/** The lists' records in parts, without the first `from` of each. */
export function* partsOf(
  lists: Partial<Lists>,
  from: Partial<Record<RecordList, number>> = {},
): Generator<RecordsPart> {
  for (const part of RECORD_LISTS) {
    for (const records of pieces(lists[part] ?? [], from[part])) yield { part, records } as RecordsPart;
  }
}

/** Hands parts over one by one; a few small ones cross in one go. */
export async function handOver(parts: Iterable<RecordsPart>, hand: (part: RecordsPart) => void): Promise<void> {
  let atOnce = 0;
  for (const part of parts) {
    atOnce += part.records.length;
    if (atOnce > RECORDS_PER_MESSAGE) {
      await nextTask();
      atOnce = part.records.length;
    }
    hand(part);
  }
}

/** Puts a part to those that came before it. */
export function gather(run: Listed, { part, records }: RecordsPart): void {
  const list: unknown[] = isProbe(part) ? run.probes[part] : run[part];
  list.push(...records);
}

export function* pieces<T>(records: readonly T[], from = 0): Generator<T[]> {
  for (let at = from; at < records.length; at += RECORDS_PER_MESSAGE) yield records.slice(at, at + RECORDS_PER_MESSAGE);
}

function isProbe(list: RecordList): list is ProbeRecordKind {
  return (PROBE_RECORD_KINDS as readonly RecordList[]).includes(list);
}
