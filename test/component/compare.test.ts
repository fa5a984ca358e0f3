/** Runs beside each other on the page: chosen, read, told apart, tested; and honest where they share nothing. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { CompareStore } from '../../src/app/compare.svelte';
import type { Lab } from '../../src/app/lab';
import { RunStyles } from '../../src/app/run-style';
import CompareSection from '../../src/ui/sections/CompareSection.svelte';
import PairTests from '../../src/ui/views/compare/PairTests.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';

const made = (name: string, seed: number, pairs = 6, startedAtMs = seed) => {
  const run = plausibleRun({ pairs, epochs: 3, seed });
  return { ...run, manifest: { ...run.manifest, startedAtMs, runId: `run-${seed}`, spec: { ...run.manifest.spec, name } } };
}; // prettier-ignore
const KEPT = [made('First <b>run</b>', 5), made('Second run', 6), made('Third run', 7, 4)];
/** A run of other facts altogether. */
const OTHER = (() => {
  const run = made('Elsewhere', 8);
  const moved = <T extends { fact: string }>(each: T): T => ({ ...each, fact: `Z${each.fact}` });
  const dataset = { ...run.manifest.dataset, hash: 'ff'.repeat(32) };
  return { ...run, manifest: { ...run.manifest, dataset }, facts: run.facts.map(moved), trials: run.trials.map(moved) };
})();

async function setUp(option?: string) {
  const options: Record<string, string> = option === undefined ? {} : { runs: option };
  const load = vi.fn((key: string) => Promise.resolve(key === 'k3' ? OTHER : (KEPT[Number(key.slice(1))] ?? null)));
  const saved = vi.fn();
  const compare = new CompareStore({
    runs: {
      ...{ key: null, origin: 'none', manifest: null, facts: [], trials: [], steps: [], summary: null },
      kept: [...KEPT, OTHER].map(({ manifest }, index) => ({
        ...{ key: `k${index}`, name: manifest.spec.name, model: 'model', state: 'done', startedAtMs: index },
        ...{ fromFile: null, bytes: null },
      })),
    },
    bundles: { opened: [], open: () => Promise.resolve(false) },
    recorded: { runs: [] },
    openRecorded: () => Promise.reject(new Error('none')),
    load,
    styles: new RunStyles(null),
  });
  const setOption = vi.fn();
  const lab = { compare, navigation: { options, setOption }, saveChart: saved } as unknown as Lab;
  return { screen: await render(CompareSection, { lab }), compare, load, saved, setOption };
}

const tests = (screen: Awaited<ReturnType<typeof setUp>>['screen']) =>
  screen.getByRole('region', { name: /^Paired tests/ });

describe('runs beside each other', () => {
  it('are chosen by keyboard, and their address follows', async () => {
    const { screen, setOption } = await setUp();
    await expect.element(screen.getByText(/Choose two runs or more/)).toBeVisible();
    const boxes = screen.getByRole('checkbox').elements() as HTMLElement[];
    for (const box of boxes.slice(0, 2)) {
      box.focus();
      await userEvent.keyboard(' ');
    }
    await expect.element(screen.getByRole('heading', { name: 'In what they differ' })).toBeVisible();
    expect(setOption).toHaveBeenLastCalledWith('runs', 'k0,k1');
    expect(screen.container.querySelector('b')).toBeNull();
  });

  it('come from a link, with the differences of their settings, curves and tests', async () => {
    const { screen, compare, load } = await setUp('k0,k1,k2');
    await expect.element(tests(screen)).toBeVisible();
    await vi.waitFor(() => expect(compare.testing).toBe(false));
    expect(load).toHaveBeenCalledTimes(3);
    const settings = screen.getByRole('region', { name: 'Differences of settings' });
    await expect.element(settings).toHaveTextContent(/Seed\s*data\s*5\s*6\s*7/);
    // Three pairs in two directions.
    expect(tests(screen).element().querySelectorAll('tbody tr')).toHaveLength(6);
    await expect.element(tests(screen)).toHaveTextContent(/Holm p/);
    const tones = compare.compared.map(({ style }) => style.tone);
    expect(new Set(tones).size).toBe(3);
    await expect.element(screen.getByRole('heading', { name: 'term→id, seen' })).toBeVisible();
  });

  it('have curves that are read off by keyboard and have the same numbers as a table', async () => {
    const { screen } = await setUp('k0,k1');
    const chart = screen.getByRole('group', { name: /^Accuracy, term→id, seen/ });
    await expect.element(chart).toBeVisible();
    (chart.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    await expect.element(chart).toHaveTextContent(/epoch 1: First <b>run<\/b> \d.*; Second run \d/);
    await screen.getByRole('button', { name: 'Show numbers: term→id, seen' }).click();
    const twin = screen.getByRole('region', { name: /^Accuracy, term→id, seen/ });
    expect(twin.element().querySelectorAll('tbody tr')).toHaveLength(8);
  });

  it('are told apart in colour only by what is left after adjustment, not by an interval alone', async () => {
    const { compare } = await setUp('k0,k1');
    await vi.waitFor(() => expect(compare.pairs.length).toBe(6));
    const pair = compare.pairs.find(({ test }) => test.group === 'all')!;
    const difference = { value: 0.2, lo: 0.1, hi: 0.3, n: 12, method: 'made' };
    const marks = async (adjusted: number) => {
      const accuracy = { ...pair.test.accuracy!, difference, p: 0.02, adjusted };
      const pairs = [{ ...pair, test: { ...pair.test, accuracy, logProb: { difference, p: 0.02, adjusted } } }];
      const { container } = await render(PairTests, { runs: compare.compared, pairs, testing: false });
      return container.querySelectorAll('circle.clear').length;
    };
    expect([await marks(0.06), await marks(0.04)]).toEqual([0, 2]);
  });

  it('say that they share no fact, and make up no test', async () => {
    const { screen, compare } = await setUp('k0,k3');
    await expect.element(screen.getByText(/No fact is in all of these runs/)).toBeVisible();
    await vi.waitFor(() => expect(compare.testing).toBe(false));
    await expect.element(tests(screen)).toHaveTextContent(/No fact is shared, so there is nothing to pair/);
    await expect.element(tests(screen)).not.toHaveTextContent('Holm');
  });

  it('are given away with all numbers', async () => {
    const { screen, compare, saved } = await setUp('k0,k1');
    await vi.waitFor(() => expect(compare.pairs.length).toBe(6));
    await screen.getByRole('button', { name: 'JSON of the comparison' }).click();
    const file = saved.mock.lastCall![0] as { name: string; content: string };
    const content = JSON.parse(file.content) as { runs: unknown[]; tests: unknown[] };
    expect([file.name, content.runs.length, content.tests.length]).toEqual(['compare.json', 2, 6]);
    await screen.getByRole('button', { name: 'CSV of all tests' }).click();
    expect((saved.mock.lastCall![0] as { content: string }).content.trim().split('\r\n')).toHaveLength(7);
  });

  it('say which run of a link is not here, and keep the others', async () => {
    const { screen } = await setUp('k0,2026-gone,k1');
    await expect.element(screen.getByText(/The run 2026-gone is not here/)).toBeVisible();
    await expect.element(screen.getByRole('heading', { name: 'In what they differ' })).toBeVisible();
  });
});
