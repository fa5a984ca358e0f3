/** Worlds and pretraining in the lab worker: page and worker face to face, every message checked by both sides. */
import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { LabError } from '../../../src/core/errors';
import {
  encodeLines,
  makeWorld,
  preparePretraining,
  worldFiles,
  type PretrainHost,
  type PretrainManifest,
} from '../../../src/experiment';
import { RunStorage } from '../../../src/platform/storage';
import { readZipDirectory, unpackEntry } from '../../../src/records/zip-reader';
import { BUNDLE_LIMITS } from '../../../src/records';
import { parsePretrainConfig, parseWorld } from '../../../src/spec';
import { DataDesk } from '../../../src/worker/data-desk';
import { PretrainCalls, type PretrainListener } from '../../../src/worker/pretrain-calls';
import { PretrainDesk } from '../../../src/worker/pretrain-desk';
import type { PretrainRecords } from '../../../src/worker/pretrain-feed';
import { parseRequest, parseResponse, type RequestBody, type ResponseBody } from '../../../src/worker/protocol';
import { RunControl } from '../../../src/worker/run-control';
import { WorldCalls } from '../../../src/worker/world-calls';
import { WorldDesk } from '../../../src/worker/world-desk';
import type { WorldInputs, WorldLook } from '../../../src/worker/world-protocol';
import { FakeSession, openedFake, type FakeOptions } from '../../helpers/fake-session';
import { pretrain, type PretrainLog } from '../../helpers/pretrain-run';

const TABLE = 'name\tsymbol\nalpha receptor\tARX1\nbeta kinase\tBK2\ngamma channel\tGC3\n';
const world = parseWorld(
  {
    worldVersion: 1,
    name: 'tiny',
    groups: [
      {
        name: 'codes',
        source: { kind: 'synthetic', count: 6, identifiers: { grammar: 'code', lambda: 0.5 } },
        exposures: { kind: 'buckets', sizes: [0, 2] },
      },
      {
        name: 'genes',
        source: { kind: 'given', path: '../genes.tsv', termColumn: 'name', identifierColumn: 'symbol' },
        exposures: { kind: 'zipf-max', exponent: 1, max: 4 },
        window: { from: 0.5, to: 1 },
      },
    ],
    filler: { sentences: 10, heldOut: 1 },
    tokenizer: { vocabulary: 330 },
  },
  'tiny.json',
);
const given = [{ path: '../genes.tsv', file: { path: 'genes.tsv', file: new File([TABLE], 'genes.tsv') } }];
const inputs: WorldInputs = { world, given };
const config = parsePretrainConfig(
  {
    pretrainVersion: 1,
    name: 'small',
    model: { hiddenSize: 8, layers: 1, heads: 2, kvHeads: 1, intermediateSize: 8, contextLength: 128 },
    batch: { rowTokens: 160 },
    evaluation: { everySteps: 5 },
    checkpoint: { everySteps: 3 },
  },
  'small.json',
);
const PLACE = { host: 'a test', description: 'fake' };
let databases = 0;

interface Options {
  onCall?: FakeOptions['onCall'];
  storage?: RunStorage<PretrainRecords>;
  locked?: string[];
  gpu?: boolean;
}

function page(options: Options = {}) {
  const storage = options.storage ?? new RunStorage<PretrainRecords>(`pretraining-${++databases}`);
  const locked = new Set(options.locked);
  const data = new DataDesk();
  const worlds = new WorldDesk((file, control) => data.file(file, control));
  const openSession: PretrainHost['openSession'] = (needs) =>
    Promise.resolve(
      openedFake(
        new FakeSession(needs.config, { kind: 'full' }, options.onCall ? { onCall: options.onCall } : {}),
        PLACE.description,
      ),
    );
  const desk = new PretrainDesk({
    storage,
    worlds,
    pretrainHost() {
      if (options.gpu === false) throw new LabError('webgpu-missing', 'no WebGPU', { hint: 'none' });
      return { gpu: {} as GPU, clock: { nowMs: () => 1000 }, hostName: PLACE.host, openSession };
    },
    async withLock(name, work) {
      if (locked.has(name)) throw new LabError('run-locked', 'in use', { hint: 'wait' });
      return work();
    },
  });
  let seq = 0;
  let control = new RunControl('');
  const send =
    (receive: (answer: ReturnType<typeof parseResponse>) => boolean) => (runId: string, body: RequestBody) => {
      const request = parseRequest({ ...body, runId, seq: ++seq });
      const post = (answer: ResponseBody) =>
        void receive(parseResponse(structuredClone({ ...answer, runId, seq: ++seq })));
      const work = async () => {
        if (control.runId !== runId) control = new RunControl(runId);
        if (request.kind === 'look-at-world') await worlds.look(request, post);
        if (request.kind === 'make-world') post({ kind: 'encoded', file: await worlds.pack(request.inputs) });
        if (request.kind === 'plan-pretraining') post({ kind: 'pretraining-planned', plan: await desk.plan(request) });
        if (request.kind === 'run-pretraining')
          await desk.run(request, control, post).then(() => post({ kind: 'finished' }));
        if (request.kind === 'continue-pretraining') {
          await desk.continue(request, control, post).then(() => post({ kind: 'finished' }));
        }
        if (request.kind === 'pack-pretraining') post({ kind: 'encoded', file: desk.pack(request) });
        if (request.kind === 'pause' || request.kind === 'resume' || request.kind === 'cancel') control[request.kind]();
      };
      work().catch((thrown: LabError) => post({ kind: 'failed', error: thrown.serialize() }));
    };
  const looks: WorldCalls = new WorldCalls(send((answer) => looks.receive(answer)));
  const calls: PretrainCalls = new PretrainCalls(send((answer) => calls.receive(answer)));
  const heard = { states: [] as string[], steps: 0, heldOut: 0, files: [] as string[], rewinds: 0, lost: 0 };
  const listener: PretrainListener = {
    manifest: ({ state }) => void heard.states.push(state),
    progress: vi.fn(),
    steps: (records) => void (heard.steps += records.length),
    heldOut: () => void (heard.heldOut += 1),
    files: (files) => void heard.files.push(...files.map(({ path }) => path)),
    rewind: (counts, deviceLost) => {
      Object.assign(heard, { steps: counts.steps, heldOut: counts.heldOut, rewinds: heard.rewinds + 1 });
      if (deviceLost) heard.lost += 1;
    },
    storageFailed: vi.fn(),
  };
  const run = () => calls.run('k', { inputs, config, dtype: 'f32' }, listener);
  return { looks, calls, storage, heard, listener, run };
}

