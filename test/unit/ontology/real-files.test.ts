/** Published ontologies and tables, read whole. Expected numbers were counted with grep and Python, not with this code. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readCounts } from '../../../src/ontology/counts';
import { readOboChunks } from '../../../src/ontology/obo';
import { readOntology } from '../../../src/ontology/registry';
import { summarizeOntology } from '../../../src/ontology/summary';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { thrownBy } from './thrown';

const named = (name: string) => ({ name, text: readFileSync(sharedPath('data', name), 'utf8') });

describeWithShared('the Human Phenotype Ontology of 2016-04', 'data/hp_full_2016-04-01.obo', () => {
  const file = named('hp_full_2016-04-01.obo');
  const ontology = readOntology(file);

  it('has 11,785 terms, 112 of them obsolete, under one root', () => {
    expect(summarizeOntology(ontology)).toMatchObject({
      format: 'obo',
      formatVersion: '1.2',
      version: 'releases/2016-04-01',
      name: 'hp',
      licence: 'see http://www.human-phenotype-ontology.org',
      terms: 11785,
      live: 11673,
      obsolete: 112,
      roots: ['HP:0000001'],
      sharedLabels: 0,
    });
  });

  it('keeps every synonym, parent, alternative id, definition and replacement of the file', () => {
    const all = (pick: (term: (typeof ontology.terms)[number]) => unknown[]) => ontology.terms.flatMap(pick).length;
    expect(all((term) => term.synonyms)).toBe(14248);
    expect(all((term) => term.parents)).toBe(15459);
    expect(all((term) => term.altIds)).toBe(3496);
    expect(all((term) => term.replacedBy)).toBe(36);
    expect(ontology.terms.filter((term) => term.definition !== null)).toHaveLength(8480);
  });

  it('is the same when it comes in chunks of 64 KiB', async () => {
    function* chunks() {
      for (let at = 0; at < file.text.length; at += 65536) yield file.text.slice(at, at + 65536);
    }
    expect(await readOboChunks(file.name, chunks())).toEqual(ontology);
  });

  it('is refused at the right line when it is cut inside a definition', () => {
    const cut = file.text.indexOf('def: "', 1_000_000) + 20;
    const text = file.text.slice(0, cut);
    const error = thrownBy(() => readOntology({ name: 'cut.obo', text }));
    expect(error.code).toBe('ontology-malformed');
    expect(error.message).toContain(`cut.obo, line ${text.split('\n').length}: `);
  });
});

describeWithShared(
  'smaller published files',
  ['data/hp_subset.obo', 'data/go_cc_subset.obo', 'data/goslim_generic.obo', 'data/hgnc_subset.tsv'],
  () => {
    it.each([
      ['hp_subset.obo', 1198, ['HP:0000001']],
      ['go_cc_subset.obo', 1000, ['GO:0005575']],
      ['goslim_generic.obo', 149, ['GO:0003674', 'GO:0005575', 'GO:0008150']],
    ])('%s has its terms and roots', (name, terms, roots) => {
      const summary = summarizeOntology(readOntology(named(name)));
      expect(summary).toMatchObject({ format: 'obo', terms, live: terms, obsolete: 0 });
      expect([...summary.roots].sort()).toEqual(roots);
    });

    it('hgnc_subset.tsv is a table of 1,500 symbols and names', () => {
      const table = readOntology(named('hgnc_subset.tsv'), { termColumn: 'name', identifierColumn: 'symbol' });
      expect(table.terms).toHaveLength(1500);
      expect(table.terms[0]).toMatchObject({ id: 'A2M', label: 'alpha-2-macroglobulin' });
    });
  },
);

describeWithShared(
  'published annotation counts',
  ['data/hpo_annotation_counts.tsv', 'data/go_cc_annotation_counts.tsv', 'data/gene_annotation_counts.tsv'],
  () => {
    it.each([
      ['hpo_annotation_counts.tsv', 10571, 'n_annotations', 'HP:0000006', 3508],
      ['go_cc_annotation_counts.tsv', 1186, 'n_genes', 'GO:0000015', 1],
      ['gene_annotation_counts.tsv', 9111, 'n_ctd', 'A', 20],
    ])('%s is read without naming columns', (name, size, column, id, count) => {
      const counts = readCounts(named(name));
      expect(counts.byIdentifier.size).toBe(size);
      expect(counts.countColumn).toBe(column);
      expect(counts.byIdentifier.get(id)).toBe(count);
    });
  },
);
