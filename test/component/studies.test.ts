import { describe, expect, it, vi } from 'vitest';
import { LabError } from '../../src/core/errors';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { StudyBuilder } from '../../src/app/study-builder.svelte';
import { StudyStore, type StudyHost } from '../../src/app/studies.svelte';
import type { Capability } from '../../src/platform/capability';
import { listStudy } from '../../src/experiment/study/state';
import type { CellState, StudyState } from '../../src/records';
import type { PlannedCell } from '../../src/worker/client';
import { plausiblePlan } from '../helpers/run-plan';

const document = { studyVersion: 1, name: 'Ranks', grid: { 'adapter.rank': [2, 4] }, seeds: [1] };
const file = { path: 'ranks.json', file: new File([JSON.stringify(document)], 'ranks.json') };
const full = new LabError('storage-quota', 'no room', { hint: 'free some' });

function at(...states: CellState[]): StudyState {
  const state = listStudy(document, 'ranks.json');
  state.cells.forEach((cell, index) => Object.assign(cell, { state: states[index], runId: 'r', elapsedMs: 1000 }));
  return state;
}

function setUp(kept: { key: string; state: StudyState }[] = []) {
  const spec = new SpecStore();
  const storage = {
    list: () => Promise.resolve([]),
    load: () => Promise.resolve(null),
    hasCheckpoint: () => Promise.resolve(false),
  };
  const runs = new RunStore(storage);
  const session = new LabSession(
    {
      lab: {
        prepare: () => Promise.resolve(plausiblePlan),
        run: () => new Promise(() => undefined),
        ...{ pause: vi.fn(), step: vi.fn(), resume: vi.fn(), cancel: vi.fn() },
      },
      readCapability: () => Promise.resolve({ webgpu: { ok: true } } as unknown as Capability),
      newKey: () => 'run',
      newSeed: () => 1,
      lockRun: () => Promise.resolve({ release: () => undefined }),
      wakeLock: { hold: () => Promise.resolve(), release: () => Promise.resolve() },
      persistStorage: () => Promise.resolve(),
    },
    spec,
    runs,
  );
  let end: { finish: () => void; fail: (error: LabError) => void } | undefined;
  const calls = {
    list: vi.fn<StudyHost['calls']['list']>(async (study, name) => listStudy(study, name)),
    plan: vi.fn<StudyHost['calls']['plan']>(async (study, _files, listener) => {
      const state = listStudy(study, 'x');
      listener.cells(state);
      const cell: PlannedCell = { id: state.cells[0]!.id, steps: 3, memoryBytes: 9, roughMs: 5, problem: null };
      listener.planned(cell);
      return { totalRoughMs: 10, timing: 'measured' };
    }),
    run: vi.fn<StudyHost['calls']['run']>(() => new Promise((finish, fail) => (end = { finish, fail }))),
    ...{ pause: vi.fn(), resume: vi.fn(), cancel: vi.fn() },
    pooled: vi.fn<StudyHost['calls']['pooled']>(async (key) => ({
      state: kept.find((each) => each.key === key)!.state,
      summary: null,
    })),
    file: vi.fn<StudyHost['calls']['file']>(async (_key, path) => ({ path, bytes: new Uint8Array([1]) })),
    bundle: vi.fn<StudyHost['calls']['bundle']>(async () => ({ path: 'bundle', bytes: new Uint8Array([2]) })),
  };
  const wakeLock = { hold: vi.fn(() => Promise.resolve()), release: vi.fn(() => Promise.resolve()) };
  const downloads: string[] = [];
  const studies = new StudyStore(
    {
      calls,
      storage: { list: () => Promise.resolve(kept), remove: vi.fn(() => Promise.resolve()) },
      newKey: () => 'k',
      withStudyLock: (_key, work) => work(),
      wakeLock,
      persistStorage: () => Promise.resolve(),
      download: (name) => void downloads.push(name),
    },
    session,
    runs,
  );
  return { studies, session, spec, calls, wakeLock, downloads, running: () => end! };
}

