/**
 * Reads any source from its bytes: unpacks, decodes, tells the format, parses, chunk by chunk.
 *
 * Promises: never holds the text; reports progress once per chunk and stops when asked; what is odd about the bytes
 * stands among the source's warnings. Must not know: where the bytes come from, how any format is written.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import type { ReadControl, ReadOptions, SourceParser } from './reader';
import { detectFormat, supportedFormats } from './registry';
import { asOntology } from './terminologies';
import { textChunks } from './text-chunks';
import type { Annotations, Ontology, Source } from './types';
import { WarningLog, withEarlierWarnings } from './warnings';

/** How much of a file is looked at to tell its format, in characters. */
const HEAD_CHARACTERS = 65536;
/** A file that begins with this much white space holds nothing. */
const MOST_BLANK_CHARACTERS = 1024 * 1024;

/**
 * Throws `ontology-format` (unknown), `ontology-empty`, `ontology-malformed`, `table-malformed` (with line and column),
 * `file-unreadable` (broken compression), `cancelled`, and what the file itself throws.
 */
export async function readSource(file: ByteFile, options: ReadOptions & ReadControl = {}): Promise<Source> {
  const { onProgress, signal, ...readOptions } = options;
  const log = new WarningLog();
  let parser: SourceParser | null = null;
  let head = '';
  const open = () => {
    if (head.trim() === '') throw empty(file, head);
    const opened = detectFormat(file.name, head, readOptions).open(file.name, readOptions);
    opened.push(head);
    head = '';
    return opened;
  };
  const control = {
    log,
    records: () => parser?.records ?? 0,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  };
  for await (const text of textChunks(file, control)) {
    if (parser !== null) parser.push(text);
    else {
      head += text;
      const enough = head.length >= HEAD_CHARACTERS && head.trim() !== '';
      if (enough || head.length >= MOST_BLANK_CHARACTERS) parser = open();
    }
  }
  parser ??= open();
  return withEarlierWarnings(parser.finish(), log);
}

/** The same for a file that must hold terms; mappings give those of one side. Throws `ontology-format` for other files. */
export async function readOntology(file: ByteFile, options: ReadOptions & ReadControl = {}): Promise<Ontology> {
  return asOntology(await readSource(file, options), null, file.name);
}

/** The same for a file that must hold annotations. Throws `ontology-format` for one that holds something else. */
export async function readAnnotations(file: ByteFile, options: ReadOptions & ReadControl = {}): Promise<Annotations> {
  const source = await readSource(file, options);
  if (source.kind === 'annotations') return source;
  const holds = { ontology: 'terms', associations: 'associations', mappings: 'mappings' }[source.kind];
  const belongs = source.kind === 'associations' ? '' : ' This file belongs where the ontology is chosen.';
  throw new LabError('ontology-format', `${file.name} holds ${holds} (${source.format}), not annotations.`, {
    hint: `Choose a file of annotations here (GAF or HPOA).${belongs}`,
    control: 'ontology.counts.path',
  });
}

function empty(file: ByteFile, head: string): LabError {
  const what = head === '' ? 'is empty' : 'holds nothing but white space';
  return new LabError('ontology-empty', `${file.name} ${what}.`, {
    hint: `Choose ${supportedFormats()}.`,
    control: 'ontology.path',
  });
}
