/** Tables of counts per identifier. */
import { describe, expect, it } from 'vitest';
import { readCounts } from '../../../src/ontology/counts';
import { thrownBy } from './thrown';

const TEXT = '#source: invented\nid\tlabel\tn_a\tn_b\nX:1\tone\t5\t50\nX:2\ttwo\t0\t7.5\n';
const read = (text: string, options = {}) => readCounts({ name: 'c.tsv', text }, options);

describe('reading counts', () => {
  it('takes the first column and the first numeric column after it by itself', () => {
    const counts = read(TEXT);
    expect(counts).toMatchObject({ identifierColumn: 'id', countColumn: 'n_a' });
    expect([...counts.byIdentifier]).toEqual([
      ['X:1', 5],
      ['X:2', 0],
    ]);
  });

  it('takes the columns that are named', () => {
    expect([...read(TEXT, { identifierColumn: 'label', countColumn: 'n_b' }).byIdentifier]).toEqual([
      ['one', 50],
      ['two', 7.5],
    ]);
  });

  it.each([
    ['a word', 'id\tn\nX:1\t3\nX:2\tmany\nX:3\t4\n', /^c\.tsv, line 3: "many" in column "n" is not a count/],
    ['a negative number', 'id\tn\nX:1\t3\nX:2\t-1\nX:3\t4\n', /^c\.tsv, line 3: "-1"/],
    ['an empty cell', 'id\tn\nX:1\t3\nX:2\t\nX:3\t4\n', /^c\.tsv, line 3: ""/],
    ['a number past all bounds', 'id\tn\nX:1\t3\nX:2\t1e999\nX:3\t4\n', /^c\.tsv, line 3: "1e999"/],
    ['an identifier that comes twice', 'id\tn\nX:1\t3\nX:1\t4\n', /^c\.tsv, line 3: "X:1" stands on line 2/],
    ['an empty identifier', 'id\tn\nX:1\t3\n\t4\n', /^c\.tsv, line 3: the identifier is empty/],
    ['no numeric column', 'id\tn\nX:1\tfew\n', /^c\.tsv, line 1: no column after "id" holds numbers/],
    ['one column only', 'id\nX:1\n', /^c\.tsv, line 1: no column after "id"/],
    ['no rows', 'id\tn\n', /^c\.tsv holds no counts/],
  ])('refuses %s with its line', (_, text, message) => {
    const error = thrownBy(() => read(text));
    expect(error.code).toBe('table-malformed');
    expect(error.message).toMatch(message);
  });

  it('names the columns there are when one is missing', () => {
    expect(thrownBy(() => read(TEXT, { countColumn: 'n_c' })).message).toContain(
      'its columns are "id", "label", "n_a", "n_b"',
    );
  });
});
