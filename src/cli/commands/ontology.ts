/** `ontoscope ontology FILE`: what an ontology, or another file of terms and identifiers, holds. */
import { readSource, sourceFacts, summarizeSource, type Source, type SourceSummary } from '../../experiment';
import { onlyArgument, parseCommand } from '../arguments';
import { formatCount } from '../format';
import { openNodeFile } from '../node-folder';
import { ReadProgressLine } from '../read-progress';
import type { Terminal } from '../terminal';

export const ONTOLOGY_HELP = `ontoscope ontology FILE [options]

Reads a file and says what it holds. The format is told by the content; gzip is unpacked on the way.
  terms         OBO, OBO Graphs JSON, HGNC and NCBI gene tables, ICD-10-CM, any table of terms and identifiers
  annotations   GAF, HPOA
  associations  CTD genes and diseases
  mappings      SSSOM

  --term-column NAME        column of the terms, for a table (default: term)
  --identifier-column NAME  column of the identifiers, for a table (default: identifier)
  --json                    one JSON document on stdout`;

const SHOWN_IDS = 5;

export async function ontologyCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('ontology', argv, {
    'term-column': { type: 'string' },
    'identifier-column': { type: 'string' },
    json: { type: 'boolean' },
  });
  const path = onlyArgument(positionals, 'an ontology file', 'ontology');
  const source = await readWithProgress(path, terminal, {
    ...(values['term-column'] === undefined ? {} : { termColumn: values['term-column'] }),
    ...(values['identifier-column'] === undefined ? {} : { identifierColumn: values['identifier-column'] }),
  });
  const summary = summarizeSource(source);
  if (values.json) terminal.out(JSON.stringify({ file: path, ...summary }, null, 2));
  else for (const { name, value } of describe(path, summary)) terminal.out(`${name.padEnd(12)}${value}`);
  for (const line of warningLines(summary)) terminal.log(line);
  return 0;
}

async function readWithProgress(
  path: string,
  terminal: Terminal,
  columns: { termColumn?: string; identifierColumn?: string },
): Promise<Source> {
  const file = await openNodeFile(path);
  const progress = new ReadProgressLine(terminal, path);
  const stop = new AbortController();
  const stopListening = terminal.onInterrupt(() => stop.abort());
  try {
    return await readSource(file, {
      ...columns,
      onProgress: (state) => progress.show(state),
      signal: stop.signal,
    });
  } finally {
    stopListening();
    progress.close();
  }
}

function describe(path: string, summary: SourceSummary): { name: string; value: string }[] {
  return [
    { name: 'file', value: path },
    { name: 'kind', value: summary.kind },
    { name: 'format', value: `${summary.format} ${summary.formatVersion ?? ''}`.trim() },
    { name: 'name', value: summary.name ?? '–' },
    { name: 'release', value: summary.version ?? '–' },
    { name: 'licence', value: summary.licence ?? 'not stated' },
    ...sourceFacts(summary),
  ];
}

/** For people: the first warnings, and how many there are. */
function warningLines({ warnings, warningCount }: SourceSummary): string[] {
  const shown = warnings.slice(0, SHOWN_IDS).map(({ line, column, message }) => {
    const place = line === null ? '' : `line ${line}${column === null ? '' : `, column ${column}`}: `;
    return `warning ${place}${message}`;
  });
  const more = warningCount - shown.length;
  return more > 0 ? [...shown, `and ${formatCount(more)} more warnings (--json lists up to 100)`] : shown;
}
