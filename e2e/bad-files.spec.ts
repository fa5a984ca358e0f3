/** Files that cannot be used: the page names the file and what to do, and leads to the control. */
import { expect, test } from '@playwright/test';
import { LabPage, writeFiles, type Files } from './lab-page';

let files: Files;
test.beforeAll(async () => {
  files = await writeFiles();
});

test('a truncated model is named, with its remedy, and the way to it', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.truncatedModel, files.ontology);
  await lab.set({ 'Seen pairs': '6', 'Withheld pairs': '6', 'Rank bins': '3' });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('model.safetensors');
  await expect(alert).toContainText(/again/i);
  await expect(lab.run).toBeDisabled();
  await lab.expectAccessible();
  await alert.getByRole('button', { name: 'Show me where' }).click();
  await expect(page.getByLabel('Model folder')).toBeFocused();
  await test.step('a good folder in its place clears the error', async () => {
    await page.getByLabel('Model folder').setInputFiles(files.model);
    await expect(lab.run).toBeEnabled();
    await expect(alert).toHaveCount(0);
  });
});

test('a malformed ontology is named with the line', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.malformedOntology);
  await expect(page.getByRole('alert')).toContainText(/broken\.obo.*line \d+|broken\.obo:\d+/);
});

test('more pairs than the ontology has are refused before training', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({ 'Seen pairs': '900' });
  await expect(page.getByRole('alert')).toContainText('40');
  await expect(lab.run).toBeDisabled();
});
