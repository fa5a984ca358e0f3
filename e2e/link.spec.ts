/** An experiment as a link: it sets the form, wins visibly over what was there, and asks for the right files. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { sha256Hex } from '../src/core/hash';
import { encodeSpecLink, parseSpec, readSpecLink, type LinkFile } from '../src/spec';
import { LabPage, writeFiles, type Files } from './lab-page';

let files: Files;
test.beforeAll(async () => {
  files = await writeFiles();
});

const field = (page: Page, name: string) => page.getByRole('spinbutton', { name, exact: true });
const restore = (page: Page) => page.getByRole('button', { name: 'Restore my settings' });

function linkOf(change: Record<string, unknown>, named: LinkFile[] = []): string {
  const spec = parseSpec({ specVersion: 2, model: {}, ontology: {}, ...change }, 'test');
  return encodeSpecLink(spec, named);
}

async function identity(field: string, file: string): Promise<LinkFile> {
  const bytes = await readFile(file);
  return { field, name: path.basename(file), bytes: bytes.length, sha256: sha256Hex(bytes) };
}

test('a link sets the form and says so; the earlier settings come back', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.set({ Epochs: '7', 'Batch size': '3' });

  await test.step('a link that is opened in the page wins', async () => {
    await page.evaluate((hash) => (location.hash = hash), linkOf({ name: 'Taught by link', train: { epochs: 42 } }));
    await expect(field(page, 'Epochs')).toHaveValue('42');
    await expect(field(page, 'Batch size')).toHaveValue('10');
    await expect(page.getByText('These settings come from a link: Taught by link')).toBeVisible();
    await lab.expectAccessible();
  });

  await test.step('a reload opens the link again, and what was there before is still not lost', async () => {
    await page.reload();
    await expect(field(page, 'Epochs')).toHaveValue('42');
    await restore(page).click();
    await expect(field(page, 'Epochs')).toHaveValue('7');
    await expect(field(page, 'Batch size')).toHaveValue('3');
    await expect(restore(page)).toHaveCount(0);
    expect(new URL(page.url()).hash).toBe('');
  });

  await test.step('a second link leaves the first settings to come back to', async () => {
    await page.evaluate((hash) => (location.hash = hash), linkOf({ train: { epochs: 5 } }));
    await expect(field(page, 'Epochs')).toHaveValue('5');
    await page.evaluate((hash) => (location.hash = hash), linkOf({ train: { epochs: 6 } }));
    await expect(field(page, 'Epochs')).toHaveValue('6');
    await restore(page).click();
    await expect(field(page, 'Epochs')).toHaveValue('7');
  });

  await test.step('accepted settings stay', async () => {
    await page.evaluate((hash) => (location.hash = hash), linkOf({ train: { epochs: 8 } }));
    await page.getByRole('button', { name: 'Keep these instead' }).click();
    await page.reload();
    await expect(field(page, 'Epochs')).toHaveValue('8');
    await expect(restore(page)).toHaveCount(0);
  });
});

test('a broken link shows its error and leaves the settings alone', async ({ page }) => {
  await page.goto('/');
  await new LabPage(page).go('experiment');
  await field(page, 'Epochs').fill('9');
  const sound = linkOf({ train: { epochs: 42 } });
  for (const [broken, words] of [
    [`${sound.slice(0, -4)}AAAA`, /unpacked|checksum/],
    ['#s7=AAAAAAAAAAAA', /format 7/],
    [`${sound}!`, /character/],
  ] as const) {
    await page.evaluate((hash) => (location.hash = hash), broken);
    const alert = page.getByRole('alert');
    await expect(alert).toHaveAttribute('data-code', 'link-invalid');
    await expect(alert).toContainText(words);
    await alert.getByRole('button', { name: 'Close' }).click();
    await expect(field(page, 'Epochs')).toHaveValue('9');
    await expect(restore(page)).toHaveCount(0);
  }
  await page.evaluate(() => (location.hash = '#results'));
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a copied link holds the settings and names the files', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({ 'Seen pairs': '6', 'Withheld pairs': '6', 'Rank bins': '3', Epochs: '4' });
  await expect(lab.run).toBeEnabled();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text.startsWith(page.url().split('#')[0]!)).toBe(true);
  const link = readSpecLink(text);
  expect(link.spec).toMatchObject({ train: { epochs: 4 }, sampling: { seen: 6, withheld: 6, bins: 3 } });
  expect(link.files).toContainEqual(await identity('ontology.path', files.ontology));
  expect(link.files.filter((file) => file.field === 'model.path').map(({ name }) => name)).toContain(
    'model.safetensors',
  );

  await test.step('opened elsewhere, it asks for the files and tells right from wrong', async () => {
    await page.goto('about:blank');
    await page.goto(text);
    await lab.go('data');
    const needed = page.getByRole('region', { name: 'Files of this experiment' });
    const ontology = needed.getByRole('listitem').filter({ hasText: 'small.obo' });
    await expect(ontology).toContainText('not chosen yet');
    await expect(ontology).toContainText((await identity('ontology.path', files.ontology)).sha256.slice(0, 16));
    await page.getByLabel('Ontology file').setInputFiles(files.malformedOntology);
    await expect(ontology).toContainText('another file is chosen');
    await needed.getByLabel('Give these files').setInputFiles([files.malformedOntology, files.ontology]);
    await expect(ontology).toContainText('the right file');
    await expect(needed).toContainText('Not among these files: broken.obo');
    const parts = (await readdir(files.model)).map((name) => path.join(files.model, name));
    await needed.getByLabel('Give these files').setInputFiles(parts);
    await expect(needed.getByText('the right file')).toHaveCount(link.files.length);
    await expect(lab.run).toBeEnabled({ timeout: 30_000 });
    await lab.expectAccessible();
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
  });
});
