/** A lesson in the page: what it shows, how it is steered by keys, and what its experiment finds. */
import { userEvent } from 'vitest/browser';
import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import type { Lab } from '../../src/app/lab';
import { factLives } from '../../src/app/lessons/fact-shares';
import { LessonLab } from '../../src/app/lessons/lesson-lab.svelte';
import { LessonStore } from '../../src/app/lessons/lessons.svelte';
import { Navigation } from '../../src/app/navigation.svelte';
import { RecordedList } from '../../src/app/recorded.svelte';
import { LabError } from '../../src/core/errors';
import LessonsSection from '../../src/ui/sections/LessonsSection.svelte';
import '../../src/ui/base.css';
import { plausibleRun } from '../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 12, epochs: 3 });
const share = { direction: 'term-to-id', of: ['seen'], share: 'right-after' };
const LESSON = {
  lessonVersion: 1,
  name: 'one',
  title: 'One lesson',
  question: 'What is it about?',
  numbers: { after: { run: 'fixture', ...share } },
  steps: [
    { title: 'First', text: ['Of them [[known|fact]] are {after}.'], question: { ask: 'Why?', answer: ['Because.'] } },
    {
      title: 'Second',
      text: ['Look.'],
      figure: {
        ...{ kind: 'levels', title: 'Before and after', axis: 'share', across: 'when', base: { run: 'fixture' } },
        series: [{ label: 'seen', tone: 'seen', ref: { of: ['seen'] } }],
        levels: [
          { label: 'before', ref: { share: 'right-before' } },
          { label: 'after', ref: { share: 'right-after' } },
        ],
      },
      control: { field: 'train.epochs', say: 'Turn it.' },
    },
    {
      title: 'Third',
      text: ['Try.'],
      experiment: {
        ...{
          kind: 'run',
          say: 'Teaches.',
          seconds: { gpu: 5, software: 20 },
          template: 'held-out',
          after: 'So it is.',
        },
        sets: { train: { epochs: 2 } },
        show: [{ label: 'seen, after', live: share, recorded: { run: 'fixture', ...share } }],
        paired: {
          label: 'Within pairs',
          live: { of: [], share: 'right-after' },
          recorded: { run: 'fixture', of: ['seen'], share: 'right-after' },
        },
      },
    },
  ],
};
const entry = {
  name: 'fixture',
  title: 'Fixture',
  description: 'A run.',
  model: 'm',
  bundle: 'f.zip',
  bytes: 1,
  sha256: 'x',
};
const beside: Record<string, unknown> = {
  'recorded/index.json': { indexVersion: 1, runs: [entry], studies: [] },
  'lessons/index.json': {
    indexVersion: 1,
    lessons: [{ name: 'one', title: 'One lesson', question: 'What is it about?', minutes: 5 }],
  },
  'lessons/glossary.json': { glossaryVersion: 1, words: [{ word: 'fact', means: 'What is learned and counted.' }] },
  'lessons/one.json': LESSON,
};
const get = (path: string) =>
  path in beside
    ? Promise.resolve(new Blob([JSON.stringify(beside[path])]))
    : Promise.reject(new LabError('file-missing', `${path} is not there.`, { hint: 'None.' }));

function history(fragment: string) {
  let now = fragment;
  const set = (text: string) => void (now = text);
  return {
    fragment: () => now,
    withFragment: (text: string) => `https://page/${text}`,
    kept: () => null,
    entry: () => now,
    push: set,
    replace: set,
    onMove: () => undefined,
  };
}

