/** Tables of terms and identifiers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDelimited } from '../../../src/core/delimited';
import { readTable } from '../../../src/ontology/table';
import { thrownBy } from './thrown';

const rows = (text: string) => parseDelimited({ name: 't', text }).rows;

describe('reading a delimited text', () => {
  it.each([
    [
      'tabs',
      'term\tidentifier, old\na, b\tX:1\n',
      [
        ['term', 'identifier, old'],
        ['a, b', 'X:1'],
      ],
    ],
    [
      'commas',
      'term,identifier\n"a, b",X:1\n',
      [
        ['term', 'identifier'],
        ['a, b', 'X:1'],
      ],
    ],
    [
      'semicolons',
      'term;identifier\n"a; b";X:1\n',
      [
        ['term', 'identifier'],
        ['a; b', 'X:1'],
      ],
    ],
    [
      'quoted header commas',
      '"a,b,c"\t"d"\n1\t2\n',
      [
        ['a,b,c', 'd'],
        ['1', '2'],
      ],
    ],
  ])('finds the delimiter by itself: %s', (_, text, expected) => {
    expect(rows(text).map((row) => row.cells)).toEqual(expected);
  });

  it('reads back what RFC 4180 writes, whatever the cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', 'b c') }).map((text) => text.trim());
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc
          .array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 })
          .map((body) => [Array.from({ length: width }, (_, i) => `column ${i}`), ...body]),
      );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (cells, end) => {
        const text = cells.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join(end);
        expect(rows(text).map((row) => row.cells)).toEqual(cells);
      }),
    );
  });

  it('keeps quotes that do not open a field as ordinary characters', () => {
    expect(rows('a\tb\n5" pipe\tx "y" z\n')[1]!.cells).toEqual(['5" pipe', 'x "y" z']);
  });

  it('skips comments and blank lines but counts them', () => {
    expect(rows('# one\n\nterm\tid\n# two\n\na\t1\n').map((row) => row.line)).toEqual([3, 6]);
  });

  it('counts the lines inside quoted fields', () => {
    expect(rows('a,b\n"x\ny\nz",1\nlast,2\n').map((row) => row.line)).toEqual([1, 2, 5]);
  });

  it.each([
    [
      'a ragged row',
      'a\tb\n1\t2\n\n3\n',
      /^t, line 4: this row has 1 field, the first row has 2 \(separated by tabs\): "3"/,
    ],
    ['a quote never closed', 'a,b\n1,2\n"open,2\nmore,3\n', /^t, line 3: a quotation mark is opened and never closed/],
    ['text after a closing quote', 'a,b\n"x"y,2\n', /^t, line 2: text follows a closing quotation mark/],
    ['binary data', 'a\tb\n\0\0\0', /^t, line 1: this is binary data/],
    ['nothing', '', /^t is empty/],
    ['a comment with a lone carriage return', '#\r,', /^t is empty/],
    ['comments only', '# a\tb\n# c\n', /^t is empty/],
  ])('refuses %s', (_, text, message) => {
    const error = thrownBy(() => rows(text));
    expect(error.code).toBe('table-malformed');
    expect(error.message).toMatch(message);
  });

  it('reads a very long row and many blank lines in little time', () => {
    const long = 'x'.repeat(5_000_000);
    expect(rows(`a,b\n"${long}",2\n`)[1]!.cells[0]).toHaveLength(5_000_000);
    expect(rows(`${'\n'.repeat(200_000)}a\tb\n`)[0]!.line).toBe(200_001);
  });
});

describe('reading a table of terms', () => {
  const text = '#source: somewhere\r\nsymbol\tname\tother\r\nAB1\talpha beta 1\t\r\nCD2\t"gamma, delta"\tx\r\n';
  const columns = { termColumn: 'name', identifierColumn: 'symbol' };

  it('makes one live term per row, without a hierarchy', () => {
    const table = readTable({ name: 'genes.tsv', text: `\ufeff${text}` }, columns);
    expect(table.terms.map(({ id, label, obsolete }) => [id, label, obsolete])).toEqual([
      ['AB1', 'alpha beta 1', false],
      ['CD2', 'gamma, delta', false],
    ]);
    expect(table).toMatchObject({ format: 'table', roots: [] });
  });

  it('takes the header from the comment above when only that names the columns', () => {
    const { terms } = readTable(
      { name: 'h.tsv', text: '# version 3\n#id\tlabel\nX:1\tone\n' },
      { termColumn: 'label', identifierColumn: 'id' },
    );
    expect(terms.map((term) => [term.id, term.label])).toEqual([['X:1', 'one']]);
  });

  it('names the columns there are when one is missing', () => {
    const error = thrownBy(() => readTable({ name: 'genes.tsv', text }, {}));
    expect(error).toMatchObject({ code: 'table-malformed', control: 'ontology.termColumn' });
    expect(error.message).toBe(
      'genes.tsv, line 2: there is no column "term"; its columns are "symbol", "name", "other".',
    );
  });

  it.each([
    ['an empty term', 'term\tidentifier\na\tX:1\n \tX:2\n', 3, /column "term" is empty/],
    ['an empty identifier', 'term\tidentifier\na\t""\n', 2, /column "identifier" is empty/],
    [
      'an identifier that comes twice',
      'term\tidentifier\na\tX:1\nb\tX:2\nc\tX:1\n',
      4,
      /"X:1" stands on line 2 already/,
    ],
    ['two columns of one name', 'term\tidentifier\tterm\na\tX:1\tb\n', 1, /two columns are named "term"/],
    ['a ragged row', 'term\tidentifier\na\tX:1\textra\n', 2, /3 fields/],
  ])('refuses %s with its line', (_, broken, line, message) => {
    const error = thrownBy(() => readTable({ name: 'x.tsv', text: broken }));
    expect(error.code).toBe('table-malformed');
    expect(error.message).toMatch(new RegExp(`^x\\.tsv, line ${line}: `));
    expect(error.message).toMatch(message);
  });

  it('refuses one column asked for as both', () => {
    const same = { termColumn: 'name', identifierColumn: 'name' };
    expect(thrownBy(() => readTable({ name: 'x', text }, same)).control).toBe('ontology.identifierColumn');
  });

  it('refuses a header without rows as empty', () => {
    expect(thrownBy(() => readTable({ name: 'x', text: 'term\tidentifier\n' })).code).toBe('ontology-empty');
  });
});
