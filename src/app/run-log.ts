/**
 * What happened in a run, line by line, as a person would keep a log of it. Pure.
 *
 * Promises: never longer than LOG_ENTRIES; the oldest lines go first. Must not know: where events come from.
 */
import { csvLine } from '../records';

export const LOG_KINDS = ['phase', 'evaluation', 'checkpoint', 'person', 'trouble'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

export const LOG_KIND_WORDS: Record<LogKind, string> = {
  phase: 'phases',
  evaluation: 'evaluations',
  checkpoint: 'checkpoints',
  person: 'what was asked',
  trouble: 'troubles',
};

export const LOG_ENTRIES = 500;

export interface LogEntry {
  /** Grows from line to line. */
  id: number;
  /** By the clock of this machine. */
  atMs: number;
  kind: LogKind;
  text: string;
}

export function withEntry(log: readonly LogEntry[], entry: Omit<LogEntry, 'id'>): LogEntry[] {
  const id = (log.at(-1)?.id ?? 0) + 1;
  return [...log.slice(Math.max(0, log.length - LOG_ENTRIES + 1)), { ...entry, id }];
}

export function entriesOf(log: readonly LogEntry[], kind: LogKind | 'all'): LogEntry[] {
  return kind === 'all' ? [...log] : log.filter((entry) => entry.kind === kind);
}

/** With a header; times in UTC. */
export function logCsv(log: readonly LogEntry[]): string {
  const rows = log.map(({ atMs, kind, text }) => csvLine([new Date(atMs).toISOString(), kind, text]));
  return [csvLine(['time', 'kind', 'event']), ...rows].join('');
}
