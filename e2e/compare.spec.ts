/** Two bundles beside each other: opened, told apart, tested on the facts they share, and given away. */
import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { packBundle, runFile, runFileNames } from '../src/records';
import { plausibleRun } from '../test/fixtures/run/plausible-run';

function bundle(name: string, seed: number) {
  const run = plausibleRun({ pairs: 12, epochs: 4, seed });
  const manifest = { ...run.manifest, startedAtMs: seed, spec: { ...run.manifest.spec, name } };
  const files = runFileNames(run).map((path) => runFile({ ...run, manifest }, path));
  return { name: `${name}.zip`, mimeType: 'application/zip', buffer: Buffer.from(packBundle(files, manifest)) };
}

test('two bundles are compared on the facts they share', async ({ page }) => {
  await page.goto('/#/compare');
  await page.getByLabel('Add bundles (.zip)').setInputFiles([bundle('one', 5), bundle('two', 6)]);
  const settings = page.getByRole('region', { name: 'Differences of settings' });
  await expect(settings).toContainText('Seed');
  const tests = page.getByRole('region', { name: /^Paired tests/ });
  await expect(tests.locator('tbody tr')).toHaveCount(2);
  await expect(tests).toContainText('24');
  await expect(tests).toContainText('Holm');
  await page.getByText('Loss', { exact: true }).click();
  await expect(page.getByRole('group', { name: /^Loss, term→id: at the end one/ })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JSON of the comparison' }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8')) as { tests: unknown[] };
  expect(saved.tests).toHaveLength(6);
  await page.getByRole('checkbox', { name: /^one/ }).uncheck();
  await expect(settings).toHaveCount(0);
});

test('a comparison of bundles is linked: the link says which to open', async ({ page }) => {
  const bundles = [bundle('one', 5), bundle('two', 6)];
  await page.goto('/#/compare');
  await page.getByLabel('Add bundles (.zip)').setInputFiles(bundles);
  await expect(page).toHaveURL(/bundle.*one\.zip.*bundle.*two\.zip/);
  await page.reload();
  await expect(page.getByText('The bundle one.zip is not open here.')).toBeVisible();
  await page.getByLabel('Open one.zip').setInputFiles(bundles[0]!);
  await page.getByLabel('Open two.zip').setInputFiles(bundles[1]!);
  await expect(page.getByRole('region', { name: /^Paired tests/ }).locator('tbody tr')).toHaveCount(2);
  await expect(page.getByText(/another file than the one/)).toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV of all tests' }).click();
  expect((await download).suggestedFilename()).toMatch(/^comparison-one-one\.zip-and-two-two\.zip-tests\.csv$/);
});
