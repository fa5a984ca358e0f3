/** `ontoscope pretrain` as a process: killed or interrupted in the middle it continues to the same bytes. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli-process';
import { useTemporaryFolder } from '../helpers/temporary';

const CORPUS = fileURLToPath(new URL('../fixtures/corpus', import.meta.url));
const place = useTemporaryFolder();
const often = ['--set', 'checkpoint.everySteps=4'];
const pretrain = (out: string, ...more: string[]) => [
  ...['pretrain', CORPUS, '--model', path.join(CORPUS, 'pretrain.json'), '--out', out, ...often, ...more],
];

/** All but the manifest, which tells the time. */
async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(folder)).filter((name) => name !== 'pretraining.json').sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))] as const)),
  );
}

let whole: Map<string, Buffer>;
beforeAll(async () => {
  const out = await place('whole');
  const ended = await runCli(pretrain(out));
  expect(ended.stderr).toContain('held out: 66 tokens');
  expect(ended.stderr).toMatch(/tokens\/s {2}step \d+ of 32, loss \d/);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('32 of 32 steps: done');
  whole = await filesOf(out);
});

describe('ontoscope pretrain', () => {
  it('leaves a model and its logs, and no checkpoint', () => {
    expect([...whole.keys()]).toEqual([
      'config.json',
      'exposures.jsonl',
      'generation_config.json',
      'held-out.jsonl',
      'model.safetensors',
      'steps.jsonl',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it('goes on to the same bytes after it was killed', async () => {
    const out = await place('killed');
    await runCli(pretrain(out), { file: 'checkpoint.bin', count: 3, signal: 'SIGKILL' });
    expect(existsSync(path.join(out, 'model.safetensors'))).toBe(false);
    const continued = await runCli(pretrain(out, '--resume', '--json'));
    expect(continued.stderr).not.toContain('step 1 of 32');
    expect(continued.code).toBe(0);
    expect(JSON.parse(continued.stdout)).toMatchObject({ out, manifest: { state: 'done', trained: { steps: 32 } } });
    expect(await filesOf(out)).toEqual(whole);
  });

  it('ends at Ctrl-C with status 130, refuses to begin again, goes on with --resume, and is done then', async () => {
    const out = await place('interrupted');
    const stopped = await runCli(pretrain(out), { file: 'checkpoint.bin', count: 2, signal: 'SIGINT' });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('Continue with --resume');
    const again = await runCli(pretrain(out));
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('already holds a pretraining');
    const other = await runCli(pretrain(out, '--resume', '--set', 'seed=8'));
    expect(other.stderr).toContain('error checkpoint-mismatch');
    expect((await runCli(pretrain(out, '--resume', '--quiet'))).code).toBe(0);
    expect(await filesOf(out)).toEqual(whole);
    const done = await runCli(pretrain(out, '--resume'));
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('done');
    expect(await filesOf(out)).toEqual(whole);
  });
});
