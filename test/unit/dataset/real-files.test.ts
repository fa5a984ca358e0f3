/** The draw from a published ontology with published annotation counts. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawDataset } from '../../../src/dataset/draw';
import { readCounts } from '../../../src/ontology/counts';
import { readOntology } from '../../../src/ontology/registry';
import { describeWithShared, sharedPath } from '../../helpers/shared';

const named = (name: string) => ({ name, text: readFileSync(sharedPath('data', name), 'utf8') });

describeWithShared('a draw from HPO', ['data/hp_full_2016-04-01.obo', 'data/hpo_annotation_counts.tsv'], () => {
  it('holds ten seen and ten withheld pairs in each of 20 bins, from every live term', () => {
    const ontology = readOntology(named('hp_full_2016-04-01.obo'));
    const counts = readCounts(named('hpo_annotation_counts.tsv')).byIdentifier;
    const data = drawDataset({ ontology, counts, bins: 20, seen: 200, withheld: 200, seed: 7 });
    expect(data.universe).toBe(11673);
    expect(data.popularity).toBe('counts');
    for (const part of [data.seen, data.withheld]) {
      for (let bin = 0; bin < 20; bin++) expect(part.filter((pair) => pair.stratum === bin)).toHaveLength(10);
      const byRank = part.map((pair) => pair.count!);
      expect(byRank).toEqual([...byRank].sort((a, b) => b - a));
      expect(byRank[0]).toBeGreaterThan(byRank.at(-1)!);
    }
  });
});
