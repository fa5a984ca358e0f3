/** Telling formats by content, and summarising what was read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { ONTOLOGY_READERS, readOntology } from '../../../src/ontology/registry';
import { summarizeOntology } from '../../../src/ontology/summary';
import { thrownBy } from './thrown';

const OBO = 'format-version: 1.2\n\n[Term]\nid: A:1\nname: one, two\n';

describe('the ontology registry', () => {
  it('tells formats by content, whatever the name', () => {
    expect(readOntology({ name: 'names.csv', text: OBO }).format).toBe('obo');
    expect(readOntology({ name: 'hp.obo', text: 'term\tidentifier\na\tX:1\n' }).format).toBe('table');
    expect(readOntology({ name: 'bom', text: `\ufeff${OBO}` }).format).toBe('obo');
    expect(readOntology({ name: 'no header', text: '[Term]\nid: A:1\nname: x\n' }).format).toBe('obo');
  });

  it('knows a broken OBO file for an OBO file', () => {
    const error = thrownBy(() => readOntology({ name: 'x', text: '[Term\nid: A:1, B\nname: x\n' }));
    expect(error.code).toBe('ontology-malformed');
  });

  it.each([
    ['JSON', '{"graphs": [{"nodes": []}]}', /JSON/],
    ['a JSON list', '[1,2,3]', /JSON/],
    ['OWL', '<?xml version="1.0"?>\n<rdf:RDF a="1,2"/>', /XML/],
    ['a web page', '<!DOCTYPE html>\n<html></html>', /web page/],
    ['a packed file', '\x1f\ufffd\x08\0\0\0\x02\ufffd', /binary/],
    ['binary data without NUL', '\x01\ufffd\x02\ufffd\x03\ufffd,,,', /binary/],
    ['prose', 'Once upon a time there was a term.', /neither OBO nor a table/],
  ])('refuses %s, saying what it looks like and what can be read', (_, text, looks) => {
    const error = thrownBy(() => readOntology({ name: 'what.ever', text }));
    expect(error.code).toBe('ontology-format');
    expect(error.message).toMatch(/^what\.ever /);
    expect(error.message).toMatch(looks);
    for (const reader of ONTOLOGY_READERS) expect(error.hint).toContain(reader.title);
  });

  it.each(['', '\ufeff', ' \n\n\t\n'])('refuses an empty file (%j) as empty', (text) => {
    expect(thrownBy(() => readOntology({ name: 'x', text })).code).toBe('ontology-empty');
  });

  it('never fails with anything but a LabError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', '#', 'a', '[Term]') }),
        ),
        (text) => {
          try {
            readOntology({ name: 'x', text }, { termColumn: 'a', identifierColumn: 'aa' });
          } catch (error) {
            expect(error).toBeInstanceOf(LabError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the summary of an ontology', () => {
  it('counts live and obsolete terms, synonyms, definitions and shared labels', () => {
    const text = `format-version: 1.2
ontology: toy
[Term]
id: a
name: Same
def: "d" []
synonym: "s" EXACT []
[Term]
id: b
name: same
is_a: a
[Term]
id: c
name: Same
is_obsolete: true
synonym: "not counted" EXACT []
`;
    expect(summarizeOntology(readOntology({ name: 'x', text }))).toEqual({
      format: 'obo',
      formatVersion: '1.2',
      version: null,
      name: 'toy',
      licence: null,
      terms: 3,
      live: 2,
      obsolete: 1,
      roots: ['a'],
      synonyms: 1,
      withDefinition: 1,
      sharedLabels: 2,
    });
  });
});
