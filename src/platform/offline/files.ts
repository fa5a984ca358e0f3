/**
 * The files that a version of the page consists of, and the caches that hold them.
 *
 * Promises: a cache is of one version; its name tells which. Must not know: who asks, the network.
 */
export interface OfflineFile {
  /** Relative to the page's folder; empty: the page itself. */
  path: string;
  bytes: number;
  /** SHA-256 in base64, as `integrity` wants it. */
  sha256: string;
}

export interface OfflineFiles {
  /** A hash of all of them. */
  version: string;
  files: OfflineFile[];
}

const PREFIX = 'ontoscope-page-';
/** What the page says to a version that waits. */
export const TAKE_OVER = 'take-over';

export const cacheOf = (version: string): string => `${PREFIX}${version}`;
export const isOurs = (cacheName: string): boolean => cacheName.startsWith(PREFIX);

/** Caches that nobody needs: open pages may still read from the newest one before this version. */
export function outdated(names: readonly string[], version: string): string[] {
  const others = names.filter((name) => isOurs(name) && name !== cacheOf(version));
  return others.slice(0, -1);
}
