import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { placeText, readPlace, type Place } from '../../../src/app/place';
import { isSection, placeOf, SECTIONS } from '../../../src/app/sections';
import { listFields } from '../../../src/spec/fields';

describe('a place of the page as a text', () => {
  test('comes back as it was, whatever its part and options are called', () => {
    const place = fc.record({
      section: fc.constantFrom(...SECTIONS.map(({ name }) => name)),
      item: fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null }),
      options: fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
    });
    fc.assert(
      fc.property(place, (drawn) => {
        const own: Place = { ...drawn, options: { ...drawn.options } };
        expect(readPlace(placeText(own))).toEqual(own);
      }),
    );
  });

  test('is none where it names no section', () => {
    for (const text of ['', '#', '#results', '#/nowhere', '#s1=AAAA', '#/Results', '#//x']) {
      expect(readPlace(text), text).toBeNull();
    }
  });

  test('a broken escape leads to the section itself', () => {
    expect(readPlace('#/results/%E0%A4%A')).toEqual({ section: 'results', item: null, options: {} });
  });
});

describe('the section that holds a control', () => {
  test('there is one for every setting, and for the places errors name', () => {
    const paths = [
      ...listFields().map(({ path }) => path),
      'device',
      'storage',
      'study',
      'world.groups.0',
      'pretrain.batch',
    ];
    for (const path of paths) expect(isSection(placeOf(path).section), path).toBe(true);
  });

  test('files are where they are chosen, settings where they are set', () => {
    expect(placeOf('model.path')).toEqual({ section: 'model', item: null });
    expect(placeOf('model.precision').section).toBe('experiment');
    expect(placeOf('ontology.counts.path').section).toBe('data');
    expect(placeOf('world.groups.2')).toEqual({ section: 'data', item: 'world' });
    expect(placeOf('train.epochs').section).toBe('experiment');
  });

  test('letters of sections are their own', () => {
    expect(new Set(SECTIONS.map(({ letter }) => letter)).size).toBe(SECTIONS.length);
  });
});
