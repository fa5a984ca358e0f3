/**
 * The service worker: keeps this version of the page, so that it opens without a network.
 *
 * Promises: every file is held against the hash that the build wrote; a version is kept whole or not at all; a page that is
 * open goes on with its own version, the next one takes over when it is asked to or when the only page is loaded again;
 * nothing of other origins, and nothing that the build did not list, is ever kept.
 * Must not know: the page's stores, models from elsewhere.
 */
import { cacheOf, isOurs, outdated, TAKE_OVER, type OfflineFile, type OfflineFiles } from './files';

/** The build puts the list here. */
declare const OFFLINE_FILES: OfflineFiles;

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchedEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  registration: { scope: string; waiting: { postMessage(message: string): void } | null };
  clients: { matchAll(options: { type: 'window' }): Promise<unknown[]>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerEvent & { data: unknown }) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchedEvent) => void): void;
}
const scope = globalThis as unknown as Scope;
const { version, files } = OFFLINE_FILES;
const addressOf = (path: string) => new URL(path, scope.registration.scope).href;
const listed = new Map(files.map((file) => [addressOf(file.path), file]));
const MARK = 'x-ontoscope-sha256';

async function keep(file: OfflineFile, cache: Cache): Promise<void> {
  const address = addressOf(file.path);
  // What an older version has with the same hash need not be fetched again.
  const known = await caches.match(address);
  if (known?.headers.get(MARK) === file.sha256) return cache.put(address, known);
  const response = await fetch(address, { integrity: `sha256-${file.sha256}`, cache: 'no-cache' });
  if (!response.ok) throw new TypeError(`${file.path || 'the page'} could not be fetched: ${response.status}`);
  const headers = new Headers({ [MARK]: file.sha256 });
  for (const name of ['content-type', 'content-security-policy']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  await cache.put(address, new Response(await response.arrayBuffer(), { headers }));
}

async function install(): Promise<void> {
  const cache = await caches.open(cacheOf(version));
  try {
    // A few at a time: the page itself is still loading.
    const rest = [...files];
    const line = async () => {
      for (let file = rest.shift(); file !== undefined; file = rest.shift()) await keep(file, cache);
    };
    await Promise.all([line(), line(), line()]);
  } catch (error) {
    await caches.delete(cacheOf(version));
    throw error;
  }
}

async function activate(): Promise<void> {
  await Promise.all(outdated(await caches.keys(), version).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** A page that is loaded while it is the only one changes to the version that waits. */
async function page(request: Request): Promise<Response> {
  const { waiting } = scope.registration;
  if (waiting !== null && (await scope.clients.matchAll({ type: 'window' })).length < 2) {
    waiting.postMessage(TAKE_OVER);
    // Its cache is the newest; until it has taken over, `file` below finds its files as well.
    const newest = (await caches.keys()).filter(isOurs).at(-1) ?? cacheOf(version);
    const page = await (await caches.open(newest)).match(addressOf(''));
    if (page !== undefined) return page;
  }
  return (await (await caches.open(cacheOf(version))).match(addressOf(''))) ?? fetch(request);
}

/** From this version; a file that only an older one had is for a page that is still open. */
async function file(request: Request, address: string): Promise<Response> {
  const own = listed.has(address) ? await (await caches.open(cacheOf(version))).match(address) : undefined;
  if (own !== undefined) return own;
  for (const name of (await caches.keys()).filter(isOurs)) {
    const older = await (await caches.open(name)).match(address);
    if (older !== undefined) return older;
  }
  return fetch(request);
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(scope.skipWaiting());
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = request.url.replace(/[?#].*$/, '');
  if (request.method !== 'GET' || !address.startsWith(scope.registration.scope)) return;
  const isPage = request.mode === 'navigate' && [addressOf(''), addressOf('index.html')].includes(address);
  if (isPage) event.respondWith(page(request));
  // The help's pages are files like any other.
  else if (!request.headers.has('range') && (request.mode !== 'navigate' || listed.has(address)))
    event.respondWith(file(request, address));
});
