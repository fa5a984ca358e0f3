/** Rows, cells and documents for the tests of tabular formats. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ReadOptions, SourceFormat } from '../../../../src/ontology/reader';
import type { Annotations, Associations, Mappings, Ontology, Source } from '../../../../src/ontology/types';
import { cutsOf, parsed } from '../sources';

interface Kinds {
  ontology: Ontology;
  annotations: Annotations;
  associations: Associations;
  mappings: Mappings;
}

/** Reads a text that the format must know for its own. */
export function read<K extends keyof Kinds>(
  kind: K,
  format: SourceFormat,
  text: string,
  options: ReadOptions = {},
  cuts: readonly number[] = [],
): Kinds[K] {
  expect(format.detects(text.replace(/^\ufeff/, ''), options)).toBe(true);
  const source: Source = parsed(format.open('file', options), text, cuts);
  expect(source).toMatchObject({ kind, format: format.format });
  expect(format.kind).toBe(kind);
  return source as Kinds[K];
}

export const lines = (...rows: string[][]) => rows.map((row) => `${row.join('\t')}\n`).join('');

/** A name as it may stand in any column: on one line, trimmed, no tab; never empty. */
export const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }),
    fc
      .array(fc.constantFrom('"', ',', ';', ' ', 'é', '<b>&amp;</b>', "5' end", 'word', '𝒳'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.join('')),
  )
  .map((text) => text.replace(/[\p{Cc}\u2028\u2029\ufeff|]/gu, '').trim() || 'x');

/** The same without the marks that would make it a comment or an empty cell where formats have such. */
export const plainName = name.map((text) => (/^[#!-]/.test(text) ? `n${text}` : text));

export const several = <T>(item: fc.Arbitrary<T>, most = 3) => fc.uniqueArray(item, { maxLength: most });

/** A cell of RFC 4180, in quotes where it must be. */
export const quoted = (cell: string) => (/^\s|\s$|[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Writes arbitrary documents and hands the text on as it may come: either line end, a byte-order mark, cut anywhere. */
export function inAnyShape<D>(
  documents: fc.Arbitrary<D>,
  write: (document: D) => string,
  check: (document: D, text: string, cuts: number[]) => void,
): void {
  const shaped = documents.chain((document) => {
    const text = write(document);
    const shapes = [text, `\ufeff${text}`, text.replaceAll('\n', '\r\n'), text.replace(/\n$/, '')];
    return fc.tuple(fc.constant(document), fc.constantFrom(...shapes), cutsOf(text));
  });
  fc.assert(
    fc.property(shaped, ([document, text, cuts]) => check(document, text, cuts)),
    { numRuns: 150 },
  );
}
