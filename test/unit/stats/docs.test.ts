/** The pages of docs/statistics say what the code gives. After a change: npm run docs:stats. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makePages, PAGES } from '../../science/method-pages';

const files = makePages();
const stored = (name: string) => readFileSync(new URL(`../../../docs/statistics/${name}`, import.meta.url), 'utf8');

it.each([...files.keys()])('docs/statistics/%s is up to date', (name) => {
  expect(stored(name)).toBe(files.get(name));
});

it('has a page for every family, each with a picture, a formula and its source', () => {
  expect(PAGES.length).toBeGreaterThan(25);
  for (const { name } of PAGES) {
    const page = stored(`${name}.md`);
    for (const part of ['```text', 'Source:', `](${name}.svg)`, '"', '**Verified.**'])
      expect(page, name).toContain(part);
  }
});
