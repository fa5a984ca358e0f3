/** Gene symbols are taken from their names, registered codes are not: the measures must say so. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { byteFile } from '../../../../src/core/files';
import { lexicalMeasures, type LexicalName } from '../../../../src/dataset/lexical';
import { readSource } from '../../../../src/ontology';
import type { ReadOptions } from '../../../../src/ontology/reader';
import { entriesOf, terminology } from '../../../../src/ontology/terminologies';
import { describeWithShared, sharedPath } from '../../../helpers/shared';

const bundled = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../public/ontologies');

async function means(file: string, name: string, options: ReadOptions = {}): Promise<Record<LexicalName, number>> {
  const source = await readSource(byteFile({ name: file, text: readFileSync(file, 'utf8') }), options);
  if (source.kind !== 'ontology') throw new Error(`${file} was read as ${source.kind}`);
  const as = terminology(name);
  const rows = entriesOf(source, as).entries.map((entry) => lexicalMeasures(entry, as.grammar.class));
  const mean = (key: LexicalName) => {
    const values = rows.flatMap((row) => row[key] ?? []);
    expect(values, key).toHaveLength(rows.length);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return Object.fromEntries(Object.keys(rows[0]!).map((key) => [key, mean(key as LexicalName)])) as Record<
    LexicalName,
    number
  >;
}

const genes = () =>
  means(path.join(bundled, 'gene-names.tsv'), 'gene-names', { termColumn: 'name', identifierColumn: 'symbol' });

function expectLexicalized(symbols: Record<LexicalName, number>, codes: Record<LexicalName, number>): void {
  for (const key of [
    'lexical.ngram',
    'lexical.containment',
    'lexical.substring',
    'lexical.initials',
    'lexical.abbreviation',
  ] as const) {
    expect(symbols[key], key).toBeGreaterThan(codes[key] + 0.05);
  }
  expect(codes['lexical.initials']).toBe(0);
  expect(codes['lexical.digits']).toBe(1);
  expect(symbols['lexical.digits']).toBeLessThan(0.5);
  expect(symbols['lexical.grammar']).toBeGreaterThan(codes['lexical.grammar']);
}

describe('gene symbols against GO identifiers', () => {
  it('score higher on every measure of likeness', async () => {
    expectLexicalized(await genes(), await means(path.join(bundled, 'go-cc.obo'), 'go-cc'));
  });
});

describeWithShared('gene symbols against HPO identifiers', 'data/hp_subset.obo', () => {
  it('score higher on every measure of likeness', async () => {
    const [symbols, codes] = [await genes(), await means(sharedPath('data', 'hp_subset.obo'), 'hpo')];
    expectLexicalized(symbols, codes);
    expect(codes['lexical.ngram']).toBeLessThan(0.01);
    expect(symbols['lexical.initials']).toBeGreaterThan(0.4);
  });
});
