/** The draw from published ontologies with published annotation counts. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { byteFile } from '../../../src/core/files';
import { candidatesFrom, type Candidate } from '../../../src/dataset/candidates';
import { draw } from '../../../src/dataset/draw';
import { previewDraw } from '../../../src/dataset/preview';
import { readOntology } from '../../../src/ontology/read';
import { entriesOf, terminology, type TerminologyName } from '../../../src/ontology/terminologies';
import { drawDataset } from './fixtures';
import { describeWithShared, sharedPath } from '../../helpers/shared';

const text = (name: string) => readFileSync(sharedPath('data', name), 'utf8');

async function candidatesOf(file: string, name: TerminologyName): Promise<Candidate[]> {
  const ontology = await readOntology(byteFile({ name: file, text: text(file) }));
  return candidatesFrom(entriesOf(ontology, terminology(name)).entries);
}

/** One column of a table of counts. */
function countsOf(file: string, column: string): ReadonlyMap<string, number> {
  const [header, ...rows] = text(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
  const at = header!.indexOf(column);
  return new Map(rows.map((cells) => [cells[0]!, Number(cells[at])]));
}

const SOURCES = [
  {
    title: 'HPO',
    ontology: 'hp_full_2016-04-01.obo',
    name: 'hpo',
    counts: 'hpo_annotation_counts.tsv',
    column: 'n_annotations',
    universe: 11673,
  },
  {
    title: 'GO, cellular component',
    ontology: 'go_cc_subset.obo',
    name: 'go-cc',
    counts: 'go_cc_annotation_counts.tsv',
    column: 'n_genes',
    universe: 1000,
  },
] as const;

for (const { title, ontology, name, counts, column, universe } of SOURCES) {
  describeWithShared(`a draw from ${title}`, [`data/${ontology}`, `data/${counts}`], () => {
    let candidates: Candidate[];
    const popularity = { kind: 'counts' as const, counts: new Map<string, number>() };
    const ask = { popularity, bins: 20, seen: 200, withheld: 200, seed: 7 };
    beforeAll(async () => {
      candidates = await candidatesOf(ontology, name);
      popularity.counts = new Map(countsOf(counts, column));
    });

    it('holds ten seen and ten withheld pairs in each of 20 bins, from every live term', () => {
      const { dataset, universe: ranked } = draw({ candidates, ...ask, examples: 20 });
      expect(dataset.universe).toBe(universe);
      expect(dataset.shortfalls).toEqual([]);
      const bins = previewDraw(dataset, ranked);
      for (const { seen, withheld, examples } of bins) expect([seen, withheld, examples]).toEqual([10, 10, 1]);
      expect(bins.reduce((sum, { size }) => sum + size, 0)).toBe(universe);
      bins.slice(1).forEach(({ countMax }, i) => expect(countMax).toBeLessThanOrEqual(bins[i]!.countMin!));
      expect(bins[0]!.countMedian).toBeGreaterThan(bins[10]!.countMedian!);
      const drawn = [...dataset.seen, ...dataset.withheld, ...dataset.examples].map(({ identifier }) => identifier);
      expect(new Set(drawn).size).toBe(420);
    });

    it('is the same from the terms in reverse order', () => {
      const turned = drawDataset({ candidates: [...candidates].reverse(), ...ask });
      expect(turned.hash).toBe(drawDataset({ candidates, ...ask }).hash);
    });

    it('can hold out whole branches', () => {
      const data = drawDataset({ candidates, ...ask, seen: 100, withheld: 50, design: 'entity-held-out' });
      const known = new Set(data.seen.map(({ entity }) => entity));
      expect(data.withheld.filter(({ entity }) => known.has(entity))).toEqual([]);
      expect([data.seen.length, data.withheld.length]).toEqual([100, 50]);
    });
  });
}
