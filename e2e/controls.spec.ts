/** Steering a run: step by step, back to the start, another seed; two tabs; the runs that are kept. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { openBundle } from '../src/records';
import { LabPage, SMALL_RUN, writeFiles, type Files } from './lab-page';

let files: Files;
test.beforeAll(async () => {
  files = await writeFiles();
});

async function setUp(lab: LabPage): Promise<void> {
  await lab.page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({ ...SMALL_RUN, Epochs: '2' });
  await lab.page.getByRole('checkbox', { name: 'id→term' }).uncheck();
}

test('a run is stepped, reset and repeated to the byte; another seed draws another run', async ({ page }) => {
  const lab = new LabPage(page);
  await setUp(lab);
  await expect(lab.run).toBeEnabled();
  await lab.run.press('Enter');
  await expect(lab.pause).toBeVisible();
  await page.keyboard.press('p');
  await expect(lab.bar).toContainText('Paused', { timeout: 60_000 });
  const step = page.getByRole('button', { name: 'Step' });
  const place = lab.bar.getByText(/Paused/);
  await test.step('what is shown is the records so far; each step says what it added, and adds no more', async () => {
    const text = () => lab.content.innerText();
    const counts = async () =>
      /records so far: (\d+) steps, (\d+) trials/
        .exec(await text())!
        .slice(1)
        .map(Number);
    const change = lab.panel('What the step changed');
    let [steps, trials] = (await counts()) as [number, number];
    for (let count = 0; count < 4; count++) {
      await page.keyboard.press('s');
      await expect(step).toBeEnabled({ timeout: 30_000 });
      const [nowSteps, nowTrials] = (await counts()) as [number, number];
      if (nowTrials > trials) {
        expect(nowSteps).toBe(steps);
        await expect(change).toContainText(`${nowTrials - trials} facts asked`);
      } else {
        expect(nowSteps).toBe(steps + 1);
        await expect(change).toContainText(`Step ${nowSteps} of term→id`);
      }
      [steps, trials] = [nowSteps, nowTrials];
    }
    expect(steps).toBeGreaterThan(0);
    const lane = lab.panel('term→id, seen in training');
    const standing = await lane.locator('dd strong').allInnerTexts();
    expect(standing.map(Number).reduce((sum, count) => sum + count, 0)).toBe(6);
    const still = await text();
    await page.waitForTimeout(500);
    expect(await text()).toBe(still);
    await expect(lab.panel('Event log')).toContainText('Asked: one step');
  });
  await expect(place.first()).toBeVisible();
  await page.keyboard.press('p');
  await expect(lab.bar).toContainText(/[\d.]+ pairs\/s/, { timeout: 60_000 });
  await expect(lab.bar).toContainText(/\d+ %.*tokens\/s/);
  await lab.ended();
  const whole = await lab.record('trials.jsonl');

  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(lab.bar).toContainText('Run gives the same records again');
  await expect(page.getByRole('region', { name: 'Trials' })).toHaveCount(0);
  await lab.run.click();
  await lab.ended();
  expect(await lab.record('trials.jsonl')).toBe(whole);

  await page.getByRole('button', { name: 'New seed' }).click();
  await lab.go('experiment');
  await expect(page.getByRole('spinbutton', { name: 'Seed', exact: true })).not.toHaveValue('1');
  await expect(lab.bar).toContainText('New seed');
  await expect(lab.run).toBeEnabled({ timeout: 30_000 });
  await lab.run.click();
  await lab.ended();
  expect(await lab.record('trials.jsonl')).not.toBe(whole);

  await test.step('the runs are kept with their sizes, renamed, deleted and taken back', async () => {
    await lab.go('storage');
    const kept = lab.panel('Kept runs');
    const items = kept.getByRole('listitem');
    await expect(items).toHaveCount(3);
    await expect(items.first()).toContainText(/finished, about [\d.]+ KiB/);
    await expect(lab.panel('Room in this browser')).toContainText(
      /uses [\d.]+ \S+ of the [\d.]+ \S+ that the browser allows/,
    );
    await items.nth(1).getByRole('button', { name: 'Rename' }).click();
    await kept.getByRole('textbox').fill('The second one');
    await kept.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(items.nth(1)).toContainText('The second one');
    await items.nth(1).getByRole('button', { name: 'Delete' }).click();
    await expect(items).toHaveCount(2);
    await kept.getByRole('button', { name: 'Undo' }).click();
    await expect(items.nth(1)).toContainText('The second one');
    await items.nth(1).getByRole('button', { name: 'Delete' }).click();
    await expect(kept).toContainText('is being deleted');
    await lab.expectAccessibleThemes();
    await page.reload();
    await expect(items).toHaveCount(2);
    await expect(kept).not.toContainText('The second one');
  });
});

test('a run that another tab has can be neither continued nor deleted here', async ({ page, context }) => {
  const lab = new LabPage(page);
  await setUp(lab);
  await lab.run.click();
  await lab.pause.click();
  await expect(lab.bar).toContainText('Paused', { timeout: 60_000 });
  const other = new LabPage(await context.newPage());
  await other.page.goto('/');
  await other.go('results');
  await expect(other.page.getByText('Cut off by a reload')).toBeVisible();
  await other.choose(files.model, files.ontology);
  const goOn = other.page.getByRole('button', { name: 'Continue' });
  await goOn.click();
  const alert = other.page.getByRole('alert');
  await expect(alert).toHaveAttribute('data-code', 'run-locked');
  await expect(alert).toContainText('another tab');
  await alert.getByRole('button', { name: 'Close' }).click();
  await other.go('storage');
  await other.panel('Kept runs').getByRole('button', { name: 'Delete' }).click();
  await expect(alert).toHaveAttribute('data-code', 'run-locked');
  await expect(other.panel('Kept runs').getByRole('listitem')).toHaveCount(1);

  await test.step('the first tab goes on, untouched, and gives the run free', async () => {
    await lab.resume.click();
    await lab.cancel.click();
    await lab.ended();
    await other.page.reload();
    await other.choose(files.model, files.ontology);
    await goOn.click();
    await other.ended();
    await other.go('results');
    await expect(other.page.getByText('This run · finished')).toBeVisible();
  });
});

test('where the browser has no room, the run goes on and is offered for download', async ({ page }) => {
  const lab = new LabPage(page);
  await setUp(lab);
  await expect(lab.run).toBeEnabled();
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 1 });
  await lab.run.click();
  const alert = page.getByRole('alert');
  await expect(alert).toHaveAttribute('data-code', 'storage-quota', { timeout: 60_000 });
  await expect(alert).toContainText('nothing was deleted');
  await lab.ended();
  await lab.go('results');
  await expect(page.getByText('This run · finished')).toBeVisible();
  const saving = page.waitForEvent('download');
  await alert.getByRole('button', { name: 'Download the run' }).click();
  const { bundle } = openBundle(await readFile(await (await saving).path()));
  expect(bundle.manifest.state).toBe('done');
  expect(bundle.trials.length).toBeGreaterThan(0);
});
