/**
 * All ontology formats, and the one function that reads any of them.
 *
 * Promises: the format is told by the content, never by the file's name. A new format is one file and one line here.
 * Must not know: how any format is written.
 */
import { LabError } from '../core/errors';
import type { NamedText } from '../core/files';
import { looksBinary } from './malformed';
import { oboReader } from './obo';
import type { OntologyReader, ReadOptions } from './reader';
import { tableReader } from './table';
import type { Ontology } from './types';

/** In the order of asking: the strictest signature first. */
export const ONTOLOGY_READERS: readonly OntologyReader[] = [oboReader, tableReader];

/** How much of a file is looked at to tell its format, in characters. */
const HEAD_CHARACTERS = 65536;

/** Throws `ontology-format` (unknown), `ontology-empty`, `ontology-malformed`, `table-malformed`. */
export function readOntology(file: NamedText, options: ReadOptions = {}): Ontology {
  const head = file.text.slice(0, HEAD_CHARACTERS).replace(/^\ufeff/, '');
  if (head.trim() === '' && file.text.trim() === '') {
    throw new LabError('ontology-empty', `${file.name} is empty.`, {
      hint: `Choose ${supported()}.`,
      control: 'ontology.path',
    });
  }
  const reader = looksBinary(head) ? undefined : ONTOLOGY_READERS.find((candidate) => candidate.detects(head));
  if (reader === undefined) {
    throw new LabError('ontology-format', `${file.name} ${appearance(head)}, which cannot be read as an ontology.`, {
      hint: `Choose ${supported()}.`,
      control: 'ontology.path',
    });
  }
  return reader.read(file, options);
}

function supported(): string {
  return ONTOLOGY_READERS.map((reader) => reader.title).join(', or ');
}

/** What the file looks like instead, so that a wrong download or export is recognised. */
function appearance(head: string): string {
  const start = head.trimStart().slice(0, 200);
  if (looksBinary(head)) return 'looks like compressed or other binary data';
  if (/^(<!doctype html|<html)/i.test(start)) return 'looks like a web page';
  if (start.startsWith('<')) return 'looks like XML (perhaps OWL)';
  if (/^[{[]/.test(start)) return 'looks like JSON';
  return 'is neither OBO nor a table with columns';
}
