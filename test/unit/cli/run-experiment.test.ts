/** A run into a folder when the device goes or the disk is full: what is on disk stays good, and the end is the same. */
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { executeRun } from '../../../src/cli/run-experiment';
import { RunStore } from '../../../src/cli/run-store';
import { LabError } from '../../../src/core/errors';
import type { PreparedRun, SessionFactory } from '../../../src/experiment';
import { FakeSession, openedFake } from '../../helpers/fake-session';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';
import { prepareTiny } from '../../helpers/tiny-run';

const place = useTemporaryFolder();
let prepared: PreparedRun;
beforeAll(async () => {
  prepared = await prepareTiny(
    'sampling.seen=2',
    'sampling.withheld=1',
    'train.batchSize=4',
    'evaluation.samples=2',
    'checkpoint.everySteps=1',
  );
  await execute(await place('whole'));
});
afterEach(() => vi.restoreAllMocks());

const lost = () => new LabError('device-lost', 'The GPU device was lost (unknown): gone', { hint: 'Run again.' });

/** @param fails whether this call to the engine finds the device gone; calls count over all sessions from 1 */
async function execute(folder: string, fails: (call: number, session: number) => boolean = () => false) {
  const terminal = new FakeTerminal();
  const store = new RunStore(folder);
  let calls = 0;
  let sessions = 0;
  const trained: number[] = [];
  const createSession: SessionFactory = () => {
    const session = ++sessions;
    let steps = 0;
    const onCall = (kind: string) => {
      if (fails(++calls, session)) throw lost();
      if (kind === 'train') trained[session - 1] = ++steps;
    };
    const fake = new FakeSession(prepared.config, prepared.trainable, { onCall }, prepared.trainableParameters);
    return Promise.resolve(openedFake(fake));
  };
  const resumeFrom = await store.resumePoint();
  const host = { gpu: {} as GPU, createSession };
  const result = await executeRun(prepared, store, { resumeFrom, quiet: true, terminal, host });
  const steps = trained.reduce((sum, each) => sum + (each ?? 0), 0);
  return { result, terminal, calls, sessions, steps };
}

async function bytesOf(folder: string) {
  const read = (...parts: string[]) => readFile(path.join(folder, ...parts), 'base64');
  return {
    trials: await read('trials.jsonl'),
    steps: await read('steps.jsonl'),
    summary: await read('summary.json'),
    adapters: await Promise.all(
      ['term-to-id', 'id-to-term'].map((direction) => read('adapters', direction, 'adapter_model.safetensors')),
    ),
  };
}

describe('a lost device', () => {
  it('is replaced wherever it goes, and the run ends in the same bytes with at most one step repeated', async () => {
    const whole = await bytesOf(await place('whole'));
    for (let at = 1, over = false; !over; at += 17) {
      const folder = await place(`lost-${at}`);
      const { result, sessions, steps, calls, terminal } = await execute(
        folder,
        (call, session) => session === 1 && call === at,
      );
      over = calls < at;
      expect(result.manifest.state).toBe('done');
      expect(sessions).toBe(over ? 1 : 2);
      expect(steps - prepared.plannedSteps).toBeLessThanOrEqual(1);
      if (!over) expect(terminal.stderr.join()).toContain('The GPU device was lost: continuing with a new one');
      expect(await bytesOf(folder)).toEqual(whole);
    }
  }, 60_000);

  it('may be lost any number of times as long as the run gets on', async () => {
    const folder = await place('often');
    const { result, sessions } = await execute(folder, (call) => call % 23 === 0);
    expect(result.manifest.state).toBe('done');
    expect(sessions).toBeGreaterThan(3);
    expect(await bytesOf(folder)).toEqual(await bytesOf(await place('whole')));
  });

  it('ends the run when it goes again and again at one place; another process continues', async () => {
    const folder = await place('stuck');
    await expect(execute(folder, (call) => call > 40)).rejects.toMatchObject({ code: 'device-lost' });
    const { result } = await execute(folder);
    expect(result.manifest.state).toBe('done');
    expect(await bytesOf(folder)).toEqual(await bytesOf(await place('whole')));
  });
});

describe('a full disk', () => {
  it.each(['appendFile', 'writeFile', 'datasync'] as const)(
    'in %s ends the run with what to do about it; once there is room it continues to the same bytes',
    async (method) => {
      const folder = await place(`full-${method}`);
      await mkdir(folder, { recursive: true });
      const handle = await open(path.join(folder, 'notes.txt'), 'w');
      const prototype = Object.getPrototypeOf(handle) as Record<typeof method, (...data: unknown[]) => Promise<void>>;
      await handle.close();
      const original = prototype[method];
      let calls = 0;
      vi.spyOn(prototype, method).mockImplementation(async function (this: unknown, ...data) {
        if (++calls <= 20) return original.apply(this, data);
        // As a disk does that fills up: the first half of a text is there.
        const [text] = data;
        if (typeof text === 'string') await original.call(this, text.slice(0, text.length / 2));
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      });
      await expect(execute(folder)).rejects.toMatchObject({
        code: 'storage-quota',
        message: expect.stringContaining('the disk is full'),
        hint: expect.stringContaining('--resume'),
      });
      vi.restoreAllMocks();
      expect((await stat(path.join(folder, 'checkpoint.bin'))).size).toBeGreaterThan(0);
      const { result } = await execute(folder);
      expect(result.manifest.state).toBe('done');
      expect(await bytesOf(folder)).toEqual(await bytesOf(await place('whole')));
    },
  );
});
