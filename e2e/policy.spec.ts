/** What the page may do and does: no broken policy, no request to anybody else, before a person asks for one. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { SECTIONS } from '../src/app/sections';

test.use({ storageState: { cookies: [], origins: [] } });

test('a visit of every section breaks no policy and asks nobody but the page’s own place', async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  const said: string[] = [];
  page.context().on('request', (request) => {
    if (!request.url().startsWith(baseURL!) && !/^(blob|data):/.test(request.url())) foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content.Security|Refused to/i.test(message.text())) said.push(message.text());
  });
  await page.exposeFunction('tellViolation', (text: string) => void said.push(text));
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      (globalThis as unknown as { tellViolation(text: string): void }).tellViolation(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      ),
    ),
  );
  await page.goto('/');
  await expect(page.getByText('The results below are recorded.')).toBeVisible();
  for (const theme of ['Light', 'Dark']) await page.getByRole('radio', { name: theme }).check({ force: true });
  for (const { name } of SECTIONS) {
    await page.goto(`#/${name}`);
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
    // What a section draws later is drawn by then.
    await page.waitForTimeout(250);
  }
  expect(said).toEqual([]);
  expect(foreign).toEqual([]);

  await test.step('a script that somehow got into the page does not run, and tells nobody', async () => {
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="document.title = \'ran\'">');
    });
    await expect.poll(() => said.length).toBeGreaterThan(0);
    expect(await page.title()).not.toBe('ran');
  });
});

test('the policy is the strict one', async () => {
  const html = await readFile('dist/app/index.html', 'utf8');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*(?![^;]*;)/);
  for (const name of ['base-uri', 'form-action', 'object-src']) expect(policy).toContain(`${name} 'none'`);
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<script'));
});
