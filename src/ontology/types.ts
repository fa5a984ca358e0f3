/** What every ontology reader returns. Pure: text in, terms out. */
export interface Synonym {
  text: string;
  scope: 'EXACT' | 'BROAD' | 'NARROW' | 'RELATED';
}

export interface Term {
  id: string;
  label: string;
  definition: string | null;
  synonyms: Synonym[];
  parents: string[];
  altIds: string[];
  obsolete: boolean;
  replacedBy: string[];
  namespace: string | null;
}

export interface Ontology {
  format: 'obo' | 'table';
  /** For instance `1.2` (OBO). */
  formatVersion: string | null;
  /** Release, as the file states it. */
  version: string | null;
  name: string | null;
  licence: string | null;
  terms: Term[];
  /** Live terms without a parent. */
  roots: string[];
}
