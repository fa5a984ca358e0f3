/**
 * The probes' record files: one JSON object a line, as trials have it, and tables of them.
 *
 * Promises: equal records give equal bytes, fields in the order of their schema; lines of parts, joined, are the lines
 * of the whole. Must not know: how anything is measured.
 */
import * as v from 'valibot';
import { csvLine, type CsvCell } from './csv';
import { nameNonFinite, parseLines } from './jsonl';
import { canarySchema, embeddingSchema, languageSchema } from './probe-schemas';
import { PROBE_RECORD_KINDS, type ProbeRecordKind, type ProbeRecords } from './probe-types';

export const PROBE_FILES: Record<ProbeRecordKind, string> = {
  embeddings: 'embeddings.jsonl',
  canaries: 'canaries.jsonl',
  language: 'language.jsonl',
};

/** Tables of the probes that are lists. */
export const PROBE_TABLES = { canaries: 'canaries.csv', language: 'language.csv' } as const;

const SCHEMAS = { embeddings: embeddingSchema, canaries: canarySchema, language: languageSchema };
const NAMES: Record<ProbeRecordKind, string> = {
  embeddings: 'embedding record',
  canaries: 'canary record',
  language: 'language record',
};

export function noProbeRecords(): ProbeRecords {
  return { embeddings: [], canaries: [], language: [] };
}

/** Some records of one kind, as they are kept while a run goes on. */
export interface ProbeChunk {
  probe: ProbeRecordKind;
  records: readonly unknown[];
}

/** All of them by kind, in the order of the chunks. */
export function probeRecordsOf(chunks: readonly ProbeChunk[]): ProbeRecords {
  const all = noProbeRecords();
  for (const { probe, records } of chunks) (all[probe] as unknown[]).push(...records);
  return all;
}

/** Lines of one kind, each ended by a newline. */
export function encodeProbeRecords<K extends ProbeRecordKind>(
  kind: K,
  records: readonly ProbeRecords[K][number][],
): string {
  const schema: v.GenericSchema = SCHEMAS[kind];
  // Through the schema, which sets the order of the fields at every depth.
  return records.map((record) => `${JSON.stringify(v.parse(schema, record), nameNonFinite)}\n`).join('');
}

/** Throws LabError `record-invalid` with file and line. */
export function parseProbeRecords<K extends ProbeRecordKind>(kind: K, text: string): ProbeRecords[K] {
  return parseLines<unknown>(text, PROBE_FILES[kind], SCHEMAS[kind], NAMES[kind]) as ProbeRecords[K];
}

/** The probe records of a run's files; a file that is not there holds none. */
export function readProbeRecords(textOf: (path: string) => string | null | undefined): ProbeRecords {
  const records = noProbeRecords();
  const read = <K extends ProbeRecordKind>(kind: K) => {
    records[kind] = parseProbeRecords(kind, textOf(PROBE_FILES[kind]) ?? '');
  };
  PROBE_RECORD_KINDS.forEach(read);
  return records;
}

/** How many records of each kind there are, for a checkpoint. */
export type ProbeLines = Record<ProbeRecordKind, number>;

export function countProbeRecords(records: ProbeRecords): ProbeLines {
  return {
    embeddings: records.embeddings.length,
    canaries: records.canaries.length,
    language: records.language.length,
  };
}

/** The first lines of each kind: what a checkpoint counted. Without counts, none. */
export function firstProbeRecords(records: ProbeRecords, lines: ProbeLines | undefined): ProbeRecords {
  return {
    embeddings: records.embeddings.slice(0, lines?.embeddings ?? 0),
    canaries: records.canaries.slice(0, lines?.canaries ?? 0),
    language: records.language.slice(0, lines?.language ?? 0),
  };
}

/** Canaries or texts as a table: RFC 4180, one row a record, columns in the order of the record. */
export function probesToCsv<K extends 'canaries' | 'language'>(kind: K, records: ProbeRecords[K]): string {
  const columns = Object.keys(SCHEMAS[kind].entries);
  const rows = records.map((record) =>
    columns.map((name) => (record as unknown as Record<string, CsvCell | null>)[name] ?? undefined),
  );
  return [columns, ...rows].map(csvLine).join('');
}
