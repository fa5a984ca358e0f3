/** The files that a run was made of, by the field of the spec that names them: for links, and to hold two runs together. */
import type { LinkFile } from '../spec';
import type { Manifest } from './types';

interface MadeOf extends Pick<Manifest, 'rehearsalFile'> {
  model: Pick<Manifest['model'], 'files'>;
  ontology: Pick<Manifest['ontology'], 'file' | 'counts' | 'covariates'>;
  probes: Pick<NonNullable<Manifest['probes']>, 'files'> | null;
}

/** Model, ontology, counts, covariates, rehearsed texts and what probes read, in the order of the spec. */
export function runFileIdentities({ model, ontology, rehearsalFile, probes }: MadeOf): LinkFile[] {
  return [
    ...model.files.map((file) => ({ field: 'model.path', ...file })),
    { field: 'ontology.path', ...ontology.file },
    ...(ontology.counts === null ? [] : [{ field: 'ontology.counts.path', ...ontology.counts }]),
    ...ontology.covariates.map(({ file }, index) => ({ field: `ontology.covariates.${index}.path`, ...file })),
    ...(rehearsalFile ? [{ field: 'retention.rehearsal.path', ...rehearsalFile }] : []),
    ...(probes?.files ?? []).map(({ field, file }) => ({ field, ...file })),
  ];
}
