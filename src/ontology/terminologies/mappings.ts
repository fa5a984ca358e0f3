/**
 * One side of a mapping set as an ontology: its identifiers with the labels that the set gives them.
 *
 * Promises: one term for each identifier with a label, in order of first occurrence; a second label becomes a related
 * synonym. A side without labels → `ontology-empty`.
 * Must not know: how mapping sets are written.
 */
import { LabError } from '../../core/errors';
import { bareTerm } from '../bare-term';
import type { Mapping, Mappings, Ontology, Term } from '../types';
import { TERMINOLOGIES } from './registry';
import type { Terminology } from './types';

export type MappingSide = 'subject' | 'object';

export function mappingTerms(mappings: Mappings, side: MappingSide): Ontology {
  const terms = new Map<string, Term>();
  for (const row of mappings.rows) {
    const id = side === 'subject' ? row.subjectId : row.objectId;
    const label = labelOf(row, side);
    if (label === '') continue;
    const known = terms.get(id);
    if (known === undefined) terms.set(id, bareTerm({ id, label }));
    else if (known.label !== label && known.synonyms.every(({ text }) => text !== label)) {
      known.synonyms.push({ text: label, scope: 'RELATED' });
    }
  }
  if (terms.size === 0) {
    throw new LabError('ontology-empty', `${mappings.name ?? 'The mapping set'} gives its ${side}s no labels.`, {
      hint: `Choose a mapping set with a column ${side}_label, or the other side.`,
      control: 'ontology.path',
    });
  }
  const { rows: _rows, kind: _kind, ...header } = mappings;
  return { ...header, kind: 'ontology', terms: [...terms.values()], roots: [] };
}

/** The side that holds a terminology's identifiers with labels; `otherwise`, or `terminology-mismatch`, where neither does. */
export function mappingSideOf(mappings: Mappings, terminology: Terminology): MappingSide;
export function mappingSideOf(mappings: Mappings, terminology: Terminology, otherwise: null): MappingSide | null;
export function mappingSideOf(mappings: Mappings, terminology: Terminology, otherwise?: null): MappingSide | null {
  for (const side of ['subject', 'object'] as const) {
    const labelled = mappings.rows.some((row) => labelOf(row, side) !== '');
    if (labelled && terminology.matches(mappingTerms(mappings, side))) return side;
  }
  if (otherwise === null) return null;
  throw new LabError(
    'terminology-mismatch',
    `Neither side of ${mappings.name ?? 'the mapping set'} holds identifiers of ${terminology.title} with labels.`,
    { hint: 'Choose another terminology or another mapping set.', control: 'ontology.terminology' },
  );
}

/** The side of the terminology that was asked for; null: of the first in the registry that a side holds, or the subjects. */
export function mappingTermsFor(mappings: Mappings, named: Terminology | null): Ontology {
  if (named !== null) return mappingTerms(mappings, mappingSideOf(mappings, named));
  for (const terminology of TERMINOLOGIES) {
    const side = mappingSideOf(mappings, terminology, null);
    if (side !== null) return mappingTerms(mappings, side);
  }
  return mappingTerms(mappings, 'subject');
}

function labelOf(row: Mapping, side: MappingSide): string {
  return ((side === 'subject' ? row.subjectLabel : row.objectLabel) ?? '').trim();
}