let computed: ReturnType<typeof compute> | null = null;
/** What the terminal computes, without a page. */
const terminal = () => (computed ??= compute());

async function compute() {
  const made = await makeWorld(world, () => Promise.resolve(new DataDesk().file(given[0]!.file, 'x')));
  const { corpus, tokenizer } = made;
  const prepared = preparePretraining({ name: world.name, corpus, tokenizer }, config);
  const openSession: PretrainHost['openSession'] = (needs) =>
    Promise.resolve(openedFake(new FakeSession(needs.config, { kind: 'full' }), PLACE.description));
  return { made, log: await pretrain(prepared, { gpu: {} as GPU, openSession, hostName: PLACE.host }) };
}

function unzip(bytes: Uint8Array): Map<string, string> {
  const entries = readZipDirectory(bytes, BUNDLE_LIMITS, 'the zip');
  return new Map(entries.map((entry) => [entry.path, new TextDecoder('latin1').decode(unpackEntry(entry, 'the zip'))]));
}
const latin1 = (text: string) => new TextDecoder('latin1').decode(new TextEncoder().encode(text));

/** What is kept is what the terminal writes. */
async function expectSame(storage: RunStorage<PretrainRecords>, log: PretrainLog) {
  const kept = (await storage.load('k'))!;
  expect(encodeLines(kept.steps)).toBe(encodeLines(log.steps));
  expect(encodeLines(kept.trials)).toBe(encodeLines(log.heldOut));
  for (const [path, bytes] of log.files) {
    expect(kept.files.find((each) => each.path === path)?.bytes, path).toEqual(bytes);
  }
  return kept;
}

/** Stops it at its n-th step. */
function stoppedAt(step: number) {
  let steps = 0;
  const it: ReturnType<typeof page> = page({
    onCall: (kind) => {
      if (kind === 'train' && ++steps === step) it.calls.cancel();
    },
  });
  return it;
}

describe('a world in the worker', () => {
  it('is looked at first and then counted, given pairs and all', async () => {
    const { looks } = page();
    let look: WorldLook | null = null;
    const counts = await looks.look(inputs, false, (seen) => (look = seen));
    expect(look!.groups.map(({ name, facts, derived }) => [name, facts, derived])).toEqual([
      ['codes', 6, 3],
      ['genes', 3, null],
    ]);
    for (const { derived, identifier, own } of look!.groups[0]!.examples) expect(identifier === own).toBe(derived);
    expect(look!.groups[1]!.examples.every(({ own }) => own === null)).toBe(true);
    expect(counts!.hash).toBe(look!.hash);
    expect(counts!.sentences).toBe(look!.factSentences + look!.filler);
    const genes = counts!.places.groups[1]!.sentences;
    expect(genes.slice(0, genes.length / 2).every((count) => count === 0)).toBe(true);
    expect(genes.reduce((a, b) => a + b)).toBe(look!.groups[1]!.sentences);
  });

  it('gives an older look up for a newer one', async () => {
    const { looks } = page();
    const heard: number[] = [];
    const older = looks.look(inputs, false, () => heard.push(1));
    const newer = looks.look({ ...inputs, world: { ...world, seed: 2 } }, false, () => heard.push(2));
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    expect((await newer)!.sentences).toBeGreaterThan(0);
    expect(heard).toEqual([2]);
  });

  it('names the group whose table is missing, and the dial that is wrong', async () => {
    const { looks } = page();
    const none = looks.look({ world, given: [] }, false, () => {});
    await expect(none).rejects.toMatchObject({ code: 'file-missing', control: 'groups.1.source.path' });
    const narrow = structuredClone(world);
    narrow.groups[1]!.window = { from: 0.99, to: 1 };
    await expect(looks.look({ world: narrow, given }, false, () => {})).rejects.toMatchObject({
      code: 'world-invalid',
      control: 'groups.1.window',
    });
  });

  it('is packed as the files that the terminal writes', async () => {
    const { made } = await terminal();
    const { files } = worldFiles(made);
    const packed = unzip((await page().looks.make(inputs)).bytes);
    expect([...packed.keys()].sort()).toEqual(files.map(({ name }) => name).sort());
    for (const { name, text } of files) expect(packed.get(name), name).toBe(latin1(text));
  });
});

