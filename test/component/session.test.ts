import { describe, expect, it, vi } from 'vitest';
import { LabError } from '../../src/core/errors';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession, type LabCalls } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import type { Capability } from '../../src/platform/capability';
import type { RunListener } from '../../src/worker/client';
import { plausiblePlan as plan } from '../helpers/run-plan';
import { plausibleRun } from '../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 2, epochs: 1 });
const capable = {
  browser: { name: 'Chrome', version: 1, platform: 'Linux' },
  webgpu: { ok: true },
  storage: null,
} as unknown as Capability;

const freeLock = () => Promise.resolve({ release: () => undefined });

function setUp(
  prepare: LabCalls['prepare'] = () => Promise.resolve(plan),
  lockRun: () => Promise<{ release(): void }> = freeLock,
) {
  let end: { finish: () => void; fail: (error: LabError) => void; listener: RunListener } | undefined;
  const calls = {
    prepare: vi.fn(prepare),
    run: vi.fn<LabCalls['run']>((_key, listener) => new Promise((finish, fail) => (end = { finish, fail, listener }))),
    pause: vi.fn(),
    step: vi.fn(),
    resume: vi.fn(),
    cancel: vi.fn(),
  };
  const storage = {
    list: () => Promise.resolve([]),
    load: () =>
      Promise.resolve({
        ...run,
        files: [],
        manifest: { ...run.manifest, state: 'training' as const },
        probes: [],
        resumable: true,
      }),
    hasCheckpoint: () => Promise.resolve(true),
  };
  const runs = new RunStore(storage);
  const spec = new SpecStore();
  const session = new LabSession(
    {
      lab: calls,
      readCapability: () => Promise.resolve(capable),
      newKey: () => 'key-1',
      newSeed: () => 77,
      lockRun,
      wakeLock: { hold: () => Promise.resolve(), release: () => Promise.resolve() },
      persistStorage: () => Promise.resolve(),
    },
    spec,
    runs,
  );
  return { session, spec, runs, calls, running: () => end! };
}

async function ready(prepare?: LabCalls['prepare'], lockRun?: () => Promise<{ release(): void }>) {
  const lab = setUp(prepare, lockRun);
  await lab.session.start();
  lab.session.chooseModel({ name: 'tiny', files: [] });
  lab.session.chooseOntology({ path: 'a.obo', file: new File(['x'], 'a.obo') });
  await lab.session.check();
  return lab;
}

async function started() {
  const lab = await ready();
  const ended = lab.session.run();
  await vi.waitFor(() => expect(lab.calls.run).toHaveBeenCalled());
  return { ...lab, ended };
}

const progress = (state: 'training' | 'paused') => ({
  state,
  direction: null,
  epoch: 1,
  epochs: 1,
  fraction: 0.5,
  elapsedMs: 1,
  etaMs: 1,
  pairsPerSecond: 1,
  tokensPerSecond: 1,
  message: '',
});

