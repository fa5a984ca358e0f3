/**
 * A spec file with its `--set` overrides, and the files it names.
 *
 * Promises: paths written in the spec are relative to the spec's folder, paths given by --set to the working directory.
 */
import path from 'node:path';
import { LabError } from '../core/errors';
import { applyOverrides, parseSpec, parseSpecJson, type ExperimentSpec } from '../spec';
import { readNamedText } from './node-folder';

export interface SpecFile {
  spec: ExperimentSpec;
  modelPath: string;
  ontologyPath: string;
  countsPath: string | null;
}

export async function readSpecFile(file: string, assignments: readonly string[]): Promise<SpecFile> {
  const { text } = await readNamedText(file);
  const spec = parseSpec(applyOverrides(parseSpecJson(text, file), assignments), file);
  const base = path.dirname(path.resolve(file));
  // A path also counts as given by --set when the object that holds it was.
  const overridden = (field: string) =>
    assignments.some((assignment) => `${field}.`.startsWith(`${assignment.slice(0, assignment.indexOf('='))}.`));
  const place = (field: string, value: string) => path.resolve(overridden(field) ? '.' : base, value);
  const required = (field: string, value: string | null) => {
    if (value !== null) return place(field, value);
    throw new LabError('spec-invalid', `${file} names no ${field}.`, {
      hint: `Add --set ${field}=PATH, or write the path into the spec.`,
      control: field,
    });
  };
  return {
    spec,
    modelPath: required('model.path', spec.model.path),
    ontologyPath: required('ontology.path', spec.ontology.path),
    countsPath: spec.ontology.counts && place('ontology.counts.path', spec.ontology.counts.path),
  };
}
