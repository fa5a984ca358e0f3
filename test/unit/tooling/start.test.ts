/** `npm start`: what its arguments ask for, and what a machine needs for it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HELP, readArguments } from '../../../bin/start.js';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';

const EXPERIMENT = 'public/models/primer/experiment.json';

describe('the arguments of npm start', () => {
  it('are vite’s', () => {
    expect(readArguments([])).toEqual({ kind: 'page', args: [] });
    const args = ['--port', '8080', '--host=0.0.0.0'];
    expect(readArguments(args)).toEqual({ kind: 'page', args });
  });

  it('are those of ontoscope run after --headless, wherever that stands; a kept run is continued', () => {
    const kept = { kind: 'headless', args: ['run', EXPERIMENT, '--out', 'runs/primer', '--resume'] };
    expect(readArguments(['--headless'])).toEqual(kept);
    expect(readArguments(['--set', 'seed=2', '--headless', '--out=x', '--force'])).toEqual({
      kind: 'headless',
      args: ['run', EXPERIMENT, '--set', 'seed=2', '--out=x', '--force'],
    });
    expect(readArguments(['--headless', '--out', 'x'])).toMatchObject({
      args: ['run', EXPERIMENT, '--out', 'x', '--resume'],
    });
  });

  it('are told by --help, which starts nothing', () => {
    expect(readArguments(['--headless', '--help'])).toEqual({ kind: 'help' });
    expect(readArguments(['-h'])).toEqual({ kind: 'help' });
    const said = execFileSync(process.execPath, ['bin/start.js', '--help'], { encoding: 'utf8' });
    expect(said).toBe(`${HELP}\n`);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
    expect(scripts.start).toBe('node bin/start.js');
  });

  it('name only what ontoscope run takes', async () => {
    const terminal = new FakeTerminal();
    await main(['run', '--help'], terminal);
    const known = terminal.stdout.join('\n');
    const headless = HELP.slice(HELP.indexOf('arguments of ontoscope run'), HELP.indexOf('npm start -- --help'));
    const named = headless.match(/--[a-z]+/g)!;
    expect(named).toEqual(['--force', '--out', '--set', '--preset', '--json', '--quiet']);
    for (const option of [...named, '--resume']) expect(known).toContain(`  ${option} `);
  });
});
