/** The same journey with a trained model and a real ontology, where the reference data lie beside the project. */
import { expect, test } from '@playwright/test';
import { hasShared, sharedPath } from '../test/helpers/shared';
import { LabPage } from './lab-page';

const MODEL = 'models/stories260K';
const ONTOLOGY = 'data/hp_subset.obo';
const COUNTS = 'data/hpo_annotation_counts.tsv';

test('a trained model learns phenotypes drawn by popularity', async ({ page }) => {
  test.skip(
    ![MODEL, ONTOLOGY, COUNTS].every((path) => hasShared(path)),
    'the reference data are not beside this checkout',
  );
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(sharedPath(MODEL), sharedPath(ONTOLOGY));
  await page.getByLabel('Annotation counts').setInputFiles(sharedPath(COUNTS));
  await lab.set({
    'Seen pairs': '6',
    'Withheld pairs': '6',
    'Rank bins': '3',
    Epochs: '2',
    'Samples k': '0',
    'Longest answer': '8',
  });
  await page.getByRole('checkbox', { name: 'id→term' }).uncheck();
  await expect(lab.panel('Plan')).toContainText('260 K parameters');
  await expect(lab.panel('Plan')).toContainText('3 bins by count');
  await lab.run.click();
  await lab.go('results');
  await expect(lab.chart('Training loss', 'term→id')).toBeVisible({ timeout: 90_000 });
  await lab.ended();
  const trials = (await lab.record('trials.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { epoch: number; seen: boolean; logProb: number });
  const mean = (epoch: number) => {
    const own = trials.filter((trial) => trial.epoch === epoch && trial.seen);
    return own.reduce((sum, { logProb }) => sum + logProb, 0) / own.length;
  };
  expect(mean(2)).toBeGreaterThan(mean(0));
});
