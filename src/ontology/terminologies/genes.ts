/** What the two gene terminologies share: the grammar of human gene symbols and whose words they are. */
import { mostly } from './common';
import type { Ontology } from '../types';
import type { EntityRule, IdentifierGrammar, TerminologySource } from './types';

/** Capitals and digits; `orf` in small letters; hyphens and, in a few read-through genes, underscores. */
export const SYMBOL_GRAMMAR: IdentifierGrammar = {
  class: 'symbol',
  pattern: '^[A-Z][A-Z0-9]*(orf[0-9]+[A-Z0-9]*)?([-_][A-Z0-9]+(orf[0-9]+[A-Z0-9]*)?)*$',
  example: 'TP53',
  description: 'Capital letters and digits, beginning with a letter; hyphens and the letters “orf” occur.',
};

const SYMBOL = new RegExp(SYMBOL_GRAMMAR.pattern);

export function isGeneSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

/**
 * True for an alias that is a symbol or an old one (p53, NAT-1), false for one that is a name (insulin, interleukin-2):
 * symbols are one word without four small letters in a row. Sources list both kinds together.
 */
export function looksLikeSymbol(alias: string): boolean {
  return !/\s|[a-z]{4}/.test(alias);
}

/** Leading letters of a symbol: ABCA1 → ABCA, HLA-DRB1 → HLA. Open reading frames (C1orf112) are one family, `orf`. */
export function symbolStem(symbol: string): string | null {
  if (/^C[0-9XY]+orf[0-9]/.test(symbol)) return 'orf';
  return /^[A-Za-z]+/.exec(symbol)?.[0] ?? null;
}

export const FAMILY: EntityRule = {
  kind: 'symbol-stem',
  sentence:
    'A gene belongs to a family by the leading letters of its symbol: ABCA1 to ABCA, HLA-DRB1 to HLA; ' +
    'genes known as open reading frames only (C1orf112) form one.',
};

/** True if most live terms carry a gene symbol of their own: gene tables, not plain ones. */
export function carriesSymbols(ontology: Ontology): boolean {
  return mostly(ontology, (term) => term.symbol !== null && isGeneSymbol(term.symbol));
}

export const GENE_SOURCE: TerminologySource = {
  home: 'https://www.genenames.org',
  licence: 'CC0 (HGNC); public domain (NCBI Gene)',
  licenceUrl: 'https://www.genenames.org/about/license/',
  attribution:
    'Human gene names and symbols: HUGO Gene Nomenclature Committee, Seal et al., Nucleic Acids Research 51 (2023) D1003; ' +
    'NCBI Gene, National Library of Medicine.',
  mayBeShipped: true,
  shipping: 'Both sources are free of conditions; about 1,000 genes are bundled.',
};
