/** OBO Graphs JSON: what is kept of it, and how it says what is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obographsFormat } from '../../../src/ontology/obographs';
import { ontologyName, toCurie } from '../../../src/ontology/obographs/iri';
import { ObographsParser } from '../../../src/ontology/obographs/parser';
import { liveRoots } from '../../../src/ontology/roots';
import type { Ontology } from '../../../src/ontology/types';
import { obographsDocument, ontologies, parsed } from './sources';
import { thrownBy } from './thrown';

const read = (text: string) => parsed(new ObographsParser('x.json'), text) as Ontology;
const OBO = 'http://purl.obolibrary.org/obo/';
const document = (...graphs: object[]) => JSON.stringify({ graphs }, null, 2);
const node = (id: string, lbl: string | null, more: object = {}) => ({
  id: OBO + id,
  ...(lbl === null ? {} : { lbl }),
  type: 'CLASS',
  ...more,
});

describe('reading OBO Graphs', () => {
  it('gives back what a document was made of, however it is written and cut', () => {
    const layout = fc.record({ indent: fc.constantFrom(0, 2), edgesFirst: fc.boolean() });
    fc.assert(
      fc.property(ontologies, layout, fc.array(fc.nat(6000), { maxLength: 20 }), (given, options, places) => {
        const text = obographsDocument(given, options);
        const cuts = places.map((place) => place % (text.length + 1));
        expect(parsed(new ObographsParser('made.json'), text, cuts)).toEqual({
          kind: 'ontology',
          format: 'obographs',
          formatVersion: null,
          warnings: [],
          warningCount: 0,
          roots: liveRoots(given.terms),
          ...given,
        });
      }),
      { numRuns: 400 },
    );
  });

  it('takes release, name, licence and the namespace of its terms from the graph', () => {
    const meta = {
      version: 'http://x.org/releases/2031-02-03/toy.json',
      basicPropertyValues: [
        { pred: 'http://purl.org/dc/terms/license', val: 'CC0' },
        { pred: 'http://www.geneontology.org/formats/oboInOwl#default-namespace', val: 'toys' },
        { pred: 'http://www.w3.org/2002/07/owl#versionInfo', val: 'not this' },
      ],
    };
    const own = {
      basicPropertyValues: [{ pred: 'http://www.geneontology.org/formats/oboInOwl#hasOBONamespace', val: 'own' }],
    };
    const ontology = read(
      document({ nodes: [node('T_1', 'a'), node('T_2', 'b', { meta: own })], id: `${OBO}toy.json`, meta }),
    );
    expect(ontology).toMatchObject({ name: 'toy', version: meta.version, licence: 'CC0' });
    expect(ontology.terms.map(({ namespace }) => namespace)).toEqual(['toys', 'own']);
  });

  it('falls back to the version that OWL states', () => {
    const meta = { basicPropertyValues: [{ pred: 'http://www.w3.org/2002/07/owl#versionInfo', val: '7.1' }] };
    expect(read(document({ nodes: [node('T_1', 'a')], meta })).version).toBe('7.1');
  });

  it('keeps classes only: no properties, no individuals, nothing without a type', () => {
    const nodes = [
      node('T_1', 'class'),
      { ...node('T_2', 'property'), type: 'PROPERTY' },
      { ...node('T_3', 'individual'), type: 'INDIVIDUAL' },
      { id: `${OBO}T_4`, lbl: 'untyped' },
    ];
    const ontology = read(document({ nodes }));
    expect(ontology.terms.map(({ id }) => id)).toEqual(['T:1']);
    expect(ontology.warningCount).toBe(0);
  });

  it('keeps an obsolete class without a label, and warns of a live one', () => {
    const nodes = [
      node('T_1', 'a'),
      node('T_2', null, { meta: { deprecated: true } }),
      node('T_3', null),
      node('T_4', ' '),
    ];
    const ontology = read(document({ nodes }));
    expect(ontology.terms.map(({ id, label, obsolete }) => [id, label, obsolete])).toEqual([
      ['T:1', 'a', false],
      ['T:2', '', true],
    ]);
    expect(ontology.warnings).toEqual([
      { line: 17, column: 9, message: 'the class T:3 has no label and was left out' },
      { line: 21, column: 9, message: 'the class T:4 has no label and was left out' },
    ]);
  });

  it('keeps a label with HTML in it as the text it is', () => {
    expect(read(document({ nodes: [node('T_1', '<script>alert("1")</script> &amp;')] })).terms[0]!.label).toBe(
      '<script>alert("1")</script> &amp;',
    );
  });

  it('joins the graphs of a document', () => {
    const edge = (sub: string, obj: string) => ({ sub: OBO + sub, pred: 'is_a', obj: OBO + obj });
    const ontology = read(
      document(
        {
          id: 'first',
          edges: [edge('T_2', 'T_1')],
          nodes: [node('T_1', 'one', { meta: { synonyms: [{ pred: 'hasExactSynonym', val: 'uno' }] } })],
        },
        {
          id: 'second',
          nodes: [
            node('T_2', 'two'),
            node('T_1', 'one', {
              meta: {
                definition: { val: 'first of all' },
                synonyms: [
                  { pred: 'hasExactSynonym', val: 'uno' },
                  { pred: 'hasBroadSynonym', val: 'number' },
                ],
              },
            }),
          ],
          edges: [edge('T_1', 'T_0'), edge('T_2', 'T_1'), edge('T_9', 'T_1')],
        },
      ),
    );
    expect(ontology).toMatchObject({ name: 'first', warningCount: 0, roots: ['T:1'] });
    expect(ontology.terms).toMatchObject([
      {
        id: 'T:1',
        definition: 'first of all',
        parents: ['T:0'],
        synonyms: [
          { text: 'uno', scope: 'EXACT' },
          { text: 'number', scope: 'BROAD' },
        ],
      },
      { id: 'T:2', parents: ['T:1'] },
    ]);
  });

  it('says where a class comes twice in one graph, and joins both', () => {
    const ontology = read(document({ nodes: [node('T_1', 'one'), node('T_1', 'eins')] }));
    expect(ontology.terms.map(({ label }) => label)).toEqual(['one']);
    expect(ontology.warnings).toEqual([
      { line: 10, column: 9, message: expect.stringContaining('T:1 stands on line 5 already') as string },
    ]);
  });

  it('warns of synonyms without a known scope, keys that come twice and characters that are no text', () => {
    const synonyms = [
      { pred: 'hasOddSynonym', val: 's' },
      { pred: 'hasExactSynonym', val: '' },
    ];
    const text = document({ nodes: [node('T_1', 'a\0b\ud800', { meta: { synonyms } })] }).replace(
      '"type": "CLASS"',
      '"type": "X", "type": "CLASS"',
    );
    const { terms, warnings } = read(text);
    expect(terms[0]).toMatchObject({ label: 'a\ufffdb\ufffd', synonyms: [{ text: 's', scope: 'RELATED' }] });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('"type" comes twice'),
      expect.stringContaining('no text'),
      expect.stringContaining('"s" of T:1 has no scope'),
      expect.stringContaining('empty synonym'),
    ]);
  });

  it('survives keys that mean something to JavaScript', () => {
    const text = `{"__proto__": {"graphs": 1}, "constructor": 2, "graphs": [{"nodes": [{"__proto__": {"lbl": 3}, "id": "X:1", "lbl": "a", "type": "CLASS", "toString": []}]}]}`;
    expect(read(text).terms).toMatchObject([{ id: 'X:1', label: 'a' }]);
  });

  it('takes null for what is absent', () => {
    const text = document({
      meta: null,
      nodes: [node('T_1', 'a', { meta: { definition: null, synonyms: null } })],
      edges: null,
    });
    expect(read(text).terms[0]).toMatchObject({ definition: null, synonyms: [] });
  });
});

describe('a malformed OBO Graphs file', () => {
  it.each([
    [
      'a label that is a number',
      '{"graphs": [{"nodes": [\n  {"id": "X:1", "lbl": 5}]}]}',
      2,
      24,
      /"lbl" must be a text, not a number/,
    ],
    ['nodes that are no list', '{"graphs": [{"nodes": {}}]}', 1, 23, /"nodes" must be a list, not an object/],
    [
      'a node that is no object',
      '{"graphs": [{"nodes": ["X:1"]}]}',
      1,
      24,
      /an item of this list must be an object, not a text/,
    ],
    ['a node without an id', '{"graphs": [{"nodes": [{"lbl": "a"}]}]}', 1, 24, /this node has no id/],
    [
      'an edge without a subject',
      '{"graphs": [{"edges": [{"pred": "is_a", "obj": "X:1"}]}]}',
      1,
      24,
      /this edge has no "sub"/,
    ],
    [
      'an edge without a predicate',
      '{"graphs": [{"edges": [{"sub": "X:2", "obj": "X:1"}]}]}',
      1,
      24,
      /this edge has no "pred"/,
    ],
    ['a list at the top', '[]', 1, 1, /the document must be an object, not a list/],
    ['a missing comma', '{"graphs": [{"nodes": [{"id": "X:1"\n "lbl": "a"}]}]}', 2, 2, /a comma or a closing bracket/],
    ['an end in the middle', '{"graphs": [{"nodes": [{"id": "X:1"', 1, 36, /the file ends early/],
  ])('with %s is refused, naming file, line and column', (_, text, line, column, problem) => {
    const error = thrownBy(() => read(text));
    expect(error.code).toBe('ontology-malformed');
    expect(error.message).toMatch(new RegExp(`^x\\.json, line ${line}, column ${column}: `));
    expect(error.message).toMatch(problem);
    expect(error.hint.length).toBeGreaterThan(10);
  });

  it.each(['{"graphs": []}', '{"graphs": [{"nodes": [{"id": "X:1", "lbl": "p", "type": "PROPERTY"}]}]}', '{}'])(
    'without a class (%s) is empty',
    (text) => {
      const error = thrownBy(() => read(text));
      expect(error.code).toBe('ontology-empty');
      expect(error.message).toContain(`x.json, line 1, column ${text.length + 1}: `);
    },
  );
});

describe('addresses of classes', () => {
  it.each([
    [`${OBO}HP_0001250`, 'HP:0001250'],
    ['https://purl.obolibrary.org/obo/GO_0005575', 'GO:0005575'],
    [`${OBO}NCBITaxon_Union_0000030`, 'NCBITaxon:Union_0000030'],
    [`${OBO}hp#layperson`, `${OBO}hp#layperson`],
    ['http://www.orpha.net/ORDO/Orphanet_558', 'Orphanet:558'],
    ['http://www.ebi.ac.uk/efo/EFO_0000400', 'EFO:0000400'],
    ['http://identifiers.org/hgnc/1100', 'hgnc:1100'],
    ['https://example.org/terms/some_name', 'https://example.org/terms/some_name'],
    ['HP:0001250', 'HP:0001250'],
  ])('%s is %s', (iri, curie) => {
    expect(toCurie(iri)).toBe(curie);
  });

  it('name the ontology', () => {
    expect(ontologyName(`${OBO}hp.json`)).toBe('hp');
    expect(ontologyName(`${OBO}go/extensions/go-plus.owl`)).toBe('go/extensions/go-plus');
    expect(ontologyName('https://example.org/x.json')).toBe('https://example.org/x.json');
  });
});

describe('the signature of OBO Graphs', () => {
  it('is an object with graphs', () => {
    const detects = (head: string) => obographsFormat.detects(head, {});
    expect(detects(' {\n "graphs" : [')).toBe(true);
    expect(detects('{"@context": {}, "graphs": [')).toBe(true);
    expect(detects('{"nodes": []}')).toBe(false);
    expect(detects('[{"graphs": []}]')).toBe(false);
  });
});
