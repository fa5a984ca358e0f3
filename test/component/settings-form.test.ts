import { afterEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { Lab } from '../../src/app/lab';
import { LinkStore } from '../../src/app/link.svelte';
import { PresetStore } from '../../src/app/presets.svelte';
import type { LabSession } from '../../src/app/session.svelte';
import { SpecHistory } from '../../src/app/spec-history.svelte';
import { defaultSpec, SpecStore } from '../../src/app/spec.svelte';
import { SpeedStore } from '../../src/app/speed.svelte';
import type { Capability } from '../../src/platform/capability';
import Differences from '../../src/ui/views/settings/Differences.svelte';
import SettingsPanel from '../../src/ui/views/settings/SettingsPanel.svelte';
import '../../src/ui/base.css';
import { plausiblePlan } from '../helpers/run-plan';

function setUp() {
  const spec = new SpecStore();
  const session = { busy: false, dismissError: () => undefined } as unknown as LabSession;
  const needed = { ask: () => undefined } as never;
  const address = { fragment: () => '', clear: () => undefined } as never;
  const link = new LinkStore(address, session, spec, needed);
  const presets = new PresetStore(() => Promise.reject(new Error()), spec, link);
  const history = new SpecHistory(spec, { get: () => null, set: () => undefined });
  const lab = { spec, presets, history, navigation: { wanted: null }, copyLink: vi.fn() } as unknown as Lab;
  let nowMs = 0;
  const note = () => history.note(spec.snapshot(), (nowMs += 5000));
  return { spec, presets, history, lab, note };
}

describe('going back', () => {
  const visit = async () => {
    localStorage.setItem('ontoscope.settings', JSON.stringify({ ...defaultSpec(), seed: 4711 }));
    const { createLab } = await import('../../src/app/lab');
    const lab = createLab();
    let nowMs = 0;
    const note = () => lab.history.note(lab.spec.snapshot(), (nowMs += 5000));
    note();
    await lab.restore();
    note();
    return { ...lab, note };
  };
  afterEach(() => localStorage.removeItem('ontoscope.settings'));

  it('ends with the settings of an earlier visit', async () => {
    const { spec, history, note } = await visit();
    expect(spec.draft.seed).toBe(4711);
    expect(history.canUndo).toBe(false);
    spec.setNumber('train.epochs', 7);
    note();
    history.undo();
    history.undo();
    expect([spec.draft.seed, spec.draft.train.epochs]).toEqual([4711, 20]);
  });

  it('from a preset takes its bar along, and forth brings it again', async () => {
    const { spec, history, link, presets, note } = await visit();
    presets.list = [{ name: 'short', label: 'Short', description: '', sets: { train: { epochs: 2 } } }];
    presets.choose('short');
    note();
    expect([link.foreign?.name, spec.draft.train.epochs]).toEqual(['Short', 2]);
    history.undo();
    expect([link.foreign, presets.chosen, spec.draft.train.epochs]).toEqual([null, null, 20]);
    history.redo();
    expect([link.foreign?.name, presets.chosen?.name, spec.draft.train.epochs]).toEqual(['Short', 'short', 2]);
    link.restore();
    note();
    expect([link.foreign, spec.draft.train.epochs]).toEqual([null, 20]);
    history.undo();
    link.accept();
    history.undo();
    history.redo();
    expect([link.foreign, spec.draft.train.epochs]).toEqual([null, 2]);
  });

  it('from settings that brought files gives back those that were chosen before', async () => {
    const { spec, history, link, needed, session, note } = await visit();
    const file = (name: string) => ({ path: name, file: new File([name], name) });
    session.chooseOntology(file('mine.tsv'));
    const asked = [{ field: 'ontology.path', name: 'theirs.tsv', bytes: 3, sha256: 'a'.repeat(64) }];
    link.take({ from: 'run', name: 'Theirs', spec: { ...spec.snapshot(), seed: 5 }, files: asked });
    note();
    session.chooseOntology(file('theirs.tsv'));
    history.undo();
    expect([session.ontology?.path, needed.files, spec.draft.seed]).toEqual(['mine.tsv', [], 4711]);
    history.redo();
    expect([link.foreign?.name, needed.files, spec.draft.seed]).toEqual(['Theirs', asked, 5]);
  });
});

describe('the settings', () => {
  it('are found by their words; folds stay as they are when a value changes', async () => {
    const { lab, spec } = setUp();
    const screen = await render(SettingsPanel, { lab, disabled: false });
    await userEvent.click(screen.getByText('Schedule', { exact: true }).first());
    const warmUp = screen.getByRole('spinbutton', { name: 'Warm-up' });
    await warmUp.fill('3');
    expect(spec.draft.schedule.warmupSteps).toBe(3);
    await expect.element(warmUp).toBeVisible();
    await screen.getByRole('searchbox', { name: 'Find a setting' }).fill('clip');
    await expect.element(screen.getByRole('spinbutton', { name: 'Clip norm' })).toBeVisible();
    await expect.element(screen.getByRole('spinbutton', { name: 'Epochs', exact: true })).not.toBeInTheDocument();
    await expect.element(screen.getByText('1 found')).toBeVisible();
  });

  it('show the fields of the variant that is chosen, and say what is wrong with one', async () => {
    const { lab, spec } = setUp();
    const screen = await render(SettingsPanel, { lab, disabled: false });
    await screen.getByRole('combobox', { name: 'Adapter', exact: true }).selectOptions('All weights');
    await expect.element(screen.getByRole('spinbutton', { name: 'LoRA rank' })).not.toBeInTheDocument();
    await screen.getByRole('spinbutton', { name: 'Batch size' }).fill('0');
    await expect.element(screen.getByText('At least 1.')).toBeVisible();
    await expect.element(screen.getByText('1 to correct')).not.toBeInTheDocument();
    expect(Object.keys(spec.problems)).toEqual(['train.batchSize']);
  });

  it.each([
    ['5e-05', 5e-5, null],
    ['1e-10', 1e-10, null],
    ['0.00010', 1e-4, null],
    ['0,001', null, 'A number, please.'],
    ['5e-', null, 'A number, please.'],
  ])('leave “%s” as it is typed, and read all of it or nothing', async (text, number, problem) => {
    const { lab, spec } = setUp();
    const screen = await render(SettingsPanel, { lab, disabled: false });
    const rate = screen.getByRole('spinbutton', { name: 'Learning rate', exact: true });
    await rate.clear();
    for (const key of text) await userEvent.type(rate, key);
    await expect.element(rate).toHaveValue(text);
    expect(spec.draft.optimizer.learningRate).toBe(number ?? Number.NaN);
    if (problem !== null) await expect.element(screen.getByText(problem)).toBeVisible();
    await userEvent.tab();
    await expect.element(rate).toHaveValue(number === null ? text : String(number));
    spec.setNumber('optimizer.learningRate', 0.25);
    await expect.element(rate).toHaveValue('0.25');
  });

  it('are undone and redone by key outside of fields, and left alone within one', async () => {
    const { lab, spec, note } = setUp();
    spec.setNumber('train.epochs', 7);
    note();
    const screen = await render(SettingsPanel, { lab, disabled: false });
    const epochs = screen.getByRole('spinbutton', { name: 'Epochs', exact: true });
    await userEvent.click(epochs);
    await userEvent.keyboard('{Control>}z{/Control}');
    expect(spec.draft.train.epochs).toBe(7);
    await userEvent.click(screen.getByRole('heading', { name: 'Settings' }));
    (document.activeElement as HTMLElement).blur();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.element(epochs).toHaveValue('20');
    await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await expect.element(epochs).toHaveValue('7');
  });

  it('tell what differs from the defaults, and take back one at a time', async () => {
    const { presets, spec } = setUp();
    spec.setNumber('train.epochs', 7);
    spec.set('method.kind', 'bft');
    spec.set('train.earlyStopping', true);
    const screen = await render(Differences, { presets, disabled: false });
    await expect.element(screen.getByRole('region', { name: '3 settings differ from the defaults' })).toBeVisible();
    await screen.getByRole('button', { name: 'Take back Method' }).click();
    expect(spec.draft.method).toEqual({ kind: 'sft' });
    await screen.getByRole('button', { name: 'Take back Early stopping' }).click();
    expect(spec.draft.train).toMatchObject({ earlyStopping: null, epochs: 7 });
    await expect.element(screen.getByRole('listitem')).toHaveTextContent('Epochs: 20 epochs → 7 epochs');
  });
});

describe('the time of a plan', () => {
  const adapter = (description: string) =>
    ({ webgpu: { ok: true, adapter: { vendor: 'v', architecture: 'a', description } } }) as unknown as Capability;
  const kept = () => {
    const items = new Map<string, string>();
    return {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, text: string) => items.set(key, text),
    };
  };
  const work = { train: 100, score: 10, decode: 10 };
  const measured = { parameters: 10, msPerToken: { train: 2, score: 1, decode: 3 } };

  it('comes from a dry run on this adapter, is remembered, and grows with the model', async () => {
    const storage = kept() as unknown as Storage;
    const free = { capability: adapter('one'), plan: plausiblePlan, busy: false, occupied: null };
    const session = free as unknown as LabSession;
    const host = { time: () => Promise.resolve(measured), storage, clock: { nowMs: () => 77 } };
    const speed = new SpeedStore(host, session);
    expect(speed.estimate(work, 10)).toBeNull();
    await speed.measure();
    expect(speed.estimate(work, 10)).toEqual({ ms: 240, measuredAtMs: 77, otherModel: null });
    expect(speed.estimate(work, 20)).toEqual({ ms: 480, measuredAtMs: 77, otherModel: 10 });
    expect(new SpeedStore(host, session).estimate(work, 10)?.ms).toBe(240);
    const time = vi.fn(host.time);
    const taken = { ...free, occupied: 'The device is being checked.' } as unknown as LabSession;
    await new SpeedStore({ ...host, time }, taken).measure();
    expect(time).not.toHaveBeenCalled();
    const elsewhere = { ...session, capability: adapter('two') } as unknown as LabSession;
    expect(new SpeedStore(host, elsewhere).estimate(work, 10)).toBeNull();
  });
});
