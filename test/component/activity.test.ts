import { describe, expect, it } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { ActivityStore } from '../../src/app/activity.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import type { RunProgress } from '../../src/records/types';
import RunSection from '../../src/ui/sections/RunSection.svelte';
import StepNote from '../../src/ui/views/run/StepNote.svelte';
import EventLog from '../../src/ui/views/run/EventLog.svelte';
import '../../src/ui/base.css';
import { plausibleRun } from '../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 4, epochs: 2 });

function setUp() {
  const none = () => Promise.reject(new Error('not asked'));
  const runs = new RunStore({ list: none, load: none, hasCheckpoint: none });
  const clock = { ms: 0, nowMs: () => clock.ms };
  const activity = new ActivityStore(runs, clock);
  const progress = (state: RunProgress['state'], elapsedMs: number, message = state as string) =>
    activity.progress({
      ...{ state, elapsedMs, message, direction: null, epoch: 0, epochs: 2, fraction: 0 },
      ...{ etaMs: null, tokensPerSecond: null, pairsPerSecond: null },
    });
  const lines = () => activity.log.map(({ text }) => text);
  return { runs, clock, activity, progress, lines };
}

describe('what a live run does', () => {
  it('is logged once each: phases, evaluations, ends, troubles', () => {
    const { activity, progress, lines } = setUp();
    activity.began(false);
    progress('loading', 0, 'Loading the model');
    progress('probing', 100, 'Asking 8 facts');
    progress('probing', 300, 'Asking 8 facts');
    activity.summary(run.summary);
    activity.summary(run.summary);
    activity.checkpoint({ steps: 3, trials: 9 });
    activity.rewind({ steps: 3, trials: 9 }, true);
    activity.storageFailed({ message: 'The disk is full.' });
    activity.ended({ message: 'It broke.' });
    expect(lines().slice(0, 3)).toEqual(['Begins', 'Loading the model', 'Asking 8 facts']);
    const evaluations = activity.log.filter(({ kind }) => kind === 'evaluation');
    expect(evaluations.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^term→id after epoch 2: \d of 4 seen right, \d of 4 withheld right$/),
      expect.stringMatching(/^id→term after epoch 2: /),
    ]);
    expect(lines().at(-4)).toBe('Checkpoint kept after 3 steps and 9 trials');
    expect(activity.log.slice(-3).map(({ kind }) => kind)).toEqual(['trouble', 'trouble', 'trouble']);
  });

  it('keeps the name of its run while another is on show', () => {
    const { activity, runs } = setUp();
    runs.begin('key-1');
    activity.began(false);
    activity.manifest({ ...run.manifest, spec: { ...run.manifest.spec, name: 'Live' } });
    runs.showFile('file-1', 'other.zip', { ...run, files: [] });
    expect([activity.run, activity.title, runs.key]).toEqual(['key-1', 'Live', 'file-1']);
    runs.kept = [{ key: 'key-1', name: 'Renamed' } as never];
    expect(activity.title).toBe('Renamed');
  });

  it('tells where its time went; standing still is no time at work', () => {
    const { activity, clock, progress } = setUp();
    activity.began(false);
    progress('loading', 0);
    progress('training', 1000);
    progress('training', 4000);
    clock.ms = 10_000;
    progress('paused', 4000);
    clock.ms = 17_000;
    progress('training', 4000);
    progress('probing', 5000);
    expect(activity.spentMs).toEqual({ loading: 1000, training: 4000, probing: 0, paused: 7000 });
  });

  it('tells what a step changed once it stands still again, and forgets it when it goes on', async () => {
    const { activity, runs, progress, lines } = setUp();
    runs.steps = run.steps.slice(0, 1);
    activity.began(false);
    progress('paused', 0, 'Paused');
    activity.asked('step');
    progress('training', 10, 'Continuing');
    expect(activity.change).toBeNull();
    runs.addSteps(run.steps.slice(1, 2));
    progress('paused', 20, 'Paused');
    expect(activity.change!.steps).toEqual(run.steps.slice(1, 2));
    expect(lines()).toEqual(['Begins', 'Paused', 'Asked: one step']);
    const screen = await render(StepNote, { change: activity.change! });
    const note = screen.getByRole('region', { name: 'What the step changed' });
    const [before, after] = run.steps as [(typeof run.steps)[0], (typeof run.steps)[0]];
    await expect.element(note).toHaveTextContent(`loss ${before.loss.toFixed(3)} → ${after.loss.toFixed(3)} nats`);
    activity.asked('resume');
    expect(activity.change).toBeNull();
  });

  it('says in the Run section of which run it is, where another is on show', async () => {
    const { activity, runs } = setUp();
    runs.begin('key-1');
    activity.began(false);
    activity.manifest({ ...run.manifest, spec: { ...run.manifest.spec, name: 'Live' } });
    runs.clear();
    const lab = { ...{ runs, activity, race: {}, session: { busy: false } }, navigation: { href: () => '#/start' } };
    const screen = await render(RunSection, { lab: lab as never });
    await expect.element(screen.getByRole('region', { name: 'Log of Live' })).toBeVisible();
  });

  it('is shown newest first, narrowed to a kind, and copied as it is shown', async () => {
    const { activity } = setUp();
    activity.began(false);
    activity.checkpoint({ steps: 3, trials: 9 });
    activity.asked('pause');
    let copied = '';
    const screen = await render(EventLog, {
      log: activity.log,
      oncopy: (text: string) => Promise.resolve(((copied = text), true)),
      onsave: () => undefined,
    });
    const items = screen.getByRole('listitem');
    await expect.element(items.first()).toHaveTextContent('Asked: pause');
    await screen.getByRole('combobox', { name: 'Show' }).selectOptions('checkpoints');
    await expect.element(items).toHaveTextContent('Checkpoint kept after 3 steps and 9 trials');
    await screen.getByRole('button', { name: 'Copy log' }).click();
    await expect.element(screen.getByText('Copied.')).toBeVisible();
    expect(copied.split('\r\n')).toHaveLength(3);
  });
});
