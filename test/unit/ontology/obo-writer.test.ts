/** OBO out of terms: what is written is read back the same. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readObo, writeObo } from '../../../src/ontology/obo';
import { OboParser } from '../../../src/ontology/obo/parser';
import { liveRoots } from '../../../src/ontology/roots';
import type { Ontology } from '../../../src/ontology/types';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { ontologies, parsed } from './sources';

const asOntology = (given: Pick<Ontology, 'version' | 'name' | 'licence' | 'terms'>): Ontology => ({
  kind: 'ontology',
  format: 'obo',
  formatVersion: '1.4',
  warnings: [],
  warningCount: 0,
  roots: liveRoots(given.terms),
  ...given,
});

describe('an ontology written as OBO', () => {
  it('is read back the same, whatever its texts hold and wherever the file is cut', () => {
    fc.assert(
      fc.property(ontologies, fc.array(fc.nat(4000), { maxLength: 20 }), (given, places) => {
        const ontology = asOntology(given);
        const text = writeObo(ontology);
        const cuts = places.map((place) => place % (text.length + 1));
        expect(parsed(new OboParser('written.obo'), text, cuts)).toEqual(ontology);
      }),
      { numRuns: 400 },
    );
  });

  it('escapes what OBO would take for its own', () => {
    const text = writeObo(
      asOntology({
        version: null,
        name: null,
        licence: null,
        terms: [
          {
            id: 'A 1',
            label: 'a ! b {c="d"} \\',
            symbol: null,
            definition: 'says "x"\r\nand\tmore',
            synonyms: [{ text: '<i>"q"</i>', scope: 'NARROW' }],
            parents: ['!x'],
            altIds: [],
            obsolete: false,
            replacedBy: [],
            namespace: null,
            xrefs: ['http://x.org/a b'],
            cells: null,
          },
        ],
      }),
    );
    expect(text).toBe(
      [
        'format-version: 1.4',
        '',
        '[Term]',
        'id: A\\W1',
        'name: a \\! b \\{c="d"} \\\\',
        'def: "says \\"x\\"\\nand\\tmore" []',
        'synonym: "<i>\\"q\\"</i>" NARROW []',
        'xref: http://x.org/a\\Wb',
        'is_a: \\!x',
        '',
      ].join('\n'),
    );
  });

  it('keeps a live term without a name by marking it anonymous', () => {
    const ontology = readObo({ name: 'x', text: '[Term]\nid: _:1\nis_anonymous: true\n' });
    expect(readObo({ name: 'x', text: writeObo(ontology) }).terms).toEqual(ontology.terms);
  });
});

describeWithShared('published ontologies', ['data/hp_full_2016-04-01.obo', 'data/goslim_generic.obo'], () => {
  it.each(['hp_full_2016-04-01.obo', 'goslim_generic.obo'])('%s survives the way through terms and back', (name) => {
    const ontology = readObo({ name, text: readFileSync(sharedPath('data', name), 'utf8') });
    const again = readObo({ name, text: writeObo(ontology) });
    expect(again).toEqual({ ...ontology, formatVersion: '1.4' });
  });
});
