/**
 * `npm run screens`: pictures of every section, both themes, at a desk and on a phone, of the built page with the
 * recorded run on show; SCREENS names the folder. Those of the README go to docs/screens.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { placeText, readPlace } from '../src/app/place';
import { SECTIONS } from '../src/app/sections';
import { LabPage } from './lab-page';

const FOLDER = process.env.SCREENS;
test.skip(FOLDER === undefined, 'pictures are taken by npm run screens');
test.use({ storageState: { cookies: [], origins: [] } });

/** Parts that are worth a picture of their own. */
const PARTS = ['#/data/world', '#/lessons/direction', '#/lessons/glossary'];
const SIZES = [
  { name: 'desk', width: 1440, height: 900 },
  { name: 'phone', width: 390, height: 844 },
];

async function show(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), place);
  await new LabPage(page).settled();
}

test('every section', async ({ page }) => {
  test.setTimeout(600_000);
  await mkdir(FOLDER!, { recursive: true });
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  for (const { name: size, ...viewport } of SIZES) {
    await page.setViewportSize(viewport);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const places = [...SECTIONS.map(({ name }) => placeText({ section: name, item: null, options: {} })), ...PARTS];
      for (const place of places) {
        await show(page, place);
        const { section, item } = readPlace(place)!;
        const file = [section, ...(item === null ? [] : [item]), size, theme].join('-');
        await page.screenshot({ path: path.join(FOLDER!, `${file}.png`), fullPage: size === 'desk' });
      }
    }
  }
});

test('those of the README', async ({ page }) => {
  const folder = path.resolve(import.meta.dirname, '../docs/screens');
  await mkdir(folder, { recursive: true });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  await new LabPage(page).settled();
  await page.screenshot({ path: path.join(folder, 'start.png') });
  await show(page, '#/run');
  await page.getByRole('region', { name: 'The race of the facts' }).screenshot({ path: path.join(folder, 'race.png') });
  await show(page, '#/results/direction');
  const direction = page.locator('#results-direction figure').first();
  await direction.scrollIntoViewIfNeeded();
  await direction.screenshot({ path: path.join(folder, 'direction.png') });
});
