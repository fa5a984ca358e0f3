/** The studies that come along: all of them are offered, under what they call themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listStudy } from '../../../src/experiment';
import { parseStudy } from '../../../src/spec';

const folder = new URL('../../../public/studies/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const { studies } = JSON.parse(read('index.json')) as { studies: { path: string; title: string }[] };

describe('the studies that come with the laboratory', () => {
  it('are all in the list of the page', () => {
    const files = readdirSync(folder).filter((name) => read(name).includes('"studyVersion"'));
    expect(studies.map(({ path }) => path)).toEqual(files);
  });

  it.each(studies)('$path is the study that the page says', ({ path, title }) => {
    expect(parseStudy(read(path), path).name).toBe(title);
    expect(listStudy(read(path), path).cells.length).toBeGreaterThan(1);
  });
});
