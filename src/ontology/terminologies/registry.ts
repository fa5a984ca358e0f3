/**
 * All terminologies: the one list. A new one is one file and one line here.
 *
 * Promises: asked in this order, the strictest first, so that exactly one is told from any content; `table` takes the rest.
 * Must not know: what the descriptors hold.
 */
import { LabError } from '../../core/errors';
import type { Ontology } from '../types';
import { geneNames } from './gene-names';
import { go, goBiologicalProcess, goCellularComponent, goMolecularFunction } from './go';
import { hgnc } from './hgnc';
import { hpo } from './hpo';
import { icd10cm } from './icd-10-cm';
import { mondo } from './mondo';
import { table } from './table';
import type { Terminology } from './types';

export const TERMINOLOGIES: readonly Terminology[] = [
  hpo,
  goCellularComponent,
  goMolecularFunction,
  goBiologicalProcess,
  go,
  mondo,
  icd10cm,
  geneNames,
  hgnc,
  table,
];

/** Throws `spec-invalid` for a name that is none; the message lists those that are. */
export function terminology(name: string): Terminology {
  const found = TERMINOLOGIES.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new LabError('spec-invalid', `There is no terminology "${name}".`, {
    hint: `Choose one of ${TERMINOLOGIES.map((each) => each.name).join(', ')}.`,
    control: 'ontology.terminology',
  });
}

/** Which terminology an ontology is, told from its identifiers, symbols and namespaces. */
export function detectTerminology(ontology: Ontology): Terminology {
  return TERMINOLOGIES.find((candidate) => candidate.matches(ontology)) ?? table;
}
