/** One process to a run's folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { LOCK_FILE, lockHolder, lockRun, type LockHolder } from '../../../src/cli/run-lock';
import { RunStore } from '../../../src/cli/run-store';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';

const place = useTemporaryFolder();

async function foreign(folder: string, holder: Partial<LockHolder> | string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const whole = { pid: 1, host: hostname(), startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5), process: null, token: 't' };
  const text = typeof holder === 'string' ? holder : JSON.stringify({ ...whole, ...holder });
  await writeFile(path.join(folder, LOCK_FILE), text);
}

/** The number of a process that was and is no more. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a run’s folder', () => {
  it('says who holds it, and goes with the folder that was made for it alone', async () => {
    const folder = await place('new', 'deep');
    const lock = await lockRun(folder, 1234);
    const text = await readFile(path.join(folder, LOCK_FILE), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ pid: process.pid, host: hostname(), startedAtMs: 1234 });
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    await new RunStore(folder).refuseUsed();
    await lock.release();
    expect(existsSync(await place('new'))).toBe(false);
    expect(await lockHolder(folder)).toBeNull();
  });

  it('leaves a folder that was there, and what was put into it', async () => {
    const folder = await place('kept');
    const lock = await lockRun(folder);
    await writeFile(path.join(folder, 'manifest.json'), '{}');
    await lock.release();
    expect(await readdir(folder)).toEqual(['manifest.json']);
    await (await lockRun(folder)).release();
    expect(await readdir(folder)).toEqual(['manifest.json']);
  });

  it('refuses a second one in this process', async () => {
    const folder = await place('twice');
    const lock = await lockRun(folder);
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining('this process itself') as string,
    });
    await lock.release();
    await (await lockRun(folder)).release();
  });

  it('of a living process is refused, naming it', async () => {
    const folder = await place('living');
    await foreign(folder, { pid: process.ppid });
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'run-locked',
      message: `${folder} is in use by process ${process.ppid} on ${hostname()} since 2026-01-02 03:04:05 UTC.`,
    });
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  it('of another machine is refused, whatever its number', async () => {
    const folder = await place('elsewhere');
    await foreign(folder, { pid: deadPid(), host: 'another-machine' });
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining('on another-machine') as string,
      hint: expect.stringContaining(`delete ${path.join(folder, LOCK_FILE)}`) as string,
    });
  });

  it('of a dead process is taken over', async () => {
    const folder = await place('stale');
    await foreign(folder, { pid: deadPid() });
    expect(await lockHolder(folder)).toBeNull();
    const lock = await lockRun(folder);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    await lock.release();
  });

  it.runIf(process.platform === 'linux')(
    'of a dead process whose number another one has now is taken over',
    async () => {
      const folder = await place('reused');
      await foreign(folder, { pid: process.ppid, process: 'an-earlier-boot/17' });
      await (await lockRun(folder)).release();
    },
  );

  it.each(['', '{', '[]', '{"pid": "x"}', '{"pid": -1, "host": "h", "startedAtMs": 1, "token": "t"}'])(
    'that reads %j is refused by name, not taken over',
    async (text) => {
      const folder = await place('garbage');
      await foreign(folder, text);
      await expect(lockRun(folder)).rejects.toMatchObject({
        code: 'run-locked',
        hint: expect.stringContaining('delete') as string,
      });
      expect(await readFile(path.join(folder, LOCK_FILE), 'utf8')).toBe(text);
    },
  );

  it('takes drafts of killed processes away, and no others', async () => {
    const folder = await place('drafts');
    await foreign(folder, { pid: deadPid() });
    const text = await readFile(path.join(folder, LOCK_FILE), 'utf8');
    await writeFile(path.join(folder, `${LOCK_FILE}.dead`), text);
    await writeFile(path.join(folder, `${LOCK_FILE}.living`), text.replace(/"pid":\d+/, `"pid":${process.ppid}`));
    await writeFile(path.join(folder, `${LOCK_FILE}.new`), '');
    await writeFile(path.join(folder, `${LOCK_FILE}.old`), '');
    await utimes(path.join(folder, `${LOCK_FILE}.old`), 1, 1);
    const lock = await lockRun(folder);
    expect((await readdir(folder)).sort()).toEqual([LOCK_FILE, `${LOCK_FILE}.living`, `${LOCK_FILE}.new`]);
    await lock.release();
  });

  it('cannot be had where there is no folder', async () => {
    const file = await place('file');
    await writeFile(file, '');
    await expect(lockRun(file)).rejects.toMatchObject({ code: 'output-exists' });
    await expect(lockRun(path.join(file, 'below'))).rejects.toMatchObject({ code: 'output-exists' });
  });

  it('goes to one of many who ask at once, a dead one’s as well', async () => {
    for (const stale of [false, true]) {
      const folder = await place(`crowd-${stale}`);
      if (stale) await foreign(folder, { pid: deadPid() });
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => lockRun(folder)));
      const got = asked.filter(({ status }) => status === 'fulfilled');
      expect(got).toHaveLength(1);
      for (const each of asked)
        if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'run-locked' });
      expect(await readdir(folder)).toEqual([LOCK_FILE]);
      for (const each of asked) if (each.status === 'fulfilled') await each.value.release();
    }
  });
});

describe('a process with a lock', () => {
  const SCRIPT = `
    const { lockRun } = await import(process.argv[1]);
    await lockRun(process.argv[2]);
    process.stdout.write('locked');
    setInterval(() => {}, 1000);
  `;

  /** The lock's module as plain JavaScript, in a process of its own. */
  async function holding(folder: string): Promise<ChildProcess> {
    const { build } = await import('vite');
    const out = await place('build');
    const module = path.join(out, 'run-lock.mjs');
    if (!existsSync(module)) {
      const build_ = {
        ssr: 'src/cli/run-lock.ts',
        outDir: out,
        rolldownOptions: { output: { entryFileNames: 'run-lock.mjs' } },
      };
      await build({ configFile: false, publicDir: false, logLevel: 'error', build: build_ });
    }
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, module, folder]);
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.stderr.once('data', (text: Buffer) => reject(new Error(text.toString())));
    });
    return child;
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('gives it back on %s', async (signal) => {
    const folder = await place(`signal-${signal}`);
    const child = await holding(folder);
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'run-locked',
      message: expect.stringContaining(`process ${child.pid} on`) as string,
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    expect(await ended).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect(existsSync(folder)).toBe(false);
  });

  it('that is killed leaves one that the next takes over', async () => {
    const folder = await place('killed');
    const child = await holding(folder);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    const lock = await lockRun(folder);
    await lock.release();
  });
});

describe('ontoscope run', () => {
  it.each([[], ['--resume'], ['--force']])('%j refuses a folder that another process works in', async (...flags) => {
    const folder = await place('busy');
    await foreign(folder, { pid: process.ppid });
    const terminal = new FakeTerminal();
    expect(await main(['run', 'spec.json', '--out', folder, ...flags, '--json'], terminal)).toBe(1);
    expect(terminal.json()).toMatchObject({ error: { code: 'run-locked' } });
  });

  it('that cannot begin leaves no lock and no folder', async () => {
    const folder = await place('not-begun');
    expect(await main(['run', await place('none.json'), '--out', folder], new FakeTerminal())).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });
});
