/** Tab-, comma- and semicolon-separated text, whole and in pieces. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelimitedParser, detectDelimiter, parseDelimited, type DelimitedOptions } from '../../../src/core/delimited';
import { LabError } from '../../../src/core/errors';

const rows = (text: string, options: DelimitedOptions = {}) => parseDelimited({ name: 't', text }, options).rows;
const cells = (text: string, options: DelimitedOptions = {}) => rows(text, options).map((row) => row.cells);

function thrownBy(call: () => unknown): LabError {
  try {
    call();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('reading a delimited text', () => {
  it.each([
    ['tabs', 'term\tidentifier, old\na, b\tX:1\n', ['term', 'identifier, old'], ['a, b', 'X:1']],
    ['commas', 'term,identifier\n"a, b",X:1\n', ['term', 'identifier'], ['a, b', 'X:1']],
    ['semicolons', 'term;identifier\n"a; b";X:1\n', ['term', 'identifier'], ['a; b', 'X:1']],
    ['quoted header commas', '"a,b,c"\t"d"\n1\t2\n', ['a,b,c', 'd'], ['1', '2']],
  ])('finds the delimiter by itself: %s', (_, text, header, row) => {
    expect(cells(text)).toEqual([header, row]);
  });

  it('knows a line without any delimiter', () => {
    expect(detectDelimiter('one "a,b"')).toBeNull();
  });

  it('keeps quotes that do not open a field as ordinary characters', () => {
    expect(cells('a\tb\n5" pipe\tx "y" z\n')[1]).toEqual(['5" pipe', 'x "y" z']);
  });

  it('keeps all quotes where the format has none', () => {
    expect(cells('a\tb\n"x\t"y" z\n', { quotes: false })[1]).toEqual(['"x', '"y" z']);
  });

  it('reads a field that only begins in quotes as it stands, and says so, where tabs separate', () => {
    const told: unknown[] = [];
    const options: DelimitedOptions = { onOddity: (place, message) => told.push([place, message]) };
    expect(cells('a\tb\nx\t"big" toe\n"y"\t1\n', options)).toEqual([
      ['a', 'b'],
      ['x', '"big" toe'],
      ['y', '1'],
    ]);
    expect(told).toEqual([[{ line: 2, column: 3 }, expect.stringContaining('with its quotation marks')]]);
  });

  it('drops empty fields beyond those of the first row, and says so', () => {
    const told: unknown[] = [];
    expect(cells('a,b\n1,2,,\n', { onOddity: (place) => told.push(place) })[1]).toEqual(['1', '2']);
    expect(told).toEqual([{ line: 2, column: 5 }]);
  });

  it('skips comments and blank lines but counts them', () => {
    const comments: unknown[] = [];
    const read = rows('# one\n\nterm\tid\n# two\n\na\t1\n', { onComment: (text, line) => comments.push([text, line]) });
    expect(read.map((row) => row.line)).toEqual([3, 6]);
    expect(comments).toEqual([
      [' one', 1],
      [' two', 4],
    ]);
  });

  it('takes another mark of comments, or none', () => {
    expect(cells('!x\n#a\tb\n', { comment: '!' })).toEqual([['#a', 'b']]);
    expect(cells('#a\tb\n', { comment: null })).toEqual([['#a', 'b']]);
  });

  it('counts the lines inside quoted fields', () => {
    expect(rows('a,b\n"x\ny\nz",1\nlast,2\n').map((row) => row.line)).toEqual([1, 2, 5]);
  });

  it('knows where each field begins, also behind line ends in quotes', () => {
    const [, plain, quoted] = rows('a,b,c\nxy,  z,w\n"x\ny",2,"3"\n');
    expect([0, 1, 2, 3].map((field) => plain!.place(field))).toEqual([
      { line: 2, column: 1 },
      { line: 2, column: 4 },
      { line: 2, column: 8 },
      { line: 2, column: 9 },
    ]);
    expect([0, 1, 2, 3].map((field) => quoted!.place(field))).toEqual([
      { line: 3, column: 1 },
      { line: 4, column: 4 },
      { line: 4, column: 6 },
      { line: 4, column: 9 },
    ]);
  });

  it.each([
    ['a row too short', 'a\tb\n1\t2\n\n3\n', /^t, line 4, column 2: this row has 1 field, the first row has 2 .*tabs/],
    ['a row too long', 'a,b\n1,2,3\n', /^t, line 2, column 5: this row has 3 fields/],
    ['a quote never closed', 'a,b\n1,2\n3,"open\nmore,3\n', /^t, line 3, column 3: .*never closed: ""open"/],
    ['text after a closing quote', 'a,b\n"x"y,2\n', /^t, line 2, column 4: text follows a closing quotation mark/],
    ['text after a quote over two lines', 'a\tb\n"x\nx"y\t2\n', /^t, line 3, column 3: text follows/],
    ['binary data', 'a\tb\n\0\0\0', /^t, line 1, column 1: this is binary data/],
    ['nothing', '', /^t, line 1, column 1: .*no row was found/],
    ['a comment with a lone carriage return', '#\r,', /^t, line 1, column 4: .*no row/],
    ['comments only', '# a\tb\n# c\n', /^t, line 2, column 4: .*no row/],
  ])('refuses %s with its place', (_, text, message) => {
    const error = thrownBy(() => rows(text));
    expect(error.code).toBe('table-malformed');
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });

  it('reads a very long row and many blank lines in little time', () => {
    const long = 'x'.repeat(5_000_000);
    expect(rows(`a,b\n"${long}",2\n`)[1]!.cells[0]).toHaveLength(5_000_000);
    expect(rows(`${'\n'.repeat(200_000)}a\tb\n`)[0]!.line).toBe(200_001);
  });
});

describe('reading a delimited text piece by piece', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', 'b c', '#') }).map((text) => text.trim());
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc
        .array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 })
        .map((body) => [Array.from({ length: width }, (_, i) => `column ${i}`), ...body]),
    );

  it('gives back what RFC 4180 writes, whatever the cells hold and wherever it is cut', () => {
    const cuts = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), cuts, (content, end, marked, at) => {
        const lines = content.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(','));
        const text = (marked ? '\ufeff' : '') + lines.join(end).replaceAll(/(?<!\r)\n/g, end);
        const edges = [0, ...at.map((x) => x % (text.length + 1)).sort((a, b) => a - b), text.length];
        const parser = new DelimitedParser('t');
        const read = edges.slice(1).flatMap((edge, i) => parser.push(text.slice(edges[i], edge)));
        expect([...read, ...parser.finish()].map((row) => row.cells)).toEqual(content);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a line, and a field in quotes, that go on without end', () => {
    const piece = 'x'.repeat(1024 * 1024);
    const feed = (start: string) => {
      const parser = new DelimitedParser('t');
      parser.push(start);
      for (let i = 0; i < 20; i++) parser.push(piece);
    };
    expect(thrownBy(() => feed('a,b\n')).message).toMatch(/^t, line 2, column 1: this line goes on without end/);
    expect(thrownBy(() => feed('a,b\n1,"2\n')).message).toMatch(/^t, line 2, column 3: .*never closed/);
  });

  it('is linear in a field over many lines', () => {
    const parser = new DelimitedParser('t');
    parser.push('a,b\n"');
    for (let i = 0; i < 300_000; i++) parser.push('line of text\n');
    expect(parser.push('",2\n')[0]!.cells[0]).toHaveLength(300_000 * 13 - 1);
  });
});
