/** Published files as terminologies. Expected numbers were counted with Python, not with this code. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { byteFile } from '../../../../src/core/files';
import { readSource } from '../../../../src/ontology';
import type { ReadOptions } from '../../../../src/ontology/reader';
import {
  detectTerminology,
  entriesOf,
  mappingSideOf,
  mappingTerms,
  terminology,
} from '../../../../src/ontology/terminologies';
import type { Ontology, Source } from '../../../../src/ontology/types';
import { describeWithShared, sharedPath } from '../../../helpers/shared';

function source(name: string, options: ReadOptions = {}): Promise<Source> {
  return readSource(byteFile({ name, text: readFileSync(sharedPath('data', name), 'utf8') }), options);
}

async function ontology(name: string, options: ReadOptions = {}): Promise<Ontology> {
  const read = await source(name, options);
  if (read.kind !== 'ontology') throw new Error(`${name} was read as ${read.kind}`);
  return read;
}

describeWithShared('the Human Phenotype Ontology', 'data/hp_full_2016-04-01.obo', () => {
  it('has 11,673 entries in 28 branches, the organ systems among them', async () => {
    const hp = await ontology('hp_full_2016-04-01.obo');
    expect(detectTerminology(hp).name).toBe('hpo');
    const { entries, leftOut } = entriesOf(hp, terminology('hpo'));
    expect(entries).toHaveLength(11673);
    expect(leftOut.map(({ reason, count }) => [reason, count])).toEqual([['obsolete', 112]]);
    const nameOf = new Map(entries.map((entry) => [entry.identifier, entry.term]));
    const branches = new Set(entries.map((entry) => nameOf.get(entry.entity!)));
    for (const name of ['Abnormality of the eye', 'Abnormality of the nervous system', 'Mode of inheritance']) {
      expect(branches).toContain(name);
    }
    expect(branches.size).toBe(28);
    expect(entries.find((entry) => entry.term === 'Seizures')?.entity).toBe('HP:0000707');
  });
});

describeWithShared('the Human Phenotype Ontology of 2024 as OBO Graphs', 'data/hp_full_v2024-04-26.json.gz', () => {
  it('has 18,536 entries; obsolete classes and what is no phenotype are left out and counted', async () => {
    const name = 'hp_full_v2024-04-26.json.gz';
    const bytes = new Uint8Array(readFileSync(sharedPath('data', name)));

    async function* chunks() {
      yield bytes;
    }
    const read = await readSource({ name, bytes: bytes.length, chunks });
    if (read.kind !== 'ontology') throw new Error(`${name} was read as ${read.kind}`);
    expect(detectTerminology(read).name).toBe('hpo');
    const { entries, leftOut } = entriesOf(read, terminology('hpo'));
    expect(entries).toHaveLength(18536);
    expect(leftOut.reduce((sum, { count }) => sum + count, entries.length)).toBe(read.terms.length);
    expect(entries.find((entry) => entry.identifier === 'HP:0001250')).toMatchObject({
      term: 'Seizure',
      entity: 'HP:0000707',
    });
  });
});

describeWithShared('other published files', ['data/goslim_generic.obo', 'data/hgnc_subset.tsv'], () => {
  it('the GO slim holds three aspects of 149 terms', async () => {
    const slim = await ontology('goslim_generic.obo');
    expect(detectTerminology(slim).name).toBe('go');
    const sizes = ['go', 'go-cc', 'go-mf', 'go-bp'].map((name) => entriesOf(slim, terminology(name)).entries.length);
    expect(sizes[0]).toBe(149);
    expect(sizes[1]! + sizes[2]! + sizes[3]!).toBe(149);
    expect(Math.min(...sizes)).toBeGreaterThan(20);
  });

  it('all 1,500 genes of the table have a symbol of the grammar', async () => {
    const table = await ontology('hgnc_subset.tsv', { termColumn: 'name', identifierColumn: 'symbol' });
    const { entries, leftOut } = entriesOf(table, terminology('gene-names'));
    expect(entries.length + leftOut.reduce((sum, { count }) => sum + count, 0)).toBe(1500);
    expect(leftOut.filter(({ reason }) => reason.includes('not of the form'))).toEqual([]);
  });
});

describeWithShared('the mapping of MONDO to ICD-10-CM', 'data/mondo_exactmatch_icd10cm.sssom.tsv', () => {
  it('gives diseases on one side and codes without ranges on the other', async () => {
    const set = await source('mondo_exactmatch_icd10cm.sssom.tsv');
    if (set.kind !== 'mappings') throw new Error(`read as ${set.kind}`);
    expect(mappingSideOf(set, terminology('mondo'))).toBe('subject');
    expect(mappingSideOf(set, terminology('icd-10-cm'))).toBe('object');
    const { entries, leftOut } = entriesOf(mappingTerms(set, 'object'), terminology('icd-10-cm'));
    expect(entries.find((entry) => entry.identifier === 'E30.1')?.term).toBe('Precocious puberty');
    expect(entries).toHaveLength(1961);
    expect(leftOut).toMatchObject([{ reason: 'ICD-10-CM code not of the form E30.1', count: 73 }]);
    expect(leftOut[0]!.examples.join()).toMatch(/[A-Z]\d\d-[A-Z]\d\d/);
  });
});
