/** Page and terminal on one software adapter: the same records and the same adapter, byte for byte. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { findSwiftShader } from '../bin/find.js';
import { LabPage, SMALL_RUN, writeFiles } from './lab-page';

const BINARY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../bin/ontoscope.js');
const ADAPTERS = [
  'adapters/term-to-id/adapter_model.safetensors',
  'adapters/id-to-term/adapter_model.safetensors',
] as const;
function ontoscope(args: string[]): Promise<{ code: number | null; stderr: string }> {
  const driver = findSwiftShader()!;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BINARY, ...args], {
      env: { ...process.env, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

test('a run in the page and in the terminal give the same bytes on SwiftShader', async ({ page }) => {
  const files = await writeFiles();
  const lab = new LabPage(page);
  await page.goto('/');
  await lab.choose(files.model, files.ontology);
  await lab.set({ ...SMALL_RUN, Epochs: '2', 'Samples k': '2' });
  await lab.run.click();
  await lab.ended();
  const inPage = {
    manifest: JSON.parse(await lab.record('manifest.json')) as {
      spec: { model: object; ontology: object };
      gpu: { description: string };
    },
    trials: await lab.record('trials.jsonl'),
    steps: await lab.record('steps.jsonl'),
    adapters: [await lab.bytes(ADAPTERS[0]), await lab.bytes(ADAPTERS[1])],
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-bits-'));
  const { spec } = inPage.manifest;
  Object.assign(spec.model, { path: files.model });
  Object.assign(spec.ontology, { path: files.ontology });
  await writeFile(path.join(folder, 'spec.json'), JSON.stringify(spec));
  const out = path.join(folder, 'run');
  const { code, stderr } = await ontoscope(['run', path.join(folder, 'spec.json'), '--out', out, '--quiet']);
  expect(code, stderr).toBe(0);
  const inTerminal = async (name: string) => readFile(path.join(out, name), 'utf8');
  const { gpu } = JSON.parse(await inTerminal('manifest.json')) as { gpu: { description: string } };
  console.log(`page: ${JSON.stringify(inPage.manifest.gpu)}; terminal: ${JSON.stringify(gpu)}`);
  expect(await inTerminal('steps.jsonl')).toBe(inPage.steps);
  expect(await inTerminal('trials.jsonl')).toBe(inPage.trials);
  for (const [index, name] of ADAPTERS.entries()) {
    expect((await readFile(path.join(out, name))).equals(inPage.adapters[index]!)).toBe(true);
  }
});
