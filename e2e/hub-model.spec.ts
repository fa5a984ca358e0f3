/** A model of the hub in the page: asked for by name, cut off, continued after a reload, listed, deleted. */
import { expect, test } from '@playwright/test';
import { commitOf, startHub, type HubServer } from '../test/helpers/hub-server';
import { tinyModelFiles } from '../test/helpers/tiny-model';
import { LabPage, SMALL_RUN, writeFiles, type Files } from './lab-page';

const COMMIT = commitOf('e2e');
const WEIGHTS = tinyModelFiles().get('model.safetensors')!.length;
let server: HubServer;
let files: Files;
test.beforeAll(async () => {
  files = await writeFiles();
  server = await startHub({ 'someone/tiny': { commit: COMMIT, files: tinyModelFiles(), gated: true } });
});
test.afterAll(() => server.close());

test('a gated model arrives over broken connections and a reload, is used, and deleted', async ({ page }) => {
  const lab = new LabPage(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto('/');
  const inputs = lab.panel('Model');
  const stored = lab.panel('Stored models');
  const open = async () => {
    await lab.go('model');
    await page.getByText('Access token and hub').click();
    await page.getByLabel('Address of the hub').fill(server.hub);
    await page.getByLabel('Address of the hub').blur();
    await page.getByLabel('Model from the hub or an address').fill('hf:someone/tiny');
  };
  await open();
  expect(server.requests).toEqual([]);

  await test.step('it is refused without a token, in words', async () => {
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();
    await expect(page.getByText('someone/tiny is gated')).toBeVisible();
    await expect(page.getByText('accept its licence, then give an access token')).toBeVisible();
  });

  await test.step('it is cut twice, and the page left in the middle of it', async () => {
    await page.getByLabel('Access token, for gated models').fill(server.token);
    server.faults.cuts = [30_000, 20_000];
    server.requests.length = 0;
    await page.getByRole('button', { name: 'Fetch', exact: true }).click();
    await expect(inputs.getByRole('progressbar')).toBeVisible();
    await expect.poll(() => server.faults.cuts.length).toBe(0);
    server.faults.stallAfter = 10_000;
    await expect(inputs.getByText(/ of .*, model\.safetensors/)).toBeVisible();
    await expect.poll(() => server.requests.filter(({ origin }) => origin === 'cdn').length).toBe(3);
    await lab.expectNoSidewaysScroll();
    await page.reload();
    server.faults.stallAfter = null;
  });

  await test.step('it goes on where it stopped', async () => {
    await lab.go('storage');
    await expect(stored.getByText('not complete')).toBeVisible();
    await lab.go('model');
    await expect(page.getByLabel('Access token, for gated models')).toHaveValue('');
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(server.token);
    await page.getByText('Access token and hub').click();
    await expect(page.getByLabel('Address of the hub')).toHaveValue(server.hub);
    await page.getByLabel('Access token, for gated models').fill(server.token);
    await lab.go('storage');
    await stored.getByRole('button', { name: 'Continue' }).click();
    await lab.go('model');
    await expect(inputs.getByText('tiny', { exact: true })).toBeVisible();
    const cdn = server.requests.filter(({ origin }) => origin === 'cdn');
    // Where a connection broke a part of what was sent may be lost: never more is asked for than is missing.
    const starts = cdn.map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range!)![1]));
    expect(cdn.map(({ headers }) => headers.range)).toEqual(starts.map((start) => `bytes=${start}-${WEIGHTS - 1}`));
    expect(starts).toHaveLength(4);
    expect(starts[0]).toBe(0);
    for (const [at, sent] of [30_000, 20_000, 10_000].entries()) {
      expect(starts[at + 1]).toBeGreaterThan(starts[at]!);
      expect(starts[at + 1]).toBeLessThanOrEqual(starts[at]! + sent);
    }
    // The browser takes the token off when the hub leads to another origin; nothing was asked leave for there.
    expect(cdn.every(({ method, headers }) => method === 'GET' && headers.authorization === undefined)).toBe(true);
  });

  await test.step('it is a model like any other', async () => {
    await lab.chooseOntology(files.ontology);
    await lab.set(SMALL_RUN);
    await expect(lab.run).toBeEnabled({ timeout: 60_000 });
    await lab.expectAccessible();
    await lab.expectNoSidewaysScroll();
  });

  await test.step('it is deleted', async () => {
    await lab.go('storage');
    await expect(stored.getByText(`revision ${COMMIT.slice(0, 12)}`)).toBeVisible();
    await stored.getByRole('button', { name: 'Delete …' }).click();
    await stored.getByRole('button', { name: 'Delete', exact: false }).first().click();
    await expect(stored.getByRole('listitem')).toHaveCount(0);
  });
});
