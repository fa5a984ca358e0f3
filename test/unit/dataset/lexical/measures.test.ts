/** Lexicalization by hand: worked pairs, and what must hold for any pair. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEXICAL_NAMES, lexicalMeasures, MEASURES, TOKEN_NAMES, tokenMeasures } from '../../../../src/dataset/lexical';

const measured = (identifier: string, term: string) => lexicalMeasures({ identifier, term }, 'symbol');

describe('worked pairs', () => {
  it('TP53, tumor protein p53: every letter from the name, not an acronym of all words', () => {
    const tp53 = measured('TP53', 'tumor protein p53');
    // n = 1: {t p 5 3} in 11 letters; n = 2: p5, 53 of 3 in 12; n = 3: p53 of 2 in 9
    expect(tp53['lexical.ngram']).toBeCloseTo((8 / 15 + 4 / 15 + 2 / 11) / 3, 12);
    expect(tp53['lexical.containment']).toBeCloseTo((4 / 4 + 2 / 3 + 1 / 2) / 3, 12);
    expect(tp53).toMatchObject({
      'lexical.substring': 0.75,
      'lexical.initials': 1,
      'lexical.acronym': 0,
      'lexical.abbreviation': 1,
      'lexical.digits': 0.5,
      'lexical.grammar': 2,
      'lexical.identifier-length': 4,
      'lexical.term-length': 17,
      'lexical.term-words': 3,
    });
  });

  it('INS, insulin: contained whole, one letter of three from the only initial', () => {
    const ins = measured('INS', 'insulin');
    expect(ins['lexical.ngram']).toBeCloseTo((6 / 8 + 4 / 7 + 2 / 6) / 3, 12);
    expect(ins['lexical.initials']).toBeCloseTo(1 / 3, 12);
    expect(ins).toMatchObject({
      'lexical.containment': 1,
      'lexical.substring': 1,
      'lexical.acronym': 0,
      'lexical.abbreviation': 1,
      'lexical.digits': 0,
    });
  });

  it('HP:0001250, Seizure: nothing in common; the prefix is no part of the comparison', () => {
    expect(lexicalMeasures({ identifier: 'HP:0001250', term: 'Seizure' }, 'arbitrary-code')).toEqual({
      'lexical.ngram': 0,
      'lexical.containment': 0,
      'lexical.substring': 0,
      'lexical.initials': 0,
      'lexical.acronym': 0,
      'lexical.abbreviation': 0,
      'lexical.digits': 1,
      'lexical.grammar': 0,
      'lexical.identifier-length': 10,
      'lexical.term-length': 7,
      'lexical.term-words': 1,
    });
    expect(measured('HP:0000707', 'hp')['lexical.ngram']).toBe(0);
  });

  it('E30.1, Precocious puberty: three digits of four characters', () => {
    const code = lexicalMeasures({ identifier: 'E30.1', term: 'Precocious puberty' }, 'hierarchical-code');
    expect(code).toMatchObject({ 'lexical.digits': 0.75, 'lexical.initials': 0, 'lexical.grammar': 1 });
  });

  it.each([
    ['A1BG', 'alpha-1-B glycoprotein', 1, 1],
    ['AANAT', 'aralkylamine N-acetyltransferase', 3 / 5, 0],
    ['HLA-A', 'major histocompatibility complex, class I, A', 1 / 2, 0],
    ['ATM', 'ATM serine/threonine kinase', 2 / 3, 0],
  ])('%s, %s: initials', (identifier, term, share, exact) => {
    expect(measured(identifier, term)['lexical.initials']).toBeCloseTo(share, 12);
    expect(measured(identifier, term)['lexical.acronym']).toBe(exact);
  });

  it.each([
    ['GAPDH', 'glyceraldehyde-3-phosphate dehydrogenase', 1],
    ['PDH', 'glyceraldehyde-3-phosphate dehydrogenase', 1],
    ['LDH', 'glyceraldehyde-3-phosphate dehydrogenase', 0], // no word begins with l
    ['HSP', 'heat shock protein', 1],
    ['HPS', 'heat shock protein', 0], // out of order
  ])('%s abbreviates %s: %i', (identifier, term, yes) => {
    expect(measured(identifier, term)['lexical.abbreviation']).toBe(yes);
  });

  it('a side without letters and digits leaves the shares undefined, not wrong', () => {
    expect(measured('?', 'Seizure')).toMatchObject({ 'lexical.ngram': null, 'lexical.digits': null });
    expect(measured('TP53', '—')).toMatchObject({ 'lexical.initials': null, 'lexical.digits': 0.5 });
    expect(lexicalMeasures({ identifier: 'x', term: 'x' })['lexical.grammar']).toBeNull();
  });

  it('accents and punctuation make no difference', () => {
    expect(measured('SJO', 'Sjögren-Syndrom')['lexical.ngram']).toBe(
      measured('SJO', 'sjogren syndrom')['lexical.ngram'],
    );
  });
});

describe('tokens', () => {
  it('are counted by the function that is given, on both sides as they stand', () => {
    const asked: string[] = [];
    const counts = tokenMeasures({ identifier: 'HP:0001250', term: 'Seizure' }, (text) => {
      asked.push(text);
      return text.length;
    });
    expect(counts).toEqual({ 'tokens.term': 7, 'tokens.identifier': 10 });
    expect(asked.sort()).toEqual(['HP:0001250', 'Seizure']);
  });
});

describe('any pair', () => {
  const ascii = fc.string({ maxLength: 20 });
  const text = fc.oneof(ascii, fc.string({ unit: 'grapheme', maxLength: 20 }));

  it('has every described measure, in the range that its descriptor states', () => {
    fc.assert(
      fc.property(text, text, (identifier, term) => {
        const measures = measured(identifier, term);
        expect(Object.keys(measures).sort()).toEqual([...LEXICAL_NAMES].sort());
        for (const name of LEXICAL_NAMES) {
          const value = measures[name];
          if (value === null) continue;
          const [low, high] = MEASURES[name].range;
          expect(value, name).toBeGreaterThanOrEqual(low);
          expect(value, name).toBeLessThanOrEqual(high ?? Number.MAX_SAFE_INTEGER);
          if (MEASURES[name].unit !== 'share') expect(Number.isInteger(value), name).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is measured alike in capitals and small letters', () => {
    fc.assert(
      fc.property(ascii, ascii, (identifier, term) => {
        expect(measured(identifier.toUpperCase(), term.toLowerCase())).toEqual(
          measured(identifier.toLowerCase(), term.toUpperCase()),
        );
      }),
      { numRuns: 500 },
    );
  });

  const plain = fc.stringMatching(/^[a-z0-9]{1,12}( [a-z0-9]{1,8}){0,2}$/);

  it('overlaps as much with the sides exchanged', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(measured(a, b)['lexical.ngram']).toBe(measured(b, a)['lexical.ngram']);
      }),
    );
  });

  it('overlaps fully with itself and is contained in any longer term that repeats it', () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(measured(a, a)['lexical.ngram']).toBe(1);
        expect(measured(a, `${b} ${a}`)['lexical.containment']).toBe(1);
        expect(measured(a, `${b} ${a}`)['lexical.abbreviation']).toBe(1);
      }),
    );
  });

  it('whose identifier is made of the initials is an acronym with all letters from initials', () => {
    const phrase = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(phrase, (parts) => {
        const made = measured(
          parts
            .map((part) => part[0])
            .join('')
            .toUpperCase(),
          parts.join(' '),
        );
        expect(made).toMatchObject({ 'lexical.initials': 1, 'lexical.acronym': 1, 'lexical.abbreviation': 1 });
      }),
    );
  });
});

describe('descriptors', () => {
  it('stand under their own names, each with words for the reader', () => {
    expect(Object.keys(MEASURES).sort()).toEqual([...LEXICAL_NAMES, ...TOKEN_NAMES].sort());
    for (const [name, { name: own, title, help, unit, levels }] of Object.entries(MEASURES)) {
      expect(own).toBe(name);
      expect(title).not.toBe('');
      expect(help).toMatch(/\.$/);
      expect(levels !== null).toBe(unit === 'class');
    }
  });
});
