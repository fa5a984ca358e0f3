/**
 * Third-party data that lies beside the repository, in `../shared`, and is never copied into it.
 *
 * Promises: tests that need such a file skip, with a message naming what is absent, and run where it lies.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Absolute path under `../shared`, whether or not it exists. */
export function sharedPath(...parts: string[]): string {
  return path.resolve(repository, '..', 'shared', ...parts);
}

/** True when the file or folder is there. */
export function hasShared(...parts: string[]): boolean {
  return existsSync(sharedPath(...parts));
}

/**
 * A suite that needs the named entries of `../shared`. Where one is absent the suite is one skipped test whose name
 * says which.
 */
export function describeWithShared(name: string, needs: string | string[], body: () => void): void {
  const missing = [needs].flat().filter((entry) => !hasShared(entry));
  if (missing.length === 0) describe(name, body);
  else describe(name, () => it.skip(`needs ../shared/${missing.join(', ../shared/')}, absent here`, () => {}));
}
