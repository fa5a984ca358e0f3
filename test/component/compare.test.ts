/** Runs beside each other on the page: chosen, read, told apart, tested; and honest where they share nothing. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { BundleStore } from '../../src/app/bundles.svelte';
import { CompareStore } from '../../src/app/compare.svelte';
import type { Lab } from '../../src/app/lab';
import { RunStyles } from '../../src/app/run-style';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import type { PickedFile } from '../../src/platform/folder';
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

/** By the names of their files. */
const BUNDLES: Record<string, unknown> = { 'one.zip': KEPT[0], 'two, too.zip': KEPT[1] };
const zip = (name: string, text: string) => new File([text], name);

async function setUp(option?: string) {
  const options: Record<string, string> = option === undefined ? {} : { runs: option };
  const load = vi.fn((key: string) => Promise.resolve(key === 'k3' ? OTHER : (KEPT[Number(key.slice(1))] ?? null)));
  const saved = vi.fn();
  const runs = new RunStore({} as never);
  runs.kept = [...KEPT, OTHER].map(({ manifest }, index) => ({
    ...{ key: `k${index}`, name: manifest.spec.name, model: 'model', state: 'done', startedAtMs: index },
    ...{ fromFile: null, bytes: null },
  }));
  const calls = { open: (file: PickedFile) => Promise.resolve(BUNDLES[file.file.name]), keep: () => Promise.reject() };
  const compare = new CompareStore({
    runs,
    bundles: new BundleStore(calls as never, runs, () => 'new', vi.fn()),
    recorded: { runs: [] },
    openRecorded: () => Promise.reject(new Error('none')),
    load,
    hash: async ({ file }) => (await file.text()).padEnd(64, '0'),
    styles: new RunStyles(null),
  });
  const state = (key: string, now: string) => {
    runs.kept = runs.kept.map((run) => (run.key === key ? { ...run, state: now } : run));
  };
  const setOption = vi.fn();
  const session = new LabSession({} as never, new SpecStore(), runs);
  const lab = { compare, runs, session, navigation: { options, setOption }, saveChart: saved } as unknown as Lab;
  return { screen: await render(CompareSection, { lab }), compare, session, runs, load, saved, setOption, state };
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
    await vi.waitFor(() => expect(setOption).toHaveBeenLastCalledWith('runs', 'k0;run-5%405,k1;run-6%406'));
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
    expect([file.name, content.runs.length, content.tests.length]).toEqual(['all.json', 2, 6]);
    expect(saved.mock.lastCall![1]).toBe('comparison First <b>run</b> and Second run');
    await screen.getByRole('button', { name: 'CSV of all tests' }).click();
    expect((saved.mock.lastCall![0] as { content: string }).content.trim().split('\r\n')).toHaveLength(7);
  });

  it('are read again while they grow, and once the run on show has ended', async () => {
    const { compare, session, runs } = await setUp('k0,k1');
    await vi.waitFor(() => expect(compare.testing).toBe(false));
    const [run] = KEPT as [(typeof KEPT)[0]];
    const trials = () => compare.compared.find(({ key }) => key === 'k0')!.trials.length;
    runs.begin('k0');
    runs.manifest = { ...run.manifest, state: 'training' };
    session.phase = 'running';
    runs.addTrials(run.trials.slice(0, 4));
    await vi.waitFor(() => expect(trials()).toBe(4));
    runs.addTrials(run.trials.slice(4, 8));
    await vi.waitFor(() => expect(trials()).toBe(8));
    runs.addTrials(run.trials.slice(8));
    runs.manifest = run.manifest;
    session.phase = 'ready';
    await vi.waitFor(() => expect(trials()).toBe(run.trials.length));
    expect(compare.compared.find(({ key }) => key === 'k0')!.manifest.state).toBe('done');
  });

  it('have the steps and the summary that come after their trials', async () => {
    const { compare, runs } = await setUp('k0,k1');
    const [{ manifest, facts, trials, steps, summary }] = KEPT as [(typeof KEPT)[0]];
    runs.begin('k0');
    Object.assign(runs, { manifest, facts, trials });
    const compared = () => compare.compared.find(({ key }) => key === 'k0');
    await vi.waitFor(() => expect(compared()).toMatchObject({ summary: null, steps: [] }));
    runs.addSteps(steps);
    runs.summary = summary;
    await vi.waitFor(() => expect(compared()).toMatchObject({ summary, steps }));
  });

  it('are what they became, when another run is on show by then', async () => {
    const { screen, compare, runs, load, state } = await setUp();
    const [whole] = KEPT as [(typeof KEPT)[0]];
    const cut = {
      ...whole,
      manifest: { ...whole.manifest, state: 'cancelled' as const },
      trials: whole.trials.slice(0, 4),
    };
    load.mockResolvedValueOnce(cut);
    state('k0', 'cancelled');
    await compare.choose(['k0', 'k1']);
    expect(compare.compared[0]!.trials).toHaveLength(4);
    await screen.unmount();
    state('k0', 'done');
    runs.showFile('other', 'other.zip', { ...OTHER, files: [], adapters: [] });
    await compare.refresh();
    expect(compare.compared[0]).toMatchObject({ manifest: { state: 'done' }, trials: whole.trials });
  });

  it('that were cut off are read once, not whenever something changes', async () => {
    const { screen, compare, load } = await setUp();
    const [whole] = KEPT as [(typeof KEPT)[0]];
    load.mockResolvedValueOnce({ ...whole, manifest: { ...whole.manifest, state: 'training' } });
    await compare.choose(['k0', 'k1']);
    await compare.refresh();
    await compare.choose(['k0']);
    expect(load.mock.calls).toEqual([['k0'], ['k1']]);
    await screen.unmount();
  });

  it('from bundles are named by their link, which says what to open until they are', async () => {
    const there = await setUp();
    await there.screen.getByLabelText('Add bundles (.zip)').upload([zip('one.zip', 'aa'), zip('two, too.zip', 'bb')]);
    await vi.waitFor(() => expect(there.compare.link).toContain('bb00'));
    await vi.waitFor(() => expect(there.setOption).toHaveBeenLastCalledWith('runs', there.compare.link));
    await there.screen.unmount();

    const { screen, compare } = await setUp(there.compare.link);
    await expect.element(screen.getByText(/The bundle .one\.zip. is not open here\. Open it/)).toBeVisible();
    await screen.getByLabelText('Open two, too.zip').upload(zip('two, too.zip', 'cc'));
    await expect.element(screen.getByText(/The bundle .two, too\.zip. is not open/)).not.toBeInTheDocument();
    await screen.getByLabelText('Open one.zip').upload(zip('one.zip', 'aa'));
    await expect.element(tests(screen)).toBeVisible();
    expect(compare.chosen).toEqual(['file-2', 'file-1']);
    await expect
      .element(screen.getByText(/^.two, too\.zip. holds a run of the link, but is another file/))
      .toBeVisible();
    await expect.element(screen.getByText(/^.one\.zip. holds/)).not.toBeInTheDocument();
  });

  it('of one run in two files are told apart by their hashes', async () => {
    const again = `bundle;run-5%405;${'aa'.padEnd(64, '0')};one.zip,bundle;run-5%405;${'dd'.padEnd(64, '0')};one.zip`;
    const { screen, compare } = await setUp(again);
    await screen.getByLabelText('Open one.zip').nth(1).upload(zip('one.zip', 'dd'));
    await vi.waitFor(() => expect(compare.chosen).toEqual([expect.stringContaining('aa00') as string, 'file-1']));
    await screen.getByLabelText('Open one.zip').upload(zip('one.zip', 'aa'));
    await vi.waitFor(() => expect(compare.chosen).toEqual(['file-2', 'file-1']));
    await expect.element(screen.getByText(/but is another file/)).not.toBeInTheDocument();
  });

  it('kept elsewhere are found in a bundle of theirs', async () => {
    const { screen, compare } = await setUp('k1,gone;run-5%405');
    await screen.getByLabelText('Open its bundle').upload(zip('one.zip', 'aa'));
    await expect.element(tests(screen)).toBeVisible();
    expect(compare.chosen).toEqual(['k1', 'file-1']);
  });

  it('have names of anything in a link, those of every object among them', async () => {
    const { screen, compare } = await setUp('constructor,k0,__proto__,toString;x,k1');
    await expect.element(tests(screen)).toBeVisible();
    for (const name of ['constructor', '__proto__', 'toString'])
      await expect.element(screen.getByText(new RegExp(`The run .${name}. is not here`))).toBeVisible();
    expect(compare.compared.map(({ key }) => key)).toEqual(['k0', 'k1']);
    expect(compare.link.split(',')).toEqual(['constructor', 'k0;run-5%405', '__proto__', 'toString;x', 'k1;run-6%406']);
  });

  it('from a link have names that leave the words around them in their order', async () => {
    const turned = 'a\u2069\u202egnp.zip';
    const { screen } = await setUp(`bundle;x;;${encodeURIComponent(turned)},${encodeURIComponent(turned)}`);
    const said = screen.getByText(/is not open here/);
    await expect.element(said).toHaveTextContent('The bundle \u2068a\ufffd\ufffdgnp.zip\u2069 is not open here.');
    await expect
      .element(screen.getByText(/^The run/))
      .toHaveTextContent('\u2068a\ufffd\ufffdgnp.zip\u2069 is not here');
    const button = screen.container.querySelector('.missing .button')!;
    expect(button.querySelector('bdi')!.textContent).toBe(turned);
    expect(button.textContent).toBe(`Open\u00a0${turned}`);
  });

  it('say which run of a link is not here, and keep the others', async () => {
    const { screen } = await setUp('k0,2026-gone,k1');
    await expect.element(screen.getByText(/The run .2026-gone. is not here/)).toBeVisible();
    await expect.element(screen.getByRole('heading', { name: 'In what they differ' })).toBeVisible();
  });
});
