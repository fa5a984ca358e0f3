/**
 * The model that a command is given: a folder, or one of the hub or of an address, fetched into this machine's cache.
 *
 * Promises: the token comes from the environment, stays in memory and goes to the hub alone; a download that is stopped
 * keeps what has arrived. Must not know: what is done with the model.
 */
import { homedir } from 'node:os';
import path from 'node:path';
import type { FileFolder } from '../core/files';
import { readModelReference } from '../core/model-reference';
import { createWeb, ModelCache, type DownloadProgress, type Web } from '../experiment';
import { formatBytes } from './format';
import { openNodeFolder } from './node-folder';
import { PieceFolders } from './piece-folders';
import { processTerminal, type Terminal } from './terminal';

export const CACHE_OPTION = { cache: { type: 'string' } } as const;
export const CACHE_HELP = `  --cache DIR      where models from the hub (hf:owner/name[@revision]) and from addresses (https://…/) are kept
                   (default: ontoscope in the system's cache folder). HF_TOKEN opens gated ones, HF_ENDPOINT is
                   another hub`;

export type OpenModelAt = (place: string) => Promise<FileFolder>;

export interface PlaceOptions {
  cache?: string | undefined;
  terminal?: Terminal;
  quiet?: boolean | undefined;
}

/** Opens models by path, hub name or address; the same place is asked for once. */
export function modelOpener({ cache, terminal = processTerminal(), quiet = false }: PlaceOptions = {}): OpenModelAt {
  const opened = new Map<string, Promise<FileFolder>>();
  return (place) => {
    const known = opened.get(place) ?? openAt(place, { cache, terminal, quiet });
    opened.set(place, known);
    return known;
  };
}

export function modelCache(cache: string | undefined, terminal: Terminal): ModelCache {
  return new ModelCache(new PieceFolders(cacheFolder(cache)), terminal);
}

/** `--cache`, else `ontoscope` in the cache folder of this system. */
export function cacheFolder(cache: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const base = cache ?? path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'ontoscope');
  return path.resolve(base, 'models');
}

/** The hub that HF_ENDPOINT names, with HF_TOKEN. */
export function environmentWeb(env: NodeJS.ProcessEnv = process.env): Web {
  return createWeb({
    hub: env.HF_ENDPOINT?.trim() || undefined,
    token: env.HF_TOKEN?.trim() || null,
    tokenHint: 'set HF_TOKEN to an access token',
  });
}

async function openAt(place: string, { cache, terminal, quiet }: Required<Omit<PlaceOptions, 'cache'>> & PlaceOptions) {
  const reference = readModelReference(place);
  if (reference === null) return openNodeFolder(place);
  const models = modelCache(cache, terminal);
  const stop = new AbortController();
  const stopListening = terminal.onInterrupt(() => stop.abort());
  const line = new DownloadLine(terminal, quiet);
  try {
    const key = await models.fetch(reference, environmentWeb(), {
      signal: stop.signal,
      onProgress: (progress) => line.show(progress),
      onNote: (text) => terminal.log(text),
    });
    return await models.open(key);
  } finally {
    line.close();
    stopListening();
  }
}

const LOG_INTERVAL_MS = 5000;

/** A rewritten line on a terminal, a plain one every few seconds in a log. */
class DownloadLine {
  #loggedAtMs = -Infinity;
  #open = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly quiet: boolean,
  ) {}

  show({ name, file, bytesDone, bytesTotal }: DownloadProgress): void {
    const { terminal } = this;
    if (this.quiet || bytesTotal === null) return;
    const text = `fetching ${name}: ${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}${file ? `, ${file}` : ''}`;
    const nowMs = terminal.nowMs();
    if (nowMs - this.#loggedAtMs < (terminal.rewrite ? 100 : LOG_INTERVAL_MS)) return;
    this.#loggedAtMs = nowMs;
    if (terminal.rewrite) terminal.rewrite(text.slice(0, terminal.columns - 1));
    else terminal.log(text);
    this.#open = terminal.rewrite !== null;
  }

  close(): void {
    if (this.#open) this.terminal.log('');
    this.#open = false;
  }
}
