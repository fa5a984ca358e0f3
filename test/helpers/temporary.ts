/** A fresh folder for one test file, removed after it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** @returns how to name a place inside the folder */
export function useTemporaryFolder(): (...parts: string[]) => Promise<string> {
  let made: Promise<string> | null = null;
  afterAll(async () => {
    if (made) await rm(await made, { recursive: true, force: true });
  });
  return async (...parts) => {
    made ??= mkdtemp(path.join(tmpdir(), 'ontoscope-test-'));
    return path.join(await made, ...parts);
  };
}
