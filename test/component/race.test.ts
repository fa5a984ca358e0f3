import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { ChartFile } from '../../src/app/exports';
import { RaceStore } from '../../src/app/race.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { SelectionStore } from '../../src/app/selection.svelte';
import RaceView from '../../src/ui/views/run/RaceView.svelte';
import '../../src/ui/base.css';
import { plausibleRun } from '../fixtures/run/plausible-run';
import { reduceMotion } from '../helpers/emulated-media';

async function draw(run = plausibleRun({ pairs: 12, epochs: 4 })) {
  const none = () => Promise.reject(new Error('not asked'));
  const runs = new RunStore({ list: none, load: none, hasCheckpoint: none });
  runs.key = 'run';
  runs.manifest = run.manifest;
  runs.trials = run.trials;
  const race = new RaceStore(runs);
  const selection = new SelectionStore();
  const [onopen, onexport] = [vi.fn<(fact: string) => void>(), vi.fn<(file: ChartFile) => void>()];
  const screen = await render(RaceView, {
    ...{ store: race, selection, leftOut: false, live: false, theme: 'light', onopen, onexport },
    href: (fact: string) => `#/results/fact?fact=${fact}`,
  });
  return { screen, race, runs, selection, onopen, onexport };
}

const known = (run: ReturnType<typeof plausibleRun>, epoch: number, seen: boolean) =>
  run.trials.filter(
    (trial) =>
      trial.direction === 'term-to-id' &&
      trial.template === 'held-out' &&
      trial.epoch === epoch &&
      trial.seen === seen &&
      trial.answerHit,
  ).length;

