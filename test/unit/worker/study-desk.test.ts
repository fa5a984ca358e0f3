import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { LabError } from '../../../src/core/errors';
import {
  digestRun,
  listStudy,
  poolStudy,
  prepareRun,
  studyCells,
  studyFactors,
  type PreparedRun,
} from '../../../src/experiment';
import { cellRunKey, StudyStorage } from '../../../src/platform/study-storage';
import { RunStorage } from '../../../src/platform/storage';
import {
  encodeStudySummary,
  encodeTrials,
  probeRecordsOf,
  type StudyState,
  type StudySummary,
} from '../../../src/records';
import { parseStudy } from '../../../src/spec';
import { DEFAULT_SPEC } from '../../../src/spec/defaults';
import { DataDesk } from '../../../src/worker/data-desk';
import { openInputs } from '../../../src/worker/open-inputs';
import { parseRequest, parseResponse, type ResponseBody, type RunInputs } from '../../../src/worker/protocol';
import { RunControl } from '../../../src/worker/run-control';
import type { Records } from '../../../src/worker/kept-records';
import { StudyCalls, type StudyListener } from '../../../src/worker/study-calls';
import { StudyDesk } from '../../../src/worker/study-desk';
import { cellInputs, layFiles, refuseWorlds } from '../../../src/worker/study-files';
import type { StudyFiles } from '../../../src/worker/study-protocol';
import { FakeSession, openedFake, type FakeOptions } from '../../helpers/fake-session';
import { tinyModelFiles } from '../../helpers/tiny-model';
import { tinyTerms } from '../../helpers/tiny-run';

const { path: _path, ...reading } = DEFAULT_SPEC.ontology;
const files: StudyFiles = {
  model: {
    name: 'tiny',
    files: [...tinyModelFiles()].map(([path, bytes]) => ({ path, file: new File([bytes], path) })),
  },
  ontology: { path: tinyTerms.name, file: new File([tinyTerms.text], tinyTerms.name) },
  counts: null,
  covariates: [],
  texts: {},
  reading: { ...reading, path: null },
};
const study = parseStudy(
  {
    studyVersion: 1,
    name: 'small',
    base: {
      directions: ['term-to-id'],
      sampling: { bins: 2, seen: 4, withheld: 2 },
      adapter: { kind: 'lora', alpha: 4, targets: ['q_proj'] },
      optimizer: { learningRate: 0.05 },
      train: { epochs: 2, batchSize: 4 },
      evaluation: { sampleAt: 'never', maxNewTokens: 12 },
    },
    grid: { 'adapter.rank': [1, 2] },
    seeds: [1, 2],
    analysis: { covariates: [] },
  },
  'small.json',
);
let databases = 0;

interface Options {
  onCall?: FakeOptions['onCall'];
  prepare?: (inputs: RunInputs) => Promise<PreparedRun>;
  gpu?: boolean;
  /** Shared with an earlier page: what a reload finds. */
  kept?: { runs: RunStorage<Records>; studies: StudyStorage<StudyState> };
  locked?: Set<string>;
}

