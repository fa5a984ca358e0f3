/** Bundles of made-up runs, and how a person drops one. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { packBundle, runFile, runFileNames } from '../src/records';
import { plausibleRun } from '../test/fixtures/run/plausible-run';

export function bundleOf(options: { pairs: number; epochs: number }): Uint8Array {
  const note = { path: 'notes/read-me.txt', bytes: new TextEncoder().encode('Made for a lesson.') };
  const run = { ...plausibleRun(options), files: [note] };
  const files = runFileNames(run).map((name) => runFile(run, name));
  return packBundle(files, run.manifest);
}

/** A file let go over the page. */
export async function drop(page: Page, file: string): Promise<void> {
  const content = (await readFile(file)).toString('base64');
  const transfer = await page.evaluateHandle(
    ({ base64, name }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name, { type: 'application/zip' }));
      return data;
    },
    { base64: content, name: path.basename(file) },
  );
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
}
