/** A comparison's link where its bundles are not open; what they hold is read in the researcher's journey. */
import { expect, test } from '@playwright/test';
import { packBundle, runFile, runFileNames } from '../src/records';
import { plausibleRun } from '../test/fixtures/run/plausible-run';

function bundle(name: string, seed: number) {
  const run = plausibleRun({ pairs: 12, epochs: 4, seed });
  const manifest = { ...run.manifest, startedAtMs: seed, spec: { ...run.manifest.spec, name } };
  const files = runFileNames(run).map((path) => runFile({ ...run, manifest }, path));
  return { name: `${name}.zip`, mimeType: 'application/zip', buffer: Buffer.from(packBundle(files, manifest)) };
}

test('a comparison of bundles is linked: the link says which to open', async ({ page }) => {
  const bundles = [bundle('one', 5), bundle('two', 6)];
  await page.goto('/#/compare');
  await page.getByLabel('Add bundles (.zip)').setInputFiles(bundles);
  await expect(page).toHaveURL(/bundle.*one\.zip.*bundle.*two\.zip/);
  await page.reload();
  await expect(page.getByText(/The bundle .one\.zip. is not open here\./)).toBeVisible();
  await page.getByLabel('Open one.zip').setInputFiles(bundles[0]!);
  await page.getByLabel('Open two.zip').setInputFiles(bundles[1]!);
  await expect(page.getByRole('region', { name: /^Paired tests/ }).locator('tbody tr')).toHaveCount(2);
  await expect(page.getByText(/another file than the one/)).toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV of all tests' }).click();
  expect((await download).suggestedFilename()).toMatch(/^comparison-one-one\.zip-and-two-two\.zip-tests\.csv$/);
});
