/** What is said of a source. */
import { describe, expect, it } from 'vitest';
import { readObo } from '../../../src/ontology/obo';
import { summarizeSource } from '../../../src/ontology/summary';
import type { Annotations, Associations, Mappings, SourceHeader } from '../../../src/ontology/types';

const HEADER: SourceHeader = {
  format: 'any',
  formatVersion: null,
  version: '7',
  name: null,
  licence: 'CC0',
  warnings: [{ line: 1, column: null, message: 'odd' }],
  warningCount: 3,
};

describe('the summary of an ontology', () => {
  const text = `format-version: 1.2
ontology: toy
[Term]
id: a
name: Same
namespace: one
def: "d" []
synonym: "s" EXACT []
xref: X:1
is_a: gone
is_a: lost
[Term]
id: b
name: same
namespace: one
is_a: a
is_a: gone
[Term]
id: d
name: other
is_a: c
[Term]
id: c
name: Same
is_obsolete: true
is_a: nowhere
synonym: "not counted" EXACT []
xref: X:2
`;

  it('counts live and obsolete terms, namespaces, dangling parents, shared labels and what terms carry', () => {
    expect(summarizeSource(readObo({ name: 'x', text }))).toEqual({
      kind: 'ontology',
      format: 'obo',
      formatVersion: '1.2',
      version: null,
      name: 'toy',
      licence: null,
      warnings: [],
      warningCount: 0,
      terms: 4,
      live: 3,
      obsolete: 1,
      byNamespace: { one: 2, '': 1 },
      roots: ['a', 'd'],
      danglingParents: { count: 2, ids: ['gone', 'lost'] },
      duplicateLabels: { count: 2, examples: [{ label: 'Same', ids: ['a', 'b'] }] },
      synonyms: 1,
      withDefinition: 1,
      withXrefs: 1,
    });
  });

  it('lists a hundred dangling parents and ten shared labels, and counts all', () => {
    const stanza = (i: number) => `[Term]\nid: a:${i}\nname: label ${i >> 1}\nis_a: gone:${i}\n`;
    const summary = summarizeSource(
      readObo({ name: 'x', text: Array.from({ length: 300 }, (_, i) => stanza(i)).join('') }),
    );
    if (summary.kind !== 'ontology') throw new Error('an ontology was expected');
    expect([summary.danglingParents.count, summary.danglingParents.ids.length]).toEqual([300, 100]);
    expect([summary.duplicateLabels.count, summary.duplicateLabels.examples.length]).toEqual([300, 10]);
  });
});

describe('the summary of', () => {
  it('annotations adds up their counts', () => {
    const source: Annotations = {
      ...HEADER,
      kind: 'annotations',
      counts: new Map([
        ['a', 2],
        ['b', 5],
      ]),
      rows: 9,
      denied: 1,
      unit: 'genes',
    };
    const summary = { ...HEADER, kind: 'annotations', rows: 9, denied: 1, identifiers: 2, total: 7, unit: 'genes' };
    expect(summarizeSource(source)).toEqual(summary);
  });

  it('associations counts either side once', () => {
    const row = (subjectId: string, objectId: string) => ({
      subjectId,
      objectId,
      subjectLabel: '',
      objectLabel: '',
      evidence: [],
    });
    const source: Associations = {
      ...HEADER,
      kind: 'associations',
      subject: 'gene',
      object: 'disease',
      rows: [row('g1', 'd1'), row('g1', 'd2'), row('g2', 'd1'), row('g1', 'd1')],
    };
    expect(summarizeSource(source)).toMatchObject({
      rows: 4,
      subject: 'gene',
      subjects: 2,
      object: 'disease',
      objects: 2,
    });
  });

  it('mappings counts predicates', () => {
    const row = (subjectId: string, predicate: string) => ({
      subjectId,
      predicate,
      objectId: 'o',
      subjectLabel: null,
      objectLabel: null,
    });
    const source: Mappings = {
      ...HEADER,
      kind: 'mappings',
      rows: [row('a', 'exact'), row('b', 'broad'), row('a', 'broad')],
    };
    expect(summarizeSource(source)).toMatchObject({
      rows: 3,
      subjects: 2,
      objects: 1,
      byPredicate: { broad: 2, exact: 1 },
    });
  });
});
