/** What an ontology holds, in a dozen numbers: for the terminal and for the data panel. */
import type { Ontology } from './types';

export interface OntologySummary {
  format: Ontology['format'];
  formatVersion: string | null;
  version: string | null;
  name: string | null;
  licence: string | null;
  /** All terms, live and obsolete. */
  terms: number;
  live: number;
  obsolete: number;
  /** Ids of live terms without a live parent in the file; none for a table. */
  roots: string[];
  /** Synonyms of live terms. */
  synonyms: number;
  /** Live terms with a definition. */
  withDefinition: number;
  /** Live terms whose label another live term has too, letter case aside. */
  sharedLabels: number;
}

export function summarizeOntology(ontology: Ontology): OntologySummary {
  const live = ontology.terms.filter((term) => !term.obsolete);
  const perLabel = new Map<string, number>();
  for (const { label } of live) perLabel.set(label.toLowerCase(), (perLabel.get(label.toLowerCase()) ?? 0) + 1);
  return {
    format: ontology.format,
    formatVersion: ontology.formatVersion,
    version: ontology.version,
    name: ontology.name,
    licence: ontology.licence,
    terms: ontology.terms.length,
    live: live.length,
    obsolete: ontology.terms.length - live.length,
    roots: ontology.roots,
    synonyms: live.reduce((sum, term) => sum + term.synonyms.length, 0),
    withDefinition: live.filter((term) => term.definition !== null).length,
    sharedLabels: [...perLabel.values()].reduce((sum, terms) => sum + (terms > 1 ? terms : 0), 0),
  };
}
