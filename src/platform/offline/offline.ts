/**
 * The page's side of going without a network: the service worker put in place, its state told, its files taken away.
 *
 * Promises: nothing happens on addresses where browsers allow no service worker, nor in development; a refusal is told, and the
 * page goes on. Must not know: stores, words.
 */
import { LabError } from '../../core/errors';
import { isOurs, TAKE_OVER } from './files';

export interface OfflineState {
  /** `unavailable`: not on this address or in this browser. `off`: the person took the files away. */
  phase: 'unavailable' | 'off' | 'fetching' | 'ready' | 'failed';
  bytes: number;
  /** A newer version is kept and waits. */
  update: boolean;
}

const SCRIPT = 'service-worker.js';

/** Where it can be had: https or localhost, a built page, a browser that has it. */
export function offlineAvailable(): boolean {
  return import.meta.env.PROD && 'serviceWorker' in navigator && 'caches' in globalThis && globalThis.isSecureContext;
}

/** The person asked their browser to use little data. */
export function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

export async function keepOffline(tell: (state: OfflineState) => void): Promise<void> {
  const registration = await register();
  const report = async () => {
    const phase = registration.active ? 'ready' : registration.installing ? 'fetching' : 'failed';
    const waiting = registration.waiting !== null && registration.active !== null;
    tell({ phase, bytes: await offlineBytes(), update: waiting });
  };
  const follow = (worker: ServiceWorker | null) => worker?.addEventListener('statechange', () => void report());
  follow(registration.installing);
  follow(registration.waiting);
  registration.addEventListener('updatefound', () => {
    follow(registration.installing);
    void report();
  });
  await report();
}

/** Throws `download-refused` where service workers are blocked: some blockers resolve to nothing instead of rejecting. */
async function register(): Promise<ServiceWorkerRegistration> {
  const put: ServiceWorkerRegistration | undefined = await navigator.serviceWorker.register(SCRIPT, {
    updateViaCache: 'none',
  });
  if (put) return put;
  throw new LabError(
    'download-refused',
    'Service workers are blocked in this browser, and pages keep their files with one.',
    {
      hint: 'Allow them for this address in the browser’s settings or in the extension that blocks them.',
    },
  );
}

/** Loads the page anew with the version that waits. */
export async function applyUpdate(): Promise<void> {
  const waiting = (await navigator.serviceWorker.getRegistration())?.waiting;
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  if (waiting) waiting.postMessage(TAKE_OVER);
  else location.reload();
}

export async function dropOffline(): Promise<void> {
  await (await navigator.serviceWorker.getRegistration())?.unregister();
  for (const name of await caches.keys()) if (isOurs(name)) await caches.delete(name);
}

/** What the kept files hold. */
export async function offlineBytes(): Promise<number> {
  let bytes = 0;
  for (const name of (await caches.keys()).filter(isOurs)) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) bytes += (await (await cache.match(request))?.blob())?.size ?? 0;
  }
  return bytes;
}
