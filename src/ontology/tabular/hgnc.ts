/**
 * Tables of human genes with HGNC identifiers: HGNC's complete set, and any table with hgnc_id, symbol and name.
 *
 * Promises: id is the HGNC identifier, label the full name. Alias names and symbols are exact synonyms, former ones and
 * unofficial ones (`synonyms`) related synonyms; names and symbols are told apart where terms are used, because sources
 * list them together. Withdrawn entries are obsolete. Must not know: which of name and symbol is asked for.
 */
import type { DelimitedRow } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { ReadOptions } from '../reader';
import type { Ontology, Term } from '../types';
import { headedFormat, keptCells, type HeadedReader, type Header } from './headed';
import { CommentFacts, type Reading } from './reading';
import { synonymsOf, TermList } from './term-list';

const HGNC_ID = /^HGNC:\d+$/;
/** Column → prefix of a cross-reference. */
const XREFS = [
  ['entrezid', 'NCBIGene'],
  ['ncbigeneid', 'NCBIGene'],
  ['ensemblgeneid', 'Ensembl'],
  ['uniprotids', 'UniProt'],
  ['omimid', 'OMIM'],
] as const;
const ALIASES = ['aliasname', 'aliassymbol'];
const FORMER = ['prevname', 'prevsymbol', 'synonyms'];

class HgncReader implements HeadedReader {
  readonly #reading: Reading;
  readonly #facts: CommentFacts;
  readonly #list: TermList;
  readonly #cells: (row: DelimitedRow) => Term['cells'];
  readonly #id: number;
  readonly #symbol: number;
  readonly #name: number;
  readonly #locus: number | null;
  readonly #status: number | null;
  readonly #aliases: readonly number[];
  readonly #former: readonly number[];
  readonly #xrefs: readonly (readonly [column: number, prefix: string])[];

  constructor(header: Header, reading: Reading, facts: CommentFacts, options: ReadOptions) {
    this.#reading = reading;
    this.#facts = facts;
    this.#list = new TermList(reading);
    this.#cells = keptCells(header, reading, options);
    this.#id = header.find('hgncid') ?? header.column('hgnc_id', reading, 'ontology.path');
    this.#symbol = header.find('symbol') ?? header.column('symbol', reading, 'ontology.path');
    this.#name = header.find('name') ?? header.column('name', reading, 'ontology.path');
    this.#locus = header.find('locustype', 'locusgroup');
    this.#status = header.find('status');
    const columns = (keys: readonly string[]) => keys.map((key) => header.find(key)).filter((at) => at !== null);
    this.#aliases = columns(ALIASES);
    this.#former = columns(FORMER);
    this.#xrefs = XREFS.flatMap(([key, prefix]) => columns([key]).map((column) => [column, prefix] as const));
  }

  get records(): number {
    return this.#list.terms.length;
  }

  row(row: DelimitedRow): void {
    const { cells } = row;
    const id = cells[this.#id]!;
    const symbol = cells[this.#symbol]!;
    const name = cells[this.#name]!;
    if (!HGNC_ID.test(id)) {
      this.#reading.leaveOut(row, this.#id, 'this is no HGNC identifier such as HGNC:11998');
      return;
    }
    const status = this.#status === null ? '' : cells[this.#status]!;
    const obsolete = /withdrawn|merged/i.test(status);
    if (symbol === '' || (name === '' && !obsolete)) {
      this.#reading.leaveOut(row, symbol === '' ? this.#symbol : this.#name, 'the gene has no symbol or no name');
      return;
    }
    const texts = (columns: readonly number[]) => columns.flatMap((column) => cells[column]!.split('|'));
    this.#list.add(
      {
        id,
        label: name,
        symbol: ownText(symbol),
        synonyms: [...synonymsOf(texts(this.#aliases), 'EXACT'), ...synonymsOf(texts(this.#former), 'RELATED')],
        obsolete,
        replacedBy: obsolete ? [...new Set(name.match(/HGNC:\d+/g))] : [],
        namespace: this.#locus === null ? null : ownText(cells[this.#locus]!) || null,
        xrefs: this.#xrefs.flatMap(([column, prefix]) => references(cells[column]!, prefix)),
        cells: this.#cells(row),
      },
      row.place(this.#id),
    );
  }

  finish(end: Place): Ontology {
    if (this.#list.terms.length === 0) {
      throw this.#reading.empty(
        end,
        'genes',
        'Choose a gene table with rows that have a symbol, a name and an HGNC identifier.',
      );
    }
    const facts = this.#facts;
    const stated = { version: facts.get('version', 'date'), name: facts.get('name', 'title'), licence: facts.licence };
    return this.#list.ontology('hgnc', stated);
  }
}

function references(cell: string, prefix: string): string[] {
  const parts = cell.split('|').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => ownText(`${prefix}:${part}`));
}

export const hgncFormat = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'hgnc',
    kind: 'ontology',
    title: 'an HGNC gene table',
    isHeader: (header) => header.has('hgncid', 'symbol', 'name'),
    comment: (text) => facts.take(text),
    open: (header, reading, options) => new HgncReader(header, reading, facts, options),
  };
});
