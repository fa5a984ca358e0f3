/** Which terms can be asked, and what counts as right for them. */
import { describe, expect, it } from 'vitest';
import { candidatesFrom } from '../../../src/dataset/candidates';
import { failure, source } from './fixtures';

describe('candidates', () => {
  it('accept every identifier that shares the label, letter case and spacing aside, their own first', () => {
    const found = candidatesFrom([source('A:1', 'Twin'), source('A:2', 'other'), source('A:3', 'twin ')]);
    expect(found.map((one) => one.acceptedIdentifiers)).toEqual([['A:1', 'A:3'], ['A:2'], ['A:3', 'A:1']]);
  });

  it('accept the label alone, exact synonyms too, or all synonyms too', () => {
    const synonyms = [
      { text: 'same\n thing', scope: 'EXACT' },
      { text: 'wider thing', scope: 'BROAD' },
      { text: ' ', scope: 'EXACT' },
      { text: 'thing', scope: 'EXACT' },
    ];
    const named = [source('A:1', 'thing', { synonyms })];
    expect(candidatesFrom(named)[0]!.acceptedTerms).toEqual(['thing']);
    expect(candidatesFrom(named, { synonyms: 'exact' })[0]!.acceptedTerms).toEqual(['thing', 'same thing']);
    expect(candidatesFrom(named, { synonyms: 'all' })[0]!.acceptedTerms).toEqual([
      'thing',
      'same thing',
      'wider thing',
    ]);
  });

  it('accept identifiers of merged terms, also those of a namesake, unless they are another term’s own', () => {
    const sources = [
      source('A:1', 'twin', { otherIdentifiers: ['A:8', 'A:3'] }),
      source('A:2', 'Twin', { otherIdentifiers: ['A:9'] }),
      source('A:3', 'third'),
    ];
    expect(candidatesFrom(sources)[0]!.acceptedIdentifiers).toEqual(['A:1', 'A:8', 'A:2', 'A:9']);
    const kept = candidatesFrom(sources, { alternativeIdentifiers: 'kept-not-accepted' })[0]!;
    expect(kept.acceptedIdentifiers).toEqual(['A:1', 'A:2']);
    expect(kept.otherIdentifiers).toEqual(['A:8', 'A:3']);
  });

  it('have labels on one line', () => {
    expect(candidatesFrom([source('A:1', ' two\n lines\t')])[0]!.term).toBe('two lines');
  });

  it('belong to what a column says, where one is named', () => {
    const sources = [
      source('A:1', 'a', { entity: 'branch', cells: { family: ' kinases ' } }),
      source('A:2', 'b', { entity: 'branch', cells: { family: '' } }),
    ];
    expect(candidatesFrom(sources).map(({ entity }) => entity)).toEqual(['branch', 'branch']);
    expect(candidatesFrom(sources, { entityColumn: 'family' }).map(({ entity }) => entity)).toEqual(['kinases', null]);
  });

  it('refuse an entity column that is not there, naming those that are', () => {
    const sources = [source('A:1', 'a', { cells: { family: 'kinases', weight: '2' } })];
    expect(failure(() => candidatesFrom(sources, { entityColumn: 'toString' }))).toMatchObject({
      code: 'table-malformed',
      hint: 'Choose one of: family, weight.',
      control: 'ontology.entityColumn',
    });
    expect(failure(() => candidatesFrom([source('A:1', 'a')], { entityColumn: 'x' })).hint).toContain('table');
  });
});