async function ready(kept?: { key: string; state: StudyState }[]) {
  const lab = setUp(kept);
  await lab.session.start();
  lab.session.chooseModel({ name: 'tiny', files: [] });
  lab.session.chooseOntology({ path: 'a.obo', file: new File(['x'], 'a.obo') });
  if (!kept) await lab.studies.openFile(file);
  return lab;
}

async function started() {
  const lab = await ready();
  const ended = lab.studies.run();
  await vi.waitFor(() => expect(lab.calls.run).toHaveBeenCalled());
  return { ...lab, ended, listener: lab.calls.run.mock.calls[0]![3] };
}

describe('what is pressed while the browser still asks', () => {
  it('counts: a stop begins nothing, a pause is sent once the study runs', async () => {
    const stopped = await ready();
    const ended = stopped.studies.run();
    stopped.studies.cancel();
    await ended;
    expect(stopped.calls.run).not.toHaveBeenCalled();
    expect(stopped.studies.phase).toBe('idle');
    expect(stopped.wakeLock.release).toHaveBeenCalled();

    const paused = await ready();
    void paused.studies.run();
    paused.studies.pause();
    paused.calls.pause.mockClear();
    await vi.waitFor(() => expect(paused.calls.run).toHaveBeenCalled());
    expect(paused.calls.pause).toHaveBeenCalledTimes(1);
  });

  it('does not show another study in the place of the one that begins', async () => {
    const { studies, calls } = await ready();
    const other = { ...document, name: 'Other' };
    const opening = studies.openFile({ path: 'o.json', file: new File([JSON.stringify(other)], 'o.json') });
    void studies.run();
    await opening;
    await vi.waitFor(() => expect(calls.run).toHaveBeenCalled());
    expect(studies.state!.study.name).toBe('Ranks');
    expect(calls.run.mock.calls[0]![1].name).toBe('Ranks');
  });
});

