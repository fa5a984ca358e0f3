import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import TrialTable from '../../src/ui/views/TrialTable.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';

const { trials } = plausibleRun({ pairs: 15, epochs: 4 });

async function table() {
  const screen = await render(TrialTable, { trials, template: 'held-out', pageRows: 10 });
  const column = (index: number) =>
    [...screen.container.querySelectorAll('tbody tr')].map((row) =>
      row.querySelectorAll('td')[index]!.textContent.trim(),
    );
  return { screen, column };
}

describe('the trial table', () => {
  it('opens on the last evaluation under the headline template, best known first', async () => {
    const { screen, column } = await table();
    expect(new Set(column(4))).toEqual(new Set(['4']));
    const logQ = column(7).map(Number);
    expect(logQ).toEqual([...logQ].sort((a, b) => b - a));
    await expect.element(screen.getByText('60 of 600 trials, page 1 of 6')).toBeVisible();
  });

  it('sorts by keyboard, says so to a screen reader, and turns the order round', async () => {
    const { screen, column } = await table();
    const header = screen.getByRole('button', { name: 'Identifier' });
    (header.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    const th = () => header.element().closest('th')!;
    expect(th().getAttribute('aria-sort')).toBe('ascending');
    const up = column(1);
    expect(up).toEqual([...up].sort());
    await userEvent.keyboard('{Enter}');
    expect(th().getAttribute('aria-sort')).toBe('descending');
    expect(column(1)[0]! > up[0]!).toBe(true);
  });

  it('filters by set and by text', async () => {
    const { screen, column } = await table();
    await screen.getByLabelText('Set').selectOptions('withheld');
    expect(new Set(column(3))).toEqual(new Set(['withheld']));
    const identifier = column(1)[0]!;
    await screen.getByRole('searchbox').fill(identifier);
    expect(new Set(column(1))).toEqual(new Set([identifier]));
    await screen.getByRole('searchbox').fill('nothing is called so');
    await expect.element(screen.getByText('No trial fits these filters.')).toBeVisible();
  });

  it('shows rehearsed facts as a set of their own', async () => {
    const facts = trials.filter(({ seen }) => !seen).map(({ fact }) => fact);
    const rehearsed = new Set(facts.slice(0, 2));
    const screen = await render(TrialTable, { trials, template: 'held-out', rehearsed, pageRows: 100 });
    const sets = () =>
      [...screen.container.querySelectorAll('tbody tr')].map((row) => row.querySelectorAll('td')[3]!.textContent);
    expect(sets().filter((set) => set === 'rehearsed')).toHaveLength(2);
    await screen.getByLabelText('Set').selectOptions('rehearsed');
    expect(sets()).toEqual(['rehearsed', 'rehearsed']);
    await screen.getByLabelText('Set').selectOptions('withheld');
    expect(new Set(sets())).toEqual(new Set(['withheld']));
  });

  it('turns pages, each trial on exactly one', async () => {
    const { screen, column } = await table();
    await screen.getByLabelText('Direction').selectOptions('term-to-id');
    const seen: string[] = [];
    for (let page = 1; page <= 3; page++) {
      await expect.element(screen.getByText(`page ${page} of 3`)).toBeVisible();
      seen.push(...column(1));
      if (page < 3) await screen.getByRole('button', { name: 'Next' }).click();
    }
    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
    await expect.element(screen.getByRole('button', { name: 'Next' })).toBeDisabled();
  });
});
