/** Which terms can be asked, and what counts as right for them. */
import { describe, expect, it } from 'vitest';
import { candidatesFrom } from '../../../src/dataset/candidates';
import { ontologyOf, term } from './fixtures';

describe('candidates of an ontology', () => {
  it('are all live terms with a label, the root included', () => {
    const ontology = ontologyOf([
      term('A:1', 'root'),
      term('A:2', 'leaf', { parents: ['A:1'] }),
      term('A:3', 'gone', { obsolete: true }),
      term('A:4', ' \n'),
    ]);
    expect(candidatesFrom(ontology).map((c) => c.identifier)).toEqual(['A:1', 'A:2']);
  });

  it('accept every identifier that shares the label, letter case and spacing aside, their own first', () => {
    const ontology = ontologyOf([
      term('A:1', 'Twin'),
      term('A:2', 'other'),
      term('A:3', 'twin '),
      term('A:4', 'TWIN', { obsolete: true }),
    ]);
    expect(candidatesFrom(ontology).map((c) => c.acceptedIdentifiers)).toEqual([
      ['A:1', 'A:3'],
      ['A:2'],
      ['A:3', 'A:1'],
    ]);
  });

  it('accept exact synonyms as names only when asked to, and no others', () => {
    const synonyms = [
      { text: 'same thing', scope: 'EXACT' as const },
      { text: 'wider thing', scope: 'BROAD' as const },
    ];
    const ontology = ontologyOf([term('A:1', 'thing', { synonyms })]);
    expect(candidatesFrom(ontology)[0]!.acceptedTerms).toEqual(['thing']);
    expect(candidatesFrom(ontology, { acceptSynonyms: true })[0]!.acceptedTerms).toEqual(['thing', 'same thing']);
  });

  it('have labels on one line', () => {
    expect(candidatesFrom(ontologyOf([term('A:1', ' two\n lines\t')]))[0]!.term).toBe('two lines');
  });
});