describe('a study of the page', () => {
  it('lists the cells of a file, and refuses a wrong one in the file’s words', async () => {
    const { studies } = setUp();
    await studies.openFile(file);
    expect(studies.state!.cells.map(({ point }) => point)).toEqual(['adapter.rank=2', 'adapter.rank=4']);
    expect(studies.opened).toBe(1);
    await studies.openFile({ path: 'wrong.json', file: new File(['{"studyVersion": 1, "gird": {}}'], 'wrong.json') });
    expect(studies.error).toMatchObject({ code: 'study-invalid' });
    expect(studies.error!.message).toContain('gird');
    // What was on show stays.
    expect(studies.state!.study.name).toBe('Ranks');
  });

  it('says what is missing before it can run', async () => {
    const { studies, session, calls } = setUp();
    await session.start();
    await studies.openFile(file);
    expect(studies.blocked).toContain('Choose a model folder');
    await studies.plan();
    await studies.run();
    expect(calls.plan).not.toHaveBeenCalled();
    expect(calls.run).not.toHaveBeenCalled();
  });

  it('plans once for the same files, and anew for others', async () => {
    const { studies, session, calls } = await ready();
    await studies.plan();
    expect(studies.planned[studies.state!.cells[0]!.id]).toMatchObject({ memoryBytes: 9 });
    expect(studies.total).toEqual({ totalRoughMs: 10, timing: 'measured' });
    await studies.plan();
    expect(calls.plan).toHaveBeenCalledTimes(1);
    session.chooseCounts({ path: 'c.tsv', file: new File(['x'], 'c.tsv') });
    await studies.plan();
    expect(calls.plan).toHaveBeenCalledTimes(2);
    expect(calls.plan.mock.calls[1]![1].counts?.path).toBe('c.tsv');
  });

  it('lets no run begin beside it, and begins none beside a run', async () => {
    const { studies, session, ended, running, wakeLock } = await started();
    expect(studies.phase).toBe('running');
    expect(session.blocked).toContain('study');
    expect(wakeLock.hold).toHaveBeenCalled();
    running().finish();
    await ended;
    expect(session.occupied).toBeNull();
    expect(wakeLock.release).toHaveBeenCalled();
    void session.run();
    await vi.waitFor(() => expect(session.busy).toBe(true));
    expect(studies.blocked).toContain('A run goes on');
  });

  it('pauses, resumes and stops; paused is said once the cell stands', async () => {
    const { studies, calls, listener, ended, running } = await started();
    studies.pause();
    expect(studies.phase).toBe('pausing');
    const progress = { state: 'paused', fraction: 0.5, message: '' } as unknown as Parameters<
      typeof listener.progress
    >[1];
    listener.progress(studies.state!.cells[0]!.id, progress);
    expect(studies.phase).toBe('paused');
    expect(studies.fraction).toBe(0.25);
    studies.resume();
    studies.cancel();
    studies.cancel();
    expect(calls.cancel).toHaveBeenCalledTimes(1);
    running().finish();
    await ended;
    expect(studies.phase).toBe('idle');
  });

  it('keeps what it has when it fails, and goes on under the same key', async () => {
    const { studies, calls, listener, ended, running } = await started();
    listener.state(at('done', 'failed'));
    running().fail(full);
    await ended;
    expect(studies.error).toMatchObject({ code: 'storage-quota', message: 'no room' });
    expect(studies.state!.cells.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(studies.begun).toBe(true);
    void studies.run();
    await vi.waitFor(() => expect(calls.run).toHaveBeenCalledTimes(2));
    expect(calls.run.mock.calls.map(([key]) => key)).toEqual(['k', 'k']);
  });

  it('after a reload shows the study that was cut off, not one that came to its end', async () => {
    const cut = await ready([{ key: 'old', state: at('done', 'running') }]);
    await cut.studies.restore();
    expect(cut.studies.key).toBe('old');
    expect(cut.studies.runKey(cut.studies.state!.cells[1]!)).toBe(`old/${cut.studies.state!.cells[1]!.folder}`);
    // Nothing runs in this page: no run is live.
    expect(cut.studies.liveRun).toBeNull();
    const whole = await ready([{ key: 'old', state: at('done', 'done') }]);
    await whole.studies.restore();
    expect(whole.studies.state).toBeNull();
    expect(whole.studies.kept).toHaveLength(1);
  });

  it('saves files under the names that the terminal gives them', async () => {
    const { studies, downloads } = await ready([{ key: 'old', state: at('done', 'running') }]);
    await studies.restore();
    await studies.save('study-summary.json');
    await studies.saveCell(studies.state!.cells[0]!);
    studies.saveStudy();
    expect(downloads).toEqual(['study-summary.json', `${studies.state!.cells[0]!.folder}.zip`, 'Ranks.json']);
  });
});

describe('a study built from the settings', () => {
  it('has the cells that its rows and seeds say', async () => {
    const spec = new SpecStore();
    const builder = new StudyBuilder(spec);
    builder.seeds = '1';
    expect(builder.problemOfAll).toContain('Vary a setting');
    builder.add('adapter.rank');
    builder.add('adapter.rank');
    expect(builder.rows).toHaveLength(1);
    builder.rows[0]!.text = '2, 4000';
    expect(builder.problem(builder.rows[0]!)).toContain('adapter.rank');
    expect(() => builder.build()).toThrowError(LabError);
    builder.rows[0]!.text = '2, 8';
    builder.seeds = '1-3';
    expect(builder.problemOfAll).toBeNull();
    expect(builder.cells).toBe(6);
    expect(listStudy(builder.build(), 'x').cells).toHaveLength(6);
  });

  it('says where the settings lost a field that varies', () => {
    const spec = new SpecStore();
    const builder = new StudyBuilder(spec);
    builder.add('adapter.rank');
    spec.setAdapter('full');
    expect(builder.problem(builder.rows[0]!)).toContain('remove it');
    expect(builder.problemOfAll).not.toBeNull();
    expect(builder.cells).toBe(0);
  });
});
