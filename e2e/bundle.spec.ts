/** A run as one file: opened by button or drop, replayed without GPU and model, kept when asked to, refused when hostile. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { openBundle, runFile } from '../src/records';
import { forgeZip } from '../test/unit/records/forged-zip';
import { bundleOf, drop } from './bundles';
import { LabPage } from './lab-page';
import { appears, costOf, longestTaskMs } from './traced';

/** The runner's own recording would copy the page on its thread while that is measured. */
test.use({ trace: 'off' });

/** With all charts, and what the worker computes for them; a busy machine counts waiting threads too. */
const THREAD_TIME_MS = 6000;
const LONGEST_TASK_MS = 100;

/** 300 seen and 300 withheld pairs, both directions, two templates, 21 evaluations: 50,400 trials. */
const LARGE = { pairs: 300, epochs: 20 };

let folder: string;
let small: string;
let large: string;

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-bundle-'));
  small = path.join(folder, 'small.zip');
  large = path.join(folder, 'large.zip');
  await writeFile(small, bundleOf({ pairs: 6, epochs: 3 }));
  await writeFile(large, bundleOf(LARGE));
});

async function open(page: Page, file: string): Promise<void> {
  await new LabPage(page).go('storage');
  await page.getByLabel('Open a bundle').setInputFiles(file);
}
const standing = (page: Page, text: string) => page.locator('#content').getByText(text);

const pages = (page: Page) => page.getByRole('group', { name: 'Pages of trials' });

test('a bundle of 50,000 trials opens at once and leaves the page’s thread alone', async ({ page }) => {
  await page.goto('/');
  await new LabPage(page).go('storage');
  await page.waitForTimeout(1500); // what the page does for itself first
  let openedMs = 0;
  const { longestMs, busyMs } = await costOf(page, async () => {
    const began = performance.now();
    await open(page, large);
    await appears(page, '#results-trials', /of 50\s400 trials/);
    openedMs = performance.now() - began;
    await page.waitForTimeout(1000); // what is drawn after the first picture
  });
  console.log(
    `50,400 trials: open after ${openedMs.toFixed(0)} ms by the clock; thread time ${busyMs.toFixed(0)} ms in all, longest main-thread task ${longestMs.toFixed(1)} ms`,
  );
  // Thread time of page and worker one after the other: what opening takes where nothing else runs.
  expect(busyMs).toBeLessThan(THREAD_TIME_MS);
  expect(busyMs, 'the worker’s work is in it').toBeGreaterThan(100);
  expect(longestMs).toBeLessThan(LONGEST_TASK_MS);
  await expect(standing(page, 'Opened from large.zip')).toBeVisible();

  const packing = await longestTaskMs(page, async () => {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'trials.jsonl' }).click();
    await saving;
  });
  console.log(`50,400 trials as a file: longest main-thread task ${packing.toFixed(1)} ms of thread time`);
  expect(packing).toBeLessThan(LONGEST_TASK_MS);
});

test('without WebGPU a dropped bundle shows every result, and is kept only when asked to', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  const lab = new LabPage(page);
  await page.goto('/');
  await drop(page, small);
  await expect(standing(page, 'Opened from small.zip: recorded, not computed here · finished')).toBeVisible();
  for (const section of [
    'Time to acquisition',
    'Accuracy by epoch',
    'Rise of log p',
    'Gainers and losers',
    'Training loss',
  ])
    await expect(lab.chart(section, 'term→id')).toBeVisible();
  const { bundle } = openBundle(await readFile(small));
  await expect(pages(page)).toContainText(`of ${bundle.trials.length} trials`);
  const kept = lab.panel('Kept runs');
  await lab.go('storage');
  await expect(kept).toContainText('opened from small.zip, not kept: a reload forgets it');

  await test.step('its files are those of the bundle, and the bundle itself comes back as it was', async () => {
    expect(await lab.record('facts.jsonl')).toBe(
      Buffer.from(runFile({ ...bundle, adapters: [], files: [] }, 'facts.jsonl').bytes).toString('utf8'),
    );
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Everything as a bundle' }).click();
    expect(await readFile(await (await saving).path())).toEqual(await readFile(small));
  });

  await test.step('a reload forgets it', async () => {
    await page.reload();
    await lab.go('storage');
    await expect(kept.getByRole('listitem')).toHaveCount(0);
  });

  await test.step('a kept one is still there, marked, and packs to the same bytes', async () => {
    await open(page, small);
    await expect(standing(page, 'Opened from small.zip')).toBeVisible();
    await lab.go('storage');
    await kept.getByRole('button', { name: 'Keep small.zip' }).click();
    await expect(kept).not.toContainText('not kept');
    await page.reload();
    await expect(kept).toContainText('opened from small.zip');
    await lab.go('results');
    await expect(standing(page, 'Opened from small.zip, kept in this browser')).toBeVisible();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Everything as a bundle' }).click();
    expect(await readFile(await (await saving).path())).toEqual(await readFile(small));
  });

  await lab.expectAccessibleThemes();
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.expectNoSidewaysScroll();
});

test('hostile bundles are refused in words and change nothing', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await open(page, small);
  await expect(standing(page, 'Opened from small.zip')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Files', exact: true })).toBeVisible(); // everything is drawn
  const before = await page.locator('#content').innerText();
  const sound = await readFile(small);
  const info = (change: Record<string, unknown>) => JSON.stringify({ ...openBundle(sound).info, ...change });
  const hostile: [string, Uint8Array, RegExp][] = [
    ['newer.zip', forgeZip([{ path: 'bundle.json', content: info({ bundleVersion: 9 }) }]), /bundleVersion is 9/],
    ['traversal.zip', forgeZip([{ path: '../evil.json', content: '{}' }]), /leads out of its folder/],
    ['bomb.zip', forgeZip([{ path: 'bundle.json', content: new Uint8Array(64 * 2 ** 20) }]), /more than 200/],
    ['cut.zip', sound.subarray(0, sound.length - 100), /zip/],
    ['picture.zip', Buffer.from('not a zip at all'), /zip/],
  ];
  for (const [name, bytes, words] of hostile) {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    await open(page, file);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(name);
    await expect(alert).toContainText(words);
    await expect(alert).toHaveAttribute('data-code', 'bundle-invalid');
    await alert.getByRole('button', { name: 'Close' }).click();
    await expect(alert).toHaveCount(0);
    await expect(lab.panel('Kept runs').getByRole('listitem')).toHaveCount(1);
    await lab.go('results');
    await expect(page.getByRole('heading', { name: 'Files', exact: true })).toBeVisible();
    expect(await page.locator('#content').innerText(), name).toBe(before);
  }
  await lab.go('storage');
  await page.reload();
  await expect(lab.panel('Kept runs').getByRole('listitem')).toHaveCount(0);
});
