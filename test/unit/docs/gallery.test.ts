/** The bundles of the gallery are those that the command writes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GALLERY_RUNS } from '../../../src/app/gallery.svelte';
import { galleryBundles } from '../../docs/gallery';

describe('the made-up runs of the gallery', () => {
  const bundles = galleryBundles();

  test('are the files beside the page', () => {
    for (const [name, bytes] of Object.entries(bundles)) {
      const file = readFileSync(new URL(`../../../public/gallery/${name}`, import.meta.url));
      expect(file.equals(bytes), `${name}: run npm run docs:gallery`).toBe(true);
    }
  });

  test('are those that the page offers', () => {
    expect(Object.keys(bundles).sort()).toEqual(GALLERY_RUNS.map(({ name }) => `${name}.zip`).sort());
  });
});
