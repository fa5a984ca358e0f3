/** A world in the page: its dials turned, a model pretrained on it, cut off by a reload, continued, used in a run. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { makeWorld, worldFiles } from '../src/experiment/worlds';
import { parseWorld } from '../src/spec/parse-world';
import { LabPage, SMALL_RUN } from './lab-page';
import { longestTaskMs } from './traced';

const WORLD = {
  worldVersion: 1,
  name: 'tiny',
  groups: [
    {
      name: 'codes',
      source: { kind: 'synthetic', count: 24, identifiers: { grammar: 'code', lambda: 0 } },
      exposures: { kind: 'buckets', sizes: [0, 4, 32] },
    },
  ],
  filler: { sentences: 100, heldOut: 10 },
  tokenizer: { vocabulary: 400 },
};
const MODEL = {
  pretrainVersion: 1,
  name: 'small model',
  model: { hiddenSize: 16, layers: 1, heads: 2, kvHeads: 1, intermediateSize: 16, contextLength: 64 },
  initialisation: { deviation: 0.1 },
  batch: { rowTokens: 128 },
  optimizer: { learningRate: 0.01 },
  schedule: { warmupSteps: 5 },
  evaluation: { everySteps: 20 },
};

test('a world is turned, trained on, and asked', async ({ page }) => {
  const lab = new LabPage(page);
  const world = page.getByRole('region', { name: 'World on show' });
  const facts = world.getByRole('region', { name: 'Some facts of codes' });
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-world-'));
  const [worldFile, configFile] = ['tiny.json', 'model.json'].map((name) => path.join(folder, name));
  await writeFile(worldFile!, JSON.stringify(WORLD));
  await writeFile(configFile!, JSON.stringify(MODEL));
  await page.goto('/');

  await test.step('what a dial does is seen at once', async () => {
    await lab.go('data', 'World');
    await page.getByLabel('Open a world file').setInputFiles(worldFile!);
    await expect(world).toContainText('0 of 24 identifiers follow from their names');
    await expect(world).toContainText('n = 388 sentences');
    const longest = await longestTaskMs(page, async () => {
      for (const lambda of ['0.25', '0.75', '0.5']) await world.getByRole('slider', { name: /^λ/ }).fill(lambda);
      await expect(world).toContainText('12 of 24 identifiers follow from their names');
    });
    expect(longest, 'longest task of the main thread, ms').toBeLessThan(100);
    await expect(facts).toContainText('follows from its name');
    await world.getByLabel('Sizes of the buckets').fill('0, 4, x');
    await world.getByLabel('Sizes of the buckets').blur();
    await expect(world).toContainText('found null');
    await world.getByLabel('Sizes of the buckets').fill('0, 4, 40');
    await world.getByLabel('Sizes of the buckets').blur();
    await expect(world).toContainText('n = 452 sentences');
  });

  await test.step('its files are those that the terminal makes of its file', async () => {
    const file = await lab.file('Save the world’s file');
    const { files } = worldFiles(await makeWorld(parseWorld(file, 'tiny.json'), () => Promise.reject(new Error())));
    const zip = unzipSync(await lab.bytes('All its files (zip)'));
    expect(Object.keys(zip).sort()).toEqual(files.map(({ name }) => name).sort());
    for (const { name, text } of files) expect(new TextDecoder().decode(zip[name]), name).toBe(text);
    expect(file).toBe(files.find(({ name }) => name === 'world.json')!.text);
  });

  const run = world.getByRole('region', { name: 'small model on tiny' });
  await test.step('a model is planned, trained, paused and cut off', async () => {
    await page.getByLabel('Open a configuration').setInputFiles(configFile!);
    await expect(world).toContainText(/Graphics memory.*KiB/);
    await world.getByRole('button', { name: 'Start pretraining' }).click();
    await expect(lab.run).toBeDisabled();
    await expect(lab.bar).toContainText('A model is being pretrained');
    await expect(run).toContainText(/[1-9]\d* of \d+ steps/);
    await run.getByRole('button', { name: 'Pause pretraining' }).click();
    await expect(run).toContainText('Paused.');
    await page.reload();
    await expect(run).toContainText(/Stopped before its end. [1-9]\d* of \d+ steps/);
  });

  await test.step('it goes on to its end, and looks as it should', async () => {
    await run.getByRole('button', { name: 'Continue pretraining' }).click();
    await expect(run).toContainText('Done.', { timeout: 60_000 });
    await expect(run.getByRole('figure', { name: 'Loss' })).toContainText('n = ');
    await lab.expectAccessibleThemes();
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step('its zip is the folder that the terminal writes', async () => {
    const zip = unzipSync(await lab.bytes('Download it (zip)'));
    const manifest = JSON.parse(new TextDecoder().decode(zip['pretraining.json'])) as { state: string };
    expect(manifest.state).toBe('done');
    for (const name of ['config.json', 'model.safetensors', 'exposures.jsonl', 'steps.jsonl', 'world/terms.tsv']) {
      expect(zip[name]!.length, name).toBeGreaterThan(0);
    }
    expect(new TextDecoder().decode(zip['world/world.json'])).toContain('"lambda": 0.5');
  });

  await test.step('it answers in an experiment on its own world', async () => {
    await run.getByRole('button', { name: 'Use this model' }).click();
    await expect(page.getByText('These settings come from a pretrained model')).toBeVisible();
    await lab.set({ ...SMALL_RUN, 'Seen pairs': '4', 'Withheld pairs': '4', 'Rank bins': '2', Epochs: '1' });
    await lab.run.click();
    await lab.ended();
    await lab.go('results');
    await expect(lab.trials).toBeVisible();
  });
});
