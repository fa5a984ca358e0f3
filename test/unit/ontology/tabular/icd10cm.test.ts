/** Code files of ICD-10-CM. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { icd10cmFormat } from '../../../../src/ontology/tabular/icd10cm';
import { parsed } from '../sources';
import { thrownBy } from '../thrown';
import { inAnyShape, name, read } from './documents';

const CODES = `A000    Cholera due to Vibrio cholerae 01, biovar cholerae
A001    Cholera due to Vibrio cholerae 01, biovar eltor
S020XXA Fracture of vault of skull, initial encounter for closed fracture
C4A9    Merkel cell carcinoma, unspecified
`;
const ordered = (order: number, code: string, flag: 0 | 1, short: string, long = short) =>
  `${String(order).padStart(5, '0')} ${code.padEnd(7)} ${flag} ${short.padEnd(60)} ${long}\n`;
const ORDER =
  ordered(1, 'A00', 0, 'Cholera') +
  ordered(2, 'A000', 1, 'Cholera due to Vib cholerae 01', 'Cholera due to Vibrio cholerae 01') +
  ordered(3, 'S02', 0, 'Fracture of skull') +
  ordered(4, 'S020', 0, 'Fracture of vault of skull') +
  ordered(5, 'S020XXA', 1, 'Fracture of vault of skull, init', 'Fracture of vault of skull, initial');

describe('the code file of ICD-10-CM', () => {
  it('gives codes with their point and full descriptions', () => {
    const { terms, roots, warningCount } = read('ontology', icd10cmFormat, CODES);
    expect(terms.map(({ id, label }) => [id, label])).toEqual([
      ['A00.0', 'Cholera due to Vibrio cholerae 01, biovar cholerae'],
      ['A00.1', 'Cholera due to Vibrio cholerae 01, biovar eltor'],
      ['S02.0XXA', 'Fracture of vault of skull, initial encounter for closed fracture'],
      ['C4A.9', 'Merkel cell carcinoma, unspecified'],
    ]);
    expect(roots).toHaveLength(4);
    expect(warningCount).toBe(0);
  });

  it('takes the year from the name of the file, the only place where it stands', () => {
    expect(parsed(icd10cmFormat.open('x/icd10cm-codes-2031.txt', {}), CODES).version).toBe('2031');
    expect(parsed(icd10cmFormat.open('codes.txt', {}), CODES).version).toBeNull();
  });

  it('is refused at a line that is no code', () => {
    const error = thrownBy(() => read('ontology', icd10cmFormat, `${CODES.repeat(6)}\nhello\n`));
    expect(error).toMatchObject({
      code: 'table-malformed',
      message: expect.stringMatching(/^file, line 26, column 1: /),
    });
  });

  it('keeps another description of the same code as a synonym, with a warning', () => {
    const { terms, warnings } = read('ontology', icd10cmFormat, `${CODES}A000    Cholera, classical\n`);
    expect(terms[0]!.synonyms).toEqual([{ text: 'Cholera, classical', scope: 'EXACT' }]);
    expect(warnings).toMatchObject([
      { line: 5, column: 1, message: expect.stringContaining('stands on line 1 already') },
    ]);
  });
});

describe('the order file of ICD-10-CM', () => {
  it('gives long descriptions, and as parent the longest code that a code begins with', () => {
    const { terms, roots } = read('ontology', icd10cmFormat, ORDER);
    expect(terms.map(({ id, label, parents }) => [id, label, parents])).toEqual([
      ['A00', 'Cholera', []],
      ['A00.0', 'Cholera due to Vibrio cholerae 01', ['A00']],
      ['S02', 'Fracture of skull', []],
      ['S02.0', 'Fracture of vault of skull', ['S02']],
      ['S02.0XXA', 'Fracture of vault of skull, initial', ['S02.0']],
    ]);
    expect(roots).toEqual(['A00', 'S02']);
  });

  it('is refused where a line breaks off before the long description', () => {
    const error = thrownBy(() => parsed(icd10cmFormat.open('o', {}), ORDER.slice(0, -60)));
    expect(error.message).toMatch(/^o, line 5, column 1: /);
  });
});

describe('either file', () => {
  const entry = fc.record({
    code: fc
      .tuple(fc.constantFrom('A', 'C', 'Z'), fc.stringMatching(/^[0-9][0-9A]$/), fc.stringMatching(/^[0-9X]{0,4}$/))
      .map((parts) => parts.join('')),
    description: name,
  });
  const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 8, selector: ({ code }) => code });
  const codeFile = (rows: { code: string; description: string }[]) =>
    rows.map(({ code, description }) => `${code.padEnd(7)} ${description}\n`).join('');
  const orderFile = (rows: { code: string; description: string }[]) =>
    rows.map(({ code, description }, i) => ordered(i + 1, code, 1, 'short', description)).join('');

  it.each([
    ['codes', codeFile],
    ['order', orderFile],
  ])('(%s) survives whole, wherever it is cut, every parent being a prefix', (_, write) => {
    inAnyShape(entries, write, (rows, text, cuts) => {
      const { terms, warningCount } = read('ontology', icd10cmFormat, text, {}, cuts);
      expect(terms.map(({ id, label }) => [id.replace('.', ''), label])).toEqual(
        rows.map(({ code, description }) => [code, description]),
      );
      expect(warningCount).toBe(0);
      for (const { id, parents } of terms) for (const parent of parents) expect(id.startsWith(parent)).toBe(true);
    });
  });
});
