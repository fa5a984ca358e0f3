/** Results of the recorded run: from a chart to its facts, their curve and their trials; what is saved is what is shown. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { LabPage } from './lab-page';
import { longestTaskMs } from './traced';

/** As a newcomer comes: the recorded run is on show. */
// The runner's own recording copies the whole page on the page's thread: it would be measured too.
test.use({ storageState: { cookies: [], origins: [] }, trace: 'off' });

const LONGEST_TASK_MS = 100;
const bar = (page: Page) => page.getByRole('region', { name: 'Chosen facts' });

async function saved(page: Page, lab: LabPage, kind: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await lab.chart('Time to acquisition', 'term→id').getByRole('button', { name: /^Save/ }).click();
  await page.getByRole('menuitem', { name: kind }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('facts chosen in a chart are followed in every view; files hold the numbers shown; a link leads to the chart', async ({
  page,
  context,
}) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  await lab.go('results');
  await expect(page.locator('#results-files h3')).toBeVisible();
  const survival = lab.chart('Time to acquisition', 'term→id');

  await test.step('the worker’s estimates arrive', async () => {
    await expect(lab.chart('What goes with learning or losing sooner', 'term→id')).toContainText(
      /n = \d+ facts at risk/,
    );
  });

  await test.step('a drag over epochs chooses the facts acquired in them', async () => {
    await survival.scrollIntoViewIfNeeded();
    const range = (await survival.getByRole('slider').boundingBox())!;
    const at = (epoch: number) => range.x + (range.width * epoch) / 10;
    const longest = await longestTaskMs(page, async () => {
      await page.mouse.move(at(2.2), range.y + 40);
      await page.mouse.down();
      await page.mouse.move(at(4.1), range.y + 60, { steps: 4 });
      await page.mouse.up();
      await expect(page.locator('[aria-label="Chosen facts"]')).toBeVisible();
    });
    console.log(`choosing facts: longest main-thread task ${longest.toFixed(1)} ms of thread time`);
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
    await expect(bar(page)).toContainText('acquired in epochs 2 to 4 (Time to acquisition)');
  });

  const facts = Number(/(\d+) facts/.exec(await bar(page).innerText())![1]);
  await test.step('their curve stands against the rest, and the trials are theirs', async () => {
    await expect(survival).toContainText(`chosen: ${facts} of n = ${facts} acquired`);
    await expect(survival).toContainText(/log-rank χ² = .* p = /);
    await bar(page).getByRole('button', { name: 'Show trials' }).click();
    await expect(page.getByRole('heading', { name: 'Trials', exact: true })).toBeInViewport();
    await expect(page.getByText(new RegExp(`^${facts} of .* trials`))).toBeVisible();
    await expect(lab.trials.locator('tbody tr')).toHaveCount(facts);
  });

  await test.step('Escape lets go of them', async () => {
    await page.keyboard.press('Escape');
    await expect(bar(page)).toHaveCount(0);
    await expect(lab.trials.locator('tbody tr')).toHaveCount(25);
  });

  await test.step('files hold the numbers shown', async () => {
    await survival.getByRole('button', { name: /^Show numbers/ }).click();
    const shown = await survival
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
    const { name, bytes } = await saved(page, lab, 'CSV');
    expect(name).toMatch(/^primer-survival-term-to-id-held-out\.csv$/i);
    const [, ...lines] = bytes.toString('utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(shown.length);
    lines.forEach((line, row) =>
      line.split(',').forEach((cell, place) => {
        if (place === 0) expect(cell).toBe(shown[row]![0]);
        // A median that was not reached.
        else if (cell === '') expect(shown[row]![place]).toBe('–');
        else expect(Number(shown[row]![place])).toBeCloseTo(Number(cell), 3);
      }),
    );
    const json = JSON.parse((await saved(page, lab, 'JSON')).bytes.toString('utf8')) as { rows: object[]; run: object };
    expect(json.rows).toHaveLength(shown.length);
    expect(json.run).toMatchObject({ name: 'primer' });
    await survival.getByRole('button', { name: /^Show chart/ }).click();
    const png = await saved(page, lab, 'PNG 2×');
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    const width = (await survival.locator('.plot svg').boundingBox())!.width;
    expect(png.bytes.readUInt32BE(16)).toBeGreaterThan(2 * width);
  });

  await test.step('a link opens the chart as it is looked at', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('combobox', { name: 'Compare in Time to acquisition' }).selectOption('latent');
    await expect(survival).toContainText('latent:');
    await survival.getByRole('button', { name: /^Copy link/ }).click();
    await expect(survival.getByRole('status')).toContainText('Link copied');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/#\/results\/survival\?by=latent$/);
    const other = await context.newPage();
    await other.goto(link);
    const there = new LabPage(other).chart('Time to acquisition', 'term→id');
    await expect(there).toBeInViewport();
    await expect(there).toContainText('latent:');
  });
});
