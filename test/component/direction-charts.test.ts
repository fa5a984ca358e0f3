import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { RunStore } from '../../src/app/runs.svelte';
import type { Export } from '../../src/ui/charts/chart-table';
import DirectionCharts from '../../src/ui/views/DirectionCharts.svelte';
import Headline from '../../src/ui/views/Headline.svelte';
import '../../src/ui/base.css';
import { plausibleRun, withRehearsal } from '../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 12, epochs: 5 });

function store(): RunStore {
  const none = () => Promise.reject(new Error('not asked'));
  const runs = new RunStore({ list: none, load: none, hasCheckpoint: none });
  runs.manifest = run.manifest;
  runs.trials = run.trials;
  runs.steps = run.steps;
  runs.summary = run.summary;
  return runs;
}

type Kind = 'loss' | 'accuracy' | 'survival' | 'transitions' | 'rise';
async function draw(kind: Kind) {
  const onexport = vi.fn<(file: Export) => void>();
  const screen = await render(DirectionCharts, {
    runs: store(),
    direction: 'term-to-id',
    template: 'held-out',
    kind,
    onexport,
  });
  return { screen, onexport, figure: screen.getByRole('figure') };
}

describe('every chart of a direction', () => {
  it.each(['loss', 'accuracy', 'survival', 'transitions', 'rise'] as const)(
    '%s: shows n, a picture with words, and its numbers',
    async (kind) => {
      const { screen, figure } = await draw(kind);
      await expect.element(figure).toHaveTextContent(/n = \d+/);
      await expect.element(screen.getByRole('img')).toHaveAccessibleName(/term→id/);
      await screen.getByRole('button', { name: /Show numbers/ }).click();
      await expect.element(screen.getByRole('table')).toBeVisible();
      await expect.element(screen.getByRole('img')).not.toBeInTheDocument();
    },
  );

  it('has a table that is the data', async () => {
    const { screen } = await draw('accuracy');
    await screen.getByRole('button', { name: /Show numbers/ }).click();
    const rows = screen.getByRole('table').element().querySelectorAll('tbody tr');
    const groups = run.summary.directions[0]!.groups.filter(({ template }) => template === 'held-out');
    const expected = groups.flatMap(({ accuracyByEpoch }) => accuracyByEpoch);
    expect(rows).toHaveLength(expected.length);
    expected.forEach(({ epoch, estimate }, index) => {
      const cells = [...rows[index]!.querySelectorAll('td')].map((cell) => cell.textContent);
      expect(Number(cells[1])).toBe(epoch);
      expect(Number(cells[2])).toBeCloseTo(estimate.value, 3);
      expect(Number(cells[5])).toBe(estimate.n);
    });
  });

  it('saves the same numbers as CSV, and the picture as SVG with its colours inside', async () => {
    const { screen, onexport } = await draw('survival');
    await screen.getByRole('button', { name: /CSV/ }).click();
    await screen.getByRole('button', { name: /SVG/ }).click();
    const [[csv], [svg]] = onexport.mock.calls as [[Export], [Export]];
    expect(csv.name).toBe('survival-term-to-id-held-out.csv');
    expect(csv.text.split('\r\n')[0]).toBe('set,epoch,not yet acquired,lower,upper,at risk,acquired,censored');
    expect(svg.text).toContain('stroke:rgb');
    expect(svg.text).not.toContain('var(--');
    expect(svg.text).toContain('Time to acquisition, term→id');
    expect(svg.text).toContain('withheld');
    expect(new DOMParser().parseFromString(svg.text, 'image/svg+xml').querySelector('parsererror')).toBeNull();
  });

  it('can be worked by keyboard alone', async () => {
    const { screen } = await draw('loss');
    await userEvent.tab();
    await expect.element(screen.getByRole('button', { name: /Show numbers/ })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByRole('table')).toBeVisible();
  });
});

describe('rehearsed facts', () => {
  const rehearsed = withRehearsal(plausibleRun({ pairs: 12, epochs: 5 }));
  const runs = () => Object.assign(store(), { steps: rehearsed.steps, summary: rehearsed.summary });

  it.each(['accuracy', 'survival', 'transitions', 'rise'] as const)(
    '%s: are drawn and counted as a set of their own',
    async (kind) => {
      const screen = await render(DirectionCharts, {
        ...{ runs: runs(), direction: 'term-to-id' as const, template: 'held-out' as const, kind },
        onexport: () => {},
      });
      const picture = screen.getByRole('img').element();
      expect(picture.textContent + picture.innerHTML).toMatch(/rehearsed/i);
      await expect.element(screen.getByRole('figure')).toHaveTextContent(/(8 withheld.*4 rehearsed|rehearsed)/i);
      await screen.getByRole('button', { name: /Show numbers/ }).click();
      const sets = [...screen.getByRole('table').element().querySelectorAll('tbody tr')].map(
        (row) => row.querySelector('td,th')!.textContent,
      );
      expect(new Set(sets)).toEqual(new Set(['seen', 'withheld', 'rehearsed']));
      if (kind === 'rise') expect(sets.filter((set) => set === 'withheld')).toHaveLength(8);
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
