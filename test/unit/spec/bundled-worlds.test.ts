/** The worlds that come along: all of them are offered, and every table that they name lies beside the page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathFrom } from '../../../src/app/beside-index';
import { parseWorld } from '../../../src/spec';

const beside = new URL('../../../public/', import.meta.url);
const read = (path: string) => readFileSync(new URL(`worlds/${path}`, beside), 'utf8');
const { worlds } = JSON.parse(read('index.json')) as { worlds: { path: string; title: string; description: string }[] };

describe('the worlds that come with the laboratory', () => {
  it('are all in the list of the page', () => {
    const files = readdirSync(new URL('worlds/', beside)).filter((name) => read(name).includes('"worldVersion"'));
    expect(worlds.map(({ path }) => path).sort()).toEqual(files.sort());
  });

  it.each(worlds)('$path can be opened there, tables and all', ({ path }) => {
    for (const { source } of parseWorld(read(path), path).groups) {
      if (source.kind !== 'given') continue;
      expect(existsSync(new URL(pathFrom(`worlds/${path}`, source.path), beside)), source.path).toBe(true);
    }
  });
});