/** Page and worker face to face, every message checked by both sides; the engine is a fake that really learns. */
function page(options: Options = {}) {
  const name = `studies-${++databases}`;
  const kept = options.kept ?? {
    runs: new RunStorage<Records>(name),
    studies: new StudyStorage<StudyState>(`${name}-s`),
  };
  const data = new DataDesk();
  const locked = options.locked ?? new Set<string>();
  const desk = new StudyDesk({
    ...kept,
    prepare: options.prepare ?? ((inputs) => prepareRun(openInputs(data, inputs), data.sources)),
    runnerHost() {
      if (options.gpu === false) throw new LabError('webgpu-missing', 'no WebGPU', { hint: 'none' });
      return {
        gpu: {} as GPU,
        clock: { nowMs: () => 1000 },
        hostName: 'a test',
        createSession: (run) =>
          Promise.resolve(
            openedFake(
              new FakeSession(
                run.config,
                run.trainable,
                options.onCall ? { onCall: options.onCall } : {},
                run.trainableParameters,
              ),
            ),
          ),
      };
    },
    async withLock(lock, work) {
      if (locked.has(lock)) throw new LabError('run-locked', 'in use', { hint: 'wait' });
      locked.add(lock);
      return work().finally(() => locked.delete(lock));
    },
  });
  let seq = 0;
  let control = new RunControl('');
  const calls: StudyCalls = new StudyCalls((runId, body) => {
    const request = parseRequest({ ...body, runId, seq: ++seq });
    const post = (answer: ResponseBody) =>
      void calls.receive(parseResponse(structuredClone({ ...answer, runId, seq: ++seq })));
    const work = async () => {
      if (control.runId !== runId) control = new RunControl(runId);
      if (request.kind === 'list-study') post({ kind: 'study-state', state: listStudy(request.study, request.name) });
      if (request.kind === 'plan-study') await desk.plan(request, post);
      if (request.kind === 'run-study') await desk.run(request, control, post).then(() => post({ kind: 'finished' }));
      if (request.kind === 'pool-study') post({ kind: 'study-pooled', ...(await desk.pool(request.key)) });
      if (request.kind === 'study-file') {
        post({ kind: 'encoded', file: await desk.file(request.key, request.path) });
      }
      if (request.kind === 'pause' || request.kind === 'resume' || request.kind === 'cancel') control[request.kind]();
    };
    work().catch((thrown: LabError) => post({ kind: 'failed', error: thrown.serialize() }));
  });
  const heard = { states: [] as StudyState[], summary: null as StudySummary | null, progress: [] as string[] };
  const listener: StudyListener = {
    state: (state) => void heard.states.push(state),
    progress: (cell) => void heard.progress.push(cell),
    pooled: (summary) => void (heard.summary = summary),
    storageFailed: vi.fn(),
  };
  const now = () => heard.states.at(-1)!.cells.map(({ state }) => state);
  return { calls, kept, heard, listener, now, locked, run: () => calls.run('k', study, files, listener) };
}

const text = async (answer: Promise<{ bytes: Uint8Array }>) => new TextDecoder().decode((await answer).bytes);

/** Cancels in the middle of the second cell. */
function cancelLater() {
  let cells = 0;
  let steps = 0;
  const it: ReturnType<typeof page> = page({
    onCall: (kind) => {
      if (kind === 'reset') cells += 1;
      if (kind === 'train' && cells === 2 && ++steps === 2) it.calls.cancel();
    },
  });
  return it;
}

