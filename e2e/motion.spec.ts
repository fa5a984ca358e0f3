/** Where less motion is wanted, what glides elsewhere jumps: the race, the map of vectors, the way to a control. */
import { expect, test, type Page } from '@playwright/test';

/** As a newcomer comes: the recorded run is on show. */
test.use({ storageState: { cookies: [], origins: [] } });

/** What changes at once is seen in two states at most: the frame in which it was asked for still shows the one before. */
const JUMP = 2;

/** What each frame shows of the page while `work` goes on and for a moment after it: its place, and these elements. */
async function frames(page: Page, selectors: string[], work: () => Promise<void>, moreMs: number): Promise<string[][]> {
  await page.evaluate((wanted) => {
    const told: string[][] = [];
    const look = (selector: string) => {
      const element = document.querySelector(selector);
      if (element instanceof HTMLCanvasElement) return element.toDataURL();
      return element instanceof HTMLInputElement ? element.value : (element?.outerHTML ?? '');
    };
    const each = () => {
      told.push([String(Math.round(scrollY)), ...wanted.map(look)]);
      if (told.length < 2000) requestAnimationFrame(each);
    };
    requestAnimationFrame(each);
    Object.assign(globalThis, { told });
  }, selectors);
  await work();
  await page.waitForTimeout(moreMs);
  return page.evaluate(() => {
    const { told } = globalThis as unknown as { told: string[][] };
    const seen = [...told];
    told.length = 2000; // No more frames.
    return seen;
  });
}

const different = (values: string[]) => new Set(values).size;

/** In how many states the race is seen at one and the same epoch, at most. */
async function raceStates(page: Page): Promise<number> {
  const slider = page.locator('.controls input[type="range"]');
  await slider.press('Home');
  await page.waitForTimeout(1000);
  const play = () => page.getByRole('button', { name: 'Play the race' }).click();
  const seen = await frames(page, ['.controls input[type="range"]', '.lane canvas'], play, 2500);
  const epochs = new Set(seen.map(([, epoch]) => epoch!));
  expect(epochs.size, 'epochs that were played').toBeGreaterThan(2);
  return Math.max(
    ...[...epochs].map((epoch) => different(seen.filter((row) => row[1] === epoch).map((row) => row[2]!))),
  );
}

/** At how many places the page is seen on its way to a control. */
async function waySeen(page: Page): Promise<number> {
  await page.goto('/#/start');
  await page.goto('/#/experiment');
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await expect(page.getByRole('spinbutton', { name: 'Epochs', exact: true })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Find or do anything' })).toBeFocused();
  await page.keyboard.type('warm-up');
  await expect(page.getByRole('dialog').getByRole('option').first()).toContainText('Warm-up');
  const seen = await frames(page, [], () => page.keyboard.press('Enter'), 1500);
  const places = seen.map(([place]) => place!);
  expect(Number(places.at(-1)), 'the page has moved').toBeGreaterThan(100);
  return different(places);
}

test('less motion: the race, the map and the page jump; without the wish they glide', async ({ page }) => {
  const map = page.locator('#results-embedding-map');
  const play = map.getByRole('button', { name: /^Play the way/ });
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('/#/run');
  await expect(page.getByRole('button', { name: 'Play the race' })).toBeEnabled();

  await test.step('where nothing is wanted, they glide', async () => {
    expect(await raceStates(page)).toBeGreaterThan(JUMP);
    expect(await waySeen(page)).toBeGreaterThan(JUMP);
    await page.goto('/#/results/embedding-map');
    const morph = async () => play.first().click();
    const seen = await frames(page, ['#results-embedding-map input[type="range"]'], morph, 1500);
    expect(different(seen.map(([, share]) => share!))).toBeGreaterThan(JUMP);
  });

  await test.step('where less motion is wanted, they jump', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect(play).toHaveCount(0);
    const slider = map.locator('input[type="range"]').first();
    await slider.scrollIntoViewIfNeeded();
    await slider.press('Home');
    await page.waitForTimeout(300);
    const seen = await frames(page, ['#results-embedding-map svg'], () => slider.press('End'), 800);
    expect(different(seen.map(([, picture]) => picture!))).toBe(JUMP);
    expect(await waySeen(page)).toBeLessThanOrEqual(JUMP);
    await page.goto('/#/run');
    expect(await raceStates(page)).toBeLessThanOrEqual(JUMP);
  });
});
