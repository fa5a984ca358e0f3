/** A researcher brings a model and an ontology: plan, run, pause, results, reload, cancel, continue. */
import { expect, test } from '@playwright/test';
import { LabPage, SMALL_RUN, writeFiles, type Files } from './lab-page';

let files: Files;
test.beforeAll(async () => {
  files = await writeFiles();
});

test('a run from files to curves, kept over a reload, repeated to the byte', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await test.step('the device and the plan stand before anything is trained', async () => {
    await lab.go('model');
    await expect(lab.panel('This device')).toContainText('software, slow');
    await expect(lab.run).toBeDisabled();
    await lab.choose(files.model, files.ontology);
    await lab.set({ ...SMALL_RUN, 'Samples k': '2' });
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
    const before = await page.locator('#content').innerText();
    await page.waitForTimeout(2000);
    expect(await page.locator('#content').innerText()).toBe(before);
    await lab.resume.click();
    await expect(lab.bar).toContainText('Running');
  });

  await test.step('the results show curve, accuracy and every trial', async () => {
    await lab.ended();
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

  await test.step('a reload keeps the run and its settings', async () => {
    await page.reload();
    await expect(page.getByText('Last run, kept in this browser · finished')).toBeVisible();
    await expect(lab.trials.getByRole('row')).toHaveCount(13);
    await lab.go('experiment');
    await expect(page.getByRole('spinbutton', { name: 'Seen pairs' })).toHaveValue('6');
    expect(await lab.record('trials.jsonl')).toBe(whole);
  });

  await test.step('a cancelled run leaves a partial record, which is kept', async () => {
    await lab.choose(files.model, files.ontology);
    await lab.run.click();
    await lab.go('results');
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
    await expect(lab.chart('Training loss', 'term→id')).toBeVisible({ timeout: 60_000 });
    await lab.cancel.click();
    await lab.ended();
    await page.reload();
    await expect(page.getByText('Last run, kept in this browser · cancelled: a partial record')).toBeVisible();
    await lab.go('storage');
    await expect(lab.panel('Kept runs').getByRole('listitem')).toHaveCount(3);
  });

  await test.step('and continues after the reload to the same bytes', async () => {
    await lab.choose(files.model, files.ontology);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(lab.cancel).toBeVisible();
    await lab.ended();
    await lab.go('results');
    await expect(page.getByText('This run · finished')).toBeVisible();
    expect(await lab.record('trials.jsonl')).toBe(whole);
  });

  await test.step('the page is accessible in light and dark, and fits a phone', async () => {
    await page
      .getByRole('button', { name: /^Show numbers/ })
      .first()
      .click();
    for (const theme of ['Light', 'Dark']) {
      await page.getByRole('radio', { name: theme }).check({ force: true });
      await lab.expectAccessible();
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
    await lab.expectAccessible();
  });
});
