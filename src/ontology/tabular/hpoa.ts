/**
 * Annotations of the Human Phenotype Ontology: diseases and their phenotypes (phenotype.hpoa, and the older
 * phenotype_annotation.tab without a header), genes and phenotypes (genes_to_phenotype.txt, phenotype_to_genes.txt).
 *
 * Promises: counts distinct diseases, or genes, for each HPO identifier; rows with the qualifier NOT are counted as denied
 * and dropped. Must not know: the ontology.
 */
import type { DelimitedRow } from '../../core/delimited';
import type { Place } from '../../core/text-fault';
import type { Annotations, SourceHeader } from '../types';
import { AnnotationCounts } from './annotation-counts';
import { headedFormat, type HeadedReader, type Header } from './headed';
import { CommentFacts, type Reading } from './reading';

const TEXT = { delimiter: '\t', quotes: false } as const;
const HPO_ID = /^HP:\d{7}$/;
const HPO_KEYS = ['hpoid', 'hpotermid'];
const DISEASE_KEYS = ['databaseid', 'diseaseid'];
const GENE_KEYS = ['ncbigeneid', 'entrezgeneid', 'geneid'];
/** Columns of phenotype_annotation.tab, which had no header. */
const OLD_LAYOUT =
  'db db_object_id db_name qualifier hpo_id reference evidence onset frequency with aspect synonym date assigned_by';

interface Columns {
  hpo: number;
  /** Of the annotated thing; several are joined by a colon. */
  thing: readonly number[];
  qualifier: number | null;
  /** In the singular. */
  noun: string;
}

class PhenotypeReader implements HeadedReader {
  readonly #counts = new AnnotationCounts();
  readonly #columns: Columns;
  readonly #reading: Reading;
  readonly #finished: (counts: AnnotationCounts) => Annotations;

  constructor(columns: Columns, reading: Reading, finished: (counts: AnnotationCounts) => Annotations) {
    this.#columns = columns;
    this.#reading = reading;
    this.#finished = finished;
  }

  get records(): number {
    return this.#counts.rows;
  }

  row(row: DelimitedRow): void {
    const { hpo, thing, qualifier, noun } = this.#columns;
    const { cells } = row;
    this.#counts.rows += 1;
    const unnamed = thing.find((column) => cells[column] === '' || cells[column] === '-');
    if (qualifier !== null && cells[qualifier]!.toUpperCase() === 'NOT') this.#counts.denied += 1;
    else if (!HPO_ID.test(cells[hpo]!))
      this.#reading.leaveOut(row, hpo, 'this is no HPO identifier such as HP:0001250');
    else if (unnamed !== undefined) this.#reading.leaveOut(row, unnamed, `the ${noun} has no identifier`);
    else this.#counts.add(cells[hpo]!, thing.map((column) => cells[column]!).join(':'));
  }

  finish(end: Place): Annotations {
    if (!this.#counts.isEmpty) return this.#finished(this.#counts);
    throw this.#reading.empty(end, 'annotations', 'Choose a file with rows that affirm one.');
  }
}

function stated(facts: CommentFacts): Partial<SourceHeader> {
  return { version: facts.get('version', 'date'), name: facts.get('description'), licence: facts.licence };
}

function diseaseColumns(header: Header): readonly number[] | null {
  const one = header.find(...DISEASE_KEYS);
  if (one !== null) return [one];
  const [db, id] = [header.find('db'), header.find('dbobjectid')];
  return db === null || id === null ? null : [db, id];
}

export const hpoaFormat = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'hpoa',
    kind: 'annotations',
    title: 'an HPOA file of diseases and phenotypes',
    text: TEXT,
    isHeader: (header) => header.has(HPO_KEYS, 'qualifier', 'evidence') && diseaseColumns(header) !== null,
    layout: (cells) => (cells.length === 14 && HPO_ID.test(cells[4]!) ? OLD_LAYOUT.split(' ') : null),
    comment: (text) => facts.take(text),
    open: (header, reading) => {
      const hpo = header.find(...HPO_KEYS);
      const thing = diseaseColumns(header);
      if (hpo === null || thing === null) throw missing(header, reading, 'database_id and hpo_id');
      const columns = { hpo, thing, qualifier: header.find('qualifier'), noun: 'disease' };
      return new PhenotypeReader(columns, reading, (counts) =>
        counts.annotations(reading, 'hpoa', 'diseases (HPOA)', stated(facts)),
      );
    },
  };
});

export const hpoGenesFormat = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'hpo-genes',
    kind: 'annotations',
    title: 'an HPO file of genes and phenotypes',
    text: TEXT,
    isHeader: (header) => header.has(HPO_KEYS, GENE_KEYS, ['genesymbol', 'entrezgenesymbol']),
    comment: (text) => facts.take(text),
    open: (header, reading) => {
      const hpo = header.find(...HPO_KEYS);
      const gene = header.find(...GENE_KEYS);
      if (hpo === null || gene === null) throw missing(header, reading, 'hpo_id and ncbi_gene_id');
      const columns = { hpo, thing: [gene], qualifier: null, noun: 'gene' };
      return new PhenotypeReader(columns, reading, (counts) =>
        counts.annotations(reading, 'hpo-genes', 'genes (HPO)', stated(facts)),
      );
    },
  };
});

function missing(header: Header, reading: Reading, names: string) {
  const hint = 'Take the file fresh from where it is published.';
  return reading.fault(header.place(0), `this header does not name the columns ${names}`, {
    text: header.names.join('\t'),
    hint,
  });
}
