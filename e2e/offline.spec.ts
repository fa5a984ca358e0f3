/** After one visit the page opens without a network; a new version waits until it is wanted. */
import { mkdtemp, cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { preview } from 'vite';
import { offline } from '../bin/page/offline.js';
import { bundleOf, drop } from './bundles';
import { LabPage } from './lab-page';

test.use({ serviceWorkers: 'allow', storageState: { cookies: [], origins: [] } });

const recorded = (page: Page) => page.getByText('The results below are recorded.');
/** Every file is kept, and the service worker answers for the page. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null;
  });

test('without a network: the recorded run opens, the bundled model is loaded and starts', async ({ page, context }) => {
  await page.goto('/');
  await expect(recorded(page)).toBeVisible();
  await expect.poll(() => kept(page)).toBe(true);
  await context.setOffline(true);
  await page.reload();
  await expect(recorded(page)).toBeVisible();
  await test.step('sections that were never visited are there', async () => {
    await page.goto('#/storage');
    await expect(page.getByText('Works without a network')).toBeVisible();
    await page.goto('#/data');
    await expect(page.getByLabel('Ontology file')).toBeAttached();
    await page.getByRole('link', { name: 'Help' }).click();
    await page.getByRole('link', { name: 'Questions', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.goto('/');
  });
  await test.step('the bundled experiment starts', async () => {
    await page.goto('#/start');
    await page.getByRole('button', { name: 'Run it live' }).click();
    await expect(page.getByRole('region', { name: 'Run', exact: true })).toContainText(
      /Measuring|Training|probing|training/i,
      { timeout: 60_000 },
    );
  });
});

test('a bundle that is dropped once the network is gone is shown, and kept when asked to', async ({
  page,
  context,
}) => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'ontoscope-e2e-')), 'small.zip');
  await writeFile(file, bundleOf({ pairs: 6, epochs: 3 }));
  const lab = new LabPage(page);
  await page.goto('/');
  await expect(recorded(page)).toBeVisible();
  await expect.poll(() => kept(page)).toBe(true);
  // The page stays as it is: no section but the first was ever on show.
  await context.setOffline(true);
  await drop(page, file);
  await expect(page.getByText('Opened from small.zip: recorded, not computed here')).toBeVisible();
  await expect(lab.chart('Time to acquisition', 'term→id')).toBeVisible();
  await lab.go('storage');
  await lab.panel('Kept runs').getByRole('button', { name: 'Keep small.zip' }).click();
  await expect(lab.panel('Kept runs')).not.toContainText('not kept');
  await page.reload();
  await lab.go('results');
  await expect(page.getByText('Opened from small.zip, kept in this browser')).toBeVisible();
});

test('a new version leaves an open page alone, is offered, and comes with a reload', async ({ page }) => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'ontoscope-e2e-')), 'any folder', 'app');
  await cp('dist/app', folder, { recursive: true });
  const server = await preview({
    configFile: false,
    logLevel: 'silent',
    root: path.join(folder, '..'),
    build: { outDir: '.' },
    preview: { host: '127.0.0.1', port: 0 },
  });
  try {
    const address = `${server.resolvedUrls!.local[0]!}app/`;
    await page.goto(address);
    await expect(recorded(page)).toBeVisible();
    await expect.poll(() => kept(page)).toBe(true);
    const marked = async (mark: string) => {
      const html = path.join(folder, 'index.html');
      const text = await readFile(html, 'utf8');
      await writeFile(
        html,
        text.replace(/name="color-scheme" content="[^"]*"/, `name="color-scheme" content="${mark}"`),
      );
      const plugin = offline() as { configResolved(c: unknown): void; closeBundle: { handler(): Promise<void> } };
      plugin.configResolved({ root: folder, build: { outDir: '.' } });
      await plugin.closeBundle.handler();
    };
    const version = () => page.locator('meta[name="color-scheme"]').getAttribute('content');
    await marked('light');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
    const bar = page.getByRole('status').filter({ hasText: 'A newer version' });
    await expect(bar).toBeVisible();
    expect(await version()).toBe('light dark');
    await test.step('parts that were not loaded yet still come from the version that is open', async () => {
      await page.goto(`${address}#/storage`);
      await expect(page.getByRole('heading', { name: 'Kept runs' })).toBeVisible();
    });
    await bar.getByRole('button', { name: 'Load it now' }).click();
    await expect.poll(version).toBe('light');
    await marked('dark');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
    await expect(bar).toBeVisible();
    await page.reload();
    await expect.poll(version).toBe('dark');
  } finally {
    await server.close();
  }
});
