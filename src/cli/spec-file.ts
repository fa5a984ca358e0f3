/**
 * A spec file on its presets with its `--set` overrides, and the files it names.
 *
 * Promises: paths written in the spec are relative to the spec's folder, paths given by --set to the working directory.
 */
import path from 'node:path';
import { LabError } from '../core/errors';
import { readModelReference } from '../core/model-reference';
import type { DataInputs, ProbeFiles } from '../experiment';
import { applyOverrides, parseSpec, parseSpecJson, withPresets, type ExperimentSpec } from '../spec';
import { openNodeFile, readNamedText } from './node-folder';
import { choosePresets } from './presets';

export interface DataPaths {
  ontologyPath: string;
  countsPath: string | null;
  covariatePaths: string[];
  /** Of the files that `evaluation.probes` names. */
  probePaths?: { canaries: string | null; languageLoss: string | null };
}

export interface SpecFile extends DataPaths {
  spec: ExperimentSpec;
  /** A folder, or a model of the hub or of an address. */
  modelPath: string;
  /** Texts to be rehearsed; null where none are. */
  rehearsalPath: string | null;
}

/** Throws `spec-invalid` where the spec names no model or no ontology, and what reading and checking it throws. */
export async function readSpecFile(
  file: string,
  assignments: readonly string[],
  presets: readonly string[] = [],
): Promise<SpecFile> {
  const { spec } = await readData(file, assignments, presets);
  return specFileOf(spec, file, assignments);
}

/** The same for a spec whose model is not needed; null where it names none. */
export async function readDataSpec(
  file: string,
  assignments: readonly string[],
  presets: readonly string[] = [],
): Promise<DataPaths & { spec: ExperimentSpec; modelPath: string | null }> {
  const { spec, place, required: _required, ...paths } = await readData(file, assignments, presets);
  return { spec, ...paths, modelPath: spec.model.path && place('model.path', spec.model.path) };
}

/** A spec made from a file and assignments, with its files. Throws `spec-invalid` where it names no model or ontology. */
export function specFileOf(spec: ExperimentSpec, file: string, assignments: readonly string[]): SpecFile {
  const { place: _place, required, ...paths } = placesOf(spec, file, assignments);
  const { rehearsal } = spec.retention;
  return {
    spec,
    ...paths,
    modelPath: required('model.path', spec.model.path),
    rehearsalPath: rehearsal?.source === 'text' ? required('retention.rehearsal.path', rehearsal.path) : null,
  };
}

/** The data files of a spec, opened. Throws `file-missing`, `file-unreadable`. */
export async function openDataFiles(
  spec: ExperimentSpec,
  { ontologyPath, countsPath, covariatePaths }: DataPaths,
): Promise<DataInputs> {
  return {
    spec,
    ontology: await openNodeFile(ontologyPath, 'ontology.path'),
    counts: countsPath === null ? null : await openNodeFile(countsPath, 'ontology.counts.path'),
    covariates: await Promise.all(covariatePaths.map((path) => openNodeFile(path, 'ontology.covariates'))),
  };
}

/** The files of the probes, opened. Throws `file-missing`, `file-unreadable`. */
export async function openProbeFiles({ probePaths }: DataPaths): Promise<ProbeFiles> {
  const opened = async (file: string | null | undefined, field: string) =>
    file == null ? null : openNodeFile(file, `evaluation.probes.${field}.path`);
  return {
    canaries: await opened(probePaths?.canaries, 'canaries'),
    languageLoss: await opened(probePaths?.languageLoss, 'languageLoss'),
  };
}

async function readData(file: string, assignments: readonly string[], presets: readonly string[]) {
  const { text } = await readNamedText(file);
  const layered = withPresets(parseSpecJson(text, file), await choosePresets(presets));
  const spec = parseSpec(applyOverrides(layered, assignments), file);
  return { spec, ...placesOf(spec, file, assignments) };
}

/** Where the files of a spec lie that was made from this file and these assignments. */
function placesOf(spec: ExperimentSpec, file: string, assignments: readonly string[]) {
  const base = path.dirname(path.resolve(file));
  // A path also counts as given by --set when the object that holds it was.
  const overridden = (field: string) =>
    assignments.some((assignment) => `${field}.`.startsWith(`${assignment.slice(0, assignment.indexOf('='))}.`));
  const place = (field: string, value: string) =>
    isElsewhere(field, value) ? value : path.resolve(overridden(field) ? '.' : base, value);
  const required = (field: string, value: string | null) => {
    if (value !== null) return place(field, value);
    throw new LabError('spec-invalid', `${file} names no ${field}.`, {
      hint: `Add --set ${field}=PATH, or write the path into the spec.`,
      control: field,
    });
  };
  const probePlace = (name: string, probe: { path: string | null } | null) =>
    probe?.path == null ? null : place(`evaluation.probes.${name}.path`, probe.path);
  return {
    place,
    required,
    ontologyPath: required('ontology.path', spec.ontology.path),
    countsPath: spec.ontology.counts && place('ontology.counts.path', spec.ontology.counts.path),
    covariatePaths: spec.ontology.covariates.map((covariate) => place('ontology.covariates', covariate.path)),
    probePaths: {
      canaries: probePlace('canaries', spec.evaluation.probes.canaries),
      languageLoss: probePlace('languageLoss', spec.evaluation.probes.languageLoss),
    },
  };
}

/** A model of the hub or of an address lies in no folder here. Throws `spec-invalid` where it cannot be read as one. */
function isElsewhere(field: string, value: string): boolean {
  return field === 'model.path' && readModelReference(value) !== null;
}
