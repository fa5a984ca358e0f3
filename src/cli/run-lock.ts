/**
 * One process to a run's folder: a lock file that says who holds it.
 *
 * Promises: of two processes that ask at once one gets it; a lock whose process is gone is taken over, one that is held
 * is refused with `run-locked` naming the holder; released at the end, on signals and at exit, with folders that were
 * made for it alone. Must not know: what is done in the folder.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmdirSync, unlinkSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { LabError } from '../core/errors';
import { onDisk } from './write-files';

export const LOCK_FILE = 'run.lock';

export interface LockHolder {
  pid: number;
  host: string;
  startedAtMs: number;
  /** The machine's boot and the process's start in it, where the system tells: an old number may belong to a new process. */
  process: string | null;
  token: string;
}

export interface RunLock {
  release(): Promise<void>;
}

const ATTEMPTS = 20;
/** A draft is written and linked at once; one that holds nothing after this long belongs to nobody. */
const DRAFT_MS = 60_000;

/** Throws `run-locked` where another process, or this one, works in the folder; `output-exists` where it is no folder. */
export async function lockRun(folder: string, nowMs = Date.now()): Promise<RunLock> {
  const made = await makeFolder(folder);
  const file = path.join(folder, LOCK_FILE);
  const holder: LockHolder = {
    pid: process.pid,
    host: hostname(),
    startedAtMs: nowMs,
    process: processIdentity(process.pid),
    token: randomUUID(),
  };
  try {
    await onDisk(file, () => take(file, holder, folder));
    await sweep(folder, nowMs);
  } catch (error) {
    removeEmpty(folder, made);
    throw error;
  }
  return held(file, folder, made, holder);
}

/** Who works in the folder; null where nobody does. */
export async function lockHolder(folder: string): Promise<LockHolder | null> {
  const holder = await readHolder(path.join(folder, LOCK_FILE));
  return holder !== null && holder !== 'unreadable' && isAlive(holder) ? holder : null;
}

async function take(file: string, holder: LockHolder, folder: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await create(file, holder)) return;
    const other = await readHolder(file);
    if (other === null) continue; // Released meanwhile.
    if (other === 'unreadable') throw unreadableLock(file);
    if (isAlive(other)) throw locked(folder, file, other);
    await bury(file, other);
  }
  throw unreadableLock(file);
}

/** Appears with its content or not at all; false where there is a lock already. */
async function create(file: string, holder: LockHolder): Promise<boolean> {
  const draft = `${file}.${holder.token}`;
  const handle = await open(draft, 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Gone: taken for a dead process's draft; tried again.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code ?? '')) throw error;
    return createWithoutLinks(file, holder);
  } finally {
    await rm(draft, { force: true });
  }
}

/** For file systems that know no hard links. */
async function createWithoutLinks(file: string, holder: LockHolder): Promise<boolean> {
  const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (handle === null) return false;
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return true;
}

/** Removes drafts of processes that were killed while they asked. */
async function sweep(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${LOCK_FILE}.`)) continue;
    const draft = path.join(folder, name);
    const holder = await readHolder(draft).catch(() => null);
    const written = (await stat(draft).catch(() => null))?.mtimeMs ?? nowMs;
    const dead = holder === 'unreadable' ? nowMs - written > DRAFT_MS : holder !== null && !isAlive(holder);
    if (dead) await rm(draft, { force: true });
  }
}

/** Moves a dead process's lock aside; where somebody else took its place meanwhile, that lock goes back. */
async function bury(file: string, dead: LockHolder): Promise<void> {
  const grave = `${file}.${randomUUID()}`;
  try {
    await rename(file, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const found = await readHolder(grave);
  const stolen = found === null || found === 'unreadable' || found.token !== dead.token;
  if (stolen) await link(grave, file).catch(() => {});
  await rm(grave, { force: true });
}

async function readHolder(file: string): Promise<LockHolder | 'unreadable' | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const { pid, host, startedAtMs, process: identity, token } = JSON.parse(text) as Partial<LockHolder>;
    const whole =
      Number.isSafeInteger(pid) && pid! > 0 && typeof host === 'string' && Number.isFinite(startedAtMs) && !!token;
    if (!whole || (identity !== null && typeof identity !== 'string')) return 'unreadable';
    return { pid: pid!, host, startedAtMs: startedAtMs!, process: identity, token: String(token) };
  } catch {
    return 'unreadable';
  }
}

/** A process of another machine cannot be asked: it counts as alive. */
function isAlive({ pid, host, process: identity }: LockHolder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processIdentity(pid);
  return identity === null || now === null || identity === now;
}

/** Boot id and start time in clock ticks of a process (Linux); null where the system does not tell. */
function processIdentity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // After the command's name, which is in brackets and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)!.trim().split(' ');
    return `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}

function held(file: string, folder: string, made: string | null, holder: LockHolder): RunLock {
  const remove = () => {
    try {
      const { token } = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
      if (token === holder.token) unlinkSync(file);
    } catch {
      // Gone already.
    }
    removeEmpty(folder, made);
  };
  // Only where nobody else listens: a run that can stop in order does so, and releases after it.
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  const listeners = Object.entries(signals).map(([signal, status]) => {
    const listener = () => {
      if (process.listenerCount(signal) > ownListeners(signal)) return;
      process.exit(status);
    };
    listener.ofRunLock = true;
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  process.on('exit', remove);
  return {
    release() {
      for (const stop of listeners) stop();
      process.off('exit', remove);
      remove();
      return Promise.resolve();
    },
  };
}

function ownListeners(signal: string): number {
  return process.listeners(signal as NodeJS.Signals).filter((listener) => 'ofRunLock' in listener).length;
}

/** @returns the topmost folder that had to be made; null where it was there */
async function makeFolder(folder: string): Promise<string | null> {
  try {
    return (await onDisk(folder, () => mkdir(folder, { recursive: true }))) ?? null;
  } catch (error) {
    const code = ((error as LabError).cause as NodeJS.ErrnoException | undefined)?.code;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new LabError('output-exists', `${folder} is not a folder that can be written to.`, {
      hint: 'Give another place with --out.',
      cause: error,
    });
  }
}

/** The folders from `folder` up to the one that was made first, as far as nothing was put into them. */
function removeEmpty(folder: string, made: string | null): void {
  if (made === null) return;
  try {
    for (let at = path.resolve(folder); at.startsWith(path.resolve(made)); at = path.dirname(at)) rmdirSync(at);
  } catch {
    // Something lies in it: it stays.
  }
}

function locked(folder: string, file: string, { pid, host, startedAtMs }: LockHolder): LabError {
  const since = new Date(startedAtMs).toISOString().replace('T', ' ').slice(0, 19);
  const own = pid === process.pid && host === hostname() ? 'this process itself' : `process ${pid} on ${host}`;
  const hint =
    host === hostname()
      ? 'Wait until it ends or stop it, or give another folder with --out.'
      : `Wait until it ends, or give another folder with --out; if that process is gone for certain, delete ${file}.`;
  return new LabError('run-locked', `${folder} is in use by ${own} since ${since} UTC.`, { hint });
}

function unreadableLock(file: string): LabError {
  return new LabError('run-locked', `${file} cannot be read as a lock, so it is not known who works in its folder.`, {
    hint: 'If no other process works there, delete that file.',
  });
}
