/** The bundled model computes what transformers computes of it (test/golden/primer_logits.py). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/hash';
import { openAnsweringModel } from '../../src/experiment';
import { openNodeFolder } from '../../src/cli/node-folder';
import { testGpu } from '../helpers/gpu';

interface Golden {
  weights: string;
  prompts: { text: string; ids: number[]; meanSquare: number[]; last: [id: number, value: number][][] }[];
}

const MODEL = path.resolve('public/models/primer');
const LIMIT = 1e-4;

it('gives the logits and the tokens of transformers', async () => {
  const golden = JSON.parse(readFileSync(path.resolve('test/golden/primer_logits.json'), 'utf8')) as Golden;
  // The golden is of these very weights: after a new building, make it again.
  expect(sha256Hex(readFileSync(path.join(MODEL, 'model.safetensors')))).toBe(golden.weights);
  const opened = await openAnsweringModel(testGpu(), await openNodeFolder(MODEL), 64);
  try {
    for (const { text, ids, meanSquare, last } of golden.prompts) {
      expect([...opened.model.requireTokenizer().encodePrompt(text)], text).toEqual(ids);
      const flat = await opened.session.logits(Uint32Array.from(ids), true);
      const width = flat.length / ids.length;
      const rows = ids.map((_, i) => flat.subarray(i * width, (i + 1) * width));
      for (const [i, row] of rows.entries()) {
        const mean = row.reduce((sum, value) => sum + value * value, 0) / width;
        expect(Math.abs(mean - meanSquare[i]!), `${text}, token ${i}`).toBeLessThan(LIMIT * (1 + meanSquare[i]!));
      }
      for (const [i, largest] of last.entries()) {
        const row = rows[rows.length - last.length + i]!;
        for (const [id, value] of largest)
          expect(Math.abs(row[id]! - value), `${text}, logit ${id}`).toBeLessThan(LIMIT);
      }
    }
  } finally {
    opened.close();
  }
});
