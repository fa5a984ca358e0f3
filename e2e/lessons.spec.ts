/** A lesson as a class gets it: a link that hides the rest, figures with their n, a presentation, help within the page. */
import { expect, test } from '@playwright/test';
import { LabPage } from './lab-page';

test('a lesson link: nothing but the lesson, presented by keys, with words to look up', async ({ page }) => {
  const lab = new LabPage(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') elsewhere.push(request.url());
  });
  await page.goto('/#/lessons/latent?only=1');

  await test.step('it stands alone, drawn from what was recorded', async () => {
    await expect(page.getByRole('heading', { name: 'Half-known facts' })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Sections' })).toHaveCount(0);
    await expect(page.getByText(/n\s=\s\d+\sfacts/).first()).toBeVisible();
    await expect(page.getByRole('figure', { name: /Time to acquisition/ })).toContainText('Recorded.');
    await page.getByRole('button', { name: 'greedy', exact: true }).click();
    await expect(page.getByText('Always taking the likeliest next piece')).toBeVisible();
    await page.keyboard.press('Escape');
    await lab.expectAccessible();
  });

  await test.step('it is presented with the keys of a remote control', async () => {
    await page.getByRole('link', { name: 'Present it' }).click();
    await expect(page.getByRole('heading', { name: 'Ask once, ask twenty times', level: 3 })).toBeFocused();
    await page.keyboard.press('PageDown');
    await expect(page.getByRole('heading', { name: 'How many are there?', level: 3 })).toBeFocused();
    await expect(page).toHaveURL(/step=2/);
    await lab.expectAccessible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('a small experiment runs here: the same world at three values of its dial', async () => {
    await page.goto('/#/lessons/lexicalization?only=1');
    await page.getByRole('button', { name: 'Run this experiment' }).click();
    const live = page.getByRole('region', { name: 'Try it here' });
    await expect(live.getByText('200 of 200 follow from their names')).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await lab.expectNoSidewaysScroll();
  });

  await test.step('the help lies beside the page', async () => {
    await page.goto('/help/charts.html');
    await expect(page.getByRole('heading', { name: 'Time to acquisition' })).toBeVisible();
    await lab.expectAccessible();
    await lab.expectNoSidewaysScroll();
  });
  expect(elsewhere).toEqual([]);
});
