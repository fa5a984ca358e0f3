/** Plain tables of terms and identifiers, and the look at their columns. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../../../src/ontology/reader';
import { inspectTable } from '../../../../src/ontology/tabular';
import { tableFormat } from '../../../../src/ontology/tabular/table';
import { thrownBy } from '../thrown';
import { inAnyShape, name, quoted, read } from './documents';

const TEXT = '#source: somewhere\r\nsymbol\tname\tother\r\nAB1\talpha beta 1\t\r\nCD2\t"gamma, delta"\tx\r\n';
const COLUMNS = { termColumn: 'name', identifierColumn: 'symbol' };
const table = (text: string, options: ReadOptions = {}) => read('ontology', tableFormat, text, options);

describe('a table of terms', () => {
  it('gives one live term per row, without a hierarchy', () => {
    const { terms, roots } = table(`\ufeff${TEXT}`, COLUMNS);
    expect(terms.map(({ id, label, obsolete }) => [id, label, obsolete])).toEqual([
      ['AB1', 'alpha beta 1', false],
      ['CD2', 'gamma, delta', false],
    ]);
    expect(roots).toEqual([]);
  });

  it('keeps further columns and synonyms that are asked for', () => {
    const text = 'term;identifier;also;n;group\nheart;X:1;cor| pump |heart||cor;7;organ\n';
    const { terms } = table(text, { synonymColumn: 'also', keepColumns: ['n', 'group'] });
    expect(terms[0]).toMatchObject({
      synonyms: [
        { text: 'cor', scope: 'EXACT' },
        { text: 'pump', scope: 'EXACT' },
      ],
      cells: { n: '7', group: 'organ' },
    });
  });

  it('takes the header from the comment above when only that names the columns', () => {
    const text = '# version: 3\n#id\tlabel\nX:1\tone\n';
    const read = table(text, { termColumn: 'label', identifierColumn: 'id' });
    expect(read.terms.map((term) => [term.id, term.label])).toEqual([['X:1', 'one']]);
    expect(read.version).toBe('3');
  });

  it('keeps further names of an identifier as synonyms, and says so', () => {
    const { terms, warnings } = table('term\tidentifier\na\tX:1\nb\tX:2\nc\tX:1\na\tX:1\n');
    expect(terms.map(({ id, label }) => [id, label])).toEqual([
      ['X:1', 'a'],
      ['X:2', 'b'],
    ]);
    expect(terms[0]!.synonyms).toEqual([{ text: 'c', scope: 'EXACT' }]);
    expect(warnings).toEqual([
      { line: 4, column: 3, message: '"X:1" stands on line 2 already; "c" is kept as a synonym' },
      { line: 5, column: 3, message: '"X:1" stands on line 2 already; the row adds nothing' },
    ]);
  });

  it('leaves out rows without a term or an identifier, and says where', () => {
    const { terms, warnings } = table('term\tidentifier\na\tX:1\n \tX:2\nb\t""\n');
    expect(terms).toHaveLength(1);
    expect(warnings).toEqual([
      { line: 3, column: 1, message: 'the term is empty; the row was left out' },
      { line: 4, column: 3, message: 'the identifier is empty; the row was left out' },
    ]);
  });

  it('counts all warnings and keeps a hundred', () => {
    const { warnings, warningCount } = table(`term\tidentifier\na\tX:1\n${'b\t\n'.repeat(250)}`);
    expect([warnings.length, warningCount]).toEqual([100, 250]);
  });

  it('names the columns there are when one is missing', () => {
    const error = thrownBy(() => table(TEXT));
    expect(error).toMatchObject({ code: 'table-malformed', control: 'ontology.termColumn' });
    expect(error.message).toBe(
      'file, line 2, column 1: there is no column "term"; its columns are "symbol", "name", "other"',
    );
  });

  it.each([
    [
      'two columns of one name',
      'term\tidentifier\tterm\na\tX:1\tb\n',
      /line 1, column 17: two columns are named "term"/,
    ],
    ['a row too long', 'term\tidentifier\na\tX:1\textra\n', /line 2, column 7: this row has 3 fields/],
    ['a row too short', 'term\tidentifier\na\n', /line 2, column 2: this row has 1 field,/],
    ['rows without a term only', 'term\tidentifier\n\tX:1\n', /line 2, column 5: .*no terms were found/],
    ['no rows', 'term\tidentifier\n', /line 1, column 16: .*no terms were found/],
  ])('with %s is refused with its place', (_, text, message) => {
    const error = thrownBy(() => table(text));
    expect(['table-malformed', 'ontology-empty']).toContain(error.code);
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });

  it('refuses one column asked for as both', () => {
    const same = { termColumn: 'name', identifierColumn: 'name' };
    expect(thrownBy(() => table(TEXT, same)).control).toBe('ontology.identifierColumn');
  });

  it('survives whole, whatever its cells hold and wherever it is cut', () => {
    const row = fc.record({ id: name, label: name, kept: name });
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 6, selector: ({ id }) => id });
    inAnyShape(
      fc.record({ rows, delimiter: fc.constantFrom(',', ';', '\t') }),
      ({ rows, delimiter }) =>
        [['term', 'identifier', 'more, or; less'], ...rows.map(({ id, label, kept }) => [label, id, kept])]
          .map((cells) => `${cells.map((cell) => (/^#|^"/.test(cell) ? force(cell) : quoted(cell))).join(delimiter)}\n`)
          .join(''),
      ({ rows }, text, cuts) => {
        const { terms, warningCount } = read('ontology', tableFormat, text, { keepColumns: ['more, or; less'] }, cuts);
        expect(terms.map(({ id, label, cells }) => ({ id, label, kept: cells!['more, or; less'] }))).toEqual(rows);
        expect(warningCount).toBe(0);
      },
    );
  });
});

const force = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe('a look at the columns of a table', () => {
  const guess = (text: string) => inspectTable(text)?.guess;

  it('shows delimiter, samples, numbers and how far the cells differ', () => {
    expect(inspectTable('name,code,n\nheart,X:1,3\nliver,X:2,NA\nheart,X:3,1e2\n')).toEqual({
      delimiter: ',',
      columns: [
        { name: 'name', samples: ['heart', 'liver'], numeric: false, distinctShare: 2 / 3 },
        { name: 'code', samples: ['X:1', 'X:2', 'X:3'], numeric: false, distinctShare: 1 },
        { name: 'n', samples: ['3', 'NA', '1e2'], numeric: true, distinctShare: 1 },
      ],
      guess: { term: 'name', identifier: 'code', count: 'n' },
    });
  });

  it.each([
    [
      'HPO',
      'hpo_id\thpo_name\tn_genes\nHP:0000001\tall of it\t5\nHP:0000002\tbody height\t7\n',
      ['hpo_name', 'hpo_id', 'n_genes'],
    ],
    [
      'genes',
      'symbol\tname\thgnc_id\nA2M\talpha macroglobulin\tHGNC:7\nTP53\ttumor protein\tHGNC:11\n',
      ['name', 'hgnc_id', null],
    ],
    ['ICD without speaking names', 'a;b\nE30.1;Precocious puberty\nI49.0;Fibrillation\n', ['b', 'a', null]],
    ['bare numbers named id', 'id,label,score\n1,first thing,0.5\n2,second thing,0.25\n', ['label', 'id', 'score']],
    ['prose only', 'x\ty\nsome words\tother words\nmore words\tyet others\n', ['x', null, null]],
    ['a header in the comment', '#id\tlabel\tn\nX:1\tone thing\t4\nX:2\tother thing\t5\n', ['label', 'id', 'n']],
  ])('guesses the columns of a table of %s', (_, text, [term, identifier, count]) => {
    expect(guess(text)).toEqual({ term, identifier, count });
  });

  it('looks at whole rows only, where the head of a file is cut', () => {
    const head = 'label,id\none thing,X:1\n"other, thi';
    expect(inspectTable(head)!.columns.map(({ samples }) => samples)).toEqual([['one thing'], ['X:1']]);
  });

  it('knows a text without rows, and never fails', () => {
    expect(inspectTable('# nothing\n')).toBeNull();
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void inspectTable(text)));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '#', '1', '\0') }),
        (text) => void inspectTable(text),
      ),
    );
  });
});
