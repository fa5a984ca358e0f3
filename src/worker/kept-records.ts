/**
 * The types of what is kept of a run in the browser's storage, and its probes in one piece.
 *
 * Must not know: how they came about, the engine, statistics.
 */
import type { ProbeEvent, RunEvent } from '../experiment';
import { noProbeRecords } from '../records/probes';

export type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

export interface Records {
  manifest: EventOf<'manifest'>['manifest'];
  fact: EventOf<'facts'>['records'][number];
  trial: EventOf<'trials'>['records'][number];
  step: EventOf<'steps'>['records'][number];
  summary: EventOf<'summary'>['summary'];
  probe: ProbeChunk;
}

/** Some records of one kind of probe. */
export type ProbeChunk = Pick<ProbeEvent, 'probe' | 'records'>;

export function probeRecordsOf(chunks: readonly ProbeChunk[]): ReturnType<typeof noProbeRecords> {
  const records = noProbeRecords();
  for (const chunk of chunks) (records[chunk.probe] as unknown[]).push(...chunk.records);
  return records;
}
