import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { AnalysisStore } from '../../src/app/analyses.svelte';
import { ResultsView } from '../../src/app/results-view.svelte';
import { LabError } from '../../src/core/errors';
import type { Export } from '../../src/ui/charts/chart-table';
import { CHARTS } from '../../src/ui/charts/registry';
import SetShares from '../../src/ui/charts/SetShares.svelte';
import Headline from '../../src/ui/views/Headline.svelte';
import ChartSection from '../../src/ui/views/results/ChartSection.svelte';
import '../../src/ui/base.css';
import { plausibleRun, withRehearsal } from '../fixtures/run/plausible-run';
import { analysesHere } from '../helpers/analyses';
import { chartRunOf } from '../helpers/chart-run';

const run = plausibleRun({ pairs: 12, epochs: 5 });

async function draw(name: string, records: Parameters<typeof chartRunOf>[0] = run, analyses = analysesHere()) {
  const onexport = vi.fn<(file: Export) => void>();
  const onselect = vi.fn<(facts: readonly string[], label: string) => void>();
  const screen = await render(ChartSection, {
    chart: CHARTS.find((chart) => chart.name === name)!,
    run: chartRunOf(records),
    directions: ['term-to-id'],
    view: new ResultsView(),
    analyses,
    selection: null,
    place: 0,
    onexport,
    onselect,
    onopen: () => {},
    onthere: () => {},
  });
  return { screen, onexport, onselect, figure: screen.getByRole('figure') };
}

describe('a chart whose estimate failed', () => {
  it('says why, and asks again by key', async () => {
    let online = false;
    let asked = 0;
    const analyses = new AnalysisStore({
      analyse: (runs, request) => {
        asked += 1;
        if (online) return analysesHere().result(runs[0]!.run as never, request);
        return Promise.reject(new LabError('file-missing', 'It could not be fetched.', { hint: 'Check the line.' }));
      },
    });
    const { screen } = await draw('hazards', run, analyses);
    const place = screen.getByRole('status', { name: /term→id/ });
    await expect.element(place).toHaveTextContent('It could not be fetched. Check the line.');
    online = true;
    const button = screen.getByRole('button', { name: /^Try again/ });
    (button.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('figure')).toBeVisible();
    await expect.element(button).not.toBeInTheDocument();
    expect(asked).toBe(2);
  });
});

describe('a chart whose estimate takes a while', () => {
  it('shows a run that goes on as it was, says so, and keeps the focus and its numbers on show', async () => {
    let release = () => {};
    let held = Promise.resolve();
    const analyses = new AnalysisStore({
      analyse: async (runs, request) => {
        await held;
        return analysesHere().result(runs[0]!.run as never, request);
      },
    });
    const early = plausibleRun({ pairs: 40, epochs: 5 });
    const { screen } = await draw('hazards', early, analyses);
    await screen.getByRole('button', { name: /Show numbers/ }).click();
    await expect.element(screen.getByRole('table')).toBeVisible();
    held = new Promise((resolve) => (release = resolve));
    await screen.rerender({ run: chartRunOf(plausibleRun({ pairs: 40, epochs: 8 })) });
    await expect.element(screen.getByRole('figure')).toHaveTextContent(/still being counted/);
    await expect.element(screen.getByRole('table')).toBeVisible();
    release();
    await expect.element(screen.getByRole('figure')).not.toHaveTextContent(/still being counted/);
    await expect.element(screen.getByRole('button', { name: /Show chart/ })).toHaveFocus();
  });
});

it('an axis of epochs has no tick between two of them, however wide it is', async () => {
  const screen = await render(SetShares, { width: 1400, label: 'Shares.', sets: [], epochs: 3, of: 'share right' });
  const ticks = [...screen.container.querySelectorAll('.axis text:not(.title)')].map((text) => text.textContent);
  expect(ticks).toEqual(['0', '1', '2', '3']);
});