/** The page as far as lessons need it: a session whose run ends with the fixture's records. */
function setUp(fragment = '#/lessons/one', webgpu: object = { ok: true, adapter: { software: true, vendor: 'acme' } }) {
  const navigation = new Navigation(history(fragment));
  const recorded = new RecordedList(get, () => Promise.resolve('x'));
  const lessons = new LessonStore({ get, recorded, records: () => Promise.resolve(run) });
  const runs = {
    key: null as string | null,
    origin: 'none',
    manifest: null as unknown,
    facts: run.facts,
    trials: run.trials,
  };
  const session = {
    capability: { browser: { name: 'Chrome', version: 1, platform: 'Linux' }, webgpu, storage: null },
    busy: false,
    phase: 'idle',
    occupied: null,
    progress: null,
    error: null as unknown,
    spec: { snapshot: () => run.manifest.spec },
    run: vi.fn(() => {
      Object.assign(runs, { key: 'own', origin: 'live', manifest: { ...run.manifest, state: 'done' } });
      return Promise.resolve();
    }),
    cancel: vi.fn(),
  };
  const link = { take: vi.fn() };
  const models = { choose: vi.fn(() => Promise.resolve(true)) };
  const lessonLab = new LessonLab({ session, runs, link, models, worlds: {}, model: () => ({}) } as never);
  const copyText = vi.fn(() => Promise.resolve(true));
  const lab = { navigation, lessons, lessonLab, session, copyText, bundledWorlds: { list: [] }, saveChart: vi.fn() };
  return { ...lab, runs, link, models, lab: lab as unknown as Lab };
}

async function shown(...how: Parameters<typeof setUp>) {
  const page = setUp(...how);
  const screen = await render(LessonsSection, { lab: page.lab });
  await expect.element(screen.getByRole('heading', { name: 'One lesson' })).toBeVisible();
  return { ...page, screen };
}

