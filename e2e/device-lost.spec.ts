/** The graphics process dies in the middle of a run: the run goes on from its last checkpoint, to the same bytes. */
import { expect, test } from '@playwright/test';
import { LabPage, SMALL_RUN, writeFiles } from './lab-page';

test('a run survives the loss of its device', async ({ page, browser }) => {
  const files = await writeFiles();
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set(SMALL_RUN);
  await page.getByRole('checkbox', { name: 'id→term' }).uncheck();
  await lab.run.click();
  await lab.ended();
  const whole = await lab.record('trials.jsonl');

  await lab.run.click();
  await lab.go('results');
  await expect(lab.chart('Rise of log p', 'term→id')).toBeVisible({ timeout: 60_000 });
  const session = await browser.newBrowserCDPSession();
  await session.send('Browser.crashGpuProcess' as never).catch(() => undefined);
  await lab.ended();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByText('This run · finished')).toBeVisible();
  await expect(page.getByText('The graphics device was lost once')).toBeVisible();
  expect(await lab.record('trials.jsonl')).toBe(whole);
});
