/** What the readers of ontologies, gene tables, annotations, associations and mappings return. Pure: bytes in, these out. */
export interface Synonym {
  text: string;
  scope: 'EXACT' | 'BROAD' | 'NARROW' | 'RELATED';
}

export interface Term {
  id: string;
  label: string;
  /** Short symbol where the source has one: genes. */
  symbol: string | null;
  definition: string | null;
  synonyms: Synonym[];
  parents: string[];
  altIds: string[];
  obsolete: boolean;
  replacedBy: string[];
  namespace: string | null;
  /** Cross-references as written, for instance `UMLS:C0444868`. */
  xrefs: string[];
  /** Further cells of a table that were asked for by column name; null elsewhere. */
  cells: Readonly<Record<string, string>> | null;
}

/** Something that was read, but not as it stood: told to the user, never silently passed over. */
export interface ReadWarning {
  /** 1-based; null where the whole file is meant. */
  line: number | null;
  /** 1-based; null where the whole line is meant. */
  column: number | null;
  message: string;
}

/** Facts about a document that every kind has. */
export interface SourceHeader {
  /** Name of the format in the registry. */
  format: string;
  /** For instance `1.2` (OBO), `2.2` (GAF). */
  formatVersion: string | null;
  /** Release, as the file states it. */
  version: string | null;
  name: string | null;
  licence: string | null;
  /** At most 100 of them; `warningCount` counts all. */
  warnings: ReadWarning[];
  warningCount: number;
}

export interface Ontology extends SourceHeader {
  kind: 'ontology';
  terms: Term[];
  /** Live terms without a live parent; none for a table. */
  roots: string[];
}

/** How often each identifier is annotated. */
export interface Annotations extends SourceHeader {
  kind: 'annotations';
  /** Distinct annotated things (genes, diseases) per identifier, or the number in the column that was chosen. */
  counts: ReadonlyMap<string, number>;
  /** Rows read. */
  rows: number;
  /** Rows left out because they deny the annotation (qualifier NOT). */
  denied: number;
  /** What the counts are counts of, for instance `genes (GAF)`. */
  unit: string;
}

/** One association of two things, for instance a gene and a disease. */
export interface Association {
  subjectId: string;
  subjectLabel: string;
  objectId: string;
  objectLabel: string;
  /** Kinds of evidence, for instance `marker/mechanism`. */
  evidence: string[];
}

export interface Associations extends SourceHeader {
  kind: 'associations';
  rows: Association[];
  /** Names of both sides in the singular, for instance `gene`, `disease`. */
  subject: string;
  object: string;
}

export interface Mapping {
  subjectId: string;
  subjectLabel: string | null;
  predicate: string;
  objectId: string;
  objectLabel: string | null;
}

export interface Mappings extends SourceHeader {
  kind: 'mappings';
  rows: Mapping[];
}

export type Source = Ontology | Annotations | Associations | Mappings;
