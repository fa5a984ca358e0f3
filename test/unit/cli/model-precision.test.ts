/** `ontoscope model precision`: what weights lose in fewer bits, and precisions that there are not. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import type { PrecisionReport } from '../../../src/experiment';
import { FakeTerminal } from '../../helpers/fake-terminal';

const PRIMER = path.resolve('public/models/primer');

async function run(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(['model', ...argv], terminal);
  return { code, out: terminal.stdout.join('\n'), log: terminal.stderr.join('\n') };
}

it('lists each weight with its error in each precision: more bits, less error and more memory', async () => {
  const { code, out } = await run('precision', PRIMER, '--json');
  expect(code).toBe(0);
  const { fullBytes, precisions } = JSON.parse(out) as PrecisionReport;
  expect(precisions.map(({ name }) => name)).toEqual(['f16', 'int8', 'nf4', 'nf4-double']);
  const bytes = [fullBytes, ...precisions.map((each) => each.bytes)];
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  const [f16, int8, nf4, double] = precisions.map(({ weights }) => weights!);
  for (const [i, { name, storage }] of f16!.entries()) {
    expect(storage).toBe('f16');
    if (name === 'embed') continue;
    const errors = [f16!, int8!, nf4!].map((weights) => weights[i]!.relativeRmse);
    expect(errors, name).toEqual([...errors].sort((a, b) => a - b));
    expect(errors[2], name).toBeLessThan(0.13);
    expect(double![i]!.relativeRmse / errors[2]!, name).toBeCloseTo(1, 1);
  }
  const table = (await run('precision', PRIMER)).out.split('\n');
  expect(table[0]).toContain('primer');
  expect(table).toHaveLength(3 + f16!.length);
});

it('refuses a precision that there is not, before a device is asked', async () => {
  const { code, log } = await run('generate', PRIMER, '--ids', '1,2', '--precision', 'q4');
  expect(code).toBe(2);
  expect(log).toContain('must be one of f32, f16, int8, nf4, nf4-double');
});
