/** The page as a person meets it: names on labels and buttons, nothing of its inside. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import type { SectionName } from '../src/app/sections';
import { tinyModelFiles, writeTinyModel } from '../test/helpers/tiny-model';

export interface Files {
  model: string;
  truncatedModel: string;
  ontology: string;
  malformedOntology: string;
}

const NOUNS = ['tremor', 'pallor', 'fever', 'cough', 'rash', 'ache', 'cramp', 'chill', 'itch', 'swelling'];
const PLACES = ['hand', 'foot', 'ear', 'nose'];

function oboText(): string {
  const terms = PLACES.flatMap((place) => NOUNS.map((noun) => `${noun} of the ${place}`));
  const stanza = (name: string, index: number) =>
    `[Term]\nid: XX:${String(index + 1).padStart(4, '0')}\nname: ${name}\n`;
  return `format-version: 1.2\nontology: xx\n\n${terms.map(stanza).join('\n')}`;
}

/** A small model and a small ontology of our own, and a broken one of each. */
export async function writeFiles(): Promise<Files> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-e2e-'));
  const model = await writeTinyModel(path.join(folder, 'tiny-model'));
  const truncatedModel = await writeTinyModel(path.join(folder, 'cut-model'));
  const weights = tinyModelFiles().get('model.safetensors')!;
  await writeFile(path.join(truncatedModel, 'model.safetensors'), weights.subarray(0, weights.length - 1000));
  const ontology = path.join(folder, 'small.obo');
  await writeFile(ontology, oboText());
  const malformedOntology = path.join(folder, 'broken.obo');
  await writeFile(malformedOntology, `${oboText()}\n[Term]\nname: term without an identifier\n`);
  return { model, truncatedModel, ontology, malformedOntology };
}

/** Settings of a run that ends within seconds. */
export const SMALL_RUN = {
  'Seen pairs': '6',
  'Withheld pairs': '6',
  'Rank bins': '3',
  Epochs: '3',
  'Batch size': '4',
  'Samples k': '0',
  'Longest answer': '8',
};
/** Settings that are folded away, and under which words. */
const FOLDED: Readonly<Record<string, string>> = { 'Longest answer': 'Evaluation' };

export class LabPage {
  readonly run: Locator;
  readonly pause: Locator;
  readonly resume: Locator;
  readonly cancel: Locator;
  readonly bar: Locator;
  readonly trials: Locator;

  constructor(readonly page: Page) {
    this.run = page.getByRole('button', { name: 'Run', exact: true });
    this.pause = page.getByRole('button', { name: 'Pause' });
    this.resume = page.getByRole('button', { name: 'Resume' });
    this.cancel = page.getByRole('button', { name: 'Cancel' });
    this.bar = page.getByRole('region', { name: 'Run', exact: true });
    this.trials = page.getByRole('region', { name: 'Trials' });
    // A page that is left in the middle of a run asks first: yes, leave.
    page.on('dialog', (dialog) => void dialog.accept());
  }

  /** What the section on show holds. */
  get content(): Locator {
    return this.page.locator('#content');
  }

  /** Through the list of sections, as a person goes; `part`: one of its tabs. */
  async go(section: SectionName, part?: string): Promise<void> {
    const link = this.page.getByRole('navigation', { name: 'Sections' }).locator(`[data-section="${section}"]`);
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
    if (part !== undefined) await this.content.getByRole('link', { name: part, exact: true }).click();
  }

  async chooseModel(model: string): Promise<void> {
    await this.go('model');
    await this.page.getByLabel('Model folder').setInputFiles(model);
  }

  async chooseOntology(ontology: string): Promise<void> {
    await this.go('data');
    await this.page.getByLabel('Ontology file').setInputFiles(ontology);
  }

  async choose(model: string, ontology: string): Promise<void> {
    await this.chooseModel(model);
    await this.chooseOntology(ontology);
  }

  async set(fields: Record<string, string>): Promise<void> {
    await this.go('experiment');
    for (const [label, value] of Object.entries(fields)) {
      if (label in FOLDED) await this.unfold(FOLDED[label]!);
      await this.page.getByRole('spinbutton', { name: label, exact: true }).fill(value);
    }
  }

  /** Opens parts of the settings that are folded away. */
  async unfold(...sections: string[]): Promise<void> {
    for (const name of sections) {
      const fold = this.content
        .locator('details')
        .filter({ has: this.page.locator('summary').getByText(name, { exact: true }) });
      if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
    }
  }

  panel(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  chart(section: string, direction: string): Locator {
    return this.page
      .locator('section')
      .filter({ has: this.page.getByRole('heading', { name: section, level: 3 }) })
      .getByRole('figure', { name: direction });
  }

  async ended(): Promise<void> {
    await expect(this.run).toBeEnabled({ timeout: 120_000 });
  }

  /** The text of one of the run's files, as it would be saved. */
  async record(name: string): Promise<string> {
    await this.go('results');
    return this.file(name);
  }

  /** The text that a button of this name saves. */
  async file(name: string): Promise<string> {
    return (await this.bytes(name)).toString('utf8');
  }

  async bytes(name: string): Promise<Buffer> {
    const saving = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name }).click();
    const stream = await (await saving).createReadStream();
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  /** Nothing is being fetched, computed or drawn any more. */
  async settled(): Promise<void> {
    let before = -1;
    await expect
      .poll(async () => {
        const now = await this.content.evaluate((element) => element.innerHTML.length);
        const still = now === before;
        before = now;
        return still;
      })
      .toBe(true);
  }

  /** @param rules all of axe's by default */
  async expectAccessible(...rules: string[]): Promise<void> {
    // The page has no frames: in one go, and without a description of each node that passes, it takes a third of the time.
    const { violations, passes } = await new AxeBuilder({ page: this.page })
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) })
      .analyze();
    expect(passes.length, 'axe has looked').toBeGreaterThan(0);
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`),
    ).toEqual([]);
  }

  /** Both themes; only colours differ in the second one. */
  async expectAccessibleThemes(): Promise<void> {
    await this.theme('Light');
    await this.expectAccessible();
    await this.theme('Dark');
    await this.expectAccessible('color-contrast', 'link-in-text-block');
  }

  async theme(name: 'Light' | 'Dark'): Promise<void> {
    await this.page.getByRole('radio', { name, exact: true }).check({ force: true });
  }

  async expectNoSidewaysScroll(): Promise<void> {
    // Charts take a moment to follow a new width.
    const beyond = () =>
      this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(beyond).toBeLessThanOrEqual(0);
  }
}