describe('the session', () => {
  it('says what is still missing before a run', async () => {
    const { session } = setUp();
    await session.start();
    expect(session.blocked).toContain('model folder and an ontology');
    session.chooseModel({ name: 'tiny', files: [] });
    expect(session.blocked).toContain('ontology file');
    session.chooseOntology({ path: 'a.obo', file: new File(['x'], 'a.obo') });
    await session.check();
    expect(session.phase).toBe('ready');
    expect(session.blocked).toBeNull();
  });

  it('checks once per state of the inputs, and again when a setting changes', async () => {
    const { session, spec, calls } = await ready();
    await session.check();
    expect(calls.prepare).toHaveBeenCalledTimes(1);
    spec.setNumber('train.epochs', 3);
    await session.check();
    expect(calls.prepare).toHaveBeenCalledTimes(2);
    expect(calls.prepare.mock.lastCall![0].spec.train.epochs).toBe(3);
  });

  it('does not run a spec with a wrong field, and says which', async () => {
    const { session, spec } = await ready();
    spec.setNumber('train.epochs', Number.NaN);
    expect(session.blocked).toContain('settings');
    expect(Object.keys(spec.problems)).toEqual(['train.epochs']);
  });

  it('shows the error of a check with the control that fixes it', async () => {
    const { session } = await ready(() =>
      Promise.reject(new LabError('safetensors-truncated', 'cut', { hint: 'again' })),
    );
    expect(session.phase).toBe('idle');
    expect(session.error).toMatchObject({ code: 'safetensors-truncated', control: 'model.path' });
    expect(session.blocked).toBe('again');
  });

  it('is paused only once the run says so, and can take a pause back', async () => {
    const { session, calls, running } = await started();
    session.pause();
    expect(session.phase).toBe('pausing');
    running().listener.progress(progress('training'));
    expect(session.phase).toBe('pausing');
    running().listener.progress(progress('paused'));
    expect(session.phase).toBe('paused');
    session.resume();
    expect(session.phase).toBe('running');
    expect(calls.resume).toHaveBeenCalledTimes(1);
  });

  it('shows the partial record of a cancelled run, which can be continued', async () => {
    const { session, runs, calls, running, ended } = await started();
    running().listener.manifest({ ...run.manifest, state: 'cancelled' });
    running().listener.trials(run.trials.slice(0, 3));
    session.cancel();
    session.cancel();
    expect(calls.cancel).toHaveBeenCalledTimes(1);
    running().finish();
    await ended;
    expect(session.phase).toBe('ready');
    expect(runs.trials).toHaveLength(3);
    expect(session.canContinue).toBe(true);
  });

  it('steps a paused run, which is paused again once the run says so', async () => {
    const { session, calls, running } = await started();
    session.step();
    expect(calls.step).not.toHaveBeenCalled();
    session.pause();
    running().listener.progress(progress('paused'));
    session.step();
    expect(session.phase).toBe('stepping');
    running().listener.progress(progress('training'));
    expect(session.phase).toBe('stepping');
    running().listener.progress(progress('paused'));
    expect(session.phase).toBe('paused');
  });

  it('resets a run that goes on by cancelling it, and keeps its seed', async () => {
    const { session, spec, runs, calls, running } = await started();
    running().listener.manifest(run.manifest);
    const seed = spec.draft.seed;
    const reset = session.reset();
    expect(calls.cancel).toHaveBeenCalledTimes(1);
    running().finish();
    await reset;
    expect(runs.shown).toBe(false);
    expect(spec.draft.seed).toBe(seed);
    expect(session.notice).toContain(`seed ${seed}`);
    expect(session.notice).toContain('same records');
    runs.showFile('file-1', 'other.zip', { ...run, files: [], manifest: { ...run.manifest, runId: 'another' } });
    await session.reset();
    expect(session.notice).not.toContain('same records');
    session.newSeed();
    expect(spec.draft.seed).toBe(77);
    expect(session.notice).toContain('77');
  });

  it('leaves a run alone that another tab has', async () => {
    const locked = () => Promise.reject(new LabError('run-locked', 'in use', { hint: 'elsewhere' }));
    const { session, runs, calls } = await ready(undefined, locked);
    await session.run();
    expect(session.error).toMatchObject({ code: 'run-locked' });
    expect(calls.run).not.toHaveBeenCalled();
    expect(runs.origin).toBe('none');
    expect(session.phase).toBe('ready');
  });

  it('forgets a cancel pressed before the lock was refused: the next run is of a new job', async () => {
    let refuse: (error: LabError) => void = () => undefined;
    const lock = vi.fn(() => new Promise<{ release(): void }>((_, reject) => (refuse = reject)));
    const { session, calls } = await ready(undefined, lock);
    const locked = session.run();
    await vi.waitFor(() => expect(lock).toHaveBeenCalled());
    session.cancel();
    refuse(new LabError('run-locked', 'in use', { hint: 'elsewhere' }));
    await locked;
    lock.mockImplementation(freeLock);
    void session.run();
    await vi.waitFor(() => expect(calls.run).toHaveBeenCalledTimes(1));
    expect(calls.prepare).toHaveBeenCalledTimes(2);
  });

  it('keeps the records of a run that failed, and says why', async () => {
    const { session, runs, running, ended } = await started();
    running().listener.trials(run.trials.slice(0, 3));
    running().fail(new LabError('loss-not-finite', 'The loss is not a number.', { hint: 'Lower the learning rate.' }));
    await ended;
    expect(session.error).toMatchObject({ code: 'loss-not-finite', control: 'optimizer.learningRate' });
    expect(runs.trials).toHaveLength(3);
    expect(session.phase).toBe('ready');
  });

  it('continues a kept run only with the inputs it was made from', async () => {
    const { session, runs, calls, running } = await ready(() => Promise.resolve(plan));
    await runs.open('key-0');
    expect(runs.interrupted).toBe(true);
    expect(session.canContinue).toBe(true);
    void session.continueRun();
    await vi.waitFor(() => expect(calls.run).toHaveBeenCalledWith('key-0', expect.anything(), { resume: true }));
    running().listener.rewind({ trials: 1, steps: 0, probes: { embeddings: 0, canaries: 0, language: 0 } }, true);
    expect([runs.trials.length, runs.steps.length]).toEqual([1, 0]);

    const other = await ready(() => Promise.resolve({ ...plan, experimentId: 'another' }));
    await other.runs.open('key-0');
    expect(other.session.canContinue).toBe(false);
  });
});

describe('the settings', () => {
  it('remember the LoRA fields while all weights are chosen', () => {
    const spec = new SpecStore();
    spec.setNumber('adapter.rank', 4);
    spec.setAdapter('full');
    expect(spec.valid!.adapter).toEqual({ kind: 'full' });
    spec.setAdapter('lora');
    expect(spec.draft.adapter).toMatchObject({ rank: 4 });
  });

  it('name the fields that differ from the run on show, files and names aside', () => {
    const spec = new SpecStore();
    spec.adopt(run.manifest.spec);
    expect(spec.changedFrom(run.manifest.spec)).toEqual([]);
    spec.setNumber('train.epochs', 99);
    spec.draft.name = 'another';
    spec.draft.model.path = 'hf:another/model';
    expect(spec.changedFrom(run.manifest.spec)).toEqual(['train.epochs']);
    spec.draft.model.precision = 'nf4';
    expect(spec.changedFrom(run.manifest.spec)).toEqual(['train.epochs', 'model.precision']);
  });
});

describe('a check', () => {
  it('asked for twice is made once, so that Run pressed meanwhile is not lost', async () => {
    let answer: (() => void) | undefined;
    const lab = await ready();
    lab.calls.prepare.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(plan))));
    lab.spec.draft.seed = 99;
    const running = lab.session.run();
    void lab.session.check();
    expect(lab.calls.prepare).toHaveBeenCalledTimes(2); // once when ready, once for both
    answer!();
    await vi.waitFor(() => expect(lab.calls.run).toHaveBeenCalledTimes(1));
    lab.running().finish();
    await running;
  });
});
