import { describe, expect, it, vi } from 'vitest';
import { DeviceCheckStore } from '../../src/app/device-check.svelte';
import type { DeviceCheck } from '../../src/records/device-check';

const found = { families: [] } as unknown as DeviceCheck;

function setUp(session: { busy: boolean; occupied: string | null }) {
  let end: { resolve: (check: DeviceCheck) => void; reject: (error: Error) => void } | undefined;
  const check = vi.fn(() => new Promise<DeviceCheck>((resolve, reject) => (end = { resolve, reject })));
  const host = { calls: { check }, copy: () => Promise.resolve(true), download: () => undefined };
  return { store: new DeviceCheckStore(host, session), check, end: () => end! };
}

describe('the check of the device', () => {
  it('tells others that the device is taken, for as long as it is', async () => {
    const session = { busy: false, occupied: null as string | null };
    const { store, end } = setUp(session);
    for (const how of ['resolve', 'reject'] as const) {
      const checked = store.start();
      expect(session.occupied).toContain('being checked');
      if (how === 'resolve') end().resolve(found);
      else end().reject(new Error('lost'));
      await checked;
      expect(session.occupied).toBeNull();
    }
    expect(store.check).toBeNull();
    expect(store.error).not.toBeNull();
  });

  it.each([
    { busy: true, occupied: null },
    { busy: false, occupied: 'A study is running' },
  ])('does not begin beside other work: %o', async (session) => {
    const { occupied } = session;
    const { store, check } = setUp(session);
    await store.start();
    expect(check).not.toHaveBeenCalled();
    expect(session.occupied).toBe(occupied);
  });
});
