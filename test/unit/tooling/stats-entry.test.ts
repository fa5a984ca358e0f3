/** `ontoscope/stats` as somebody else would use it: installed, imported by its name, type-checked. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildStats } from '../../../bin/build-stats.js';
import { useTemporaryFolder } from '../../helpers/temporary';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const place = useTemporaryFolder();

const PROGRAM = `import { kaplanMeier, wilson, type Estimate } from 'ontoscope/stats';
const share: Estimate = wilson(405, 500);
const curve = kaplanMeier([1, 2, 3], [true, false, true]);
console.log(JSON.stringify({ lo: share.lo, survival: curve.survival }));
`;

it('is a module of its own, with declarations that a stranger’s compiler resolves', async () => {
  const home = await place('home');
  const installed = path.join(home, 'node_modules/ontoscope');
  mkdirSync(installed, { recursive: true });
  cpSync(path.join(REPOSITORY, 'package.json'), path.join(installed, 'package.json'));
  await buildStats(path.join(installed, 'dist/stats'));
  for (const name of ['pako', '@noble', 'valibot', 'typescript', '@types']) {
    symlinkSync(path.join(REPOSITORY, 'node_modules', name), path.join(home, 'node_modules', name));
  }
  writeFileSync(path.join(home, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(home, 'program.ts'), PROGRAM);
  const run = (args: string[]) => spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' });
  const compiler = path.join(home, 'node_modules/typescript/bin/tsc');
  const flags = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom', '--types', 'node'];
  const compiled = run([compiler, ...flags, 'program.ts', '--ignoreConfig']);
  expect(compiled.stdout).toBe('');
  const ran = run(['program.js']);
  expect(ran.stderr).toBe('');
  const { lo, survival } = JSON.parse(ran.stdout) as { lo: number; survival: number[] };
  expect(lo).toBeCloseTo(0.7733002877, 10);
  expect(survival[1]).toBeCloseTo(2 / 3, 12);
}, 180_000);
