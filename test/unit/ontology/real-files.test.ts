/** Published ontologies, read whole. Expected numbers were counted with grep and Python, not with this code. */
import { openAsBlob, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readObo } from '../../../src/ontology/obo';
import { readOntology } from '../../../src/ontology/read';
import { summarizeOntology } from '../../../src/ontology/summary';
import type { Ontology, Term } from '../../../src/ontology/types';
import { browserFile } from '../../../src/platform/file';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { fileOf, rejection } from './sources';

const bytesOf = (name: string) => new Uint8Array(readFileSync(sharedPath('data', name)));
const read = (name: string) => readOntology(fileOf(name, bytesOf(name)));
const total = ({ terms }: Ontology, pick: (term: Term) => unknown[]) => terms.flatMap(pick).length;

describeWithShared('the Human Phenotype Ontology of 2016-04 (OBO)', 'data/hp_full_2016-04-01.obo', () => {
  const name = 'hp_full_2016-04-01.obo';

  it('has 11,785 terms, 112 of them obsolete, under one root', async () => {
    expect(summarizeOntology(await read(name))).toMatchObject({
      format: 'obo',
      formatVersion: '1.2',
      version: 'releases/2016-04-01',
      name: 'hp',
      licence: 'see http://www.human-phenotype-ontology.org',
      warningCount: 0,
      terms: 11785,
      live: 11673,
      obsolete: 112,
      byNamespace: { human_phenotype: 11673 },
      roots: ['HP:0000001'],
      danglingParents: { count: 0 },
      duplicateLabels: { count: 0 },
    });
  });

  it('keeps every synonym, parent, alternative id, definition, replacement and cross-reference of the file', async () => {
    const ontology = await read(name);
    expect(total(ontology, (term) => term.synonyms)).toBe(14248);
    expect(total(ontology, (term) => term.parents)).toBe(15459);
    expect(total(ontology, (term) => term.altIds)).toBe(3496);
    expect(total(ontology, (term) => term.replacedBy)).toBe(36);
    expect(total(ontology, (term) => term.xrefs)).toBe(5486);
    expect(ontology.terms.filter((term) => term.definition !== null)).toHaveLength(8480);
  });

  it('is the same from chunks of any size, and from text in memory', async () => {
    const bytes = bytesOf(name);
    const whole = await read(name);
    expect(await readOntology(fileOf(name, bytes, [7, 65537, 1, 999]))).toEqual(whole);
    expect(readObo({ name, text: new TextDecoder().decode(bytes) })).toEqual(whole);
  });

  it('is refused at the right line when it is cut inside a definition', async () => {
    const all = readFileSync(sharedPath('data', name), 'utf8');
    const text = all.slice(0, all.indexOf('def: "', 1_000_000) + 20);
    const error = await rejection(readOntology(fileOf('cut.obo', text)));
    expect(error.code).toBe('ontology-malformed');
    expect(error.message).toContain(`cut.obo, line ${text.split('\n').length}, column 6: `);
  });
});

describeWithShared('the Human Phenotype Ontology of 2024-04 (OBO Graphs)', 'data/hp_full_v2024-04-26.json.gz', () => {
  const name = 'hp_full_v2024-04-26.json.gz';

  it('has 18,961 classes, 18,536 of them live, under one root', async () => {
    const start = performance.now();
    const ontology = await read(name);
    expect(performance.now() - start).toBeLessThan(10_000); // 0.6 s on two idle cores
    expect(summarizeOntology(ontology)).toMatchObject({
      format: 'obographs',
      version: 'http://purl.obolibrary.org/obo/hp/releases/2024-04-26/hp.json',
      name: 'hp',
      licence: 'https://hpo.jax.org/app/license',
      warningCount: 0,
      terms: 18961,
      live: 18536,
      obsolete: 425,
      byNamespace: { human_phenotype: 18536 },
      roots: ['HP:0000001'],
      danglingParents: { count: 0 },
      duplicateLabels: { count: 0 },
    });
    expect(ontology.terms.every(({ id }) => /^HP:\d{7}$/.test(id))).toBe(true);
  });

  it('keeps every synonym, parent, alternative id, definition, replacement and cross-reference of the file', async () => {
    const ontology = await read(name);
    expect(total(ontology, (term) => term.synonyms)).toBe(23069);
    expect(total(ontology, (term) => term.parents)).toBe(22932);
    expect(total(ontology, (term) => term.altIds)).toBe(3805);
    expect(total(ontology, (term) => term.replacedBy)).toBe(330);
    expect(total(ontology, (term) => term.xrefs)).toBe(20350);
    expect(ontology.terms.filter((term) => term.definition !== null)).toHaveLength(15934);
  });

  it('is the same from a browser file, in slices', async () => {
    const blob = await openAsBlob(sharedPath('data', name));
    const picked = browserFile(new File([blob], name));
    expect(await readOntology(picked)).toEqual(await read(name));
  });

  it('is refused as broken when the download broke off', async () => {
    const bytes = bytesOf(name);
    const error = await rejection(readOntology(fileOf(name, bytes.subarray(0, bytes.length - 100_000))));
    expect(error.code).toBe('file-unreadable');
    expect(error.message).toContain(name);
  });
});

describeWithShared(
  'smaller published files',
  ['data/hp_subset.obo', 'data/go_cc_subset.obo', 'data/goslim_generic.obo', 'data/hp_subset_v2024-04-26.json'],
  () => {
    it.each([
      ['hp_subset.obo', 'obo', 1198, ['HP:0000001']],
      ['go_cc_subset.obo', 'obo', 1000, ['GO:0005575']],
      ['goslim_generic.obo', 'obo', 149, ['GO:0003674', 'GO:0005575', 'GO:0008150']],
      ['hp_subset_v2024-04-26.json', 'obographs', 303, ['HP:0000001']],
    ])('%s has its terms and roots, and no parent that is missing', async (name, format, terms, roots) => {
      const summary = summarizeOntology(await read(name));
      expect(summary).toMatchObject({ format, terms, live: terms, obsolete: 0, danglingParents: { count: 0 } });
      expect([...summary.roots].sort()).toEqual(roots);
    });
  },
);
