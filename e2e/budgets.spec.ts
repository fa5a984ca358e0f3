/** What the first screen costs, and that a long run does not grow: as in the production build. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const SCRIPT_BYTES = 200 * 1024;
const FIRST_PAINT_MS = 1500;

test.describe('the first screen', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('shows the recorded run with at most 200 KB of scripts, painted within 1.5 s', async ({ page }) => {
    const scripts = new Map<string, number>();
    const reading: Promise<void>[] = [];
    page.context().on('response', (response) => {
      if (!/\.m?js$/.test(new URL(response.url()).pathname)) return;
      reading.push(
        response.body().then((body) => void scripts.set(response.url(), gzipSync(body, { level: 9 }).length)),
      );
    });
    await page.goto('/');
    await expect(page.getByText('The results below are recorded.')).toBeVisible();
    await Promise.all(reading);
    const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
    const painted = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    );
    console.log(
      `scripts until the recorded run is on show: ${(bytes / 1024).toFixed(1)} KB gzipped in ${scripts.size} files`,
    );
    console.log(`first contentful paint: ${painted.toFixed(0)} ms`);
    expect(
      [...scripts.keys()].some((url) => url.includes('worker')),
      'the worker’s scripts are counted',
    ).toBe(true);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES);
    expect(painted).toBeLessThan(FIRST_PAINT_MS);
  });
});
