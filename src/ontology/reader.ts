/**
 * The contract of one file format: recognise it by its content, read it piece by piece. One file and one registry line each.
 *
 * Promises: a parser holds the result and the current line, never the text, so files of any size can be read in a worker
 * that stays responsive. Must not know: where bytes come from, how they are compressed or encoded.
 */
import type { Source } from './types';

export interface ReadOptions {
  /** Column of the terms, for a table. Default `term`. */
  termColumn?: string;
  /** Column of the identifiers, for a table. Default `identifier`. */
  identifierColumn?: string;
  /** Further columns of a table to keep with every term (`Term.cells`): popularity, covariates, groups, synonyms. */
  keepColumns?: readonly string[];
  /** Column with further accepted names, `|`-separated, for a table. */
  synonymColumn?: string;
}

/** Reads one document. Use it once: `push` any number of times, then `finish`. */
export interface SourceParser {
  /** Next piece of text, cut anywhere. Throws LabError `ontology-malformed` or `table-malformed` with line and column. */
  push(text: string): void;
  /** Throws as `push` does, and `ontology-empty` for a document that holds nothing. */
  finish(): Source;
  /** Terms, rows, … read so far. */
  readonly records: number;
}

export interface SourceFormat {
  /** Name in the registry and in summaries: `obo`, `obographs`, `gaf`, `hpoa`, `hgnc`, `ncbi-gene`, `ctd`, `sssom`, `icd10cm`, `table`. */
  readonly format: string;
  readonly kind: Source['kind'];
  /** For messages: what can be read. */
  readonly title: string;
  /** True if a text that starts like this is of the format. The head has no byte-order mark and is not binary. */
  detects(head: string, options: ReadOptions): boolean;
  open(file: string, options: ReadOptions): SourceParser;
}

export interface ReadProgress {
  /** Bytes of the file as stored, and how many of them have been read. */
  bytesTotal: number;
  bytesRead: number;
  records: number;
}

export interface ReadControl {
  /** Called at most once per chunk. */
  onProgress?: (progress: ReadProgress) => void;
  /** Ends the reading with LabError `cancelled`. */
  signal?: AbortSignal;
}
