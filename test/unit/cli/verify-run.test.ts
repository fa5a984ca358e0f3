/** Files of a run that are held against its manifest, wherever they lie. */
import { expect, it } from 'vitest';
import { requireSameFiles } from '../../../src/cli/verify-run';
import { plausibleRun } from '../../fixtures/run/plausible-run';

it.each([
  ['https://host/m/', 'https://host/m/model.safetensors does not exist.'],
  ['hf:a/b@v1', 'hf:a/b@v1/model.safetensors does not exist.'],
  [undefined, 'm/model.safetensors does not exist.'],
])('a missing file of a model at %s is named by its place', async (reference, message) => {
  const { facts, ...bundle } = plausibleRun({ pairs: 1, epochs: 1 });
  const folder = {
    name: 'm',
    reference,
    list: async () => [],
    read: () => Promise.reject(new Error('nothing to read')),
  };
  const places = new Map([['model.path', 'm']]);
  const run = { bundle: { ...bundle, facts }, name: 'run', files: [], beside: '.' };
  await expect(requireSameFiles(run, places, async () => folder)).rejects.toMatchObject({
    code: 'file-missing',
    message,
  });
});
