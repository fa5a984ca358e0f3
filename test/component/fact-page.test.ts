/** The page of one fact: what it says with and without scores of tokens, by role and by keyboard. */
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Lab } from '../../src/app/lab';
import { latentRule } from '../../src/app/latent-rule';
import { placeText } from '../../src/app/place';
import { SelectionStore } from '../../src/app/selection.svelte';
import { rehearsedFacts } from '../../src/records';
import type { FactRecord, TrialRecord } from '../../src/records/types';
import FactPage from '../../src/ui/views/fact/FactPage.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';

const made = plausibleRun({ pairs: 6, epochs: 3 });
const HOSTILE = '<script>alert(1)</script>\u202e';

/** The same run with everything recorded of its facts. */
const told = {
  ...made,
  facts: made.facts.map((fact): FactRecord => ({
    ...fact,
    term: HOSTILE,
    answerPieces: Array.from({ length: fact.answerTokens }, (_, at) => `piece${at}`),
  })),
  trials: made.trials.map((trial): TrialRecord => ({
    ...trial,
    tokenLogProbs: Array.from({ length: trial.tokens }, () => trial.logProb / trial.tokens),
    sampled: trial.sampled && {
      ...trial.sampled,
      answerHits: 5,
      answers: [
        { text: `${HOSTILE}${'x'.repeat(5000)}`, count: 12, right: false },
        { text: 'a right one', count: 5, right: true },
      ],
    },
  })),
};

async function open(run: typeof made | typeof told, fact = run.facts[0]!.fact) {
  const saved = vi.fn();
  const selection = new SelectionStore();
  const at = (section: 'results', item: string | null = null, options = {}) => placeText({ section, item, options });
  const lab = {
    runs: {
      ...{ ...run, trialsOnShow: run.trials, rehearsed: rehearsedFacts(run.steps), texts: null, shown: true },
      ...{ leftOut: false },
    },
    navigation: { href: at, link: at },
    selection,
    race: { rule: latentRule('exact', 20) },
    saveChart: saved,
    copyText: () => Promise.resolve(true),
  } as unknown as Lab;
  return { screen: await render(FactPage, { lab, fact }), saved, selection, lab };
}

describe('the page of one fact', () => {
  it('tells its life, its answers, its tokens and its samples, and leads on', async () => {
    const { screen } = await open(told);
    await expect.element(screen.getByRole('heading', { name: 'Token by token' })).toBeVisible();
    await expect.element(screen.getByRole('region', { name: 'Answers by evaluation' })).toBeVisible();
    await expect
      .element(screen.getByText(/latent: wrong, but within reach .* q above 3\.4 %.* as in the race/))
      .toBeVisible();
    expect(screen.container.querySelectorAll('[aria-label="Answers by evaluation"] tbody tr')).toHaveLength(4);
    await expect.element(screen.getByRole('img', { name: /^Before training: 20 sampled answers/ })).toBeVisible();
    const next = screen.getByRole('link', { name: 'Next →' });
    await expect
      .element(next)
      .toHaveAttribute('href', `#/results/fact?fact=${encodeURIComponent(told.facts[1]!.fact)}`);
    expect(screen.getByRole('link', { name: '← Previous' }).elements()).toHaveLength(0);
    expect(screen.container.querySelector('script')).toBeNull();
    expect(screen.container.textContent).toContain(HOSTILE);
  });

  it('says what stands in each cell, walked through by arrow keys', async () => {
    const { screen } = await open(told);
    const strip = screen.getByRole('group', { name: /^Token by token/ });
    (strip.element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(strip).toHaveTextContent(/Epoch 0, the whole label: p = /);
    await userEvent.keyboard('{ArrowDown}{ArrowRight}');
    await expect.element(strip).toHaveTextContent(/Epoch 1, token 1 of 9, “piece0”: p = /);
    await userEvent.keyboard('{End}');
    await expect.element(strip).toHaveTextContent(/Epoch 3, token 1 of 9/);
  });

  it('has the same numbers as tables', async () => {
    const { screen } = await open(told);
    const cells = screen.container.querySelectorAll('rect.well').length;
    await screen.getByRole('button', { name: 'Show numbers: Token by token' }).click();
    const rows = screen
      .getByRole('region', { name: /Token by token/ })
      .element()
      .querySelectorAll('tbody tr');
    expect(rows).toHaveLength(cells);
    expect(cells).toBe(4 * (1 + told.facts[0]!.answerTokens));
  });

  it('stays within the chosen facts', async () => {
    const { screen, selection } = await open(told);
    const chosen = [told.facts[0]!.fact, told.facts[3]!.fact];
    selection.select(new Set(chosen), 'the selection of a test');
    await expect.element(screen.getByText('1 of 2 in the selection of a test')).toBeVisible();
    await expect
      .element(screen.getByRole('link', { name: 'Next →' }))
      .toHaveAttribute('href', `#/results/fact?fact=${encodeURIComponent(chosen[1]!)}`);
  });

  it('shows the whole label alone where a run recorded no tokens, and says what would record them', async () => {
    const { screen } = await open(made);
    await expect.element(screen.getByRole('heading', { name: 'Probability of the label' })).toBeVisible();
    await expect.element(screen.getByText(/the probe “Token by token” records its tokens/)).toBeVisible();
    await expect.element(screen.getByText(/recorded no vectors/)).toBeVisible();
    await expect.element(screen.getByText(/of 20 right; After epoch 3:/)).toBeVisible();
  });

  it('says so where the run has no such fact', async () => {
    const { screen } = await open(made, 'X|term-to-id');
    await expect.element(screen.getByText('The run on show has no such fact.')).toBeVisible();
  });
});
