/** A phone: what was found is read, one fact is followed, and another section is reached, all by touch in a narrow page. */
import { expect, test } from '@playwright/test';
import { LabPage } from './lab-page';

/** As a newcomer comes: the recorded run is on show. */
test.use({
  storageState: { cookies: [], origins: [] },
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
});

test('on a phone: results are read, a fact is opened, sections are changed', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  await lab.expectNoSidewaysScroll();

  await test.step('the figures of the run stand in the page, and lead to all results', async () => {
    const card = lab.content.locator('article').first();
    await expect(card).toContainText(/right after epoch 10; .*n\s=\s\d+/);
    const { x, width } = (await card.boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(390);
    await page.getByRole('link', { name: 'See all results' }).tap();
    await expect(page).toHaveTitle(/^Results/);
    const survival = lab.chart('Time to acquisition', 'term→id');
    await expect(survival).toContainText(/of n = \d+ acquired/);
    await survival.getByRole('button', { name: /^Show numbers/ }).tap();
    expect(await survival.locator('tbody tr').count()).toBeGreaterThan(3);
    await lab.expectNoSidewaysScroll();
  });

  await test.step('a fact of the trials has a page of its own', async () => {
    await page.getByRole('navigation', { name: 'Contents of the results' }).getByRole('link', { name: 'Trials' }).tap();
    await expect(page.getByRole('heading', { name: 'Trials', exact: true })).toBeInViewport();
    const trial = lab.trials.locator('tbody tr').first();
    const [term, identifier] = await trial.locator('td').allInnerTexts();
    await trial.getByRole('button').tap();
    await expect(page).toHaveURL(/#\/results\/fact\?fact=/);
    const head = lab.content.locator('h3').first();
    await expect(head).toContainText(term!);
    await expect(head).toContainText(identifier!);
    await expect(lab.content.getByRole('figure').first()).toBeVisible();
    await lab.expectNoSidewaysScroll();
  });

  await test.step('the row of sections leads on, and back', async () => {
    const lessons = page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Lessons' });
    await lessons.tap();
    await expect(lessons).toBeInViewport();
    await expect(lab.content.getByRole('link', { name: /Half-known facts/ })).toBeVisible();
    await lab.expectNoSidewaysScroll();
    await page.goBack();
    await expect(page).toHaveURL(/#\/results\/fact/);
  });
});
