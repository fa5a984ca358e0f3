/** Data before any model: what a file holds, its terms, the draw; the same as in the terminal, off the page's thread. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { LabPage, writeFiles, type Files } from './lab-page';
import { appears, longestTaskMs } from './traced';

/** The runner's own recording would copy the page on its thread while that is measured. */
test.use({ trace: 'off' });

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const SHARED = path.resolve(REPOSITORY, '../shared/data');
const LONGEST_TASK_MS = 50;

let files: Files;
let folder: string;
test.beforeAll(async () => {
  files = await writeFiles();
  folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-data-'));
});

test('a bundled ontology shows its figures, terms, draw and licence, and draws as the terminal does', async ({
  page,
}) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.go('data');
  await page.getByRole('button', { name: 'Gene Ontology: cellular component' }).click();
  const source = page.getByRole('region', { name: 'What the file holds' });
  await expect(source).toContainText('1,000 live', { timeout: 30_000 });
  await expect(source).toContainText('CC BY 4.0');

  await test.step('terms are found by their synonyms', async () => {
    const terms = page.getByRole('region', { name: 'Terms', exact: true });
    await page.getByLabel('Search terms').fill('hdac complex');
    await expect(terms.getByRole('row').nth(1)).toContainText('histone deacetylase complex');
    await page.getByLabel('Search terms').fill('no such thing');
    await expect(terms).toContainText('No term fits');
  });

  const draw = page.getByRole('region', { name: 'The draw' });
  await expect(draw).toContainText('100, 100');
  const hash = /Hash\s*([0-9a-f]{16})/.exec(await draw.innerText())![1]!;
  const spec = path.join(folder, 'go.json');
  const bundled = (name: string) => path.join(REPOSITORY, 'public/ontologies', name);
  const ontology = {
    path: bundled('go-cc.obo'),
    counts: { path: bundled('go-cc-counts.tsv'), identifierColumn: 'go_id', countColumn: 'genes' },
  };
  await writeFile(spec, JSON.stringify({ specVersion: 1, model: {}, ontology }));
  const out = execFileSync(process.execPath, [path.join(REPOSITORY, 'bin/ontoscope.js'), 'dataset', spec, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
  expect((JSON.parse(out) as { hash: string }).hash.slice(0, 16)).toBe(hash);

  await lab.expectAccessible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await lab.expectAccessible();
  for (const width of [390, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await lab.expectNoSidewaysScroll();
  }
});

test('questions are shown in their tokens, and a label with HTML in it is text everywhere', async ({ page }) => {
  const lab = new LabPage(page);
  const evil = '<img src=x onerror="document.title=\'broken\'"> pain';
  const table = path.join(folder, 'evil.tsv');
  const rows = Array.from(
    { length: 24 },
    (_, i) => `XX:${String(i).padStart(4, '0')}\t${i === 0 ? evil : `ache number ${i}`}`,
  );
  await writeFile(table, `identifier\tterm\n${rows.join('\n')}\n`);
  await page.goto('/');
  await lab.choose(files.model, table);
  const degrees = path.join(folder, 'degree.tsv');
  const degree = (cell: string) =>
    `identifier\tdegree\n${rows.map((row) => `${row.slice(0, 7)}\t${cell}`).join('\n')}\n`;
  await writeFile(degrees, degree('7').replace('XX:0003\t7', 'XX:0003\tmany'));
  await page.getByLabel('Covariates (optional)').setInputFiles(degrees);
  await expect(lab.content).toContainText(
    'degree.tsv, line 5, column 9: in column "degree", this is not a number: "many"',
  );
  await writeFile(degrees, degree('7'));
  await page.getByLabel('Covariates (optional)').setInputFiles(degrees);
  await expect(page.getByLabel('Covariates: degree')).toBeAttached();
  await lab.set({ 'Seen pairs': '12', 'Withheld pairs': '12', 'Rank bins': '1', Epochs: '1', 'Samples k': '1' });
  await page.getByRole('checkbox', { name: 'id→term' }).uncheck();
  await lab.go('data');
  const terms = page.getByRole('region', { name: 'Terms', exact: true });
  await expect(terms).toContainText(evil, { timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Drawn pairs' })).toContainText('ache number');
  await expect(page.getByRole('columnheader', { name: 'degree' })).toBeVisible();
  const questions = page.getByRole('region', { name: 'Questions' });
  await expect(questions).toContainText('held-out evaluation', { timeout: 30_000 });
  await expect(questions.locator('.supervised').first()).toBeVisible();

  await lab.run.click();
  await lab.go('results');
  await expect(lab.trials).toContainText('ache number', { timeout: 60_000 });
  await lab.ended();
  await page.getByRole('region', { name: 'Trials' }).scrollIntoViewIfNeeded();
  expect(await page.title()).not.toBe('broken');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  const facts = (await lab.record('facts.jsonl')).trimEnd().split('\n');
  expect(facts).toHaveLength(24);
  expect(facts.map((line) => (JSON.parse(line) as { term: string }).term)).toContain(evil);
  expect(JSON.parse(facts[0]!)).toMatchObject({
    covariates: { 'lexical.ngram': expect.any(Number) as unknown, degree: 7 },
  });
  const manifest = JSON.parse(await lab.record('manifest.json')) as { ontology: { covariates: unknown[] } };
  expect(manifest.ontology.covariates).toMatchObject([{ name: 'degree', file: { name: 'degree.tsv' } }]);
});

/** Twenty megabytes of terms. */
function largeObo(): string {
  const definition = 'A made-up finding that is long enough to weigh something in a file. '.repeat(4);
  const stanza = (_: unknown, i: number) =>
    `[Term]\nid: XX:${String(i).padStart(7, '0')}\nname: made-up finding ${i}\ndef: "${definition}" []\nsynonym: "finding ${i}" EXACT []\nis_a: XX:0000000\n`;
  return `format-version: 1.4\nontology: xx\n\n${Array.from({ length: 50_000 }, stanza).join('\n')}`;
}

test('reading a large ontology leaves the page’s thread alone', async ({ page }) => {
  test.setTimeout(180_000);
  const made = path.join(folder, 'large.obo');
  await writeFile(made, largeObo());
  const real = ['hp_full_v2024-04-26.json.gz', 'hp_full_2016-04-01.obo'].map((name) => path.join(SHARED, name));
  for (const file of [made, ...real]) {
    if (!existsSync(file)) {
      console.log(`skipped: ${path.basename(file)} is not there`);
      continue;
    }
    await page.goto('/');
    await new LabPage(page).go('data');
    await page.waitForTimeout(1500); // what the page does for itself first
    const longest = await longestTaskMs(page, async () => {
      await page.getByLabel('Ontology file').setInputFiles(file);
      await appears(page, '[aria-label="Terms"]');
      await appears(page, '[aria-label="The draw"]');
    });
    console.log(`${path.basename(file)}: longest main-thread task ${longest.toFixed(1)} ms of thread time`);
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
  }
});
