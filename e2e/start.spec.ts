/** A teacher's way: a recorded run without model and GPU, one click that runs live, a lesson for the class; recorded studies. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { plausibleStudy } from '../test/fixtures/run/plausible-study';
import { LabPage } from './lab-page';
import { appears, longestTaskMs } from './traced';

/** As a newcomer comes: nothing is kept of the recorded run being put away. */
// The runner's own recording copies the whole page on the page's thread: it would be measured too.
test.use({ storageState: { cookies: [], origins: [] }, trace: 'off' });

const LONGEST_TASK_MS = 100;
const RECORDED = new URL('../public/recorded/', import.meta.url);
const EXPERIMENT = new URL('../public/models/primer/experiment.json', import.meta.url);
const LESSON = new URL('../public/lessons/popularity.json', import.meta.url);

/** The recorded run is the real one; the recorded study comes by route. */
const { files, summary } = plausibleStudy();
const study = {
  ...{ name: 'paces', title: 'Two paces', description: 'Two batch sizes.' },
  ...{ study: 'paces/study.json', summary: 'paces/study-summary.json' },
};

interface Index {
  runs: { title: string; bundle: string }[];
  studies: object[];
}
let index: Index;
test.beforeAll(async () => {
  index = JSON.parse(await readFile(new URL('index.json', RECORDED), 'utf8')) as Index;
});

/** What is recorded, with one study more; the bundle comes when `released` says so. */
async function serve(page: Page, released: Promise<void> = Promise.resolve()): Promise<void> {
  const texts: Record<string, string> = {
    'index.json': JSON.stringify({ ...index, studies: [...index.studies, study] }),
  };
  for (const [name, text] of Object.entries(files)) texts[`paces/${name}`] = text;
  await page.route('**/recorded/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^.*\/recorded\//, '');
    if (path in texts) return route.fulfill({ body: texts[path]! });
    await released;
    return route.continue();
  });
}

const recorded = (page: Page) => page.getByText('The results below are recorded.');

