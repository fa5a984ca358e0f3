/** The focus stays where a person is at work when the button they pressed goes or is switched off. */
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Lab } from '../../src/app/lab';
import type { LabSession } from '../../src/app/session.svelte';
import RunButtons from '../../src/ui/views/RunButtons.svelte';
import OfflinePanel from '../../src/ui/views/storage/OfflinePanel.svelte';
import type { OfflineStore } from '../../src/app/offline.svelte';

const at = (phase: string) => {
  const none = () => undefined;
  const [busy, canContinue] = [phase !== 'idle', false];
  const runs = { shown: false, origin: 'live' } as Lab['runs'];
  const acts = { pause: none, resume: none, step: none, cancel: none, reset: none, run: none, newSeed: none };
  const [held, stopping] = [phase === 'paused', phase === 'stopping'];
  const standing = { phase, busy, held, stopping, blocked: null, canContinue };
  return { session: { ...standing, runs, ...acts } as unknown as LabSession };
};
const buttons = (page: Awaited<ReturnType<typeof render>>) =>
  page.getByRole('group', { name: 'Steer the run' }).element();

describe('the focus', () => {
  it('stays with the buttons of a run that is cancelled by keyboard', async () => {
    const page = await render(RunButtons, at('running'));
    (page.getByRole('button', { name: 'Cancel' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await page.rerender(at('stopping'));
    await expect.poll(() => buttons(page).contains(document.activeElement)).toBe(true);
    await page.rerender(at('idle'));
    await expect.poll(() => buttons(page).contains(document.activeElement)).toBe(true);
    await userEvent.keyboard('{Tab}');
    await expect.element(page.getByRole('button', { name: 'New seed' })).toHaveFocus();
  });

  it('goes from Pause to what takes its place, and is not taken from elsewhere', async () => {
    const page = await render(RunButtons, at('running'));
    const elsewhere = document.body.appendChild(document.createElement('input'));
    (page.getByRole('button', { name: 'Pause' }).element() as HTMLElement).focus();
    await page.rerender(at('paused'));
    await expect.element(page.getByRole('button', { name: 'Resume' })).toHaveFocus();
    elsewhere.focus();
    await page.rerender(at('running'));
    await expect.element(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    expect(document.activeElement).toBe(elsewhere);
    elsewhere.remove();
  });

  it('stays with the offline files when they are deleted, and when they are fetched again', async () => {
    const offline = (phase: string) =>
      ({
        state: { phase, bytes: 1e6, update: false },
        problem: null,
        drop: () => Promise.resolve(),
        keep: () => Promise.resolve(),
      }) as unknown as OfflineStore;
    const page = await render(OfflinePanel, { offline: offline('ready') });
    const panel = page.getByRole('region', { name: 'Offline files' });
    const inside = () => panel.element().contains(document.activeElement);
    (page.getByRole('button', { name: 'Delete the offline files' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('button', { name: 'Leave them' })).toHaveFocus();
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}{Enter}');
    await page.rerender({ offline: offline('off') });
    const again = page.getByRole('button', { name: /^Keep the page/ });
    await expect.element(again).toBeVisible();
    expect(inside()).toBe(true);
    (again.element() as HTMLElement).focus();
    await page.rerender({ offline: offline('fetching') });
    await expect.poll(inside).toBe(true);
  });
});
