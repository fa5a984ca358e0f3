/** A browser without WebGPU: the page says what to do, and kept runs stay readable. */
import { expect, test } from '@playwright/test';
import { LabPage } from './lab-page';

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
});

test('the page says what to do for this browser', async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.go('model');
  const device = lab.panel('This device');
  await expect(device).toContainText('no WebGPU');
  await expect(device.getByRole('listitem').first()).toContainText('chrome://');
  await expect(lab.bar).toContainText('no WebGPU');
  await expect(lab.run).toBeDisabled();
  await lab.expectAccessibleThemes();
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.expectNoSidewaysScroll();
});

test('the theme chosen is there after a reload', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});
