/**
 * From a spec and its data files to a data set: everything about an experiment that needs no model.
 *
 * Promises: equal inputs give equal data sets, in every host; whatever does not fit is a LabError that names file and
 * field. Must not know: models, tokens, hosts.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import {
  candidatesFrom,
  draw,
  lexicalMeasures,
  type BarePair,
  type CovariateTable,
  type Dataset,
  type Popularity,
} from '../dataset';
import {
  asOntology,
  detectTerminology,
  entriesOf,
  terminology as terminologyNamed,
  type LeftOut,
  type Ontology,
  type ReadControl,
  type ReadOptions,
  type Terminology,
} from '../ontology';
import { pairHash, pairName } from '../records';
import type { FileIdentity, Manifest } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import { Sources } from './sources';

export interface DataInputs {
  spec: ExperimentSpec;
  ontology: ByteFile;
  counts: ByteFile | null;
  /** One per entry of `spec.ontology.covariates`, in its order. */
  covariates: readonly ByteFile[];
}

export interface PreparedData {
  ontology: Ontology;
  terminology: Terminology;
  dataset: Dataset;
  /** Every pair that could have been drawn, in order of rank. */
  universe: BarePair[];
  /** Terms that could not, by reason. */
  leftOut: LeftOut[];
  ontologyFile: FileIdentity;
  countsFile: FileIdentity | null;
  covariateFiles: { name: string; file: FileIdentity }[];
}

/** Throws the LabError of whatever does not fit: ontology, terminology, counts, covariates, numbers of pairs. */
export async function prepareData(
  { spec, ontology: file, counts: countsFile, covariates: covariateFiles }: DataInputs,
  sources: Sources = new Sources(),
  control: ReadControl = {},
): Promise<PreparedData> {
  const { read, ontology, terminology, entries, leftOut } = await readEntries(spec, file, sources, control);
  const counts = countsFile && (await sources.counts(countsFile, spec.ontology.counts ?? {}));
  const covariates = await readCovariates(spec, covariateFiles, sources);
  const { dataset, universe } = draw({
    ...spec.sampling,
    candidates: candidatesFrom(entries, {
      synonyms: spec.ontology.names,
      entityColumn: spec.ontology.entityColumn,
      alternativeIdentifiers: terminology.oneToMany.alternativeIdentifiers,
    }),
    popularity: popularity(spec, counts?.content.byIdentifier ?? null),
    examples: spec.templates.examples.source === 'unscored' ? spec.templates.examples.count : 0,
    seed: spec.seed,
    covariates: covariates.map(({ table }) => table),
    measures: (pair) => ({ ...lexicalMeasures(pair, terminology.grammar.class) }),
  });
  return {
    ontology,
    terminology,
    dataset,
    universe,
    leftOut,
    ontologyFile: read.identity,
    countsFile: counts?.identity ?? null,
    covariateFiles: covariates.map(({ table, file: identity }) => ({ name: table.name, file: identity })),
  };
}

/** What could be drawn from a spec's ontology, with what could not. */
async function readEntries(spec: ExperimentSpec, file: ByteFile, sources: Sources, control: ReadControl = {}) {
  const read = await sources.source(file, readOptions(spec), control);
  const named = spec.ontology.terminology === null ? null : terminologyNamed(spec.ontology.terminology);
  const ontology = asOntology(read.content, named, file.name);
  const terminology = named ?? detectTerminology(ontology);
  return { read, ontology, terminology, ...entriesOf(ontology, terminology) };
}

/**
 * The texts of pairs that were left out of a run's records, by the names that stand in their place.
 * @param hashes of the pairs, as the run's facts hold them
 * Throws `file-mismatch` for another file than the run's, `record-invalid` where it does not give every pair.
 */
export async function textsOfPairs(
  { spec, ontology }: Pick<Manifest, 'spec' | 'ontology'>,
  hashes: readonly string[],
  file: ByteFile,
  sources: Sources = new Sources(),
): Promise<{ name: string; identifier: string; term: string }[]> {
  const { read, entries } = await readEntries(spec, file, sources);
  if (read.identity.sha256 !== ontology.file.sha256) {
    throw new LabError(
      'file-mismatch',
      `${file.name} is not the ${ontology.file.name} of this run: its SHA-256 is ${read.identity.sha256}, the run’s was ${ontology.file.sha256}.`,
      { hint: 'Give the very file, as the run used it: another release holds other pairs.' },
    );
  }
  const wanted = new Set(hashes);
  const found = candidatesFrom(entries).flatMap(({ identifier, term }) => {
    const hash = pairHash({ identifier, term });
    return wanted.delete(hash) ? [{ name: pairName(hash), identifier, term }] : [];
  });
  if (wanted.size === 0) return found;
  throw new LabError(
    'record-invalid',
    `${wanted.size} of ${hashes.length} pairs of this run are not in ${file.name}.`,
    {
      hint: 'Its hashes do not belong to its ontology: take the bundle again from where it was shared.',
    },
  );
}

/** What the reader of a spec's ontology needs to know. */
export function readOptions({ ontology }: ExperimentSpec): ReadOptions {
  const { termColumn, identifierColumn, synonymColumn, entityColumn, popularityColumn } = ontology;
  return {
    termColumn,
    identifierColumn,
    ...(synonymColumn === null ? {} : { synonymColumn }),
    keepColumns: [entityColumn, popularityColumn].filter((column) => column !== null),
  };
}

function popularity(spec: ExperimentSpec, counts: ReadonlyMap<string, number> | null): Popularity {
  if (counts !== null) return { kind: 'counts', counts };
  const column = spec.ontology.popularityColumn;
  return column === null ? { kind: 'none' } : { kind: 'column', column };
}

async function readCovariates(
  spec: ExperimentSpec,
  files: readonly ByteFile[],
  sources: Sources,
): Promise<{ table: CovariateTable; file: FileIdentity }[]> {
  const tables = spec.ontology.covariates.map(async ({ name, identifierColumn, valueColumn }, index) => {
    const { content, identity } = await sources.numbers(files[index]!, {
      identifierColumn,
      columns: valueColumn === null ? null : [valueColumn],
    });
    const column = content.columns[0]!;
    const values = [...content.byIdentifier].map(([id, cells]) => [id, cells[column] ?? null] as const);
    return { table: { name, byIdentifier: new Map(values) }, file: identity };
  });
  return Promise.all(tables);
}
