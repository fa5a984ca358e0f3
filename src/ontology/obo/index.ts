/** OBO flat files, read and written. */
import type { NamedText } from '../../core/files';
import type { SourceFormat } from '../reader';
import type { Ontology } from '../types';
import { OboParser } from './parser';

export { oboLines, writeObo } from './writer';

export const oboFormat: SourceFormat = {
  format: 'obo',
  kind: 'ontology',
  title: 'OBO 1.0 to 1.4',
  detects: (head) => /^[ \t]*(?:format-version[ \t]*:|\[(?:Term|Typedef|Instance)\b)/m.test(head),
  open: (file) => new OboParser(file),
};

/** Reads a text that is in memory already. Throws `ontology-malformed`, `ontology-format`, `ontology-empty`. */
export function readObo({ name, text }: NamedText): Ontology {
  const parser = new OboParser(name);
  parser.push(text);
  return parser.finish();
}
