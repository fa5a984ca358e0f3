/**
 * Mapping sets in the Simple Standard for Sharing Ontological Mappings, as TSV with embedded metadata.
 * Format: Matentzoglu et al., Database 2022, baac035.
 *
 * Promises: one mapping for each row that affirms one; rows that deny a mapping, or that say that there is none, are left
 * out with a warning. Must not know: what predicates mean.
 */
import type { DelimitedRow } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { Mapping, Mappings } from '../types';
import { headedFormat, type HeadedReader, type Header } from './headed';
import { CommentFacts, sourceHeader, type Reading } from './reading';

const NO_TERM = 'sssom:NoTermFound';

class SssomReader implements HeadedReader {
  readonly #reading: Reading;
  readonly #facts: CommentFacts;
  readonly #rows: Mapping[] = [];
  readonly #subject: number;
  readonly #predicate: number;
  readonly #object: number;
  readonly #subjectLabel: number | null;
  readonly #objectLabel: number | null;
  readonly #modifier: number | null;

  constructor(header: Header, reading: Reading, facts: CommentFacts) {
    this.#reading = reading;
    this.#facts = facts;
    const column = (name: string) => header.column(name, reading, 'ontology.path');
    this.#subject = column('subject_id');
    this.#predicate = column('predicate_id');
    this.#object = column('object_id');
    this.#subjectLabel = header.find('subjectlabel');
    this.#objectLabel = header.find('objectlabel');
    this.#modifier = header.find('predicatemodifier');
  }

  get records(): number {
    return this.#rows.length;
  }

  row(row: DelimitedRow): void {
    const { cells } = row;
    const empty = [this.#subject, this.#predicate, this.#object].find((column) => cells[column] === '');
    const none = [this.#subject, this.#object].find((column) => cells[column] === NO_TERM);
    if (this.#modifier !== null && cells[this.#modifier]!.toLowerCase() === 'not') {
      this.#reading.leaveOut(row, this.#modifier, 'this row denies a mapping');
    } else if (none !== undefined) this.#reading.leaveOut(row, none, 'this row says that there is no mapping');
    else if (empty !== undefined) this.#reading.leaveOut(row, empty, 'an identifier is empty');
    else {
      this.#rows.push({
        subjectId: ownText(cells[this.#subject]!),
        subjectLabel: label(cells, this.#subjectLabel),
        predicate: ownText(cells[this.#predicate]!),
        objectId: ownText(cells[this.#object]!),
        objectLabel: label(cells, this.#objectLabel),
      });
    }
  }

  finish(end: Place): Mappings {
    if (this.#rows.length === 0) throw this.#reading.empty(end, 'mappings', 'Choose a mapping set with rows.');
    const facts = this.#facts;
    const stated = {
      formatVersion: facts.get('sssom_version'),
      version: facts.get('mapping_set_version', 'publication_date', 'mapping_date'),
      name: facts.get('mapping_set_title', 'mapping_set_id'),
      licence: facts.licence,
    };
    return { kind: 'mappings', ...sourceHeader(this.#reading, 'sssom', stated), rows: this.#rows };
  }
}

function label(cells: readonly string[], column: number | null): string | null {
  const text = column === null ? '' : cells[column]!;
  return text === '' ? null : ownText(text);
}

export const sssomFormat = headedFormat(() => {
  const facts = new CommentFacts();
  return {
    format: 'sssom',
    kind: 'mappings',
    title: 'an SSSOM mapping set',
    isHeader: ({ names }) => ['subject_id', 'predicate_id', 'object_id'].every((name) => names.includes(name)),
    comment: (text) => facts.take(text),
    open: (header, reading) => new SssomReader(header, reading, facts),
  };
});