test('a teacher sees the recorded run, runs its experiment live, and gives the class a lesson that runs', async ({
  page,
  context,
}) => {
  test.setTimeout(300_000);
  const lab = new LabPage(page);
  let release = (): void => undefined;
  await serve(page, new Promise((resolve) => (release = resolve)));
  await page.goto('/');

  await test.step('the page is there before the bundle is', async () => {
    await expect(page.getByRole('button', { name: 'Run it live' })).toBeEnabled();
    await expect(page.getByText('Opening the recorded run')).toBeVisible();
    const paints = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length);
    expect(await paints()).toBe(1);
  });

  await test.step('opening it leaves the page’s thread alone', async () => {
    const longest = await longestTaskMs(page, async () => {
      release();
      await expect(recorded(page)).toBeVisible();
    });
    console.log(`the recorded run: longest main-thread task ${longest.toFixed(1)} ms of thread time`);
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
    await expect(page.getByText(/a software adapter, on \d+ \w+ \d{4}/)).toBeVisible();
  });

  await test.step('its results are drawn piece by piece', async () => {
    const longest = await longestTaskMs(page, async () => {
      // By place: asking for roles and names would itself keep the page's thread busy.
      await page.locator('[data-section="results"]').click();
      await page.waitForFunction(() => document.querySelector('#results-files') !== null, null, { polling: 200 });
    });
    console.log(`its results: longest main-thread task ${longest.toFixed(1)} ms of thread time`);
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
    await expect(lab.chart('Time to acquisition', 'term→id')).toContainText(/of n = \d+ acquired/);
    await expect(lab.chart('Accuracy by epoch', 'id→term')).toBeVisible();
    await expect(lab.trials).toBeVisible();
  });

  await test.step('it is put away and brought back', async () => {
    await lab.go('start');
    await page.getByRole('button', { name: 'Put the recorded run away' }).click();
    await expect(recorded(page)).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('button', { name: 'Show the recorded run' })).toBeVisible();
    await expect(recorded(page)).toHaveCount(0);
    await lab.go('storage');
    await lab
      .panel('Kept runs')
      .getByRole('button', { name: `Open ${index.runs[0]!.title}` })
      .click();
    await lab.go('start');
    await expect(recorded(page)).toBeVisible();
  });

  await test.step('one click: the bundled model trains, without a dialog', async () => {
    // The experiment of the page, with fewer facts: the test is of the way, not of the results.
    const spec = JSON.parse(await readFile(EXPERIMENT, 'utf8')) as Record<string, object>;
    const small = {
      ...spec,
      sampling: { ...spec['sampling'], seen: 14, withheld: 7 },
      train: { ...spec['train'], batchSize: 7 },
      evaluation: { ...spec['evaluation'], samples: 2, maxNewTokens: 12 },
    };
    await page.route('**/models/primer/experiment.json', (route) => route.fulfill({ body: JSON.stringify(small) }));
    const began = performance.now();
    const longest = await longestTaskMs(page, async () => {
      await page.locator('button', { hasText: 'Run it live' }).click();
      // The race, the curves and the log follow what is trained and asked.
      await appears(page, '[aria-label="Run"]', /epoch 2 of/);
    });
    console.log(
      `live: 21 facts, one epoch after ${((performance.now() - began) / 1000).toFixed(1)} s; longest main-thread task ${longest.toFixed(1)} ms of thread time`,
    );
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
    await lab.go('results');
    await expect(page.getByText(/right after epoch 1;/).first()).toBeVisible({ timeout: 60_000 });
    await lab.cancel.click();
    await lab.ended();
    await expect(page.getByText('cancelled: a partial record')).toBeVisible();
    await lab.go('model');
    await expect(page.getByText('chosen', { exact: true })).toBeVisible();
  });

  await test.step('after a reload the last session wins', async () => {
    await lab.go('start');
    await page.reload();
    await expect(recorded(page)).toHaveCount(0);
    await lab.go('results');
    await expect(page.getByText('Last run, kept in this browser')).toBeVisible();
  });

  await test.step('a lesson is given away as a link that shows nothing else, and its experiment runs', async () => {
    // Its experiment with fewer facts, asked of the same model.
    const lesson = await readFile(LESSON, 'utf8');
    await context.route('**/lessons/popularity.json', (route) =>
      route.fulfill({ body: lesson.replace(/"seen": 105/, '"seen": 14') }),
    );
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await lab.go('start');
    await page.getByRole('link', { name: /What is said often is known/ }).click();
    await page.getByRole('button', { name: 'Copy a link to this lesson' }).click();
    await expect(page.getByText('Copied: a link to this lesson alone.')).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());

    const pupil = await context.newPage();
    await pupil.goto(link);
    await expect(pupil.getByRole('heading', { name: 'What is said often is known' })).toBeVisible();
    await expect(pupil.getByRole('navigation', { name: 'Sections' })).toHaveCount(0);
    await expect(pupil.getByRole('region', { name: 'Run', exact: true })).toHaveCount(0);
    const live = pupil.getByRole('region', { name: 'Try it here' });
    await live.getByRole('button', { name: 'Run this experiment' }).click();
    const found = live.getByRole('figure', { name: 'Here and recorded' });
    await expect(found).toContainText(/computed here in .* a software adapter/, { timeout: 90_000 });
    await found.getByRole('button', { name: /^Show numbers/ }).click();
    const rows = await found
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    const asked = rows.filter(([, of]) => of === 'here, just now').map((cells) => Number(cells[5]));
    // Two facts of each of the world's seven buckets: stated 0 to 4 times, 16 or 32, 64 or 256.
    expect(asked).toEqual([6, 4, 4]);
  });
});

test('without WebGPU: recorded results, the reason, and recorded studies with what they found', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  const lab = new LabPage(page);
  await serve(page);
  await page.goto('/');
  await expect(recorded(page)).toBeVisible();
  const start = page.getByRole('region', { name: 'Start' });
  await expect(start.getByText('This browser has no WebGPU')).toBeVisible();
  await expect(start.getByRole('listitem').first()).toContainText('chrome://');
  await expect(page.getByRole('button', { name: 'Run it live' })).toHaveCount(0);

  await test.step('the card of the bundled model is there', async () => {
    await lab.go('model');
    await page.getByText('About Primer').click();
    await expect(page.getByRole('table', { name: /What it has read/ })).toContainText('GO:');
  });

  const view = page.getByRole('region', { name: 'Recorded study' });
  await test.step('a recorded study opens without holding the page up', async () => {
    await lab.go('start');
    const longest = await longestTaskMs(page, async () => {
      await lab.content.getByRole('button', { name: 'Two paces' }).click();
      await expect(page.locator('#pooled-title')).toBeVisible();
    });
    console.log(
      `a recorded study of ${summary.rows.length} lines: longest task ${longest.toFixed(1)} ms of thread time`,
    );
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
    await expect(view.getByRole('listitem').first()).toContainText('holds');
    await expect(view.getByRole('figure', { name: 'Hazard ratios' })).toBeVisible();
  });

  await lab.expectAccessibleThemes();
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.expectNoSidewaysScroll();
  await lab.content.getByRole('link', { name: 'Run', exact: true }).click();
  await lab.expectNoSidewaysScroll();
});
