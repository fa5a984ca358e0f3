/**
 * The types of what is kept of a run in the browser's storage.
 *
 * Must not know: how they came about, the engine, statistics.
 */
import type { RunEvent } from '../experiment';
import type { ProbeChunk } from '../records';

export type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

export interface Records {
  manifest: EventOf<'manifest'>['manifest'];
  fact: EventOf<'facts'>['records'][number];
  trial: EventOf<'trials'>['records'][number];
  step: EventOf<'steps'>['records'][number];
  summary: EventOf<'summary'>['summary'];
  probe: ProbeChunk;
}