describe('a lesson', () => {
  it('tells its numbers from the records, with interval and n', async () => {
    const { screen } = await shown();
    const lives = factLives(run.facts, run.trials).filter(
      ({ kinds, direction }) => kinds.has('seen') && direction === 'term-to-id',
    );
    const right = lives.filter(({ kinds }) => kinds.has('right-after')).length;
    const text = screen
      .getByText(/Of them/)
      .element()
      .textContent.replaceAll('\u00a0', ' ');
    expect(text).toMatch(
      new RegExp(`are ${Math.round((100 * right) / lives.length)} % \\(\\d.* to \\d+ %, n = ${lives.length} facts\\)`),
    );
    const figure = screen.getByRole('figure', { name: 'Before and after' });
    await expect.element(figure).toHaveTextContent(/n = \d+ facts a mark/);
    expect(figure.element().querySelectorAll('title')).toHaveLength(2);
  });

  it('opens the meaning of a word by keyboard, and Escape closes it', async () => {
    const { screen } = await shown();
    const word = screen.getByRole('button', { name: 'known' });
    (word.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(screen.getByText('What is learned and counted.')).toBeVisible();
    await expect.element(word).toHaveAttribute('aria-expanded', 'true');
    await userEvent.keyboard('{Escape}');
    await expect.element(screen.getByText('What is learned and counted.')).not.toBeVisible();
    expect(document.activeElement).toBe(word.element());
  });

  it('keeps an answer folded, leads to its control, and gives away a link that hides the rest', async () => {
    const { screen, navigation, copyText } = await shown();
    await expect.element(screen.getByText('Because.')).not.toBeVisible();
    await screen.getByText('An answer').click();
    await expect.element(screen.getByText('Because.')).toBeVisible();
    await screen.getByRole('button', { name: /Copy a link/ }).click();
    expect(copyText).toHaveBeenCalledWith('https://page/#/lessons/one?only=1');
    await screen.getByRole('button', { name: 'Show this setting' }).click();
    expect([navigation.section, navigation.wanted]).toEqual(['experiment', 'train.epochs']);
  });

  it('that is not there is one error, with the way back', async () => {
    const page = setUp('#/lessons/none');
    const screen = await render(LessonsSection, { lab: page.lab });
    await expect
      .element(screen.getByRole('alert'))
      .toHaveTextContent(/There is no lesson called “none”\. .*choose a lesson under “All lessons”/);
    await expect.element(screen.getByRole('link', { name: 'All lessons' })).toHaveAttribute('href', '#/lessons');
  });
});

describe('presenting it', () => {
  it('shows a step a screen, steered by keys, and Escape leaves', async () => {
    const { screen, navigation } = await shown('#/lessons/one?only=1&present=1');
    const dialog = screen.getByRole('dialog', { name: /One lesson/ });
    const step = (title: string, place: string) =>
      Promise.all([
        expect.element(dialog.getByRole('heading', { name: title, level: 3 })).toHaveFocus(),
        expect.element(dialog.getByText(place, { exact: true })).toBeVisible(),
      ]);
    await step('First', '1 / 3');
    await userEvent.keyboard('{ArrowRight}');
    await step('Second', '2 / 3');
    await userEvent.keyboard('{PageDown}{PageDown}');
    await step('Third', '3 / 3');
    await userEvent.keyboard('{ArrowLeft}{PageUp}{PageUp}');
    await step('First', '1 / 3');
    await userEvent.keyboard('{End}');
    await step('Third', '3 / 3');
    expect(navigation.options).toEqual({ only: '1', present: '1', step: '3' });
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    expect(navigation.options).toEqual({ only: '1', step: '3' });
  });
});

describe('an experiment', () => {
  it('says its time first, runs the lesson’s settings, and stands beside the recorded', async () => {
    const { screen, link, models } = await shown();
    const here = screen.getByRole('region', { name: 'Try it here' });
    await expect.element(here).toHaveTextContent(/about 20 s on acme, a software adapter/);
    await expect.element(screen.getByText('So it is.')).not.toBeInTheDocument();
    await here.getByRole('button', { name: 'Run this experiment' }).click();
    await expect.element(here.getByText('So it is.')).toBeVisible();
    expect(models.choose).toHaveBeenCalled();
    const [taken] = link.take.mock.calls[0] as [{ from: string; spec: { train: { epochs: number } } }];
    expect([taken.from, taken.spec.train.epochs]).toEqual(['lesson', 2]);
    const figure = here.getByRole('figure', { name: 'Here and recorded' });
    await expect.element(figure).toHaveTextContent(/here, just now/);
    const right = (direction: string) =>
      new Map(
        factLives(run.facts, run.trials)
          .filter((life) => life.direction === direction)
          .map(({ identifier, kinds }) => [identifier, kinds.has('right-after')]),
      );
    const [forward, back] = [right('term-to-id'), right('id-to-term')];
    const more = [...forward].reduce((sum, [pair, hit]) => sum + Number(hit) - Number(back.get(pair)), 0);
    const own = figure.getByText(/^here, just now: /);
    await expect.element(own).toHaveTextContent(new RegExp(`n.=.${forward.size} pairs`));
    const told = /: ([+−]?)([\d.]+)/.exec(own.element().textContent)!;
    const value = (told[1] === '−' ? -1 : 1) * Number(told[2]);
    expect(Math.abs(value - (100 * more) / forward.size)).toBeLessThanOrEqual(0.5);
    await figure.getByRole('button', { name: /Show numbers/ }).click();
    // One share and one difference within pairs, each here and recorded.
    expect(figure.getByRole('row').elements()).toHaveLength(5);
  });

  it('that does not begin shows nothing of the run before it, but why', async () => {
    const { screen, session, runs, lessonLab } = await shown();
    Object.assign(runs, { key: 'earlier', origin: 'live', manifest: { ...run.manifest, state: 'done' } });
    const locked = new LabError('run-locked', 'Another tab has it.', { hint: 'Close it.' }).serialize();
    session.run.mockImplementation(() => Promise.resolve(void (session.error = locked)));
    const here = screen.getByRole('region', { name: 'Try it here' });
    await here.getByRole('button', { name: 'Run this experiment' }).click();
    await expect.element(here.getByText('Another tab has it.')).toBeVisible();
    session.run.mockImplementation(() => Promise.resolve(void (session.error = null)));
    await here.getByRole('button', { name: 'Run this experiment' }).click();
    await expect.element(here.getByText(/did not begin/)).toBeVisible();
    expect(lessonLab.found).toEqual({});
  });

  it('without WebGPU gives the reason and what was recorded', async () => {
    const { screen } = await shown('#/lessons/one', { ok: false, reason: 'no-api', steps: ['Open the flags page.'] });
    const here = screen.getByRole('region', { name: 'Try it here' });
    await expect.element(here.getByText('Open the flags page.')).toBeVisible();
    await expect.element(here.getByRole('figure', { name: 'Recorded' })).toBeVisible();
    await expect.element(here.getByRole('button', { name: 'Run this experiment' })).not.toBeInTheDocument();
  });
});
