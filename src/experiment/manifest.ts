/** The manifest of a run, from what was prepared and what it computes on. Times come in as arguments. */
import type { LabError } from '../core/errors';
import { publicReference, readModelReference } from '../core/model-reference';
import type { Manifest, RunState } from '../records/types';
import { RECORD_VERSION } from '../records/types';
import type { Session } from '../engine';
import type { OpenedSession } from './host';
import { memoryParts } from './memory-parts';
import type { PreparedRun } from './prepared';
import { ONTOSCOPE_VERSION } from './version';

export interface ManifestMoment {
  state: RunState;
  startedAtMs: number;
  elapsedMs: number;
  error: LabError | null;
  endings: Manifest['endings'];
}

export function buildManifest(
  prepared: PreparedRun,
  { session, adapter }: OpenedSession,
  hostName: string,
  { state, startedAtMs, elapsedMs, error, endings }: ManifestMoment,
): Manifest {
  const { spec, model, ontology, dataset } = prepared;
  const { totalBytes: plannedBytes, ...parts } = memoryParts(session.memory);
  return {
    recordVersion: RECORD_VERSION,
    runId: prepared.runId,
    state,
    spec,
    specHash: prepared.specHash,
    model: {
      name: model.name,
      architecture: model.architecture,
      parameters: model.parameters,
      files: prepared.modelFiles,
      ...sourceOf(prepared.modelFolder.reference),
    },
    ontology: {
      file: prepared.ontologyFile,
      format: ontology.formatVersion ? `${ontology.format} ${ontology.formatVersion}` : ontology.format,
      version: ontology.version,
      licence: ontology.licence,
      terminology: prepared.terminology.name,
      terms: ontology.terms.length,
      counts: prepared.countsFile,
      covariates: prepared.covariateFiles,
    },
    dataset: {
      hash: dataset.hash,
      design: dataset.design,
      seen: dataset.seen.length,
      withheld: dataset.withheld.length,
      bins: dataset.bins,
      universe: dataset.universe,
      popularity: dataset.popularity,
      shortfalls: dataset.shortfalls,
    },
    ...(prepared.rehearsalFile ? { rehearsalFile: prepared.rehearsalFile } : {}),
    adapter: { kind: spec.adapter.kind, trainableParameters: prepared.trainableParameters },
    gpu: { ...adapter, host: hostName },
    kernels: { ...session.kernelChoices },
    ...baseNotes(prepared, session.storedWeights),
    memory: { plannedBytes, ...parts },
    probes: probeNotes(prepared),
    versions: { ontoscope: ONTOSCOPE_VERSION },
    startedAtMs,
    elapsedMs,
    endings: [...endings],
    error: error ? { code: error.code, message: error.message, hint: error.hint } : null,
  };
}

/** What travels of the place that the model was fetched from. */
function sourceOf(place: string | undefined): Pick<Manifest['model'], 'source'> {
  const travels = place === undefined ? null : publicReference(place);
  const reference = travels === null ? null : readModelReference(travels);
  if (reference === null) return {};
  if (reference.kind === 'url') return { source: { url: reference.url } };
  return { source: { repo: reference.repo, revision: reference.revision ?? 'main' } };
}

/** What the base lost where it is not kept in f32. */
function baseNotes({ spec }: PreparedRun, weights: Session['storedWeights']): Pick<Manifest, 'base'> {
  const { precision, doubleQuantisation } = spec.model;
  return precision === 'f32'
    ? {}
    : { base: { precision, doubleQuantisation, weights: weights.map((each) => ({ ...each })) } };
}

function probeNotes({ probes }: PreparedRun): Manifest['probes'] {
  const files = probes.flatMap((probe) => probe.files);
  const warnings = probes.flatMap((probe) => probe.warnings);
  return files.length + warnings.length > 0 ? { files, warnings } : null;
}