describe('a study in the browser', () => {
  it('runs cell after cell, each a kept run, and pools what the terminal pools', async () => {
    const it = page();
    await it.run();
    expect(it.now()).toEqual(['done', 'done', 'done', 'done']);
    const laid = layFiles(study, files, 'small.json');
    const cells = studyCells(laid, 'small.json');
    const digests = [];
    for (const cell of cells) {
      const records = (await it.kept.runs.load(cellRunKey('k', cell)))!;
      const { levels, point, seed } = cell;
      const withProbes = { ...records, probes: probeRecordsOf(records.probes) };
      digests.push(digestRun(withProbes, { run: records.manifest.runId, levels, point, seed }, laid.analysis));
    }
    const whole = poolStudy(laid, studyFactors(laid, 'small.json'), digests);
    expect(it.heard.summary).toEqual(whole);
    expect(await text(it.calls.file('k', 'study-summary.json'))).toBe(encodeStudySummary(whole));
    expect((await text(it.calls.file('k', 'study-summary.csv'))).split('\r\n')).toHaveLength(whole.rows.length + 2);
    const rows = (await text(it.calls.file('k', 'rows-acquisition.csv'))).trimEnd().split('\r\n');
    expect(rows[0]).toContain('adapter.rank');
    // 4 seen facts of 4 runs, but for those right before training.
    expect(rows.length).toBeGreaterThan(10);
  });

  it('goes on where a cancel left it, to the same records', async () => {
    const whole = page();
    await whole.run();
    const cut = cancelLater();
    await cut.run();
    expect(cut.now()).toEqual(['done', 'stopped', 'waiting', 'waiting']);
    const again = page({ kept: cut.kept });
    expect((await again.calls.pooled('k')).summary?.runs).toHaveLength(1);
    await again.run();
    expect(again.now()).toEqual(['done', 'done', 'done', 'done']);
    expect(again.heard.summary).toEqual(whole.heard.summary);
    for (const { folder } of again.heard.states[0]!.cells) {
      const [a, b] = await Promise.all(
        [whole, again].map(async (each) => encodeTrials((await each.kept.runs.load(`k/${folder}`))!.trials)),
      );
      expect(a).toBe(b);
    }
  });

  it('records a cell that fails and runs the others; continuing tries it again', async () => {
    const data = new DataDesk();
    const prepare = (inputs: RunInputs) => prepareRun(openInputs(data, inputs), data.sources);
    const it = page({
      prepare: async (inputs) => {
        const rank = (inputs.spec.adapter as { rank: number }).rank;
        if (rank === 1 && inputs.spec.seed === 2) throw new LabError('sequence-too-long', 'too long', { hint: 'cut' });
        return prepare(inputs);
      },
    });
    await it.run();
    expect(it.now()).toEqual(['done', 'failed', 'done', 'done']);
    expect(it.heard.states.at(-1)!.cells[1]!.error).toEqual({
      code: 'sequence-too-long',
      message: 'too long',
      hint: 'cut',
    });
    const again = page({ kept: it.kept });
    await again.run();
    expect(again.now()).toEqual(['done', 'done', 'done', 'done']);
  });

  it('is refused in a second tab, and its cells too', async () => {
    const locked = new Set(['ontoscope/study/k']);
    await expect(page({ locked }).run()).rejects.toMatchObject({ code: 'run-locked' });
    const [cell] = studyCells(layFiles(study, files, 'x'), 'x');
    const busy = page({ locked: new Set([`ontoscope/run/${cellRunKey('k', cell!)}`]) });
    await busy.run();
    expect(busy.now()).toEqual(['failed', 'done', 'done', 'done']);
  });

  it('ends where the browser has no room, names why, and deletes nothing', async () => {
    const it = page();
    const writer = it.kept.runs.writer.bind(it.kept.runs);
    let cells = 0;
    vi.spyOn(it.kept.runs, 'writer').mockImplementation((key) => {
      const real = writer(key);
      if (++cells === 2) {
        const full = new LabError('storage-quota', 'no room', { hint: 'free some' });
        vi.spyOn(real, 'trials').mockRejectedValue(full);
        vi.spyOn(real, 'checkpoint').mockRejectedValue(full);
      }
      return real;
    });
    await expect(it.run()).rejects.toMatchObject({ code: 'storage-quota' });
    expect(it.now()).toEqual(['done', 'failed', 'waiting', 'waiting']);
    expect((await it.kept.runs.list()).length).toBe(2);
    vi.restoreAllMocks();
    const again = page({ kept: it.kept });
    await again.run();
    expect(again.now()).toEqual(['done', 'done', 'done', 'done']);
  });

  it('runs a finished cell again whose run was deleted', async () => {
    const it = page();
    await it.run();
    await it.kept.runs.remove(`k/${it.heard.states[0]!.cells[2]!.folder}`);
    const { state, summary } = await it.calls.pooled('k');
    expect(state.cells.map((cell) => cell.state)).toEqual(['done', 'done', 'waiting', 'done']);
    expect(summary!.runs).toHaveLength(3);
    const again = page({ kept: it.kept });
    await again.run();
    expect(again.heard.summary).toEqual(it.heard.summary);
  });

  it('does not mix the cells of two models', async () => {
    const it = cancelLater();
    await it.run();
    const other = { ...files, model: { ...files.model, files: files.model.files.map((file) => ({ ...file })) } };
    other.model.files = other.model.files.map(({ path, file }) =>
      path === 'config.json' ? { path, file: new File([file, '\n'], path) } : { path, file },
    );
    const again = page({ kept: it.kept });
    await expect(again.calls.run('k', study, other, again.listener)).rejects.toMatchObject({ code: 'file-mismatch' });
    expect(again.now()[0]).toBe('done');
  });

  it('plans memory and time of every cell, and names those that cannot run', async () => {
    const it = page();
    const planned: string[] = [];
    const wide = { ...study, grid: { 'sampling.seen': [4, 100] } };
    const plan = await it.calls.plan(wide, files, {
      cells: ({ cells }) => expect(cells).toHaveLength(4),
      planned: ({ memoryBytes, problem }) => void planned.push(problem === null ? `${memoryBytes! > 0}` : problem),
    });
    expect(plan.timing).toContain('measured');
    expect(planned.slice(0, 2)).toEqual(['true', 'true']);
    expect(planned[2]).toContain('100');
    const none = await page({ gpu: false }).calls.plan(wide, files, { cells: () => {}, planned: () => {} });
    expect(none).toMatchObject({ totalRoughMs: null, timing: 'unknown: no WebGPU' });
  });

  it('gives a plan up for a newer one', async () => {
    const it = page();
    const quiet = { cells: () => {}, planned: () => {} };
    const first = it.calls.plan(study, files, quiet);
    const second = it.calls.plan(study, files, quiet);
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect(second).resolves.toMatchObject({ timing: expect.stringContaining('measured') as string });
  });

  it('ends at once without WebGPU, and says so in the cell', async () => {
    const it = page({ gpu: false });
    await expect(it.run()).rejects.toMatchObject({ code: 'webgpu-missing' });
    expect(it.now()).toEqual(['failed', 'waiting', 'waiting', 'waiting']);
  });
});

