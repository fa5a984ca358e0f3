/** What a person reads off the page, to be held against the same elsewhere. */
import { expect } from '@playwright/test';
import type { LabPage } from './lab-page';

const CHARTS = ['Time to acquisition', 'Accuracy by epoch', 'Rise of log p', 'Gainers and losers', 'Training loss'];

export interface Figures {
  /** The cards over the charts. */
  headline: string[];
  /** Rows of the tables behind charts. */
  charts: Record<string, string[]>;
  trials: string[];
}

/** Of the run on show: its headline, its charts as numbers, its trials. */
export async function figuresOnShow(lab: LabPage, direction = 'term→id'): Promise<Figures> {
  await lab.go('results');
  await expect(lab.page.getByRole('heading', { name: 'Files', exact: true })).toBeVisible();
  const charts: Record<string, string[]> = {};
  for (const name of CHARTS) {
    const chart = lab.chart(name, direction);
    await chart.getByRole('button', { name: /^Show numbers/ }).click();
    charts[name] = await chart.locator('tbody tr').allInnerTexts();
    expect(charts[name].length, name).toBeGreaterThan(0);
    await chart.getByRole('button', { name: /^Show chart/ }).click();
  }
  const headline = await lab.content.locator('article').allInnerTexts();
  expect(headline.join()).toMatch(/Seen.* %/s);
  return { headline, charts, trials: await lab.trials.locator('tbody tr').allInnerTexts() };
}

/** Of the runs that are compared: rows of the differences of settings and of the tests, without the runs' names. */
export async function comparisonOnShow(lab: LabPage): Promise<{ settings: string[]; tests: string[] }> {
  const rows = lab.page.getByRole('region', { name: /^Paired tests/ }).locator('tbody tr');
  await expect(rows.first()).toContainText('Holm');
  const settings = lab.page.getByRole('region', { name: 'Differences of settings' }).locator('tbody tr');
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll<HTMLElement>('td')].map((cell) => cell.innerText).join(' ')),
  );
  return { settings: await settings.allInnerTexts(), tests: cells };
}
