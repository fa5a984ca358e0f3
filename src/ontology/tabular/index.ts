/** Formats of rows and columns. */
import type { SourceFormat } from '../reader';

export const TABULAR_FORMATS: readonly SourceFormat[] = [];
