import { describe, expect, it } from 'vitest';
import { bareTerm } from '../../../src/ontology/bare-term';
import { searchTerms } from '../../../src/ontology/search';
import type { Term } from '../../../src/ontology/types';

const term = (id: string, label: string, fields: Partial<Term> = {}): Term => bareTerm({ id, label, ...fields });

const terms = [
  term('X:1', 'Absent seizure control'),
  term('X:2', 'Seizure'),
  term('X:3', 'Seizure, focal', { synonyms: [{ text: 'Partial fit', scope: 'EXACT' }] }),
  term('X:4', 'Sjögren syndrome'),
  term('X:5', 'Old seizure', { obsolete: true }),
  term('X:6', 'insulin', { symbol: 'INS' }),
];
const found = (text: string, obsolete = false) =>
  searchTerms(terms, { text, obsolete }, 0, 10).terms.map(({ id }) => id);

describe('the search for terms', () => {
  it('puts the very name first, then names that begin with it, then the others', () => {
    expect(found('seizure')).toEqual(['X:2', 'X:3', 'X:1']);
  });
  it('looks into identifiers, symbols and synonyms, every word of the query', () => {
    expect(found('x:4')).toEqual(['X:4']);
    expect(found('ins')).toEqual(['X:6']);
    expect(found('fit partial')).toEqual(['X:3']);
    expect(found('fit complete')).toEqual([]);
  });
  it('passes over accents and letter case', () => {
    expect(found('SJOGREN')).toEqual(['X:4']);
  });
  it('shows obsolete terms only when asked', () => {
    expect(found('old')).toEqual([]);
    expect(found('old', true)).toEqual(['X:5']);
  });
  it('gives a page and the number of all matches; an empty query matches everything live', () => {
    const page = searchTerms(terms, { text: ' ' }, 1, 2);
    expect(page.total).toBe(5);
    expect(page.terms.map(({ id }) => id)).toEqual(['X:2', 'X:3']);
  });
});
