/**
 * The machine that set-up works on: what it finds, what it may run, whom it tells.
 *
 * Promises: everything that touches the host goes through this object, so that tests can describe another machine.
 * Must not know: what is being set up.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { thisHost } from './find.js';

/**
 * @typedef {object} Outcome
 * @property {number} code  the exit status; 127 when the command is not there
 * @property {string} stdout
 */

/**
 * @typedef {import('./find.js').Host & {
 *   platform: string,
 *   nodeVersion: string,
 *   uid: number | undefined,
 *   read: (file: string) => string | undefined,
 *   ask: (command: string, args: string[]) => Outcome,
 *   perform: (command: string, args: string[], options?: { input?: string, env?: Record<string, string> }) => number,
 *   say: (line: string) => void,
 * }} Machine
 * `ask` answers quietly; `perform` changes the machine and shows what it does on stderr.
 */

/** The machine we run on. @type {Machine} */
export const thisMachine = {
  ...thisHost,
  platform: process.platform,
  nodeVersion: process.versions.node,
  uid: process.getuid?.(),
  read: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
  ask: (command, args) => {
    const done = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return { code: done.status ?? 127, stdout: done.stdout ?? '' };
  },
  perform: (command, args, options = {}) => {
    const done = spawnSync(command, args, {
      input: options.input,
      stdio: [options.input === undefined ? 'inherit' : 'pipe', process.stderr.fd, 'inherit'],
      env: { ...process.env, ...options.env },
      // npm and npx are .cmd files on Windows, which only a shell starts.
      shell: process.platform === 'win32',
    });
    return done.status ?? 127;
  },
  say: (line) => void process.stderr.write(`${line}\n`),
};

/**
 * Runs a command as root: directly, or through sudo where that asks for no password.
 * @param {Machine} machine
 * @param {string} command
 * @param {string[]} args
 * @param {{ input?: string, env?: Record<string, string> }} [options]
 * @returns {number} its exit status
 */
export function performAsRoot(machine, command, args, options) {
  if (machine.uid === 0) return machine.perform(command, args, options);
  return machine.perform('sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', command, ...args], options);
}

/** @param {Machine} machine */
export function mayBecomeRoot(machine) {
  return machine.uid === 0 || machine.ask('sudo', ['-n', 'true']).code === 0;
}
