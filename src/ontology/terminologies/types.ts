/**
 * What the lab knows of a terminology before it has read a line of it: the contract of one descriptor.
 *
 * Promises: data and pure predicates only; everything a card of the UI or a page of the docs shows stands here.
 * Must not know: file formats' syntax, sampling, prompts, answers.
 */
import type { Ontology, Synonym, Term } from '../types';

/**
 * How an identifier relates to its term. `arbitrary-code`: numbers in the order of registration; `hierarchical-code`:
 * digits that place the term in a classification; `symbol`: letters that are taken from the name.
 */
export type GrammarClass = 'arbitrary-code' | 'hierarchical-code' | 'symbol';

export interface IdentifierGrammar {
  /** Null where it cannot be told: a table of the user's own. */
  class: GrammarClass | null;
  /** Source of an anchored regular expression; an identifier that it refuses is left out. */
  pattern: string;
  /** An identifier as people write it, for instance `HP:0001250`. */
  example: string;
  /** The rule in words. */
  description: string;
}

/** What a pair belongs to where whole entities are held out. */
export type EntityRule =
  /** Id of the branch: the term below a root on the path of first parents. */
  | { kind: 'branch'; sentence: string }
  /** Leading letters of the symbol: members of a gene family share them. */
  | { kind: 'symbol-stem'; sentence: string }
  /** First characters of the code. */
  | { kind: 'code-stem'; characters: number; sentence: string };

export interface OneToMany {
  /** A name that several identifiers share accepts each of them. */
  duplicateNames: 'all-identifiers-accepted';
  /** Which further names of a term there are to accept, if a spec asks for them. */
  furtherNames: 'label-synonyms' | 'symbol-synonyms';
  /** Identifiers of merged terms are kept with the entry, but are no right answers. */
  alternativeIdentifiers: 'kept-not-accepted';
  sentence: string;
}

export interface TerminologySource {
  /** Home page of the publisher. */
  home: string;
  /** Short name of the licence. */
  licence: string;
  /** Page of the licence; null where the home page says it. */
  licenceUrl: string | null;
  /** To be shown wherever its content is shown. */
  attribution: string;
  /** Whether copies or subsets may be shipped with a product. */
  mayBeShipped: boolean;
  /** Why, in one sentence. */
  shipping: string;
}

export type TerminologyName =
  'hpo' | 'go' | 'go-cc' | 'go-mf' | 'go-bp' | 'gene-names' | 'hgnc' | 'mondo' | 'icd-10-cm' | 'table';

export interface Terminology {
  name: TerminologyName;
  title: string;
  /** One sentence. */
  description: string;
  /** Nouns for prompts, tables and axes, in the singular. */
  nouns: { term: string; identifier: string };
  /** Which field of `Term` is asked for as the term, and which as the identifier. Tables name their own columns. */
  fields: { term: 'label' | 'symbol'; identifier: 'id' | 'symbol' };
  /** The identifier may stand among the cross-references, where a term's own is another's: HGNC in NCBI Gene. */
  identifierAmongXrefs?: boolean;
  grammar: IdentifierGrammar;
  /** The file's spelling of an identifier as the grammar's; the identity where left out. */
  spell?: (identifier: string) => string;
  /** Formats of the reader registry it comes in. */
  formats: readonly string[];
  /** True for content of this terminology: how it is told when no name is given. */
  matches(ontology: Ontology): boolean;
  /** What belongs to it, in one sentence; live terms with a name, whose identifier fits, in every case. */
  membership: string;
  /** GO: the aspect; null for all. */
  aspect: { namespace: string; root: string } | null;
  /** Terms above the branches; where one of them is absent, or none is named, the file's own roots count. */
  aboveBranches: readonly string[];
  entity: EntityRule;
  oneToMany: OneToMany;
  source: TerminologySource;
}

/** One term with its identifier, as the terminology has it: what pairs are made from. */
export interface TerminologyEntry {
  identifier: string;
  /** On one line. */
  term: string;
  /** Further names that a spec may accept; none equals `term`. */
  synonyms: Synonym[];
  /** Identifiers of terms that were merged into this one, and alias symbols. */
  otherIdentifiers: string[];
  /** Id of the branch, stem of the symbol or code; null where there is none. */
  entity: string | null;
  cells: Term['cells'];
  definition: string | null;
}

/** Terms that did not become entries, by reason. */
export interface LeftOut {
  reason: string;
  count: number;
  /** The first few, as identifier and name. */
  examples: string[];
}

export interface TerminologyEntries {
  /** In file order. */
  entries: TerminologyEntry[];
  /** In order of first occurrence. Obsolete terms are counted, too: entries and counts add up to all terms read. */
  leftOut: LeftOut[];
}
