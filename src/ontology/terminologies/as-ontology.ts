/**
 * Whatever was read, as terms with identifiers: an ontology as it is, a mapping set by the side that fits.
 *
 * Promises: counts and associations hold no terms of their own → `ontology-format`, saying where they belong.
 * Must not know: formats.
 */
import { LabError } from '../../core/errors';
import type { Ontology, Source } from '../types';
import { mappingTermsFor } from './mappings';
import type { Terminology } from './types';

/**
 * `named`: the terminology that was asked for; null: for a mapping set, the first in the registry that a side holds.
 * `file`: name for messages. Throws `ontology-format`, and for mapping sets `ontology-empty`, `terminology-mismatch`.
 */
export function asOntology(source: Source, named: Terminology | null, file: string): Ontology {
  switch (source.kind) {
    case 'ontology':
      return source;
    case 'mappings':
      return mappingTermsFor(source, named);
    case 'annotations':
      throw new LabError('ontology-format', `${file} holds annotations (${source.unit}), not terms.`, {
        hint: 'Give it as ontology.counts, and choose an ontology or a table as ontology.path.',
        control: 'ontology.path',
      });
    case 'associations':
      throw new LabError(
        'ontology-format',
        `${file} holds associations of ${source.subject}s and ${source.object}s, not terms with identifiers.`,
        { hint: 'Choose an ontology, a gene table or a table of your own.', control: 'ontology.path' },
      );
  }
}
