/**
 * A table of terms and identifiers (TSV, CSV or semicolons), with a header row or a header in the comment above.
 *
 * Promises: one live term for each identifier; no hierarchy, so no roots. Rows without a term or an identifier are left out
 * with a warning. Missing columns → `table-malformed` listing those there are; a table without a term → `ontology-empty`.
 * Must not know: which terminology it is.
 */
import { detectDelimiter, type DelimitedRow } from '../../core/delimited';
import type { Place } from '../../core/text-fault';
import type { ReadOptions, SourceFormat } from '../reader';
import type { Ontology, Term } from '../types';
import { headedFormat, keptCells, type HeadedReader, type Header } from './headed';
import { CommentFacts, firstRows, type Reading } from './reading';
import { synonymsOf, TermList } from './term-list';

class TableReader implements HeadedReader {
  readonly #reading: Reading;
  readonly #facts: CommentFacts;
  readonly #list: TermList;
  readonly #cells: (row: DelimitedRow) => Term['cells'];
  readonly #term: number;
  readonly #identifier: number;
  readonly #synonyms: number | null;

  constructor(header: Header, reading: Reading, facts: CommentFacts, options: ReadOptions) {
    const { termColumn = 'term', identifierColumn = 'identifier', synonymColumn } = options;
    this.#reading = reading;
    this.#facts = facts;
    this.#list = new TermList(reading);
    this.#term = header.column(termColumn, reading, 'ontology.termColumn');
    this.#identifier = header.column(identifierColumn, reading, 'ontology.identifierColumn');
    if (this.#term === this.#identifier) {
      throw reading.fault(header.place(this.#term), `"${termColumn}" is asked for as term and as identifier`, {
        hint: 'Name two different columns.',
        control: 'ontology.identifierColumn',
      });
    }
    this.#synonyms =
      synonymColumn === undefined ? null : header.column(synonymColumn, reading, 'ontology.synonymColumn');
    this.#cells = keptCells(header, reading, options);
  }

  get records(): number {
    return this.#list.terms.length;
  }

  row(row: DelimitedRow): void {
    const id = row.cells[this.#identifier]!;
    const label = row.cells[this.#term]!;
    if (id === '') this.#reading.leaveOut(row, this.#identifier, 'the identifier is empty');
    else if (label === '') this.#reading.leaveOut(row, this.#term, 'the term is empty');
    else {
      const further = this.#synonyms === null ? [] : row.cells[this.#synonyms]!.split('|');
      const synonyms = synonymsOf(further, 'EXACT').filter(({ text }) => text !== label);
      this.#list.add({ id, label, synonyms, cells: this.#cells(row) }, row.place(this.#identifier));
    }
  }

  finish(end: Place): Ontology {
    if (this.#list.terms.length === 0) {
      throw this.#reading.empty(end, 'terms', 'Choose a table with rows that have both a term and an identifier.');
    }
    const facts = this.#facts;
    const stated = { version: facts.get('version', 'date'), name: facts.get('name', 'title'), licence: facts.licence };
    return this.#list.ontology('table', stated);
  }
}

const headed = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'table',
    kind: 'ontology',
    title: 'a table (TSV or CSV) with a term and an identifier column',
    isHeader: ({ names }, { termColumn = 'term', identifierColumn = 'identifier' }) =>
      names.includes(termColumn) && names.includes(identifierColumn),
    comment: (text) => facts.take(text),
    open: (header, reading, options) => new TableReader(header, reading, facts, options),
  };
});

export const tableFormat: SourceFormat = {
  ...headed,
  /** Anything with columns: the reader says which of them is missing. */
  detects: (head) => {
    const [first] = firstRows(head, 1, { quotes: false }).rows;
    return first !== undefined && !/^\s*[<{[]/.test(first.text) && detectDelimiter(first.text) !== null;
  },
};
