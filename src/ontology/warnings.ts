/**
 * What was read, but not as it stood: collected while a document is read.
 *
 * Promises: counts every warning and keeps the first hundred. Must not know: any format.
 */
import type { ReadWarning, SourceHeader } from './types';

const KEPT_WARNINGS = 100;

export class WarningLog {
  readonly #kept: ReadWarning[] = [];
  #count = 0;

  /** `line` and `column` are 1-based; null where the whole file or the whole line is meant. */
  add(line: number | null, column: number | null, message: string): void {
    this.#count += 1;
    if (this.#kept.length < KEPT_WARNINGS) this.#kept.push({ line, column, message });
  }

  /** For the header of the source that was read. */
  get fields(): Pick<SourceHeader, 'warnings' | 'warningCount'> {
    return { warnings: this.#kept, warningCount: this.#count };
  }
}

/** The source with warnings from before its parser (about the file's bytes) in front of its own. */
export function withEarlierWarnings<S extends SourceHeader>(source: S, earlier: WarningLog): S {
  const { warnings, warningCount } = earlier.fields;
  if (warningCount === 0) return source;
  return {
    ...source,
    warnings: [...warnings, ...source.warnings].slice(0, KEPT_WARNINGS),
    warningCount: warningCount + source.warningCount,
  };
}
