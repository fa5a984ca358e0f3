/** Where service workers are blocked, the reason is told in words. Plan: a registration that resolves to nothing. */
import { afterEach, expect, it, vi } from 'vitest';
import { keepOffline } from '../../../src/platform/offline/offline';

afterEach(() => void vi.unstubAllGlobals());

it('says that service workers are blocked', async () => {
  vi.stubGlobal('navigator', { serviceWorker: { register: () => Promise.resolve(undefined) } });
  const tell = vi.fn();
  await expect(keepOffline(tell)).rejects.toMatchObject({
    code: 'download-refused',
    hint: expect.stringMatching(/Allow them/) as string,
  });
  expect(tell).not.toHaveBeenCalled();
});
