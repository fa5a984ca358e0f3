/** What makes two specs the same: hashes and differences. */
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { ExperimentSpec } from './schema';
import { isObject } from './shape';

/** SHA-256 of the filled spec's canonical JSON without `$schema` and `description`, which say nothing about the run. */
export function specHash(spec: ExperimentSpec): string {
  const { $schema: _schema, description: _description, ...rest } = spec;
  return sha256Hex(canonicalJson(rest));
}

/**
 * The part of a spec that decides its numbers, given the contents of its files: no paths, no name, no prose.
 * With the files' hashes it identifies the experiment, wherever the files lie.
 */
export function experimentIdentity(spec: ExperimentSpec): Record<string, unknown> {
  const { $schema: _schema, description: _description, name: _name, model, ontology, evaluation, ...rest } = spec;
  const { path: _modelPath, ...modelRest } = model;
  const { path: _ontologyPath, counts, covariates, ...ontologyRest } = ontology;
  const { canaries, languageLoss, ...probes } = evaluation.probes;
  return {
    ...rest,
    evaluation: {
      ...evaluation,
      probes: { ...probes, canaries: withoutPlace(canaries), languageLoss: withoutPlace(languageLoss) },
    },
    model: modelRest,
    ontology: {
      ...ontologyRest,
      counts: counts && withoutPath(counts),
      covariates: covariates.map(withoutPath),
    },
  };
}

function withoutPath<T extends { path: string }>({ path: _path, ...rest }: T): Omit<T, 'path'> {
  return rest;
}

/** That there is a file counts, where it lies does not. */
function withoutPlace<T extends { path: string | null }>(part: T | null): T | null {
  return part?.path == null ? part : { ...part, path: 'file' };
}

export interface SpecDifference {
  /** Dotted. */
  path: string;
  /** `undefined` where the field is absent on that side. */
  a: unknown;
  b: unknown;
}

/** Fields in which two specs differ, in the order of `a`, then those only in `b`. Lists are compared whole. */
export function diffSpecs(a: ExperimentSpec, b: ExperimentSpec): SpecDifference[] {
  return difference(a, b, '');
}

function difference(a: unknown, b: unknown, path: string): SpecDifference[] {
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) =>
      difference(a[name], b[name], path ? `${path}.${name}` : name),
    );
  }
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b))
    ? []
    : [{ path, a, b }];
}
