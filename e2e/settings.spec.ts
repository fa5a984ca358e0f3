/** Settings made from the schema: a method with its fields, groups on and off, presets and what differs from them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { LabPage, writeFiles } from './lab-page';

test('method, stopping and probes are set, checked, and travel in a link', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.go('experiment');
  await lab.unfold('Method', 'Training', 'Evaluation');
  await expect(page.getByRole('spinbutton', { name: 'Confidence window' })).toHaveCount(0);
  await page.getByLabel('Method', { exact: true }).selectOption('bft');
  await expect(page.getByRole('spinbutton', { name: 'Confidence window' })).toHaveValue('4');
  await expect(page.getByText('In tokens. Length of a stretch')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Early stopping' }).check();
  await page.getByRole('spinbutton', { name: 'Patience' }).fill('0');
  await expect(page.getByText('At least 1.')).toBeVisible();
  await page.getByRole('spinbutton', { name: 'Patience' }).fill('5');
  await page.getByLabel('Rhythm of evaluations').selectOption('fractions');
  await page.getByLabel('Shares of the training').fill('0.25, 0.5, 1');
  await page.getByLabel('Shares of the training').press('Tab');
  await page.getByRole('checkbox', { name: 'Canaries', exact: true }).check();
  await lab.expectAccessibleThemes();
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.expectNoSidewaysScroll();

  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('about:blank');
  await page.evaluate(() => undefined);
  await page.goto(link);
  await lab.unfold('Method', 'Training', 'Evaluation');
  await expect(page.getByLabel('Method', { exact: true })).toHaveValue('bft');
  await expect(page.getByRole('spinbutton', { name: 'Patience' })).toHaveValue('5');
  await expect(page.getByLabel('Shares of the training')).toHaveValue('0.25, 0.5, 1');
  await expect(page.getByRole('checkbox', { name: 'Canaries', exact: true })).toBeChecked();
});

test('a preset is laid over the settings, tells what differs, and is taken back', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.go('experiment');
  const epochs = page.getByRole('spinbutton', { name: 'Epochs', exact: true });
  await epochs.fill('13');
  const differences = lab.panel('1 setting differs from the defaults');
  await expect(differences.getByRole('listitem')).toContainText('Epochs: 20 epochs → 13 epochs');
  const preset = page.getByRole('button', { name: 'Dynamic fine-tuning' });
  await expect(preset).toHaveAccessibleDescription(/\d+ steps, .* answers/);
  await preset.click();
  await expect(preset).toHaveAttribute('aria-pressed', 'true');
  await expect(epochs).toHaveValue('13');
  await expect(lab.panel('1 setting differs from Dynamic fine-tuning')).toContainText('20 epochs → 13 epochs');
  await expect(page.getByText('These settings come from a preset: Dynamic fine-tuning')).toBeVisible();
  await lab.unfold('Method');
  await expect(page.getByLabel('Method', { exact: true })).toHaveValue('dft');
  await page.getByRole('button', { name: 'Restore my settings' }).click();
  await expect(page.getByLabel('Method', { exact: true })).toHaveValue('sft');
  await expect(epochs).toHaveValue('13');
  await page.getByRole('button', { name: 'Take back Epochs' }).click();
  await expect(epochs).toHaveValue('20');

  await test.step('any setting is found by its words; a change is undone by button and key', async () => {
    await page.getByRole('searchbox', { name: 'Find a setting' }).fill('warm');
    const warmUp = page.getByRole('spinbutton', { name: 'Warm-up' });
    await warmUp.fill('7');
    await expect(epochs).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(warmUp).toHaveValue('10');
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect(warmUp).toHaveValue('7');
    await page.keyboard.press('Control+z');
    await expect(warmUp).toHaveValue('10');
  });
});

test('rehearsed texts and canaries are chosen as files, named in the manifest, and read', async ({ page }) => {
  const files = await writeFiles();
  const texts = path.join(path.dirname(files.ontology), 'texts.txt');
  await writeFile(texts, 'the hand is warm\nthe foot is cold\n');
  const canaries = path.join(path.dirname(files.ontology), 'canaries.tsv');
  await writeFile(canaries, 'prompt\tcompletion\nred and\tblue\none two\tthree\n');
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({
    'Seen pairs': '4',
    'Withheld pairs': '2',
    'Rank bins': '2',
    Epochs: '2',
    'Batch size': '2',
    'Samples k': '0',
    'Longest answer': '8',
  });
  await lab.unfold('Retention', 'Evaluation');
  await expect(page.getByLabel('Texts to rehearse')).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'Rehearsal', exact: true }).check();
  await page.getByLabel('Source of the rehearsal').selectOption('text');
  await page.getByRole('checkbox', { name: 'Canaries', exact: true }).check();
  await expect(page.getByRole('alert').getByText('retention.rehearsal.path')).toBeVisible();
  await lab.go('data');
  await page.getByLabel('Texts to rehearse').setInputFiles(texts);
  await page.getByLabel('Canaries (optional)').setInputFiles(canaries);
  await lab.run.click();
  await lab.ended();
  const manifest = JSON.parse(await lab.record('manifest.json')) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    state: 'done',
    rehearsalFile: { name: 'texts.txt' },
    probes: { files: [{ field: 'evaluation.probes.canaries.path', file: { name: 'canaries.tsv' } }] },
  });
  expect(await lab.record('canaries.jsonl')).toContain('"prompt":"red and"');
  expect(await lab.record('steps.jsonl')).toContain('"line:');
});