const SIMPLE = ['loss', 'accuracy', 'survival', 'transitions', 'rise'];
describe('every chart of a direction', () => {
  it.each(SIMPLE)('%s: shows n, a picture with words, and its numbers', async (name) => {
    const { screen, figure } = await draw(name);
    await expect.element(figure).toHaveTextContent(/n = \d+/);
    await expect.element(screen.getByRole('img').first()).toHaveAccessibleName(/term→id/);
    await screen.getByRole('button', { name: /Show numbers/ }).click();
    await expect.element(screen.getByRole('table')).toBeVisible();
    await expect.element(screen.getByRole('img')).not.toBeInTheDocument();
  });

  it('saves pictures and numbers by menu: the same numbers, the colours inside', async () => {
    const { screen, onexport } = await draw('survival');
    for (const kind of ['CSV', 'JSON', 'SVG', 'PNG 2×', 'PNG 4×']) {
      await screen.getByRole('button', { name: /^Save/ }).click();
      await screen.getByRole('menuitem', { name: new RegExp(`^${kind}`) }).click();
    }
    await vi.waitFor(() => expect(onexport).toHaveBeenCalledTimes(5), { timeout: 20_000 });
    const files = onexport.mock.calls.map(([file]) => file);
    expect(files.map(({ name }) => name).sort()).toEqual(
      ['csv', 'json', 'png', 'png', 'svg'].map((ending) => `survival-term-to-id-held-out.${ending}`),
    );
    const text = (ending: string) => files.find(({ name }) => name.endsWith(ending))!.content as string;
    const [header, first] = text('.csv')
      .split('\r\n')
      .map((line) => line.split(','));
    expect(header).toEqual([
      'group',
      'epoch',
      'not yet acquired',
      'lower',
      'upper',
      'at risk',
      'acquired',
      'censored',
      'n',
      'median epoch',
      'median lower',
      'median upper',
      'log-rank p',
    ]);
    const document = JSON.parse(text('.json')) as { rows: Record<string, unknown>[]; run: object; note: string };
    expect(Object.values(document.rows[0]!).map((cell) => (cell === null ? '' : String(cell)))).toEqual(first);
    expect(document).toMatchObject({ run: { runId: 'fixture' }, view: { direction: 'term-to-id' } });
    expect(document.note).toMatch(/n = \d+.*log-rank/);
    const svg = text('.svg');
    expect(svg).toContain('stroke="rgb');
    expect(svg).not.toMatch(/var\(--| style=/);
    expect(svg).toContain('Time to acquisition, term→id');
    expect(svg).toContain('withheld');
    const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(drawing.querySelector('parsererror')).toBeNull();
    // What is needed to judge it stands in the picture: n, test, of which run, on what.
    const words = [...drawing.querySelectorAll(':scope > g:first-of-type > text')]
      .map((each) => each.textContent)
      .join(' ');
    expect(words).toContain(document.note.replace(/\s+/g, ' '));
    expect(words).toMatch(/asked of [\w.-]+, seed \d+; computed on \w/);
    const pictures = files.filter(({ name }) => name.endsWith('.png')).map(({ content }) => content as Blob);
    const [small, large] = await Promise.all(pictures.map((blob) => createImageBitmap(blob)));
    const width = Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)![1]);
    expect(Math.abs(small!.width - 2 * width)).toBeLessThanOrEqual(2);
    expect(Math.abs(large!.width - 4 * width)).toBeLessThanOrEqual(4);
  });

  it('can be worked by keyboard alone: its numbers, its menu', async () => {
    const { screen, onexport } = await draw('accuracy');
    await userEvent.tab();
    await expect.element(screen.getByRole('button', { name: /Show numbers/ })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('table')).toBeVisible();
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('menuitem', { name: /^CSV/ })).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(screen.getByRole('menuitem', { name: /^JSON/ })).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await expect.element(screen.getByRole('button', { name: /^Save/ })).toHaveFocus();
    expect(onexport).not.toHaveBeenCalled();
  });

  it('chooses facts by keys: the epochs in which they were acquired', async () => {
    const { screen, onselect } = await draw('survival');
    const range = screen.getByRole('slider', { name: /Epochs/ });
    await expect.element(range).toBeInTheDocument();
    (range.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}{Enter}');
    const [facts, label] = onselect.mock.calls[0]!;
    expect(label).toMatch(/^acquired in epochs \d to \d$/);
    const [from, to] = label.match(/\d/g)!.map(Number);
    const right = (fact: string, epoch: number) =>
      run.trials.find((trial) => trial.fact === fact && trial.epoch === epoch && trial.template === 'held-out')!
        .answerHit;
    expect(facts.length).toBeGreaterThan(0);
    for (const fact of facts) {
      expect(right(fact, 0)).toBe(false);
      expect([from!, to!].some((epoch) => right(fact, epoch))).toBe(true);
    }
  });
});

