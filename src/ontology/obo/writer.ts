/**
 * Writes terms as OBO 1.4.
 *
 * Promises: what `OboParser` reads back has the same ids, labels, synonyms with scopes, definitions, parents, alternative
 * ids, replacements, namespaces, cross-references and obsolete marks, in the same order, and the same release, name and
 * licence. Line breaks within a text become line feeds; white space around a label is not kept. Symbols and further
 * cells of a table have no place in OBO and are left out.
 */
import type { Ontology, Term } from '../types';
import { escapePlain, escapeQuoted, escapeReference } from './text';

/** The file, line by line, without line ends. */
export function* oboLines(ontology: Ontology): Generator<string, void, undefined> {
  yield 'format-version: 1.4';
  if (ontology.version !== null) yield `data-version: ${escapePlain(ontology.version)}`;
  if (ontology.name !== null) yield `ontology: ${escapePlain(ontology.name)}`;
  if (ontology.licence !== null) {
    yield `property_value: http://purl.org/dc/terms/license ${escapeQuoted(ontology.licence)} xsd:string`;
  }
  for (const term of ontology.terms) {
    yield '';
    yield* stanzaLines(term);
  }
}

function* stanzaLines(term: Term): Generator<string, void, undefined> {
  yield '[Term]';
  yield `id: ${escapeReference(term.id)}`;
  if (term.label !== '') yield `name: ${escapePlain(term.label)}`;
  else if (!term.obsolete) yield 'is_anonymous: true';
  if (term.namespace !== null) yield `namespace: ${escapePlain(term.namespace)}`;
  for (const id of term.altIds) yield `alt_id: ${escapeReference(id)}`;
  if (term.definition !== null) yield `def: ${escapeQuoted(term.definition)} []`;
  for (const { text, scope } of term.synonyms) yield `synonym: ${escapeQuoted(text)} ${scope} []`;
  for (const xref of term.xrefs) yield `xref: ${escapeReference(xref)}`;
  for (const id of term.parents) yield `is_a: ${escapeReference(id)}`;
  if (term.obsolete) yield 'is_obsolete: true';
  for (const id of term.replacedBy) yield `replaced_by: ${escapeReference(id)}`;
}

export function writeObo(ontology: Ontology): string {
  return `${[...oboLines(ontology)].join('\n')}\n`;
}
