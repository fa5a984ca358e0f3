/** One tab to a run, by a fake of the browser's Web Locks. */
import { describe, expect, it } from 'vitest';
import { acquireRunLock, heldRuns, runLock, withLock, type Locks } from '../../../src/platform/lock';

/** What several tabs share: exclusive names, held until the callback's promise settles. */
function sharedLocks(): Locks & { held: Set<string> } {
  const held = new Set<string>();
  return {
    held,
    async request(name, _options, callback) {
      if (held.has(name)) return callback(null);
      held.add(name);
      try {
        return await callback({ name });
      } finally {
        held.delete(name);
      }
    },
  };
}

describe('a lock', () => {
  it('lets one worker at a time and refuses the other before it begins', async () => {
    const locks = sharedLocks();
    let finish = () => {};
    const first = withLock('a', () => new Promise<string>((resolve) => (finish = () => resolve('done'))), locks);
    let began = false;
    const second = withLock('a', () => Promise.resolve((began = true)), locks);
    await expect(second).rejects.toMatchObject({ code: 'run-locked', hint: expect.stringContaining('tab') as string });
    expect(began).toBe(false);
    await expect(withLock('b', () => Promise.resolve(2), locks)).resolves.toBe(2);
    finish();
    await expect(first).resolves.toBe('done');
    await expect(withLock('a', () => Promise.resolve(3), locks)).resolves.toBe(3);
  });

  it('is given back when its work fails, with the failure of the work', async () => {
    const locks = sharedLocks();
    await expect(withLock('a', () => Promise.reject(new Error('broken')), locks)).rejects.toThrow('broken');
    expect(locks.held.size).toBe(0);
  });

  it('of a run is held until it is released', async () => {
    const locks = sharedLocks();
    const lock = await acquireRunLock('0123', locks);
    expect([...locks.held]).toEqual(['ontoscope/run/0123']);
    await expect(acquireRunLock('0123', locks)).rejects.toMatchObject({ code: 'run-locked' });
    const other = await acquireRunLock('4567', locks);
    lock.release();
    await Promise.resolve();
    other.release();
    (await acquireRunLock('0123', locks)).release();
  });

  it('that the browser does not know changes nothing else', async () => {
    const none = null;
    await expect(withLock('a', () => Promise.resolve(1), none)).resolves.toBe(1);
    (await acquireRunLock('0123', none)).release();
  });
});

it('the runs in use are told by their keys, other locks and missing ones left out', async () => {
  const query = () => Promise.resolve({ held: [{ name: runLock('r1') }, { name: 'ontoscope/model/m1' }, {}] });
  expect(await heldRuns({ query })).toEqual(['r1']);
  expect(await heldRuns({ query: () => Promise.resolve({}) })).toEqual([]);
});
