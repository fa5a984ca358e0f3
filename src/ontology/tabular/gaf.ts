/**
 * Gene Association Files, GAF 1.0 and 2.x: gene products and the terms that they are annotated to, without a header row.
 * Format: geneontology.org, GO Annotation File (GAF) Format 2.2.
 *
 * Promises: counts distinct gene products (DB and object id) for each term; annotations with the qualifier NOT are counted
 * as denied and dropped. Must not know: which of the terms an ontology holds.
 */
import type { DelimitedOptions, DelimitedRow } from '../../core/delimited';
import type { Place } from '../../core/text-fault';
import type { SourceFormat } from '../reader';
import type { Annotations } from '../types';
import { AnnotationCounts, isCurie } from './annotation-counts';
import { CommentFacts, firstRows, Reading, TabularParser, type RowReader } from './reading';

const TEXT: DelimitedOptions = { delimiter: '\t', quotes: false, comment: '!', sameWidth: false };
const DB = 0;
const OBJECT_ID = 1;
const QUALIFIER = 3;
const TERM_ID = 4;
const ASPECT = 8;
/** 15 columns in GAF 1.0; 2.0 added two, which some writers leave out where they are empty. */
const FEWEST_COLUMNS = 15;
const MOST_COLUMNS = 17;

class GafReader implements RowReader {
  readonly #reading: Reading;
  readonly #facts = new CommentFacts();
  readonly #counts = new AnnotationCounts();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  get records(): number {
    return this.#counts.rows;
  }

  comment(text: string): void {
    this.#facts.take(text);
  }

  row(row: DelimitedRow): void {
    const { cells } = row;
    if (cells.length < FEWEST_COLUMNS || cells.length > MOST_COLUMNS) {
      const problem = `this row has ${cells.length} fields, a GAF row has ${FEWEST_COLUMNS} to ${MOST_COLUMNS} (separated by tabs)`;
      const hint = 'Correct the row, or take the file fresh from where it is published.';
      throw this.#reading.fault(row.place(Math.min(cells.length, MOST_COLUMNS)), problem, { text: row.text, hint });
    }
    this.#counts.rows += 1;
    const id = cells[TERM_ID]!;
    if (cells[QUALIFIER]!.split('|').some((word) => word.trim().toUpperCase() === 'NOT')) this.#counts.denied += 1;
    else if (!isCurie(id)) this.#reading.leaveOut(row, TERM_ID, 'this is no identifier of a term, such as GO:0005634');
    else if (cells[DB] === '' || cells[OBJECT_ID] === '') {
      this.#reading.leaveOut(row, cells[DB] === '' ? DB : OBJECT_ID, 'the gene product has no identifier');
    } else this.#counts.add(id, `${cells[DB]}:${cells[OBJECT_ID]}`);
  }

  finish(end: Place): Annotations {
    if (this.#counts.isEmpty)
      throw this.#reading.empty(end, 'annotations', 'Choose a GAF file with rows that affirm one.');
    const facts = this.#facts;
    return this.#counts.annotations(this.#reading, 'gaf', 'gene products (GAF)', {
      formatVersion: facts.get('gaf-version'),
      version: facts.get('date-generated', 'version', 'goc validation date', 'cvs version', 'submission date', 'date'),
      name: facts.get('project_name', 'generated-by'),
      licence: facts.licence,
    });
  }
}

export const gafFormat: SourceFormat = {
  format: 'gaf',
  kind: 'annotations',
  title: 'a GAF file of gene annotations',
  detects: (head) => {
    const { rows, comments } = firstRows(head, 1, TEXT);
    if (comments.some((text) => /^\s*gaf-version\s*:/i.test(text))) return true;
    const cells = rows[0]?.cells ?? [];
    const fits = cells.length >= FEWEST_COLUMNS && cells.length <= MOST_COLUMNS;
    return fits && isCurie(cells[TERM_ID]!) && /^[A-Z]$/.test(cells[ASPECT]!);
  },
  open: (file) => {
    const reading = new Reading(file);
    return new TabularParser(reading, new GafReader(reading), TEXT);
  },
};