describe('pretraining in the worker', () => {
  it('is planned before anything runs', async () => {
    const plan = await page({ gpu: false }).calls.plan(inputs, config);
    expect(plan).toMatchObject({ facts: 6, vocabulary: 330 });
    expect(plan.steps * plan.memory.totalBytes * plan.operations.total).toBeGreaterThan(0);
    const short = { ...config, model: { ...config.model, contextLength: 8 } };
    await expect(page().calls.plan(inputs, short)).rejects.toMatchObject({
      code: 'sequence-too-long',
      control: 'model.contextLength',
    });
  });

  it('computes what the terminal computes, and is kept with its world', async () => {
    const it = page();
    await it.run();
    const { log, made } = await terminal();
    expect(it.heard.states.at(-1)).toBe('done');
    const kept = await expectSame(it.storage, log);
    const file = (path: string) => kept.files.find((each) => each.path === path)?.bytes;
    for (const { name, text } of worldFiles(made).files) {
      expect(file(`world/${name}`), name).toEqual(new TextEncoder().encode(text));
    }
    expect(kept.resumable).toBe(false);
    expect(await it.storage.list()).toMatchObject([{ key: 'k', name: 'small', model: 'tiny', state: 'done' }]);
    const whole = { manifest: kept.manifest.record, steps: kept.steps, heldOut: kept.trials, files: kept.files };
    const zip = unzip((await it.calls.pack(whole)).bytes);
    expect(zip.get('steps.jsonl')).toBe(encodeLines(log.steps));
    expect((JSON.parse(zip.get('pretraining.json')!) as PretrainManifest).runId).toBe(log.manifests[0]!.runId);
    expect(zip.has('model.safetensors') && zip.has('world/terms.tsv')).toBe(true);
  });

  it('goes on after a reload, without the table of its world, to the same bytes', async () => {
    const whole = await terminal();
    const cut = stoppedAt(4);
    await cut.run();
    expect(cut.heard.states.at(-1)).toBe('cancelled');
    const again = page({ storage: cut.storage });
    await again.calls.continue('k', again.listener);
    expect(again.heard.states.at(-1)).toBe('done');
    expect(again.heard.rewinds).toBe(1);
    await expectSame(again.storage, whole.log);
  });

  it('goes on after a lost device', async () => {
    let steps = 0;
    const it = page({
      onCall: (kind) => {
        if (kind === 'train' && ++steps === 5) throw new LabError('device-lost', 'gone', { hint: 'wait' });
      },
    });
    await it.run();
    expect(it.heard).toMatchObject({ rewinds: 1, lost: 1 });
    await expectSame(it.storage, (await terminal()).log);
  });

  it('is not kept as done where the browser has no room, and says so once', async () => {
    const it = page();
    const writer = it.storage.writer('k');
    const full = new LabError('storage-quota', 'no room', { hint: 'free some' });
    vi.spyOn(writer, 'file').mockRejectedValue(full);
    vi.spyOn(it.storage, 'writer').mockReturnValue(writer);
    await it.run();
    expect(it.listener.storageFailed).toHaveBeenCalledTimes(1);
    expect(it.heard.states.at(-1)).toBe('done');
    expect(it.heard.files).toContain('model.safetensors');
    expect((await it.storage.list())[0]!.state).not.toBe('done');
  });

  it('is refused in a second tab, without WebGPU, and where nothing is kept', async () => {
    await expect(page({ locked: ['ontoscope/pretraining/k'] }).run()).rejects.toMatchObject({ code: 'run-locked' });
    const none = page({ gpu: false });
    await expect(none.run()).rejects.toMatchObject({ code: 'webgpu-missing' });
    expect(await none.storage.list()).toEqual([]);
    await expect(none.calls.continue('other', none.listener)).rejects.toMatchObject({ code: 'record-invalid' });
  });
});

describe('messages about worlds and pretraining', () => {
  it('are refused where a world or a configuration is none', () => {
    const whole = { kind: 'look-at-world', runId: 'world-1', seq: 1, inputs, anyway: false };
    expect(parseRequest(whole)).toMatchObject({ kind: 'look-at-world' });
    const wrong = { ...world, groups: [] };
    expect(() => parseRequest({ ...whole, inputs: { world: wrong, given } })).toThrow('does not fit the protocol');
    const plan = { kind: 'plan-pretraining', runId: 'pretraining-1', seq: 1, inputs, config: { ...config, seed: -1 } };
    expect(() => parseRequest(plan)).toThrow('does not fit the protocol');
  });
});
