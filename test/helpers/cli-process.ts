/** The `ontoscope` command as a process of its own, which can be sent a signal at a place in its work. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testGpu } from './gpu';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BINARY = path.resolve(HERE, '../../bin/ontoscope.js');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Sends `signal` when a file whose path ends so was put in place for the `count`th time. */
export interface SignalAt {
  file: string;
  count: number;
  signal: 'SIGINT' | 'SIGSTOP' | 'SIGKILL';
}

export interface Running {
  child: ChildProcess;
  /** Resolves when the signal is about to be sent; rejects where the process ends without. */
  signalled: Promise<void>;
  ended: Promise<Ended>;
}

/** @param driver file of the Vulkan driver to compute on; this process's own when left out */
export function startCli(args: string[], at?: SignalAt, driver?: string): Running {
  testGpu(); // Names the driver in the environment that the process inherits.
  const preload = at ? ['--import', path.join(HERE, 'signal-at-file.mjs')] : [];
  const env = {
    ...process.env,
    ...(at && { SIGNAL_AT: JSON.stringify(at) }),
    ...(driver && { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver }),
  };
  const child = spawn(process.execPath, [...preload, BINARY, ...args], { env });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
  const signalled = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      ended.stderr += chunk.toString();
      if (at && ended.stderr.includes(`${at.signal} after ${at.file}`)) resolve();
    });
    child.on('close', () => reject(new Error(`it ended before ${JSON.stringify(at)}: ${ended.stderr}`)));
  });
  signalled.catch(() => {}); // Most callers do not wait for it.
  return {
    child,
    signalled,
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ ...ended, code }));
    }),
  };
}

export const runCli = (...how: Parameters<typeof startCli>): Promise<Ended> => startCli(...how).ended;
