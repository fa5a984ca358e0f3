/** Published tables, read whole. Expected numbers were counted with Python, not with this code. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readSource, summarizeSource } from '../../../../src/ontology';
import type { ReadOptions } from '../../../../src/ontology/reader';
import { inspectTable, readCounts, readNumberColumns } from '../../../../src/ontology/tabular';
import { describeWithShared, sharedPath } from '../../../helpers/shared';
import { fileOf } from '../sources';

const file = (name: string, sizes?: number[]) => fileOf(name, readFileSync(sharedPath('data', name)), sizes);
const summary = async (name: string, options: ReadOptions = {}) =>
  summarizeSource(await readSource(file(name), options));

describeWithShared(
  'curated genes and diseases of CTD',
  ['data/CTD_curated_genes_diseases_2025-08-27.csv', 'data/ctd_gene_disease_subset.csv'],
  () => {
    it('are 34,222 associations of 9,111 genes and 5,858 diseases', async () => {
      expect(await summary('CTD_curated_genes_diseases_2025-08-27.csv')).toMatchObject({
        kind: 'associations',
        format: 'ctd',
        version: 'Wed Aug 27 14:25:10 EDT 2025',
        licence: expect.stringMatching(/^https?:\/\/ctdbase\.org\//),
        rows: 34222,
        subjects: 9111,
        objects: 5858,
        warningCount: 0,
      });
    });

    it('have 308 associations with both kinds of evidence, and none without', async () => {
      const source = await readSource(file('CTD_curated_genes_diseases_2025-08-27.csv', [997]));
      if (source.kind !== 'associations') throw new Error(source.kind);
      const kinds = source.rows.map(({ evidence }) => evidence.join('|'));
      expect(kinds.filter((kind) => kind === 'marker/mechanism|therapeutic')).toHaveLength(308);
      expect(kinds.filter((kind) => kind === 'marker/mechanism')).toHaveLength(31986);
      expect(kinds.filter((kind) => kind === 'therapeutic')).toHaveLength(1928);
    });

    it('are read from the subset with a header row, too', async () => {
      expect(await summary('ctd_gene_disease_subset.csv')).toMatchObject({ rows: 2000, subjects: 1011, objects: 837 });
    });
  },
);

describeWithShared(
  'tables of human genes',
  ['data/hgnc_subset.tsv', 'data/hgnc_full_from_ncbi_gene_info_2022-11.tsv'],
  () => {
    it('hold 1,500 and 43,410 genes', async () => {
      expect(await summary('hgnc_subset.tsv')).toMatchObject({ format: 'hgnc', live: 1500, warningCount: 0 });
      expect(await summary('hgnc_full_from_ncbi_gene_info_2022-11.tsv')).toMatchObject({
        format: 'hgnc',
        live: 43410,
        byNamespace: expect.objectContaining({ 'protein-coding': 19426, pseudo: 14311 }),
        withXrefs: 43410,
        warningCount: 0,
      });
    });

    it('are plain tables of the columns that are named', async () => {
      const source = await readSource(file('hgnc_subset.tsv'), { termColumn: 'name', identifierColumn: 'symbol' });
      if (source.kind !== 'ontology') throw new Error(source.kind);
      expect(source.format).toBe('table');
      expect(source.terms[0]).toMatchObject({ id: 'A2M', label: 'alpha-2-macroglobulin', symbol: null });
    });

    it('are guessed to have names and HGNC identifiers', () => {
      const head = readFileSync(sharedPath('data', 'hgnc_subset.tsv'), 'utf8').slice(0, 20_000);
      expect(inspectTable(head)?.guess).toEqual({ term: 'name', identifier: 'hgnc_id', count: null });
    });
  },
);

describeWithShared('the mapping of MONDO to ICD-10-CM', 'data/mondo_exactmatch_icd10cm.sssom.tsv', () => {
  it('has 2,038 exact matches under CC0', async () => {
    expect(await summary('mondo_exactmatch_icd10cm.sssom.tsv')).toMatchObject({
      kind: 'mappings',
      licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
      version: expect.stringContaining('2026-08-04'),
      rows: 2038,
      byPredicate: { 'skos:exactMatch': 2038 },
    });
  });
});

describeWithShared(
  'published annotation counts',
  ['data/hpo_annotation_counts.tsv', 'data/go_cc_annotation_counts.tsv', 'data/gene_annotation_counts.tsv'],
  () => {
    it.each([
      ['hpo_annotation_counts.tsv', 10571, 'n_annotations', 'HP:0000006', 3508],
      ['go_cc_annotation_counts.tsv', 1186, 'n_genes', 'GO:0000015', 1],
      ['gene_annotation_counts.tsv', 9111, 'n_ctd', 'A', 20],
    ])('%s is read without naming columns', async (name, size, column, id, count) => {
      const counts = await readCounts(file(name));
      expect(counts.byIdentifier.size).toBe(size);
      expect(counts.countColumn).toBe(column);
      expect(counts.byIdentifier.get(id)).toBe(count);
      expect(counts.annotations.warningCount).toBe(0);
    });

    it('give several covariates of a phenotype at once', async () => {
      const columns = ['n_annotations', 'n_diseases', 'n_genes'];
      const { byIdentifier } = await readNumberColumns(file('hpo_annotation_counts.tsv'), { columns });
      expect(byIdentifier.get('HP:0000028')).toEqual({ n_annotations: 895, n_diseases: 888, n_genes: 714 });
    });
  },
);
