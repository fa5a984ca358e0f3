/**
 * From a spec and its data files to a data set: everything about an experiment that needs no model.
 *
 * Promises: equal inputs give equal data sets, in every host; whatever does not fit is a LabError that names file and
 * field. Must not know: models, tokens, hosts.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import { candidatesFrom, drawDataset, lexicalMeasures, type Candidate, type Dataset } from '../dataset';
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
import type { FileIdentity } from '../records/types';
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
  /** Terms that could have been drawn, and why others could not. */
  candidates: Candidate[];
  leftOut: LeftOut[];
  dataset: Dataset;
  ontologyFile: FileIdentity;
  countsFile: FileIdentity | null;
  covariateFiles: { name: string; file: FileIdentity }[];
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
