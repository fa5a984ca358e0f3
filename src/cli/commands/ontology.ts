/** `ontoscope ontology FILE`: what an ontology file holds. */
import { readOntology, summarizeOntology } from '../../experiment';
import { onlyArgument, parseCommand } from '../arguments';
import { readNamedText } from '../node-folder';
import type { Terminal } from '../terminal';

export const ONTOLOGY_HELP = `ontoscope ontology FILE [options]

Reads an OBO file or a term/identifier table and says what it holds.

  --term-column NAME        column of the terms, for a table (default: term)
  --identifier-column NAME  column of the identifiers, for a table (default: identifier)
  --json                    one JSON document on stdout`;

export async function ontologyCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('ontology', argv, {
    'term-column': { type: 'string' },
    'identifier-column': { type: 'string' },
    json: { type: 'boolean' },
  });
  const file = await readNamedText(onlyArgument(positionals, 'an ontology file', 'ontology'));
  const ontology = readOntology(file, {
    ...(values['term-column'] === undefined ? {} : { termColumn: values['term-column'] }),
    ...(values['identifier-column'] === undefined ? {} : { identifierColumn: values['identifier-column'] }),
  });
  const summary = summarizeOntology(ontology);
  if (values.json) {
    terminal.out(JSON.stringify({ file: file.name, ...summary }, null, 2));
    return 0;
  }
  const lines = [
    ['file', file.name],
    ['format', `${summary.format} ${summary.formatVersion ?? ''}`.trim()],
    ['name', summary.name ?? '–'],
    ['release', summary.version ?? '–'],
    ['licence', summary.licence ?? 'not stated'],
    ['terms', `${summary.terms} (${summary.live} live, ${summary.obsolete} obsolete)`],
    [
      'roots',
      summary.roots.slice(0, 5).join(', ') + (summary.roots.length > 5 ? ` … ${summary.roots.length} in all` : ''),
    ],
    ['synonyms', String(summary.synonyms)],
    ['defined', `${summary.withDefinition} live terms have a definition`],
    ['same label', `${summary.sharedLabels} live terms share their label with another`],
  ];
  for (const [name, value] of lines) terminal.out(`${name!.padEnd(12)}${value || '–'}`);
  return 0;
}
