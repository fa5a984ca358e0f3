/** Ten thousand damaged documents of each format: every one is refused with line and column, or read soundly. */
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { PhiloxSequence } from '../../../src/core/philox';
import { oboFormat, writeObo } from '../../../src/ontology/obo';
import { obographsFormat } from '../../../src/ontology/obographs';
import type { SourceFormat } from '../../../src/ontology/reader';
import type { Ontology, Source, Term } from '../../../src/ontology/types';
import { obographsDocument, parsed } from './sources';

const DOCUMENTS = 10_000;
const SEED = 20260901;

const blank = { symbol: null, cells: null, altIds: [], replacedBy: [], xrefs: [], synonyms: [], parents: [] };
const TERMS: Term[] = [
  { ...blank, id: 'HP:0000001', label: 'All', definition: null, obsolete: false, namespace: 'toy' },
  {
    ...blank,
    id: 'HP:0000002',
    label: 'Long "toe" {odd=1} ! indeed',
    definition: 'A toe\nthat is \\ long [see below].',
    synonyms: [
      { text: 'big toe', scope: 'BROAD' },
      { text: 'the "toe"', scope: 'EXACT' },
    ],
    parents: ['HP:0000001', 'HP:0000009'],
    altIds: ['HP:0000022'],
    obsolete: false,
    namespace: null,
    xrefs: ['UMLS:C0000001', 'http://x.org/a b'],
  },
  {
    ...blank,
    id: 'HP:0000003',
    label: '',
    definition: null,
    obsolete: true,
    replacedBy: ['HP:0000002'],
    namespace: 'toy',
  },
];
const ONTOLOGY: Ontology = {
  kind: 'ontology',
  format: 'obo',
  formatVersion: '1.4',
  version: '2031-02-03',
  name: 'toy',
  licence: 'CC0 "1.0"',
  warnings: [],
  warningCount: 0,
  terms: TERMS,
  roots: ['HP:0000001'],
};

const OBO_TOKENS = [
  '[Term]',
  '[Typedef]',
  '[',
  'id: ',
  'name: ',
  'is_a: ',
  'def: "',
  'synonym: "a" ',
  'EXACT',
  'is_obsolete: true',
];
const JSON_TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"id"',
  '"lbl"',
  '"CLASS"',
  '"meta":',
  'null',
  'true',
  '1e9',
  '\\u00',
  '"graphs"',
];
const CHARACTERS = [
  '"',
  '\\',
  '!',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\n',
  '\r',
  '\t',
  ' ',
  '\0',
  '\x07',
  'é',
  '\ud800',
  '\ufeff',
  'z',
  '0',
];

function mutate(text: string, tokens: readonly string[], draw: PhiloxSequence): string {
  let mutated = text;
  for (let left = 1 + draw.nextInt(3); left > 0; left--) {
    const at = draw.nextInt(mutated.length + 1);
    const span = 1 + draw.nextInt(draw.nextInt(2) === 0 ? 3 : 60);
    const insert = (piece: string) => (mutated = mutated.slice(0, at) + piece + mutated.slice(at));
    const lines = mutated.split('\n');
    const [one, other] = [draw.nextInt(lines.length), draw.nextInt(lines.length)];
    switch (draw.nextInt(8)) {
      case 0: // a span is lost
        mutated = mutated.slice(0, at) + mutated.slice(at + span);
        break;
      case 1: // a character slips in
        insert(CHARACTERS[draw.nextInt(CHARACTERS.length)]!);
        break;
      case 2: // a character is another
        mutated = mutated.slice(0, at) + CHARACTERS[draw.nextInt(CHARACTERS.length)]! + mutated.slice(at + 1);
        break;
      case 3: // a token slips in
        insert(tokens[draw.nextInt(tokens.length)]!);
        break;
      case 4: // a span comes twice
        insert(mutated.slice(at, at + span));
        break;
      case 5: // two lines change places
        [lines[one], lines[other]] = [lines[other]!, lines[one]!];
        mutated = lines.join('\n');
        break;
      case 6: // a line is lost, or comes twice
        lines.splice(one, draw.nextInt(2), ...(draw.nextInt(2) === 0 ? [] : [lines[one]!]));
        mutated = lines.join('\n');
        break;
      default: // the rest is lost
        mutated = mutated.slice(0, at);
    }
  }
  return mutated;
}

function expectSound(source: Source): void {
  const { terms, roots, warnings, warningCount } = source as Ontology;
  expect(terms.length).toBeGreaterThan(0);
  const ids = new Set<string>();
  for (const term of terms) {
    if (term.id === '' || ids.has(term.id)) throw new Error(`bad id ${JSON.stringify(term.id)}`);
    ids.add(term.id);
    if (term.label !== term.label.trim() || term.label.includes('\0')) throw new Error('bad label');
    const lists = [term.parents, term.altIds, term.replacedBy, term.xrefs, term.synonyms.map(({ text }) => text)];
    if (lists.flat().some((text) => typeof text !== 'string' || text.trim() === '')) throw new Error('empty text');
    if (term.synonyms.some(({ scope }) => !['EXACT', 'BROAD', 'NARROW', 'RELATED'].includes(scope)))
      throw new Error('scope');
    if (typeof term.obsolete !== 'boolean') throw new Error('flag');
  }
  if (roots.some((id) => !ids.has(id))) throw new Error('bad root');
  expect(warningCount).toBe(warnings.length);
  for (const { line, column, message } of warnings) {
    if (!(line! > 0 && column! > 0 && message !== '')) throw new Error('a warning without a place');
  }
}

describe('damaged documents', () => {
  it.each<[string, SourceFormat, string, readonly string[]]>([
    ['OBO', oboFormat, writeObo(ONTOLOGY), OBO_TOKENS],
    ['OBO Graphs', obographsFormat, obographsDocument(ONTOLOGY), JSON_TOKENS],
    ['OBO Graphs on one line', obographsFormat, obographsDocument(ONTOLOGY, { indent: 0 }), JSON_TOKENS],
  ])('%s: each is refused with its place, or read to sound terms', (_, format, text, tokens) => {
    expect((parsed(format.open('sound', {}), text) as Ontology).terms).toEqual(TERMS);
    const draw = new PhiloxSequence(SEED, 1);
    const outcomes = { refused: 0, warned: 0, read: 0 };
    for (let i = 0; i < DOCUMENTS; i++) {
      const mutated = mutate(text, tokens, draw);
      try {
        const source = parsed(format.open('damaged', {}), mutated, [draw.nextInt(mutated.length + 1)]);
        expectSound(source);
        outcomes[source.warningCount > 0 ? 'warned' : 'read'] += 1;
      } catch (error) {
        if (!(error instanceof LabError))
          throw new Error(`${String(error)} from ${JSON.stringify(mutated)}`, { cause: error });
        if (!/^damaged, line \d+, column \d+: /.test(error.message) || error.hint === '') throw error;
        if (!['ontology-malformed', 'ontology-empty', 'ontology-format'].includes(error.code)) throw error;
        outcomes.refused += 1;
      }
    }
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(DOCUMENTS / 200);
  });
});