describe('the files of the page and a study', () => {
  it('give cells the ids that the terminal gives them', () => {
    const terminal = parseStudy(
      { ...study, base: { ...study.base, model: { path: '/m/tiny' }, ontology: { path: '/o/terms.tsv' } } },
      'x',
    );
    const ids = (of: typeof study) => studyCells(of, 'x').map(({ id, folder }) => [id, folder]);
    expect(ids(layFiles(study, files, 'x'))).toEqual(ids(terminal));
  });

  it('stay out of what a study varies, and are asked for where it names them', () => {
    const varied = parseStudy({ studyVersion: 1, grid: { 'ontology.path': ['a.obo', 'b.obo'] } }, 'x');
    expect(() => layFiles(varied, files, 'x')).toThrowError(expect.objectContaining({ code: 'study-invalid' }));
    const counted = parseStudy({ studyVersion: 1, base: { ontology: { counts: { path: 'c.tsv' } } } }, 'x');
    const [cell] = studyCells(layFiles(counted, files, 'x'), 'x');
    expect(() => cellInputs(cell!.spec, files)).toThrowError(
      expect.objectContaining({ code: 'file-missing', control: 'ontology.counts.path' }),
    );
  });

  it('are not asked for by a study of worlds, which is the terminal’s', () => {
    const world = { worldVersion: 1, groups: [{ name: 'facts', source: { kind: 'synthetic', count: 9 } }] };
    const ofWorlds = parseStudy({ studyVersion: 1, world, pretrain: { pretrainVersion: 1 } }, 'x');
    const refused = expect.objectContaining({
      code: 'study-invalid',
      hint: expect.stringContaining('ontoscope study') as string,
    });
    expect(() => layFiles(ofWorlds, files, 'x')).toThrowError(refused);
    expect(() => refuseWorlds(study, 'x')).not.toThrow();
  });

  it('bring their columns along where the study says nothing of them', () => {
    const table = { ...files, reading: { ...files.reading, termColumn: 'name', identifierColumn: 'code' } };
    const own = parseStudy({ studyVersion: 1, base: { ontology: { termColumn: 'label' } } }, 'x');
    const [cell] = studyCells(layFiles(own, table, 'x'), 'x');
    expect(cell!.spec.ontology).toMatchObject({ termColumn: 'label', identifierColumn: 'code', path: 'terms.tsv' });
  });
});
