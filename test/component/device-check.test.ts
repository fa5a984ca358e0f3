/** “Check this device” in the page: followed, stopped, a wrong family by its name, what was found as text and as a file. */
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { DeviceCheckStore } from '../../src/app/device-check.svelte';
import { LabError } from '../../src/core/errors';
import type { DeviceCheck, DeviceFamily } from '../../src/records/device-check';
import DevicePanelCheck from '../../src/ui/views/device/DeviceCheck.svelte';

function family(title: string, error: number): DeviceFamily {
  const worst = { what: `${title} of rows`, error, tolerance: 2e-6 };
  const passed = error <= worst.tolerance;
  return {
    ...{ name: title.toLowerCase(), title, kernels: ['norm/rms'], comparisons: [worst], worst },
    ...{ passed, problem: null, elapsedMs: 12 },
  };
}

function found(total: number, ...families: DeviceFamily[]): DeviceCheck {
  const adapter = { vendor: 'acme', architecture: 'x', device: '', description: '', software: false, host: 'Browser' };
  const passed = families.length === total && families.every((each) => each.passed);
  return { checkVersion: 1, ontoscope: '1.0.0', adapter, total, families, passed, elapsedMs: 1500 };
}

async function shown(canCopy = true) {
  let tell: (check: DeviceCheck) => void = () => undefined;
  let end: { resolve(check: DeviceCheck): void; reject(error: unknown): void };
  const check = vi.fn((onProgress: (check: DeviceCheck) => void, signal?: AbortSignal) => {
    tell = onProgress;
    return new Promise<DeviceCheck>((resolve, reject) => {
      end = { resolve, reject };
      signal?.addEventListener('abort', () => reject(new LabError('cancelled', 'stopped', { hint: '' })));
    });
  });
  const copied: string[] = [];
  const saved: [name: string, type: string, content: string][] = [];
  const copy = async (text: string) => {
    if (canCopy) copied.push(text);
    return canCopy;
  };
  const session = { busy: false, occupied: null };
  const device = new DeviceCheckStore(
    { calls: { check }, copy, download: (...file) => void saved.push(file) },
    session,
  );
  const screen = await render(DevicePanelCheck, { device, busy: false });
  const press = (name: string) => screen.getByRole('button', { name }).click();
  return { device, screen, press, check, copied, saved, tell: (now: DeviceCheck) => tell(now), end: () => end };
}

describe('checking this device', () => {
  it('is followed family by family, and ends with a verdict, as text and as JSON', async () => {
    const { screen, press, device, check, copied, saved, tell, end } = await shown();
    await press('Check this device');
    await device.start();
    expect(check).toHaveBeenCalledTimes(1);
    tell(found(2, family('Norms', 1e-7)));
    await expect.element(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '50');
    await expect.element(screen.getByRole('row').nth(1)).toHaveTextContent(/^Norms.*✓ holds/);
    const whole = found(2, family('Norms', 1e-7), family('Attention', 0));
    end().resolve(whole);
    await expect.element(screen.getByRole('status')).toHaveTextContent('✓ All 2 families of kernels agree');
    await press('Copy as text');
    await expect.element(screen.getByRole('status')).toHaveTextContent('Copied as text.');
    expect(copied[0]).toMatch(/check of acme x, Browser\n.*\nNorms +error 1\.0e-7 of 2e-6 +12 ms +holds\nAttention/);
    await press('Save as JSON');
    expect(saved.map(([name, type]) => [name, type])).toEqual([['device-check.json', 'application/json']]);
    expect(JSON.parse(saved[0]![2])).toEqual(whole);
  });

  it('names a family that computes wrongly, where, and what to do', async () => {
    const { screen, press, end } = await shown(false);
    await press('Check this device');
    end().resolve(found(2, family('Norms', 1e-4), family('Attention', Number.NaN)));
    const status = screen.getByRole('status');
    await expect.element(status).toHaveTextContent('✕ This device computes wrongly: Norms; Attention.');
    await expect.element(screen.getByRole('row').nth(1)).toHaveTextContent(/^Norms.*1\.0e-4.*✕ WRONG: Norms of rows/);
    await expect.element(screen.getByRole('row').nth(2)).toHaveTextContent(/^Attention.*no number/);
    await expect.element(screen.getByText(/Do not trust numbers that are trained here/)).toBeVisible();
    await press('Copy as text');
    await expect.element(status).toHaveTextContent('save it as JSON instead');
  });

  it('stopped, keeps what was found on show, and calls nothing wrong that is not', async () => {
    const { screen, press, tell } = await shown();
    await press('Check this device');
    tell(found(3, family('Norms', 0)));
    await press('Stop');
    const status = screen.getByRole('status');
    await expect.element(status).toHaveTextContent('No error so far. 1 of 3 families were checked.');
    await expect.element(status).toHaveTextContent('The check was stopped.');
    await expect.element(status).not.toHaveTextContent('✕');
    await expect.element(screen.getByText(/Do not trust/)).not.toBeInTheDocument();
    await expect.element(screen.getByRole('button', { name: 'Check again' })).toBeEnabled();
  });

  it('that cannot begin says why, and can be tried again', async () => {
    const { screen, press, end, check } = await shown();
    await press('Check this device');
    end().reject(new LabError('device-lost', 'The device went away.', { hint: 'Reload the page.' }));
    await expect.element(screen.getByRole('alert')).toHaveTextContent('The device went away. Reload the page.');
    await press('Check this device');
    expect(check).toHaveBeenCalledTimes(2);
    await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
  });
});
