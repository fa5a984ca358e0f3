/**
 * The index of the ontologies that come with the lab (`ontologies/index.json`).
 *
 * Promises: a text that is not such an index → LabError `record-invalid` naming the field.
 * Must not know: where the index lies, or who reads the files that it names.
 */
import * as v from 'valibot';
import { LabError } from '../../core/errors';

const text = v.pipe(v.string(), v.minLength(1));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const fileSchema = v.strictObject({
  /** Relative to the index. */
  path: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  bytes: whole,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

const ontologySchema = v.strictObject({
  name: text,
  title: text,
  description: text,
  /** Name in the registry of terminologies. */
  terminology: text,
  terms: whole,
  file: fileSchema,
  format: text,
  /** For a table: which column is what. */
  columns: v.nullable(v.strictObject({ term: text, identifier: text, synonyms: text, hgnc: text })),
  version: text,
  licence: text,
  licenceUrl: v.nullable(text),
  /** To be shown beside its terms. */
  attribution: text,
  /** What was changed, as CC BY 4.0 asks. */
  changes: text,
  source: text,
  popularity: v.strictObject({
    file: fileSchema,
    identifierColumn: text,
    countColumn: text,
    /** Identifiers with a count. */
    identifiers: whole,
    title: text,
    note: text,
    licence: text,
    attribution: text,
  }),
});

const indexSchema = v.strictObject({ indexVersion: v.literal(1), ontologies: v.array(ontologySchema) });

export type BundledOntology = v.InferOutput<typeof ontologySchema>;

export function readBundledIndex(json: string): BundledOntology[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  const result = v.safeParse(indexSchema, value);
  if (result.success) return result.output.ontologies;
  const [issue] = result.issues;
  throw invalid(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}

function invalid(problem: string, cause?: unknown): LabError {
  return new LabError('record-invalid', `The index of bundled ontologies cannot be read: ${problem}.`, {
    hint: 'Reload the page; if it stays, this copy of Ontoscope is incomplete.',
    ...(cause === undefined ? {} : { cause }),
  });
}
