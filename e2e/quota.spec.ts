/** A browser without room: the run goes on and can be downloaded, the reason stands in plain words, nothing is deleted. */
import { expect, test } from '@playwright/test';
import { LabPage, SMALL_RUN, writeFiles } from './lab-page';

test('quota full: said in plain words, the run ends and is whole in the page', async ({
  page,
  baseURL,
}) => {
  const lab = new LabPage(page);
  const files = await writeFiles();
  const browser = await page.context().newCDPSession(page);
  const quota = (quotaSize: number) =>
    browser.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL!).origin, quotaSize });
  await page.goto('#/data');
  await page.getByLabel('Ontology file').setInputFiles(files.ontology);
  await page.goto('#/model');
  await page.getByLabel('Model folder').setInputFiles(files.model);
  await page.goto('#/experiment');
  await lab.set({ ...SMALL_RUN, Epochs: '1' });
  await quota(1);
  await lab.run.click();
  const note = page.getByRole('alert').filter({ hasText: 'no room left' });
  await expect(note.first()).toContainText('nothing was deleted');
  await lab.ended();
  await test.step('the run is there in the page, whole', async () => {
    await page.goto('#/results');
    await expect(page.getByRole('main')).toContainText(/finished|done/i);
  });
  await test.step('the way to make room is one press away', async () => {
    await note.first().getByRole('button', { name: 'Show me where' }).click();
    await expect(page).toHaveURL(/#\/storage/);
    await expect(lab.panel('Room in this browser')).toBeVisible();
  });
});
