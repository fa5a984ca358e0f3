/** A study in the page: opened, planned, run, cut off by a reload, continued, pooled; and built from the settings. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { LabPage, writeFiles, type Files } from './lab-page';

const BINARY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../bin/ontoscope.js');
const STUDY = {
  studyVersion: 1,
  name: 'Two ranks',
  base: {
    directions: ['term-to-id'],
    sampling: { bins: 2, seen: 4, withheld: 2 },
    adapter: { kind: 'lora', alpha: 8 },
    optimizer: { learningRate: 0.03 },
    train: { epochs: 3, batchSize: 4 },
    evaluation: { at: { kind: 'epochs', every: 3 }, sampleAt: 'never', maxNewTokens: 8 },
  },
  grid: { 'adapter.rank': [2, 4] },
  seeds: [1, 2],
  analysis: { covariates: [] },
};

let files: Files;
let studyFile: string;
test.beforeAll(async () => {
  files = await writeFiles();
  studyFile = path.join(await mkdtemp(path.join(tmpdir(), 'ontoscope-study-')), 'two-ranks.json');
  await writeFile(studyFile, JSON.stringify(STUDY));
});

function ontoscope(args: string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BINARY, ...args]);
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out }));
  });
}

test('a study runs cell by cell, survives a reload, and pools what the terminal pools', async ({ page }) => {
  const lab = new LabPage(page);
  const study = page.getByRole('region', { name: 'Study on show' });
  const cells = page.getByRole('region', { name: 'Cells of the study' }).locator('tbody tr');
  await page.goto('/');

  await test.step('its cells stand with memory and time before anything runs', async () => {
    await lab.go('experiment');
    await page.getByLabel('Open a study file').setInputFiles(studyFile);
    await expect(cells).toHaveCount(4);
    await expect(study.getByRole('button', { name: 'Run the study' })).toBeDisabled();
    await lab.choose(files.model, files.ontology);
    await lab.go('results');
    await expect(cells.last()).toContainText(/MiB|KiB/, { timeout: 30_000 });
    await expect(study).toContainText(/about \d+ s in all/);
  });

  await test.step('it runs, and a reload in the middle loses nothing', async () => {
    await study.getByRole('button', { name: 'Run the study' }).click();
    await expect(cells.first()).toContainText('done', { timeout: 60_000 });
    await expect(cells.nth(1)).toContainText(/running.* [1-9]\d? %/);
    await expect(lab.run).toBeDisabled();
    await page.reload();
    await expect(cells.first()).toContainText('done');
    await expect(cells.nth(1)).toContainText('cut off');
    await expect(study.getByRole('heading', { name: 'What the runs say together' })).toBeVisible();
  });

  await test.step('it pauses, resumes and goes on to its end', async () => {
    await lab.choose(files.model, files.ontology);
    await lab.go('results', 'Study');
    await study.getByRole('button', { name: 'Continue the study' }).click();
    await study.getByRole('button', { name: 'Pause the study' }).click();
    await expect(study).toContainText('Paused.', { timeout: 30_000 });
    await study.getByRole('button', { name: 'Resume the study' }).click();
    await expect(study).toContainText('4 of 4 cells done', { timeout: 90_000 });
    const table = study.getByRole('region', { name: 'Estimates of all runs' });
    await expect(study.getByRole('region', { name: 'Estimates of adapter.rank=2' })).toContainText('mean over seeds');
    await expect(table.or(study.getByText(/Not estimated: \d+/)).first()).toBeVisible();
  });

  await test.step('the terminal computes the same summary from the same records', async () => {
    const out = await mkdtemp(path.join(tmpdir(), 'ontoscope-pooled-'));
    const text = await lab.file('study.json');
    await writeFile(path.join(out, 'study.json'), text);
    const state = JSON.parse(text) as { study: object; cells: { folder: string; point: string; seed: number }[] };
    for (const { folder, point, seed } of state.cells) {
      const bundle = unzipSync(await lab.bytes(`Bundle of ${point}, seed ${seed}`));
      for (const [name, bytes] of Object.entries(bundle)) {
        const at = path.join(out, folder, name);
        await mkdir(path.dirname(at), { recursive: true });
        await writeFile(at, bytes);
      }
    }
    // The very study that the page kept: its hash names the files chosen there.
    const kept = path.join(out, '..', `${path.basename(out)}.json`);
    await writeFile(kept, JSON.stringify(state.study));
    const { code, out: said } = await ontoscope(['study', kept, '--out', out, '--resume']);
    expect(code, said).toBe(0);
    expect(await lab.file('study-summary.json')).toBe(await readFile(path.join(out, 'study-summary.json'), 'utf8'));
    expect(await lab.file('study-summary.csv')).toBe(await readFile(path.join(out, 'study-summary.csv'), 'utf8'));
    const rows = path.join(out, 'rows.csv');
    await ontoscope(['rows', out, '--event', 'acquisition', '--out', rows]);
    expect(await lab.file('rows-acquisition.csv')).toBe(await readFile(rows, 'utf8'));
  });

  await test.step('the page is accessible in light and dark, and fits a phone', async () => {
    await lab.expectAccessibleThemes();
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
    await lab.expectAccessible();
  });

  await test.step('a finished cell opens in the results', async () => {
    await cells.first().getByRole('button', { name: /^Show/ }).click();
    await expect(lab.trials).toBeVisible();
    await expect(page.getByText('Two ranks · adapter.rank=2, seed 1').first()).toBeVisible();
  });
});