describe('rehearsed facts', () => {
  const rehearsed = withRehearsal(plausibleRun({ pairs: 12, epochs: 5 }));

  it.each(['accuracy', 'survival', 'transitions', 'rise'])(
    '%s: are drawn and counted as a set of their own',
    async (name) => {
      const { screen } = await draw(name, rehearsed);
      await expect.element(screen.getByRole('img').first()).toBeVisible();
      const picture = screen.getByRole('img').first().element();
      expect(picture.textContent + picture.innerHTML).toMatch(/rehearsed/i);
      await expect.element(screen.getByRole('figure')).toHaveTextContent(/rehearsed/i);
      await screen.getByRole('button', { name: /Show numbers/ }).click();
      const place = name === 'rise' ? 1 : 0;
      const sets = [...screen.getByRole('table').element().querySelectorAll('tbody tr')].map(
        (row) => row.querySelectorAll('td')[place]!.textContent,
      );
      expect(new Set(sets)).toEqual(new Set(['seen', 'withheld', 'rehearsed']));
      // Eight facts, and their median.
      if (name === 'rise') expect(sets.filter((set) => set === 'withheld')).toHaveLength(9);
    },
  );

  it('stand apart in the headline', async () => {
    const screen = await render(Headline, {
      ...{ directions: rehearsed.summary.directions, template: 'held-out' as const, manifest: null },
    });
    const cards = screen.container.querySelectorAll('article');
    expect(cards[0]!.querySelectorAll('.group')).toHaveLength(3);
    await expect.element(screen.getByText('Withheld, but rehearsed').first()).toBeVisible();
    expect(cards[0]!.querySelector('.withheld')!.textContent).toMatch(/n\s=\s8/);
    expect(cards[0]!.querySelector('.rehearsed')!.textContent).toMatch(/n\s=\s4/);
  });
});

it('the headline of a run that was stopped in its first epoch is of before training', async () => {
  const directions = run.summary.directions.map((direction) => ({
    ...direction,
    groups: direction.groups.map((group) => ({ ...group, accuracyByEpoch: group.accuracyByEpoch.slice(0, 1) })),
  }));
  const screen = await render(Headline, { directions, template: 'held-out', manifest: null });
  await expect.element(screen.getByText(/^right before training; /).first()).toBeVisible();
  expect(screen.container.textContent).not.toContain('epoch 0');
});

it('the headline says where the training of each direction ended, and why', async () => {
  const { spec } = run.manifest;
  const manifest = {
    ...run.manifest,
    spec: {
      ...spec,
      train: { ...spec.train, earlyStopping: { measure: 'seen-accuracy' as const, patience: 3, minImprovement: 0 } },
    },
    endings: [
      { direction: 'term-to-id' as const, step: 75, epoch: 3, reason: 'early-stopping' as const },
      { direction: 'id-to-term' as const, step: 125, epoch: 5, reason: 'all-steps' as const },
    ],
  };
  const screen = await render(Headline, { directions: run.summary.directions, template: 'held-out', manifest });
  await expect
    .element(
      screen.getByText(
        'Ended early, at epoch 3 of 5 (step 75): the accuracy of seen facts did not improve at 3 evaluations in a row.',
      ),
    )
    .toBeVisible();
  await expect.element(screen.getByText('Trained to its end: epoch 5, step 125.')).toBeVisible();
});
