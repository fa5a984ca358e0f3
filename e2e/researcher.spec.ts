/**
 * A researcher brings a model and an ontology: plan, run, pause, reload, continue, another run beside it; then the same
 * figures in a profile that has nothing but the exported bundles.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { openBundle } from '../src/records';
import { comparisonOnShow, figuresOnShow } from './figures';
import { LabPage, SMALL_RUN, writeFiles, type Files } from './lab-page';

let files: Files;
let folder: string;
test.beforeAll(async () => {
  files = await writeFiles();
  folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-researcher-'));
});

test('from own files to a run that is paused, reloaded, resumed, exported, and compared in a clean profile', async ({
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  const lab = new LabPage(page);
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await page.goto('/');
  await test.step('the device and the plan stand before anything is trained', async () => {
    await lab.go('model');
    await expect(lab.panel('This device')).toContainText('software, slow');
    await expect(lab.run).toBeDisabled();
    await lab.choose(files.model, files.ontology);
    // Long enough to be paused twice.
    await lab.set({ ...SMALL_RUN, 'Samples k': '2', 'Longest answer': '48' });
    await lab.unfold('Experiment');
    await name.fill('Three epochs');
    await page.getByRole('checkbox', { name: 'id→term' }).uncheck();
    const plan = lab.panel('Plan');
    await expect(plan).toContainText('6 seen, 6 withheld');
    await expect(plan).toContainText(/Weights [\d.]+ (KiB|MiB)/);
    await expect(plan).toContainText(/Trainable state [\d.]+ (KiB|MiB)/);
    await expect(plan).toContainText(/Activations [\d.]+ (KiB|MiB)/);
    await expect(plan).toContainText('not timed on this device yet');
    await plan.getByRole('button', { name: 'Time it: two steps' }).click();
    await expect(plan).toContainText(/Time\s*about \d+ s/, { timeout: 60_000 });
  });

  await test.step('a paused run stands still', async () => {
    await lab.run.click();
    await lab.go('results');
    await expect(lab.chart('Training loss', 'term→id')).toBeVisible({ timeout: 60_000 });
    await lab.pause.click();
    await expect(lab.bar).toContainText('Paused', { timeout: 30_000 });
    await lab.settled();
    const before = await lab.content.innerText();
    await page.waitForTimeout(1000);
    expect(await lab.content.innerText()).toBe(before);
    await lab.resume.click();
    await expect(lab.bar).toContainText('Running');
    await lab.pause.click();
    await expect(lab.bar).toContainText('Paused', { timeout: 30_000 });
  });

  await test.step('a reload keeps its settings and its records, and it is resumed', async () => {
    await page.reload();
    await expect(page.getByText('Cut off by a reload: a partial record')).toBeVisible();
    await lab.go('experiment');
    await expect(page.getByRole('spinbutton', { name: 'Seen pairs' })).toHaveValue('6');
    await lab.unfold('Experiment');
    await expect(name).toHaveValue('Three epochs');
    await lab.choose(files.model, files.ontology);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(lab.cancel).toBeVisible();
    await lab.ended();
  });

  await test.step('the results show curve, accuracy and every trial', async () => {
    await lab.go('results');
    await expect(page.getByText('This run · finished')).toBeVisible();
    await expect(lab.chart('Time to acquisition', 'term→id')).toContainText('n = 6');
    await expect(lab.chart('Accuracy by epoch', 'term→id')).toContainText('95 % Wilson interval');
    await expect(lab.chart('Gainers and losers', 'term→id')).toContainText('McNemar');
    // 12 facts under the held-out template at the last epoch.
    await expect(lab.trials.getByRole('row')).toHaveCount(13);
    await lab.go('experiment');
    await expect(lab.panel('Plan')).toContainText('Optimiser steps');
  });

  const whole = await lab.record('trials.jsonl');
  // 12 facts, 2 templates, before training and after each of 3 epochs.
  expect(whole.trimEnd().split('\n')).toHaveLength(96);

  await test.step('a cancelled run leaves a partial record, which is kept', async () => {
    await lab.run.click();
    await expect(lab.content.getByText('Live', { exact: true })).toBeVisible();
    await expect(lab.chart('Training loss', 'term→id')).toBeVisible({ timeout: 60_000 });
    await lab.cancel.click();
    await lab.ended();
    await expect(page.getByText('cancelled: a partial record')).toBeVisible();
    const partial = await lab.record('trials.jsonl');
    expect(partial.length).toBeGreaterThan(0);
    expect(whole.startsWith(partial)).toBe(true);
    expect(partial.length).toBeLessThan(whole.length);
  });

  await test.step('Run gets going again at once, and what it leaves is kept too', async () => {
    await lab.go('experiment');
    await lab.run.click();
    await expect(lab.cancel).toBeVisible();
    await lab.go('results');
    await expect(lab.content.getByText('Live', { exact: true })).toBeVisible();
    await expect(lab.chart('Training loss', 'term→id')).toBeVisible({ timeout: 60_000 });
    await lab.cancel.click();
    await lab.ended();
    await page.reload();
    await expect(page.getByText('Last run, kept in this browser · cancelled: a partial record')).toBeVisible();
    await lab.go('storage');
    await expect(lab.panel('Kept runs').getByRole('listitem')).toHaveCount(3);
  });

  await test.step('it continues after the reload to the same bytes, and a finished run is kept like that', async () => {
    await lab.choose(files.model, files.ontology);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(lab.cancel).toBeVisible();
    await lab.ended();
    expect(await lab.record('trials.jsonl')).toBe(whole);
    await page.reload();
    await expect(page.getByText('Last run, kept in this browser · finished')).toBeVisible();
    await expect(lab.trials.getByRole('row')).toHaveCount(13);
    expect(await lab.record('trials.jsonl')).toBe(whole);
  });

  const [slow, fast, leftOut] = ['slow.zip', 'fast.zip', 'left-out.zip'].map((file) => path.join(folder, file));
  const bundle = 'Everything as a bundle';
  const here = await figuresOnShow(lab);
  await test.step('it is exported: its records, its settings, its adapter', async () => {
    await writeFile(slow!, await lab.bytes(bundle));
    const { bundle: read, files: unpacked } = openBundle(await readFile(slow!));
    expect(read.manifest.spec.ontology.path).toBe('small.obo');
    expect(Buffer.from(unpacked.find((file) => file.path === 'trials.jsonl')!.bytes).toString('utf8')).toBe(whole);
    expect(unpacked.some((file) => file.path === 'adapters/term-to-id/adapter_model.safetensors')).toBe(true);
    await page.getByRole('radio', { name: 'are left out' }).check({ force: true });
    await writeFile(leftOut!, await lab.bytes(bundle));
    const left = openBundle(await readFile(leftOut!)).bundle;
    expect(left.summary).toEqual(read.summary);
    expect(JSON.stringify(left)).not.toMatch(/tremor|XX:00/);
  });

  await test.step('the page is accessible in light and dark, and fits a phone', async () => {
    await page
      .getByRole('button', { name: /^Show numbers/ })
      .first()
      .click();
    await lab.expectAccessibleThemes();
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
    await lab.expectAccessible();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step('a run at another pace stands beside it', async () => {
    await lab.choose(files.model, files.ontology);
    await lab.set({ Epochs: '2', 'Learning rate': '0.02', 'Samples k': '0' });
    await lab.unfold('Experiment');
    await name.fill('Two fast epochs');
    await lab.run.click();
    await lab.ended();
    await lab.go('results');
    await writeFile(fast!, await lab.bytes(bundle));
    await lab.go('compare');
    // The newest of that name: those before it were cancelled, or are its twins.
    await lab.content.getByRole('checkbox', { name: /^Three epochs/ }).first().check(); // prettier-ignore
    await lab.content.getByRole('checkbox', { name: /^Two fast epochs/ }).check();
  });
  const compared = await comparisonOnShow(lab);
  expect(compared.settings.join('\n')).toMatch(/Learning rate/);
  expect(compared.tests).toHaveLength(1);
  expect(compared.tests[0]).toMatch(/epoch 3 → epoch 2\s*12\b/);
  expect(compared.tests[0]).toContain('Holm');

  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const clean = new LabPage(await context.newPage());
  await test.step('in a clean profile the bundle shows the same figures', async () => {
    await clean.page.goto('/');
    await clean.go('storage');
    await clean.page.getByLabel('Open a bundle').setInputFiles(slow!);
    await expect(clean.page.getByText('Opened from slow.zip: recorded, not computed here · finished')).toBeVisible();
    expect(await figuresOnShow(clean)).toEqual(here);
  });

  await test.step('and stands beside the other one as it did where they were made', async () => {
    await clean.go('compare');
    await clean.content.getByRole('checkbox', { name: /^Three epochs \(slow\.zip\)/ }).check();
    await clean.page.getByLabel('Add bundles (.zip)').setInputFiles(fast!);
    expect(await comparisonOnShow(clean)).toEqual(compared);
    await clean.page.getByText('Loss', { exact: true }).click();
    await expect(clean.page.getByRole('group', { name: /^Loss, term→id: at the end Three epochs/ })).toBeVisible();
    const saved = JSON.parse(await clean.file('JSON of the comparison')) as { tests: unknown[] };
    // All shared facts, those seen in both, those withheld in both.
    expect(saved.tests).toHaveLength(3);
    await clean.content.getByRole('checkbox', { name: /^Three epochs/ }).uncheck();
    await expect(clean.page.getByRole('region', { name: 'Differences of settings' })).toHaveCount(0);
  });

  await test.step('without its pairs it shows the same results, and its ontology gives the names back', async () => {
    await clean.chooseOntology(files.ontology);
    await clean.go('storage');
    await clean.page.getByLabel('Open a bundle').setInputFiles(leftOut!);
    await expect(clean.page.getByText('Opened from left-out.zip').first()).toBeVisible();
    await expect(clean.trials).toContainText('(left out)');
    await expect(clean.trials).not.toContainText(' of the ');
    await clean.page.getByRole('button', { name: 'Take them from small.obo' }).click();
    await expect(clean.trials).toContainText(/of the (hand|foot|ear|nose)/);
    await expect(clean.trials).toContainText('XX:00');
    await clean.expectAccessible();
  });

  await test.step('another ontology is refused in words', async () => {
    const other = path.join(folder, 'other.obo');
    await writeFile(other, `${await readFile(files.ontology, 'utf8')}\n`);
    await clean.page.reload();
    await clean.go('storage');
    await clean.page.getByLabel('Open a bundle').setInputFiles(leftOut!);
    await clean.page.getByLabel('Give small.obo').setInputFiles(other);
    await expect(clean.page.getByRole('alert')).toContainText('other.obo is not the small.obo of this run');
    await clean.page.getByLabel('Give small.obo').setInputFiles(files.ontology);
    await expect(clean.trials).toContainText('XX:00');
    await expect(clean.page.getByRole('alert')).toHaveCount(0);
  });
  await context.close();
});
