/** Counts and covariates per identifier. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsFormat, readCounts, readNumberColumns } from '../../../../src/ontology/tabular';
import { fileOf, rejection } from '../sources';
import { lines, plainName, read } from './documents';

const TEXT = '#source: invented\nid\tlabel\tn_a\tn_b\nX:1\tone\t5\t50\nX:2\ttwo\t0\t7.5\n';
const counts = (text: string, options = {}, sizes = [65536]) => readCounts(fileOf('c.tsv', text, sizes), options);

describe('counts of a table', () => {
  it('stand in the first column of numbers after the identifiers, if none is named', async () => {
    const read = await counts(TEXT);
    expect(read).toMatchObject({ identifierColumn: 'id', countColumn: 'n_a', annotations: { unit: 'n_a', rows: 2 } });
    expect([...read.byIdentifier]).toEqual([
      ['X:1', 5],
      ['X:2', 0],
    ]);
  });

  it('stand in the columns that are named', async () => {
    expect([...(await counts(TEXT, { identifierColumn: 'label', countColumn: 'n_b' })).byIdentifier]).toEqual([
      ['one', 50],
      ['two', 7.5],
    ]);
  });

  it.each([
    ['a word', 'id\tn\nX:1\t3\nX:2\tmany\nX:3\t4\n', /^c\.tsv, line 3, column 5: in column "n", .*not a count: "many"/],
    ['a negative number', 'id\tn\nX:1\t3\nX:2\t-1\nX:3\t4\n', /^c\.tsv, line 3, column 5: .*"-1"/],
    ['an empty cell', 'id\tn\nX:1\t3\nX:2\t\nX:3\t4\n', /^c\.tsv, line 3, column 5: .*""/],
    ['a number past all bounds', 'id\tn\nX:1\t3\nX:2\t1e999\nX:3\t4\n', /^c\.tsv, line 3, column 5: .*"1e999"/],
    ['two counts of an identifier', 'id\tn\nX:1\t3\nX:1\t4\n', /^c\.tsv, line 3, column 1: "X:1" stands on line 2/],
    ['no numbers', 'id\tn\nX:1\tfew\n', /^c\.tsv, line 1, column 1: no column after "id" holds numbers/],
    ['one column only', 'id\nX:1\n', /^c\.tsv, line 1, column 1: no column after "id"/],
    ['no rows', 'id\tn\n', /^c\.tsv, line 1, column 5: .*no row with an identifier and a number/],
    ['no header', 'X:1\t3\nX:2\t4\n', /^c\.tsv, line 1, column 5: this table has no header/],
    ['nothing', '', /^c\.tsv, line 1, column 1: /],
  ])('with %s are refused with the place', async (_, text, message) => {
    const error = await rejection(counts(text));
    expect(error.message).toMatch(message);
    expect(['table-malformed', 'ontology-empty']).toContain(error.code);
  });

  it('warn of the same row again, and of a row without an identifier', async () => {
    const { annotations, byIdentifier } = await counts('id\tn\nX:1\t3\nX:1\t3\n\t4\n');
    expect([...byIdentifier]).toEqual([['X:1', 3]]);
    expect(annotations.warnings).toMatchObject([
      { line: 3, message: '"X:1" stands on line 2 already; the row adds nothing' },
      { line: 4, message: 'the identifier is empty; the row was left out' },
    ]);
  });

  it('name the columns there are when one is missing', async () => {
    expect((await rejection(counts(TEXT, { countColumn: 'n_c' }))).message).toContain(
      'its columns are "id", "label", "n_a", "n_b"',
    );
  });

  it('are a format of their own where the columns are named', () => {
    const format = countsFormat({ identifierColumn: 'label', countColumn: 'n_a' });
    expect(read('annotations', format, TEXT).counts).toEqual(new Map([['one', 5], ['two', 0]])); // prettier-ignore
    expect(countsFormat({ countColumn: 'n_c' }).detects(TEXT, {})).toBe(false);
    expect(countsFormat({}).detects(TEXT, {})).toBe(false);
  });
});

describe('counts of annotations', () => {
  const HPO_GENES = lines(
    ['ncbi_gene_id', 'gene_symbol', 'hpo_id', 'weight'],
    ['10', 'NAT2', 'HP:0000007', '4'],
    ['16', 'AARS1', 'HP:0000007', '5'],
  );

  it('are counted, wherever the bytes are cut', async () => {
    const read = await counts(HPO_GENES, {}, [1, 5]);
    expect(read).toMatchObject({ identifierColumn: null, countColumn: null, annotations: { unit: 'genes (HPO)' } });
    expect([...read.byIdentifier]).toEqual([['HP:0000007', 2]]);
  });

  it('are left aside where columns of the same file are named', async () => {
    const options = { identifierColumn: 'gene_symbol', countColumn: 'weight' };
    expect((await counts(HPO_GENES, options)).byIdentifier.get('AARS1')).toBe(5);
  });
});

describe('covariates', () => {
  const NUMBERS = 'id,kind,age,score\nX:1,a,-3,NA\nX:2,b,,1e-3\nX:3,c,+2.5,-\n';
  const columns = (text: string, options = {}) => readNumberColumns(fileOf('n.csv', text), options);

  it('are read by column, null where a value is unknown', async () => {
    const read = await columns(NUMBERS, { identifierColumn: 'id', columns: ['score', 'age'] });
    expect(Object.fromEntries(read.byIdentifier)).toEqual({
      'X:1': { score: null, age: -3 },
      'X:2': { score: 0.001, age: null },
      'X:3': { score: null, age: 2.5 },
    });
    expect(read).toMatchObject({ identifierColumn: 'id', columns: ['score', 'age'], warningCount: 0 });
  });

  it('stand in the first column of numbers, if none is named', async () => {
    expect((await columns(NUMBERS)).columns).toEqual(['age']);
  });

  it('are every column of numbers, if all are asked for; a table has names for them', async () => {
    const read = await columns(NUMBERS, { columns: 'all' });
    expect(read).toMatchObject({ columns: ['age', 'score'], header: ['id', 'kind', 'age', 'score'] });
    expect(read.byIdentifier.get('X:2')).toEqual({ age: null, score: 0.001 });
    const turned = await columns('age,id\n1,a\n2,b\n', { identifierColumn: 'id', columns: 'all' });
    expect(turned).toMatchObject({ identifierColumn: 'id', columns: ['age'] });
    const bad = await rejection(columns('id,age\nX:1,1\nX:2,x\nX:3,3\n', { columns: 'all' }));
    expect(bad.message).toMatch(/^n\.csv, line 3, column 5: in column "age", this is not a number: "x"/);
    const headless = await rejection(columns('X:1,1\nX:2,2\n', { columns: 'all' }));
    expect(headless.message).toContain('no header');
  });

  it('are columns that can be asked for by name: one name twice is refused, none is left out', async () => {
    for (const text of ['id,x,x\nX:1,1,2\n', 'id,x,id\nX:1,1,2\n', 'id,x,id\nX:1,1,a\n']) {
      const twice = await rejection(columns(text, { columns: 'all' }));
      expect(twice.message).toMatch(/^n\.csv, line 1, .*two columns are named "(x|id)"/);
      expect(twice).toMatchObject({ code: 'table-malformed', control: 'ontology.covariates' });
    }
    const nameless = await columns('id,,x,note,note\nX:1,1,2,a,b\n', { columns: 'all' });
    expect(nameless.columns).toEqual(['x']);
  });

  it('say which of all columns is meant where none is named', async () => {
    const text = 'x,id,rare,age\n1,a,,3\n2,b,NA,4\n3,c,5,5\n';
    const all = await columns(text, { identifierColumn: 'id', columns: 'all' });
    expect(all).toMatchObject({ columns: ['x', 'rare', 'age'], firstColumn: 'age' });
    expect((await columns(text, { identifierColumn: 'id' })).columns).toEqual(['age']);
  });

  it('that are no numbers are refused with the place', async () => {
    const error = await rejection(
      columns(NUMBERS.replace('+2.5', '2,5').replace(',-\n', '\n'), { columns: ['score', 'kind'] }),
    );
    expect(error.message).toMatch(/^n\.csv, line 2, column 5: in column "kind", this is not a number: "a"/);
  });

  it('survive whole, unknown ones included, wherever the bytes are cut', async () => {
    const row = fc.record({
      id: plainName.map((text) => text.replaceAll('"', "'")),
      age: fc.option(fc.integer(), { nil: null }),
      score: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: ({ id }) => id }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
        async (rows, sizes) => {
          const cell = (value: number | null) => (value === null ? '' : String(value));
          const text = lines(['id', 'age', 'score'], ...rows.map(({ id, age, score }) => [id, cell(age), cell(score)]));
          const read = await readNumberColumns(fileOf('n', text, sizes), { columns: ['age', 'score'] });
          expect([...read.byIdentifier]).toEqual(
            rows.map(({ id, age, score }) => [id, { age, score: score === 0 ? expect.closeTo(0) : score }]),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});
