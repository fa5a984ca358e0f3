/** `manifest.json` and `summary.json`: indented JSON, newline-terminated. */
import { LabError } from '../core/errors';
import { nameNonFinite } from './jsonl';
import { manifestSchema, summarySchema } from './schemas';
import { RECORD_VERSION, type Manifest, type Summary } from './types';
import { migrateSpec } from '../spec';
import { parseJson, validateRecord } from './validate';

/** Versions that are brought up to date on reading: what they lack has a default in the schemas. */
const OLDER: readonly unknown[] = [2];

export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, nameNonFinite, 2)}\n`;
}

export function encodeSummary(summary: Summary): string {
  return `${JSON.stringify(summary, nameNonFinite, 2)}\n`;
}

/** Throws LabError `record-invalid`, also for another record version. */
export function parseManifest(text: string, file = 'manifest.json'): Manifest {
  const value = upToDate(parseJson(text, { file }));
  requireVersion(value, file);
  return validateRecord(manifestSchema, value, { file }, 'manifest');
}

export function parseSummary(text: string, file = 'summary.json'): Summary {
  const value = upToDate(parseJson(text, { file }));
  requireVersion(value, file);
  return validateRecord(summarySchema, value, { file }, 'summary');
}

function upToDate(value: unknown): unknown {
  const record = value as { recordVersion?: unknown; spec?: unknown } | null;
  if (!OLDER.includes(record?.recordVersion)) return value;
  const { spec, ...rest } = record!;
  return { ...rest, ...(spec === undefined ? {} : { spec: migrateSpec(spec) }), recordVersion: RECORD_VERSION };
}

function requireVersion(value: unknown, file: string): void {
  const version = (value as { recordVersion?: unknown } | null)?.recordVersion;
  if (version === undefined || version === RECORD_VERSION) return;
  throw new LabError(
    'record-invalid',
    `${file}: recordVersion is ${JSON.stringify(version)}; this Ontoscope reads version ${RECORD_VERSION}.`,
    { hint: 'Open the run with the version of Ontoscope that wrote it, or run its spec again with this one.' },
  );
}
