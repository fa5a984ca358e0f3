/**
 * NCBI Gene's gene_info: genes of one species or of several.
 *
 * Promises: id is the HGNC identifier among the cross-references, else `NCBIGene:` and the GeneID; symbol and full name are
 * those of the nomenclature authority where there are any. Unofficial symbols and other designations are related synonyms.
 * Every species is kept, its taxonomy id being the namespace (`NCBITaxon:9606`: human). `-` is an empty cell.
 * Must not know: which species is asked for.
 */
import type { DelimitedRow } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { ReadOptions } from '../reader';
import type { Ontology, Term } from '../types';
import { headedFormat, keptCells, type HeadedReader, type Header } from './headed';
import { CommentFacts, type Reading } from './reading';
import { synonymsOf, TermList } from './term-list';

const GENE_ID = /^\d+$/;
/** Symbol of records that stand for no gene yet. */
const NO_GENE = 'NEWENTRY';

class NcbiGeneReader implements HeadedReader {
  readonly #reading: Reading;
  readonly #facts: CommentFacts;
  readonly #list: TermList;
  readonly #taken = new Set<string>();
  readonly #namespaces = new Map<string, string>();
  readonly #keep: (row: DelimitedRow) => Term['cells'];
  readonly #taxon: number;
  readonly #gene: number;
  readonly #symbol: number;
  readonly #names: { symbol: number | null; full: number | null; description: number | null };
  readonly #lists: { xrefs: number | null; synonyms: number | null; designations: number | null };

  constructor(header: Header, reading: Reading, facts: CommentFacts, options: ReadOptions) {
    this.#reading = reading;
    this.#facts = facts;
    this.#list = new TermList(reading);
    this.#keep = keptCells(header, reading, options);
    const column = (name: string, key: string) => header.find(key) ?? header.column(name, reading, 'ontology.path');
    this.#taxon = column('tax_id', 'taxid');
    this.#gene = column('GeneID', 'geneid');
    this.#symbol = column('Symbol', 'symbol');
    this.#names = {
      symbol: header.find('symbolfromnomenclatureauthority'),
      full: header.find('fullnamefromnomenclatureauthority'),
      description: header.find('description'),
    };
    this.#lists = {
      xrefs: header.find('dbxrefs'),
      synonyms: header.find('synonyms'),
      designations: header.find('otherdesignations'),
    };
  }

  get records(): number {
    return this.#list.terms.length;
  }

  row(row: DelimitedRow): void {
    const at = (column: number | null) => (column === null || row.cells[column] === '-' ? '' : row.cells[column]!);
    const list = (column: number | null) =>
      at(column)
        .split('|')
        .map((part) => part.trim());
    const gene = at(this.#gene);
    const symbol = at(this.#names.symbol) || at(this.#symbol);
    const label = at(this.#names.full) || at(this.#names.description);
    if (!GENE_ID.test(gene)) return this.#reading.leaveOut(row, this.#gene, 'this is no GeneID such as 7157');
    if (!GENE_ID.test(at(this.#taxon))) {
      return this.#reading.leaveOut(row, this.#taxon, 'this is no taxonomy identifier such as 9606');
    }
    if (symbol === NO_GENE) return this.#reading.leaveOut(row, this.#symbol, 'the record stands for no gene yet');
    if (symbol === '' || label === '') {
      const empty = symbol === '' ? this.#symbol : (this.#names.full ?? this.#names.description ?? this.#symbol);
      return this.#reading.leaveOut(row, empty, 'the gene has no symbol or no name');
    }
    const xrefs = list(this.#lists.xrefs).filter((xref) => xref !== '');
    const own = `NCBIGene:${gene}`;
    const unofficial = [...list(this.#lists.synonyms), at(this.#symbol)].filter((text) => text !== symbol);
    const further = [...unofficial, ...list(this.#lists.designations)].filter((text) => text !== label && text !== '-');
    this.#list.add(
      {
        id: this.#identifier(row, xrefs, own),
        label,
        symbol: ownText(symbol),
        synonyms: synonymsOf(further, 'RELATED'),
        namespace: this.#namespace(at(this.#taxon)),
        xrefs: [own, ...xrefs].map(ownText),
        cells: this.#keep(row),
      },
      row.place(this.#gene),
    );
  }

  /** NCBI repeats the prefix, `HGNC:HGNC:5`; an identifier that another gene has already is none of this one's. */
  #identifier(row: DelimitedRow, xrefs: readonly string[], own: string): string {
    const hgnc = xrefs.map((xref) => /^(?:HGNC:)+(\d+)$/.exec(xref)?.[1]).find((number) => number !== undefined);
    if (hgnc === undefined) return own;
    const id = `HGNC:${hgnc}`;
    if (this.#taken.has(id)) {
      this.#reading.warn(row.place(this.#lists.xrefs!), `${id} is another gene's already; this gene is ${own}`);
      return own;
    }
    this.#taken.add(id);
    return id;
  }

  #namespace(taxon: string): string {
    const known = this.#namespaces.get(taxon);
    if (known !== undefined) return known;
    const namespace = ownText(`NCBITaxon:${taxon}`);
    this.#namespaces.set(ownText(taxon), namespace);
    return namespace;
  }

  finish(end: Place): Ontology {
    if (this.#list.terms.length === 0) {
      throw this.#reading.empty(end, 'genes', 'Choose a gene_info file with rows that have a symbol and a name.');
    }
    const facts = this.#facts;
    return this.#list.ontology('ncbi-gene', { version: facts.get('version', 'date'), licence: facts.licence });
  }
}

export const ncbiGeneFormat = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'ncbi-gene',
    kind: 'ontology',
    title: 'an NCBI gene_info table',
    text: { delimiter: '\t', quotes: false },
    isHeader: (header) => header.has('taxid', 'geneid', 'symbol', 'dbxrefs', 'description'),
    comment: (text) => facts.take(text),
    open: (header, reading, options) => new NcbiGeneReader(header, reading, facts, options),
  };
});
