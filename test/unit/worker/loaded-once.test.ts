import { describe, expect, it } from 'vitest';
import { loadedOnce } from '../../../src/worker/loaded-once';

describe('a part of the worker that is fetched when it is asked for', () => {
  it('is fetched once for all who ask, those who ask at the same time included', async () => {
    let fetched = 0;
    const part = loadedOnce(() => Promise.resolve({ nth: ++fetched }));
    const [first, second] = await Promise.all([part(), part()]);
    expect(first).toBe(second);
    expect(await part()).toEqual({ nth: 1 });
  });

  it('says in plain words that it could not be fetched, and is tried again', async () => {
    let online = false;
    const part = loadedOnce(() =>
      online ? Promise.resolve('here') : Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
    );
    await expect(part()).rejects.toMatchObject({ code: 'file-missing', hint: expect.stringContaining('reload') });
    online = true;
    expect(await part()).toBe('here');
  });
});
