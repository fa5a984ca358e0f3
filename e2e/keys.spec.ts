/** Without a pointer: a run is started, paused and cancelled; its results and a chart's numbers are reached by Tab alone. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { LabPage } from './lab-page';

/** As a newcomer comes: the recorded run is on show. */
test.use({ storageState: { cookies: [], origins: [] } });

const EXPERIMENT = new URL('../public/models/primer/experiment.json', import.meta.url);

/** Tab, until this has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, 'reached by Tab').toBeFocused();
}

test('keys alone start a run, pause it, and read its numbers', async ({ page }) => {
  const lab = new LabPage(page);
  // The experiment of the page, with fewer facts: the test is of the way, not of the results.
  const spec = JSON.parse(await readFile(EXPERIMENT, 'utf8')) as Record<string, object>;
  const small = {
    ...spec,
    sampling: { ...spec['sampling'], seen: 7, withheld: 7 },
    train: { ...spec['train'], batchSize: 7 },
    evaluation: { ...spec['evaluation'], samples: 0, maxNewTokens: 8 },
  };
  await page.route('**/models/primer/experiment.json', (route) => route.fulfill({ body: JSON.stringify(small) }));
  await page.goto('/');
  await tabTo(page, page.getByRole('button', { name: 'Run it live' }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Run/, { timeout: 30_000 });
  await tabTo(page, lab.pause);
  await page.keyboard.press('Enter');
  await expect(lab.bar).toContainText('Paused', { timeout: 60_000 });

  await test.step('step by step, until all were asked and the first batch was trained', async () => {
    const trained = lab.content.getByText(/records so far: [1-9]\d* steps?, [1-9]\d* trials/);
    for (let steps = 0; steps < 20 && (await trained.count()) === 0; steps++) {
      await tabTo(page, page.getByRole('button', { name: 'Step' }));
      await page.keyboard.press('Enter');
      await expect(lab.bar).toContainText('Paused', { timeout: 30_000 });
    }
    await expect(trained.first()).toBeVisible();
  });

  await test.step('its results are reached by the list of sections, a chart’s table by Tab', async () => {
    await tabTo(page, page.locator('[data-section="results"]'));
    await page.keyboard.press('Enter');
    await expect(page).toHaveTitle(/^Results/);
    const chart = lab.chart('Accuracy by epoch', 'term→id');
    await tabTo(page, chart.getByRole('button', { name: /^Show numbers/ }));
    await page.keyboard.press('Space');
    const table = chart.getByRole('region', { name: /numbers$/ });
    await page.keyboard.press('Shift+Tab');
    await expect(table).toBeFocused();
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(0);
  });

  await test.step('the run is ended by a key, too', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('cancel');
    await page.keyboard.press('Enter');
    await lab.ended();
  });
});
