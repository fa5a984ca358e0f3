/** Labels, templates and bundles are anybody's: scripts, directions of writing, emoji and endless words stay text. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { plausibleRun } from '../test/fixtures/run/plausible-run';
import { packBundle, runFile, runFileNames } from '../src/records';
import { LabPage } from './lab-page';

const SCRIPT = '<script>document.title="ran"</script><img src=x onerror="document.title=\'ran\'">';
const HOSTILE = [
  SCRIPT,
  '\u202Etxet desrever\u202C and \u2067\u05D0\u05D1\u2069 \u200F',
  '👩‍🔬🧬 seizure 🏳️‍🌈',
  'a'.repeat(5000),
  `${'long words '.repeat(200)}${SCRIPT}`,
  '{{constructor.constructor("document.title=1")()}} ${document.title=2} %00 &lt;b&gt;',
];

const obo = `format-version: 1.2\nontology: ${SCRIPT.replaceAll('"', "'")}\n\n${HOSTILE.concat(
  Array.from({ length: 20 }, (_, i) => `plain term ${i}`),
)
  .map((name, i) => `[Term]\nid: XX:${String(i + 1).padStart(4, '0')}\nname: ${name}\n`)
  .join('\n')}`;

/** A run whose every pair, answer, name and template is hostile. */
function hostileBundle(): Uint8Array<ArrayBuffer> {
  const run = { ...plausibleRun({ pairs: 18, epochs: 4 }), adapters: [], files: [] };
  const identifiers = [...new Set(run.facts.map(({ identifier }) => identifier))];
  const text = (identifier: string) => {
    const i = identifiers.indexOf(identifier);
    return `${HOSTILE[i % HOSTILE.length]!}${i}`;
  };
  const facts = run.facts.map((fact) => ({ ...fact, term: text(fact.identifier) }));
  const trials = run.trials.map((trial) => ({ ...trial, term: text(trial.identifier), answer: HOSTILE[0]! }));
  const manifest = {
    ...run.manifest,
    spec: { ...run.manifest.spec, name: `<script>document.title="ran"</script>${'w'.repeat(80)}` },
  };
  const whole = { ...run, manifest, facts, trials };
  return packBundle(
    runFileNames(whole).map((name) => runFile(whole, name)),
    whole.manifest,
  );
}

async function unharmed(page: Page, lab: LabPage): Promise<void> {
  expect(await page.title()).not.toBe('ran');
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await lab.expectNoSidewaysScroll();
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('an ontology and a bundle full of hostile texts break nothing', async ({ page }) => {
  const lab = new LabPage(page);
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-e2e-'));
  const file = path.join(folder, `${'n'.repeat(60)} & <b>.obo`);
  await writeFile(file, obo);
  const bundle = path.join(folder, 'hostile.zip');
  await writeFile(bundle, hostileBundle());
  await page.goto('/');

  await test.step('an ontology: its terms are listed as text', async () => {
    await page.goto('#/data');
    await page.getByLabel('Ontology file').setInputFiles(file);
    await expect(page.getByText('plain term 3', { exact: true }).first()).toBeVisible();
    await expect(page.getByText('<script>document.title="ran"</script>', { exact: false }).first()).toBeVisible();
    await unharmed(page, lab);
  });

  await test.step('a bundle: results, trials, storage', async () => {
    await page.goto('#/storage');
    await page.getByLabel('Open a bundle').setInputFiles(bundle);
    await expect(page.getByRole('main')).toContainText(SCRIPT.slice(0, 30));
    for (const place of ['results', 'storage', 'experiment', 'compare', 'run', 'start']) {
      await page.goto(`#/${place}`);
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      await unharmed(page, lab);
    }
  });
});