describe('the race of the facts', () => {
  const run = plausibleRun({ pairs: 12, epochs: 4 });

  it('counts every state of every lane, at the epoch that is scrubbed to', async () => {
    const { screen, race } = await draw(run);
    const lane = screen.getByRole('region', { name: 'term→id, seen in training' });
    const value = () => lane.getByText('Known, answers right').element().nextElementSibling!.textContent;
    expect(value()).toMatch(new RegExp(`^\\s*${known(run, 4, true)}\\b`));
    await expect.element(lane).toHaveTextContent('12 facts');
    const slider = screen.getByRole('slider');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Epoch 4');
    await userEvent.click(slider.element());
    await userEvent.keyboard('{Home}');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Before training');
    expect(value()).toMatch(new RegExp(`^\\s*${known(run, 0, true)}\\b`));
    await userEvent.keyboard('{End}');
    expect(race.following).toBe(true);
  });

  it('leads the keyboard from mark to mark, and a mark to its fact', async () => {
    const { screen } = await draw(run);
    const lane = screen.getByRole('region', { name: 'id→term, withheld from training' });
    const mark = lane.getByRole('link');
    const first = mark.element().getAttribute('href');
    (mark.element() as HTMLElement).focus();
    await expect.element(mark).toHaveAccessibleName(/: (unknown|latent|known|lost) since/);
    await userEvent.keyboard('{End}');
    await userEvent.keyboard('{ArrowUp}');
    const second = mark.element().getAttribute('href');
    expect(second).not.toBe(first);
    expect(second).toMatch(/^#\/results\/fact\?fact=.*id-to-term$/);
    expect(document.activeElement).toBe(mark.element());
  });

  it('opens the fact that is clicked', async () => {
    const { screen, onopen } = await draw(run);
    const lane = screen.getByRole('region', { name: 'term→id, seen in training' });
    const { left, top } = (lane.getByRole('link').element() as HTMLElement).getBoundingClientRect();
    const canvas = lane.element().querySelector('canvas')!;
    const box = canvas.getBoundingClientRect();
    await userEvent.click(canvas, { position: { x: left + 12 - box.left, y: top + 12 - box.top } });
    expect(onopen).toHaveBeenCalledWith(expect.stringContaining('term-to-id'));
  });

  it('has a list with the same states, which a chosen state narrows', async () => {
    const { screen } = await draw(run);
    await screen.getByRole('button', { name: 'Show as a list' }).click();
    await expect.element(screen.getByText('48 facts, page 1 of 3')).toBeVisible();
    await screen.getByRole('combobox', { name: 'State' }).selectOptions('known');
    const all = run.trials.filter((trial) => trial.template === 'held-out' && trial.epoch === 4 && trial.answerHit);
    await expect.element(screen.getByText(new RegExp(`^${all.length} facts`))).toBeVisible();
  });

  describe('from one epoch to another', () => {
    /** What stands on the first lane two frames after the epoch was changed, and when all marks must have arrived. */
    async function onTheWay() {
      const { screen, race } = await draw(run);
      const lane = screen.getByRole('region', { name: 'term→id, seen in training' });
      const canvas = lane.element().querySelector('canvas')!;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      await wait(1000);
      const before = canvas.toDataURL();
      race.seek(0);
      for (let frames = 0; frames < 3; frames++) await frame();
      const soon = canvas.toDataURL();
      await wait(1000);
      return { before, soon, there: canvas.toDataURL() };
    }

    it('marks go their way', async () => {
      const { soon, there } = await onTheWay();
      expect(soon).not.toBe(there);
    });

    it('marks are there at once for who wants less motion', async () => {
      await reduceMotion();
      const { before, soon, there } = await onTheWay();
      expect(soon).toBe(there);
      expect(before).not.toBe(there);
    });
  });

  it('plays to the end by itself, at the chosen speed, and follows from there', async () => {
    const { screen, race } = await draw(run);
    await screen.getByRole('radio', { name: 'Fast' }).click({ force: true });
    await screen.getByRole('button', { name: 'Play the race' }).click();
    await expect.element(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', 'Before training');
    await expect.element(screen.getByRole('button', { name: 'Play the race' }), { timeout: 5000 }).toBeVisible();
    expect([race.following, race.index]).toEqual([true, 4]);
  });

  it('shows records as they come, and stays at an epoch that was chosen', async () => {
    const { screen, race, runs } = await draw({ ...run, trials: run.trials.filter(({ epoch }) => epoch < 3) });
    const slider = screen.getByRole('slider');
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Epoch 2');
    runs.addTrials(run.trials.filter(({ epoch }) => epoch === 3));
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Epoch 3');
    race.seek(1);
    runs.addTrials(run.trials.filter(({ epoch }) => epoch === 4));
    await expect.element(slider).toHaveAttribute('aria-valuetext', 'Epoch 1');
  });

  it('is saved as its picture with words and counts, and as the numbers of the epoch on show', async () => {
    const { screen, race, onexport } = await draw(run);
    race.seek(2);
    const save = async (what: RegExp) => {
      await screen.getByRole('button', { name: /^Save/ }).click();
      await screen.getByRole('menuitem', { name: what }).click();
      await vi.waitFor(() => expect(onexport).toHaveBeenCalled());
      const [file] = onexport.mock.lastCall!;
      onexport.mockClear();
      return file;
    };
    const csv = await save(/^CSV/);
    expect(csv.name).toBe('race-held-out-exact-epoch-2.csv');
    const lines = String(csv.content).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 4 * 4);
    const right = known(run, 2, true);
    expect(lines.find((line) => line.startsWith('2,term→id,seen in training,known'))).toMatch(
      new RegExp(`^2,term→id,seen in training,known,${right},12,`),
    );
    const svg = await save(/^SVG/);
    const drawing = new DOMParser().parseFromString(String(svg.content), 'image/svg+xml');
    const words = [...drawing.querySelectorAll('text')].map((text) => text.textContent);
    expect(words).toEqual(expect.arrayContaining(['The race of the facts, epoch 2', 'Known', 'term→id', 'Taught']));
    expect(words.filter((word) => word === String(right)).length).toBeGreaterThan(0);
    expect(drawing.querySelectorAll('image')).toHaveLength(4);
    expect(JSON.parse(String((await save(/^JSON/)).content))).toMatchObject({
      note: expect.stringContaining('held-out template, latent by exact probability') as string,
      run: { runId: run.manifest.runId },
      view: { direction: 'both', template: 'held-out', options: { latent: 'exact' } },
    });
    race.latentBy = 'sampled';
    race.seek(3);
    const png = await save(/^PNG 2/);
    expect([png.name, (png.content as Blob).type]).toEqual(['race-held-out-sampled-epoch-3.png', 'image/png']);
  });

  it('draws 5,000 facts without holding the page up', async () => {
    const large = plausibleRun({ pairs: 1250, epochs: 2 });
    const { screen, race } = await draw(large);
    await expect.element(screen.getByText('1 250 facts seen in training').first()).toBeVisible();
    const tasks: number[] = [];
    for (const index of [0, 1, 2, 0, 1, 2]) {
      tasks.push(
        await longestTask(async () => {
          race.seek(index);
          await new Promise((resolve) => setTimeout(resolve, 250));
        }),
      );
    }
    // By the clock of a machine that has other work: what the work itself takes is the least of several.
    expect(Math.min(...tasks)).toBeLessThan(100);
  });
});

/** By the clock, as the browser tells it; 0 where no task took 50 ms. */
async function longestTask(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: 'longtask' });
  await work();
  observer.disconnect();
  return longest;
}
