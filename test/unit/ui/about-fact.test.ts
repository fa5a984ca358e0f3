/** What is known of a fact before any model is asked, in words. */
import { expect, it } from 'vitest';
import { MEASURES } from '../../../src/dataset/lexical';
import { aboutRows, MEASURE_TITLES } from '../../../src/ui/views/fact/about-rows';
import { fact } from '../records/build';

it('a fact’s page names every measure as the laboratory does, and one’s own covariates as they are called', () => {
  expect(MEASURE_TITLES).toEqual(Object.fromEntries(Object.values(MEASURES).map(({ name, title }) => [name, title])));
  const rows = aboutRows(fact({ covariates: { 'lexical.initials': 0.5, mine: 2 } }), null);
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Letters from initials', 'mine']));
  expect(rows.map(({ name }) => name).join()).not.toContain('lexical.');
});
