/** The contract of one ontology format: recognise a text by its content, read it. One file and one registry line each. */
import type { NamedText } from '../core/files';
import type { Ontology } from './types';

export interface ReadOptions {
  /** Column of the terms, for a table. Default `term`. */
  termColumn?: string;
  /** Column of the identifiers, for a table. Default `identifier`. */
  identifierColumn?: string;
}

export interface OntologyReader {
  readonly format: Ontology['format'];
  /** For messages: what can be read. */
  readonly title: string;
  /** True if a text that starts like this is of the format. The head has no byte-order mark and is not binary. */
  detects(head: string): boolean;
  read(file: NamedText, options: ReadOptions): Ontology;
}
