/** Which format a tabular document is told to be. */
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../../../src/ontology/registry';
import { TABULAR_FORMATS } from '../../../../src/ontology/tabular';
import { readSource } from '../../../../src/ontology';
import { fileOf } from '../sources';
import { SAMPLES } from './samples';

const told = (text: string, options = {}) => detectFormat('any.name', text, options).format;

describe('a tabular document', () => {
  it.each(TABULAR_FORMATS.map(({ format }) => format))('of %s is told by its content', async (format) => {
    const text = SAMPLES[format]!;
    expect(told(text)).toBe(format);
    expect(told(text.replaceAll('\n', '\r\n'))).toBe(format);
    expect((await readSource(fileOf('any.name', text, [3, 50]))).format).toBe(format);
  });

  it('is a plain table where the columns that the user names are there', () => {
    const columns = (termColumn: string, identifierColumn: string) => ({ termColumn, identifierColumn });
    expect(told(SAMPLES.hgnc!, columns('name', 'symbol'))).toBe('table');
    expect(told(SAMPLES.sssom!, columns('object_label', 'object_id'))).toBe('table');
    expect(told(SAMPLES['hpo-genes']!, columns('hpo_name', 'hpo_id'))).toBe('table');
    expect(told(SAMPLES.hgnc!, columns('term', 'identifier'))).toBe('hgnc');
    expect(told(SAMPLES.gaf!, columns('term', 'identifier'))).toBe('gaf');
  });

  it('of counts is a plain table: counts are asked for, never guessed', () => {
    expect(told(SAMPLES.counts!)).toBe('table');
  });

  it('may begin with codes that a table lists, too', () => {
    expect(told('code\tname\nA00.0\tCholera\n')).toBe('table');
    expect(told('A00.0\tCholera\nA00.1\tCholera\n')).toBe('icd10cm');
  });
});
