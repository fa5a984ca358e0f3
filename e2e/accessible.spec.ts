/** Every section, in both themes: axe finds nothing, nothing scrolls sideways or moves unasked, keys lead everywhere. */
import { expect, test } from '@playwright/test';
import { SECTIONS } from '../src/app/sections';
import { controlsWithoutRing, longestMotionMs } from './care';
import { LabPage } from './lab-page';

/** As a newcomer comes: the recorded run is on show. */
test.use({ storageState: { cookies: [], origins: [] } });

/** Longer than what base.css leaves of a transition where less motion is wanted, and too short to be seen. */
const MOTION_MS = 5;

test('every section is accessible in light and dark, keeps still where that is wanted, and fits a phone', async ({
  page,
}) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  await lab.go('experiment');
  expect(await longestMotionMs(page), 'something moves where nothing is asked').toBeGreaterThan(MOTION_MS);
  const kinds: number[] = [];
  for (const { name } of SECTIONS) {
    await test.step(name, async () => {
      await lab.go(name);
      await lab.settled();
      const { looked, without } = await controlsWithoutRing(page);
      expect.soft(without, `${name}: kinds of controls without a ring`).toEqual([]);
      kinds.push(looked);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      expect.soft(await longestMotionMs(page), `${name}: longest motion, ms`).toBeLessThan(MOTION_MS);
      await lab.expectAccessibleThemes();
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await lab.expectNoSidewaysScroll();
      }
      await page.emulateMedia({ reducedMotion: null });
    });
  }
  console.log(`kinds of controls with a ring, by section: ${kinds.join(', ')}`);
});

test('keys alone find, go, and come back', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Find or do anything' });
  await expect(search).toBeFocused();
  await page.keyboard.type('learning rate');
  await expect(page.getByRole('option').first()).toContainText('Learning rate');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('spinbutton', { name: 'Learning rate', exact: true })).toBeFocused();

  await test.step('single keys act outside of fields only', async () => {
    await page.keyboard.type('gd');
    await expect(page).toHaveTitle(/^Experiment/);
    await page.keyboard.press('Tab');
    await page.locator('#content').focus();
    await page.keyboard.type('gd');
    await expect(page).toHaveTitle(/^Data/);
    await page.goBack();
    await expect(page).toHaveTitle(/^Experiment/);
  });

  await test.step('the map of keys opens, closes, and turns them off', async () => {
    await page.locator('#content').focus();
    await page.keyboard.press('?');
    const map = page.getByRole('dialog', { name: 'Keyboard map' });
    await expect(map).toContainText('g d');
    await map.getByRole('checkbox', { name: 'Single keys act' }).press('Space');
    await page.keyboard.press('Escape');
    await expect(map).toHaveCount(0);
    await page.locator('#content').focus();
    await page.keyboard.type('gm');
    await expect(page).toHaveTitle(/^Experiment/);
  });

  await test.step('every section is reached by Tab and Enter', async () => {
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    for (const { name, title } of SECTIONS) {
      const link = page.locator(`[data-section="${name}"]`);
      for (let presses = 0; presses < 40; presses++) {
        if (await link.evaluate((element) => element === document.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await expect(link).toBeFocused();
      // A ring is seen around what has the focus.
      expect(await link.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
      await page.keyboard.press('Enter');
      await expect(page).toHaveTitle(new RegExp(`^${title}`));
      await expect(page.locator('#content')).toBeFocused();
      await link.focus();
    }
  });
});
