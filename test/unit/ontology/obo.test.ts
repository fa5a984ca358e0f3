/** OBO flat files: what is kept of them, in whatever pieces they come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OboParser, readObo, readOboChunks, type OboProgress } from '../../../src/ontology/obo';

const SMALL = `format-version: 1.4
data-version: releases/2031-02-03
ontology: toy
default-namespace: toy_space
property_value: http://purl.org/dc/terms/license https://example.org/licence xsd:anyURI
! a comment line

[Term]
id: T:1
name: Root of things

[Term]
id: T:2 ! trailing comment
name: Odd \\"name\\"\\: 50\\% \\! sure {source="here"} ! and a comment
def: "Says \\"hi\\"\\nand [more] ! not a comment." [X:1, Y:2 "why"] {a="b"}
synonym: "exactly" EXACT []
synonym: "in lay words" BROAD layperson [Z:9]
synonym: "no scope" []
synonym: "a \\"quoted\\" one" NARROW [A:1 "text with \\] bracket"]
is_a: T:1 {is_inferred="true"} ! Root of things
alt_id: T:22
alt_id: t:lower
namespace: own_space
xref: Other:1 "unused"
comment: has "one stray quote and [ a bracket

[Typedef]
id: part_of
name: part of
is_transitive: true

[Term]
id: T:3
is_obsolete: true
replaced_by: T:2
`;

describe('reading OBO', () => {
  const ontology = readObo({ name: 'small.obo', text: SMALL });

  it('takes release, name, version and licence from the header', () => {
    expect(ontology).toMatchObject({
      format: 'obo',
      formatVersion: '1.4',
      version: 'releases/2031-02-03',
      name: 'toy',
      licence: 'https://example.org/licence',
    });
  });

  it('keeps terms only, in file order, with live ones at the top as roots', () => {
    expect(ontology.terms.map((term) => term.id)).toEqual(['T:1', 'T:2', 'T:3']);
    expect(ontology.roots).toEqual(['T:1']);
  });

  it('resolves escapes, and drops comments and qualifiers', () => {
    const term = ontology.terms[1]!;
    expect(term.label).toBe('Odd "name": 50% ! sure');
    expect(term.definition).toBe('Says "hi"\nand [more] ! not a comment.');
    expect(term.parents).toEqual(['T:1']);
  });

  it('reads scopes of synonyms with types and sources, related where none is given', () => {
    expect(ontology.terms[1]!.synonyms).toEqual([
      { text: 'exactly', scope: 'EXACT' },
      { text: 'in lay words', scope: 'BROAD' },
      { text: 'no scope', scope: 'RELATED' },
      { text: 'a "quoted" one', scope: 'NARROW' },
    ]);
  });

  it('keeps alternative ids as they are written, and the namespace, its own before the default', () => {
    expect(ontology.terms[1]!.altIds).toEqual(['T:22', 't:lower']);
    expect(ontology.terms.map((term) => term.namespace)).toEqual(['toy_space', 'own_space', 'toy_space']);
  });

  it('lets an obsolete term go without a name, and keeps its replacement', () => {
    expect(ontology.terms[2]).toMatchObject({ obsolete: true, label: '', replacedBy: ['T:2'] });
  });

  it('reads synonym tags of OBO 1.0 and a quoted licence', () => {
    const old = readObo({
      name: 'old.obo',
      text: 'format-version: 1.0\nproperty_value: dc:license "free for all" xsd:string\n[Term]\nid: a\nname: b\nnarrow_synonym: "c" []\n',
    });
    expect(old.terms[0]!.synonyms).toEqual([{ text: 'c', scope: 'NARROW' }]);
    expect(old.licence).toBe('free for all');
  });

  it('keeps braces that are part of a name, and exclamation marks inside words', () => {
    const { terms } = readObo({
      name: 'x',
      text: '[Term]\nid: C:1\nname: 1-{[2-(x)]} acid\n[Term]\nid: C:2\nname: wow!x\n',
    });
    expect(terms.map((term) => term.label)).toEqual(['1-{[2-(x)]} acid', 'wow!x']);
  });

  it('joins lines that end with a backslash', () => {
    const { terms } = readObo({ name: 'x', text: '[Term]\nid: C:1\nname: one \\\ntwo\ncomment: ends with two \\\\\n' });
    expect(terms[0]!.label).toBe('one two');
  });

  it('lets an anonymous term go without a name', () => {
    const { terms } = readObo({ name: 'x', text: '[Term]\nid: _:1\nis_anonymous: true\n' });
    expect(terms[0]).toMatchObject({ id: '_:1', label: '' });
  });

  it('counts a live term as a root when its parents are not in the file or obsolete', () => {
    const text =
      '[Term]\nid: a\nname: a\nis_a: gone\n[Term]\nid: b\nname: b\nis_a: c\n[Term]\nid: c\nis_obsolete: true\n';
    expect(readObo({ name: 'x', text }).roots).toEqual(['a', 'b']);
  });

  it('reads CRLF files with a byte-order mark to the same terms', () => {
    expect(readObo({ name: 'small.obo', text: `\ufeff${SMALL.replaceAll('\n', '\r\n')}` })).toEqual(ontology);
  });
});

describe('reading OBO in chunks', () => {
  it('gives the same ontology wherever the text is cut, also within CRLF and escapes', async () => {
    const text = `\ufeff${SMALL.replaceAll('\n', '\r\n')}`;
    const whole = readObo({ name: 'small.obo', text });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 40 }), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
        const chunks = edges.slice(1).map((end, i) => text.slice(edges[i], end));
        expect(await readOboChunks('small.obo', chunks)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('reports progress after every chunk and lets the caller stop by throwing', async () => {
    const seen: OboProgress[] = [];
    const half = SMALL.indexOf('[Typedef]');
    await readOboChunks('small.obo', [SMALL.slice(0, half), SMALL.slice(half)], (progress) => void seen.push(progress));
    expect(seen.map((progress) => progress.terms)).toEqual([1, 2]);
    expect(seen.at(-1)!.characters).toBe(SMALL.length);
    const stop = () => {
      throw new Error('stop');
    };
    await expect(readOboChunks('small.obo', [SMALL], stop)).rejects.toThrow('stop');
  });

  it('takes an async source', async () => {
    async function* source() {
      yield '[Term]\nid: a\nna';
      yield 'me: b';
    }
    expect((await readOboChunks('x', source())).terms[0]!.label).toBe('b');
  });

  it('numbers lines over chunks', () => {
    const parser = new OboParser('x');
    parser.pushLine('[Term]');
    expect(() => parser.pushLine('nonsense')).toThrow('x, line 2:');
  });
});
