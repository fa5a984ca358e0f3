/** What a source holds, in a dozen numbers: for the terminal and for the data panel. */
import type { Annotations, Associations, Mappings, Ontology, Source, SourceHeader } from './types';

/** Longer lists are cut to this many; a count stands beside each. */
const SHOWN = 100;
const SHOWN_EXAMPLES = 10;

export interface OntologySummary extends SourceHeader {
  kind: 'ontology';
  /** All terms, live and obsolete. */
  terms: number;
  live: number;
  obsolete: number;
  /** Live terms per namespace; those without one under ''. */
  byNamespace: Record<string, number>;
  /** Ids of live terms without a live parent in the file; none for a table. */
  roots: string[];
  /** Parents of live terms that the file does not hold: how many, and the first 100 of them in file order. */
  danglingParents: { count: number; ids: string[] };
  /** Live terms whose label another live term has too, letter case aside: how many, and the first ten such labels. */
  duplicateLabels: { count: number; examples: { label: string; ids: string[] }[] };
  /** Synonyms of live terms. */
  synonyms: number;
  /** Live terms with a definition. */
  withDefinition: number;
  /** Live terms with a cross-reference. */
  withXrefs: number;
}

export interface AnnotationsSummary extends SourceHeader {
  kind: 'annotations';
  rows: number;
  denied: number;
  /** Identifiers with a count. */
  identifiers: number;
  /** Sum of all counts. */
  total: number;
  unit: string;
}

export interface AssociationsSummary extends SourceHeader {
  kind: 'associations';
  rows: number;
  /** What the sides are, in the singular. */
  subject: string;
  object: string;
  /** Distinct things on either side. */
  subjects: number;
  objects: number;
}

export interface MappingsSummary extends SourceHeader {
  kind: 'mappings';
  rows: number;
  subjects: number;
  objects: number;
  byPredicate: Record<string, number>;
}

export type SourceSummary = OntologySummary | AnnotationsSummary | AssociationsSummary | MappingsSummary;

export function summarizeSource(source: Source): SourceSummary {
  switch (source.kind) {
    case 'ontology':
      return summarizeOntology(source);
    case 'annotations':
      return summarizeAnnotations(source);
    case 'associations':
      return summarizeAssociations(source);
    case 'mappings':
      return summarizeMappings(source);
  }
}

export function summarizeOntology(ontology: Ontology): OntologySummary {
  const live = ontology.terms.filter((term) => !term.obsolete);
  const ids = new Set(ontology.terms.map(({ id }) => id));
  const dangling = new Set(live.flatMap(({ parents }) => parents.filter((parent) => !ids.has(parent))));
  const byLabel = new Map<string, { label: string; ids: string[] }>();
  for (const { id, label } of live) {
    const key = label.toLowerCase();
    const known = byLabel.get(key);
    if (known) known.ids.push(id);
    else byLabel.set(key, { label, ids: [id] });
  }
  const shared = [...byLabel.values()].filter((group) => group.ids.length > 1);
  return {
    kind: 'ontology',
    ...header(ontology),
    terms: ontology.terms.length,
    live: live.length,
    obsolete: ontology.terms.length - live.length,
    byNamespace: tally(live.map(({ namespace }) => namespace ?? '')),
    roots: ontology.roots,
    danglingParents: { count: dangling.size, ids: [...dangling].slice(0, SHOWN) },
    duplicateLabels: {
      count: shared.reduce((sum, group) => sum + group.ids.length, 0),
      examples: shared.slice(0, SHOWN_EXAMPLES).map(({ label, ids }) => ({ label, ids: ids.slice(0, SHOWN_EXAMPLES) })),
    },
    synonyms: live.reduce((sum, term) => sum + term.synonyms.length, 0),
    withDefinition: live.filter((term) => term.definition !== null).length,
    withXrefs: live.filter((term) => term.xrefs.length > 0).length,
  };
}

export function summarizeAnnotations(annotations: Annotations): AnnotationsSummary {
  const { rows, denied, counts, unit } = annotations;
  let total = 0;
  for (const count of counts.values()) total += count;
  return { kind: 'annotations', ...header(annotations), rows, denied, identifiers: counts.size, total, unit };
}

export function summarizeAssociations(associations: Associations): AssociationsSummary {
  const { rows, subject, object } = associations;
  return {
    kind: 'associations',
    ...header(associations),
    rows: rows.length,
    subject,
    object,
    subjects: new Set(rows.map(({ subjectId }) => subjectId)).size,
    objects: new Set(rows.map(({ objectId }) => objectId)).size,
  };
}

export function summarizeMappings(mappings: Mappings): MappingsSummary {
  const { rows } = mappings;
  return {
    kind: 'mappings',
    ...header(mappings),
    rows: rows.length,
    subjects: new Set(rows.map(({ subjectId }) => subjectId)).size,
    objects: new Set(rows.map(({ objectId }) => objectId)).size,
    byPredicate: tally(rows.map(({ predicate }) => predicate)),
  };
}

function header(source: SourceHeader): SourceHeader {
  const { format, formatVersion, version, name, licence, warnings, warningCount } = source;
  return { format, formatVersion, version, name, licence, warnings, warningCount };
}

/** How often each name comes, the most frequent first. */
function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}
