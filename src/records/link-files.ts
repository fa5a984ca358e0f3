/** The files that a run was made of, by the field of the spec that names them: for links, and to hold two runs together. */
import type { LinkFile } from '../spec';
import type { Manifest } from './types';

interface MadeOf {
  model: Pick<Manifest['model'], 'files'>;
  ontology: Pick<Manifest['ontology'], 'file' | 'counts' | 'covariates'>;
}

/** Model, ontology, counts and covariates, in the order of the spec. */
export function runFileIdentities({ model, ontology }: MadeOf): LinkFile[] {
  return [
    ...model.files.map((file) => ({ field: 'model.path', ...file })),
    { field: 'ontology.path', ...ontology.file },
    ...(ontology.counts === null ? [] : [{ field: 'ontology.counts.path', ...ontology.counts }]),
    ...ontology.covariates.map(({ file }, index) => ({ field: `ontology.covariates.${index}.path`, ...file })),
  ];
}
