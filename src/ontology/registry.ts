/**
 * All formats that can be read, and how one is told from its first characters.
 *
 * Promises: the format is told by the content, never by the file's name. A new format is one folder and one line here.
 * Must not know: how any format is written.
 */
import { LabError } from '../core/errors';
import { looksBinary } from '../core/text-fault';
import { oboFormat } from './obo';
import { obographsFormat } from './obographs';
import type { ReadOptions, SourceFormat } from './reader';
import { TABULAR_FORMATS } from './tabular';

/** In the order of asking: the strictest signature first, plain tables last. */
export const SOURCE_FORMATS: readonly SourceFormat[] = [oboFormat, obographsFormat, ...TABULAR_FORMATS];

/** Throws `ontology-format` for a text that starts like none of them. */
export function detectFormat(file: string, head: string, options: ReadOptions): SourceFormat {
  const format = looksBinary(head) ? undefined : SOURCE_FORMATS.find((candidate) => candidate.detects(head, options));
  if (format !== undefined) return format;
  throw new LabError('ontology-format', `${file} ${appearance(head)}, which cannot be read.`, {
    hint: `Choose ${supportedFormats()}.`,
    control: 'ontology.path',
  });
}

/** For messages: everything that can be read. */
export function supportedFormats(): string {
  return SOURCE_FORMATS.map(({ title }) => title).join(', or ');
}

/** What the file looks like instead, so that a wrong download or export is recognised. */
function appearance(head: string): string {
  const start = head.trimStart().slice(0, 200);
  if (start.startsWith('PK\x03\x04')) return 'looks like a ZIP archive (unpack it and choose the file inside)';
  if (start.startsWith('BZh')) return 'looks like a bzip2 archive (unpack it first)';
  if (/^(?:[^\0]\0){4}|^(?:\0[^\0]){4}/.test(head)) return 'looks like UTF-16 text without its mark (save it as UTF-8)';
  if (looksBinary(head)) return 'looks like binary data';
  if (/^(<!doctype html|<html)/i.test(start)) return 'looks like a web page';
  if (start.startsWith('<')) return 'looks like XML (perhaps OWL; OBO or OBO Graphs JSON can be made of it)';
  if (/^[{[]/.test(start)) return 'looks like JSON, but has no "graphs" as OBO Graphs have';
  return 'is neither an ontology nor a table with columns';
}
