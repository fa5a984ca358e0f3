/** OBO flat files: what is kept of them, in whatever pieces they come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObo } from '../../../src/ontology/obo';
import { OboParser } from '../../../src/ontology/obo/parser';
import { cutsOf, parsed } from './sources';

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
xref: Other:1 "described" {source="x"}
xref_analog: UMLS:C01 ! old
xref: http://x.org/with space
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

  it('keeps cross-references as written, without their descriptions', () => {
    expect(ontology.terms[1]!.xrefs).toEqual(['Other:1', 'UMLS:C01', 'http://x.org/with space']);
    expect(ontology.terms[0]!.xrefs).toEqual([]);
  });

  it('keeps a label with HTML in it as the text it is', () => {
    const { terms } = readObo({ name: 'x', text: '[Term]\nid: C:1\nname: <b onclick="x()">bold</b> &lt;\n' });
    expect(terms[0]!.label).toBe('<b onclick="x()">bold</b> &lt;');
  });

  it('has nothing to warn of where all is as it should be', () => {
    expect(ontology).toMatchObject({ warnings: [], warningCount: 0 });
  });

  it('tells what was left out, and where', () => {
    const text = `[Term]
id: T:1
name: one
def: "first" [X:1]
def: "second" []
  def: "a "quoted" word" []
synonym: " " EXACT []
xref: ! nothing
`;
    const { terms, warnings } = readObo({ name: 'x', text });
    expect(terms[0]).toMatchObject({ definition: 'first', synonyms: [], xrefs: [] });
    expect(warnings.map(({ line, column }) => [line, column])).toEqual([
      [5, 6],
      [6, 12],
      [6, 8],
      [7, 10],
      [8, 7],
    ]);
    expect(warnings[0]!.message).toContain('second definition');
    expect(warnings[1]!.message).toContain('after the closing quotation mark');
    expect(warnings[3]!.message).toContain('synonym is empty');
    expect(warnings[4]!.message).toContain('cross-reference is empty');
  });

  it('lists a hundred warnings and counts the rest', () => {
    const text = `[Term]\nid: T:1\nname: one\n${'synonym: "" EXACT []\n'.repeat(250)}`;
    const { warnings, warningCount } = readObo({ name: 'x', text });
    expect([warnings.length, warningCount]).toEqual([100, 250]);
  });

  it('reads CRLF files with a byte-order mark to the same terms', () => {
    expect(readObo({ name: 'small.obo', text: `\ufeff${SMALL.replaceAll('\n', '\r\n')}` })).toEqual(ontology);
  });
});

describe('reading OBO in pieces', () => {
  it('gives the same ontology wherever the text is cut, also within CRLF and escapes', () => {
    const text = `\ufeff${SMALL.replaceAll('\n', '\r\n')}`;
    const whole = readObo({ name: 'small.obo', text });
    fc.assert(
      fc.property(cutsOf(text), (cuts) => {
        expect(parsed(new OboParser('small.obo'), text, cuts)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('counts the terms that are complete', () => {
    const parser = new OboParser('small.obo');
    const half = SMALL.indexOf('[Typedef]');
    parser.push(SMALL.slice(0, half));
    expect(parser.records).toBe(1);
    parser.push(SMALL.slice(half));
    expect(parser.records).toBe(2);
    expect(parser.finish().terms).toHaveLength(3);
  });

  it('numbers lines over pieces', () => {
    const parser = new OboParser('x');
    parser.push('[Ter');
    parser.push('m]\n');
    expect(() => parser.push('nonsense\n')).toThrow('x, line 2, column 1:');
  });

  it('takes time in proportion to the text, also for one line in tiny pieces', () => {
    const parser = new OboParser('x');
    parser.push('[Term]\nid: T:1\nname: ');
    for (let i = 0; i < 300_000; i++) parser.push('word ');
    expect(parser.finish().terms[0]!.label).toHaveLength(5 * 300_000 - 1);
  });
});
