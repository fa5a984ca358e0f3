/** Models fetched from a hub on this machine into folders: what is asked for, what breaks, what stays. */
import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PieceFolders } from '../../../../src/cli/piece-folders';
import type { LabError } from '../../../../src/core/errors';
import { sha256Hex } from '../../../../src/core/hash';
import { readModelReference, type ModelReference } from '../../../../src/core/model-reference';
import { createWeb, ModelCache, openModel, type DownloadProgress, type Web } from '../../../../src/models';
import { commitOf, startHub, type HubModel, type HubServer } from '../../../helpers/hub-server';
import { tinyModelFiles } from '../../../helpers/tiny-model';

const COMMIT = commitOf('tiny');
const files = tinyModelFiles();
const WEIGHTS = files.get('model.safetensors')!;
const tiny = (changes: Partial<HubModel> = {}): HubModel => ({ commit: COMMIT, files, ...changes });

let server: HubServer;
let folder: string;
let cache: ModelCache;
let pauses: number[];
let nowMs = 1000;
const clock = { nowMs: () => nowMs };

beforeAll(async () => {
  server = await startHub();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.models.clear();
  server.models.set('someone/tiny', tiny());
  server.requests.length = 0;
  Object.assign(server.faults, {
    ...{ cuts: [], stallAfter: null, apiCuts: [], unanswered: 0, answers: [], withoutApi: false, bareApi: false },
    ...{ withoutRanges: false, hiddenRanges: false, missing: 'not-found', marks: 'etag' },
  });
  folder = await mkdtemp(path.join(tmpdir(), 'ontoscope-cache-'));
  cache = new ModelCache(new PieceFolders(folder), clock);
  pauses = [];
  return () => rm(folder, { recursive: true, force: true });
});

const web = (changes: Partial<Web> = {}) =>
  createWeb({
    hub: server.hub,
    tokenHint: 'set HF_TOKEN to an access token',
    sleep: (ms) => Promise.resolve(void pauses.push(ms)),
    ...changes,
  });
const reference = (text: string): ModelReference => readModelReference(text)!;
const fetchTiny = (text = 'hf:someone/tiny', changes: Partial<Web> = {}, options = {}) =>
  cache.fetch(reference(text), web(changes), options);
const failure = async (work: Promise<unknown>) =>
  (await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )) as LabError;
const weightsOf = async (key: string) => sha256Hex(await readFile(path.join(folder, key, 'model.safetensors')));
const rangesOf = (origin: 'hub' | 'cdn') =>
  server.requests.filter((seen) => seen.origin === origin).flatMap(({ headers }) => headers.range ?? []);

describe('a model of the hub', () => {
  it('arrives whole, pinned to its commit, with nothing but its own files', async () => {
    server.models.get('someone/tiny')!.files = new Map([
      ...files,
      ['README.md', new TextEncoder().encode('# tiny')],
      ['pytorch_model.bin', new Uint8Array(30_000)],
      ['onnx/model.onnx', new Uint8Array(30_000)],
    ]);
    const progress: DownloadProgress[] = [];
    const key = await fetchTiny('hf:someone/tiny', {}, { onProgress: (step: DownloadProgress) => progress.push(step) });
    expect(key).toBe(`someone--tiny@${COMMIT}`);
    expect((await readdir(path.join(folder, key))).sort()).toEqual([...files.keys(), 'ontoscope-model.json'].sort());
    for (const [name, bytes] of files) {
      expect(sha256Hex(await readFile(path.join(folder, key, name))), name).toBe(sha256Hex(bytes));
    }
    const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(progress.at(-1)).toMatchObject({ name: 'tiny', bytesDone: total, bytesTotal: total });
    const opened = await cache.open(key);
    expect(opened).toMatchObject({ name: 'tiny', reference: `hf:someone/tiny@${COMMIT}` });
    const model = await openModel(opened);
    expect((await model.weightSource().read('final_norm', 0, 3)).length).toBe(3);
    expect((await model.hashFiles()).at(-1)!.bytes).toBe(WEIGHTS.length);
    // Single GETs of one simple range, and no header that a browser would ask leave for.
    for (const { method, headers } of server.requests) {
      expect(method).toBe('GET');
      expect(headers.range ?? 'bytes=0-0').toMatch(/^bytes=\d+-\d+$/);
      expect([headers.authorization, headers['if-range'], headers['if-match']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it('is not asked for again at its commit, and asked for its commit alone at a branch', async () => {
    const key = await fetchTiny();
    server.requests.length = 0;
    nowMs += 500;
    expect(await fetchTiny(`hf:someone/tiny@${COMMIT}`)).toBe(key);
    expect(server.requests).toEqual([]);
    expect(await fetchTiny('hf:someone/tiny@main')).toBe(key);
    expect(server.requests.map(({ path: asked }) => asked)).toEqual(['/api/models/someone/tiny/revision/main']);
    const later = commitOf('later');
    server.models.set('someone/tiny', tiny({ commit: later }));
    expect(await fetchTiny()).toBe(`someone--tiny@${later}`);
    expect((await cache.list()).map(({ reference: kept }) => kept).sort()).toEqual(
      [`hf:someone/tiny@${COMMIT}`, `hf:someone/tiny@${later}`].sort(),
    );
  });

  it('comes also where the API tells no sizes, and where there is none', async () => {
    for (const fault of ['bareApi', 'withoutApi'] as const) {
      server.faults.bareApi = server.faults.withoutApi = false;
      server.faults[fault] = true;
      server.requests.length = 0;
      const key = await fetchTiny();
      expect(key).toBe(`someone--tiny@${COMMIT}`);
      expect(await weightsOf(key)).toBe(sha256Hex(WEIGHTS));
      expect(rangesOf('cdn')[0]).toBe('bytes=0-0');
      await cache.remove(key);
    }
  });

  it('comes in shards by their index', async () => {
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const sharded = new Map(files);
    sharded.delete('model.safetensors');
    const index = { metadata: {}, weight_map: { a: names[0], b: names[1], c: names[0] } };
    sharded.set('model.safetensors.index.json', new TextEncoder().encode(JSON.stringify(index)));
    for (const name of names) sharded.set(name, WEIGHTS);
    sharded.set('model-00003-of-00009.safetensors', WEIGHTS);
    server.models.set('someone/tiny', tiny({ files: sharded }));
    const there = await readdir(path.join(folder, await fetchTiny()));
    expect(there.filter((name) => name.endsWith('.safetensors')).sort()).toEqual(names);
    for (const bad of [{ weight_map: { a: '../../evil.safetensors' } }, { weight_map: {} }, [], 7]) {
      sharded.set('model.safetensors.index.json', new TextEncoder().encode(JSON.stringify(bad)));
      server.models.set('someone/tiny', tiny({ commit: commitOf(JSON.stringify(bad)), files: sharded }));
      expect(await failure(fetchTiny())).toMatchObject({ code: 'safetensors-invalid' });
    }
  });

  it('of an architecture that does not work is refused before its weights are fetched', async () => {
    const config = new TextEncoder().encode(JSON.stringify({ model_type: 'mamba', architectures: ['Mamba'] }));
    server.models.set('someone/tiny', tiny({ files: new Map([...files, ['config.json', config]]) }));
    expect(await failure(fetchTiny())).toMatchObject({ code: 'architecture-unsupported' });
    expect(server.requests.filter(({ origin }) => origin === 'cdn')).toEqual([]);
  });
});

describe('a connection that breaks', () => {
  it('is taken up at the byte where it broke', async () => {
    server.faults.cuts = [30_000, 40_000];
    const key = await fetchTiny();
    expect(await weightsOf(key)).toBe(sha256Hex(WEIGHTS));
    const last = WEIGHTS.length - 1;
    expect(rangesOf('cdn')).toEqual([`bytes=0-${last}`, `bytes=30000-${last}`, `bytes=70000-${last}`]);
    expect(pauses).toEqual([500, 1000]);
  });

  it('again and again ends in words, and the next try goes on there', async () => {
    server.faults.cuts = [1000, 1000, 1000, 1000, 1000, 1000];
    const error = await failure(fetchTiny());
    expect(error).toMatchObject({ code: 'download-failed', control: 'model.path' });
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(await cache.list()).toMatchObject([{ complete: false }]);
    await expect(cache.open(`someone--tiny@${COMMIT}`)).rejects.toMatchObject({ code: 'file-missing' });
    server.requests.length = 0;
    await fetchTiny();
    expect(rangesOf('cdn')).toEqual([`bytes=6000-${WEIGHTS.length - 1}`]);
    expect(await cache.list()).toMatchObject([{ complete: true }]);
  });

  it('goes on after a kill: what was appended counts, whoever wrote it', async () => {
    const stop = new AbortController();
    server.faults.stallAfter = 50_000;
    const options = {
      signal: stop.signal,
      onProgress: ({ file, bytesDone }: DownloadProgress) =>
        void (file === 'model.safetensors' && bytesDone > 50_000 && stop.abort()),
    };
    expect(await failure(fetchTiny('hf:someone/tiny', {}, options))).toMatchObject({ code: 'cancelled' });
    server.faults.stallAfter = null;
    server.requests.length = 0;
    const other = new ModelCache(new PieceFolders(folder), clock);
    await other.fetch(reference('hf:someone/tiny'), web());
    const [start] = /\d+/.exec(rangesOf('cdn')[0]!)!;
    expect(Number(start)).toBeGreaterThan(10_000);
    expect(rangesOf('cdn')).toHaveLength(1);
  });

  it('while files are listed is asked again, and ends in words', async () => {
    server.faults.apiCuts = [40];
    const key = await fetchTiny();
    expect(await weightsOf(key)).toBe(sha256Hex(WEIGHTS));
    expect(pauses).toEqual([500]);
    await cache.remove(key);
    server.faults.apiCuts = Array<number>(6).fill(40);
    expect(await failure(fetchTiny())).toMatchObject({ code: 'download-failed', control: 'model.path' });
    const stop = new AbortController();
    server.faults.apiCuts = [40];
    const sleep = () => Promise.resolve(stop.abort());
    expect(await failure(fetchTiny('hf:someone/tiny', { sleep }, { signal: stop.signal }))).toMatchObject({
      code: 'cancelled',
    });
  });

  it('or says nothing more for a minute is given up and taken up again', async () => {
    const waits = new Set<number>();
    const timer = (ms: number, expired: () => void) => {
      waits.add(ms);
      const id = setTimeout(expired, ms / 300);
      return () => clearTimeout(id);
    };
    server.faults.unanswered = 1;
    server.faults.stallAfter = 30_000;
    const sleep = () => {
      if (rangesOf('cdn').length > 0) server.faults.stallAfter = null;
      return Promise.resolve();
    };
    expect(await weightsOf(await fetchTiny('hf:someone/tiny', { timer, sleep }))).toBe(sha256Hex(WEIGHTS));
    expect(server.faults.unanswered).toBe(0);
    expect(rangesOf('cdn')[1]).toBe(`bytes=30000-${WEIGHTS.length - 1}`);
    expect(waits).toEqual(new Set([60_000]));
  });

  it('without ranges ends in words too, however much comes each time', async () => {
    const large = new Map([...files, ['model.safetensors', new Uint8Array(2 ** 21)]]);
    server.models.set('someone/tiny', tiny({ files: large }));
    server.faults.withoutRanges = true;
    server.faults.cuts = Array.from({ length: 12 }, (_, index) => (index % 2 ? 1.2 : 0.1) * 1e6 + 1e5);
    expect(await failure(fetchTiny())).toMatchObject({ code: 'download-failed' });
    expect(pauses.length).toBeLessThanOrEqual(6);
  });

  it('begins anew where the other side knows no ranges', async () => {
    server.faults.withoutRanges = true;
    server.faults.cuts = [30_000];
    const key = await fetchTiny();
    expect(await weightsOf(key)).toBe(sha256Hex(WEIGHTS));
  });

  it('brings bytes of another file: refused by hash, and fetched anew when asked again', async () => {
    const kept = path.join(folder, `someone--tiny@${COMMIT}`, 'model.safetensors');
    server.faults.cuts = [30_000, 0, 0, 0, 0, 0, 0];
    await failure(fetchTiny());
    await writeFile(kept, (await readFile(kept)).fill(7));
    expect(await failure(fetchTiny())).toMatchObject({ code: 'file-mismatch' });
    server.requests.length = 0;
    await fetchTiny();
    expect(rangesOf('cdn')).toEqual([`bytes=0-${WEIGHTS.length - 1}`]);
  });
});

describe('a refusal', () => {
  it('of a gated model says to accept the licence and how to give a token', async () => {
    server.models.set('someone/tiny', tiny({ gated: true }));
    const without = await failure(fetchTiny());
    expect(without).toMatchObject({ code: 'download-refused' });
    expect(without.message).toContain('someone/tiny is gated');
    expect(without.hint).toContain(`Open ${server.hub}/someone/tiny, accept its licence, then set HF_TOKEN`);
    const wrong = await failure(fetchTiny('hf:someone/tiny', { token: 'hf_wrong-one' }));
    expect(wrong.hint).toContain('The token given does not open it');
    expect(JSON.stringify([wrong.message, wrong.hint, wrong.serialize()])).not.toContain('hf_wrong-one');
  });

  it('of a model that is not there, or of its revision, names it', async () => {
    const missing = await failure(fetchTiny('hf:someone/other'));
    expect(missing).toMatchObject({ code: 'download-refused' });
    expect(missing.message).toContain('There is no model someone/other');
    const revision = await failure(fetchTiny('hf:someone/tiny@v9'));
    expect(revision).toMatchObject({ code: 'file-missing', control: 'model.path' });
    server.models.set(
      'someone/tiny',
      tiny({ files: new Map([...files].filter(([name]) => name !== 'model.safetensors')) }),
    );
    expect((await failure(fetchTiny())).message).toContain('has no model.safetensors');
  });

  it('for too many requests is waited for as long as it asks, and no longer than a minute and a half', async () => {
    server.faults.answers = [{ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 500 }];
    await cache.remove(await fetchTiny());
    expect(pauses).toEqual([7000, 1000, 2000]);
    server.faults.answers = [{ status: 429, headers: { 'retry-after': '900' } }];
    const error = await failure(fetchTiny());
    expect(error.code).toBe('download-failed');
    expect(error.message).toContain('900 seconds');
  });

  it('is a web page in place of a file', async () => {
    const html = { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>sign in</html>' };
    server.faults.answers = [html];
    expect(await failure(fetchTiny())).toMatchObject({ code: 'file-unreadable' });
    expect(await cache.list()).toEqual([]);
  });

  it('is a hub that cannot be reached; a model kept from before is used then', async () => {
    const nowhere = { hub: 'http://127.0.0.1:9' };
    expect(await failure(fetchTiny('hf:someone/tiny', nowhere))).toMatchObject({ code: 'download-failed' });
    const key = await fetchTiny();
    const notes: string[] = [];
    expect(await fetchTiny('hf:someone/tiny', nowhere, { onNote: (text: string) => notes.push(text) })).toBe(key);
    expect(notes.join()).toContain('The model kept in');
    await expect(fetchTiny('hf:someone/tiny@v2', nowhere)).rejects.toMatchObject({ code: 'download-failed' });
  });
});

describe('a token', () => {
  it('goes to the hub alone, and into no file', async () => {
    server.models.set('someone/tiny', tiny({ gated: true }));
    const key = await fetchTiny('hf:someone/tiny', { token: server.token });
    const hub = server.requests.filter(({ origin }) => origin === 'hub');
    const cdn = server.requests.filter(({ origin }) => origin === 'cdn');
    expect(new Set(hub.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${server.token}`]));
    expect(cdn.length).toBeGreaterThan(0);
    // Node's fetch takes the header off when a redirect leads to another origin.
    expect(cdn.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    for (const name of await readdir(path.join(folder, key))) {
      expect((await readFile(path.join(folder, key, name))).includes(server.token), name).toBe(false);
    }
  });
});

describe('an address', () => {
  const folderAddress = () => `${server.hub}/someone/tiny/resolve/main/`;

  it('of a folder gives the model, and its query neither leaves this machine nor is written', async () => {
    const key = await fetchTiny(`${folderAddress()}?sig=secret`);
    expect((await cache.open(key)).reference).toBe(folderAddress());
    expect(server.requests.some(({ query }) => query === '?sig=secret')).toBe(true);
    const note = await readFile(path.join(folder, key, 'ontoscope-model.json'), 'utf8');
    expect(note + key + JSON.stringify(await cache.list())).not.toContain('secret');
    await cache.remove(key);
    server.faults.answers = [{ status: 418 }];
    const error = await failure(fetchTiny(`${folderAddress()}?sig=secret`));
    expect(error.message + error.hint).not.toContain('secret');
  });

  it('may keep its ranges from us, or know none', async () => {
    const plain = await fetchTiny(folderAddress());
    for (const fault of ['withoutRanges', 'hiddenRanges'] as const) {
      await cache.remove(plain);
      server.faults[fault] = true;
      expect(await fetchTiny(folderAddress())).toBe(plain);
      server.faults[fault] = false;
    }
    expect(await weightsOf(plain)).toBe(sha256Hex(WEIGHTS));
  });

  it.each([
    ['forbidden', 'download-refused'],
    ['page', 'file-unreadable'],
  ] as const)('of a host whose answer for a missing file is: %s', async (missing, code) => {
    server.faults.missing = missing;
    // As of a host that is not the hub.
    const other = { hub: 'http://127.0.0.1:9' };
    expect(await weightsOf(await fetchTiny(folderAddress(), other))).toBe(sha256Hex(WEIGHTS));
    for (const gone of ['model.safetensors', 'config.json']) {
      const rest = new Map([...files].filter(([name]) => name !== gone));
      server.models.set('someone/tiny', tiny({ files: rest }));
      const error = await failure(fetchTiny(folderAddress(), other));
      expect(error.code).toBe(code);
      expect(error.message).toContain(gone);
    }
  });

  /** Trained once more: of the same size, other by its first and last byte. */
  const RETRAINED = WEIGHTS.with(0, WEIGHTS[0]! ^ 1).with(WEIGHTS.length - 1, WEIGHTS.at(-1)! ^ 1);
  const replaceWeights = () =>
    server.models.set('someone/tiny', tiny({ files: new Map([...files, ['model.safetensors', RETRAINED]]) }));

  it.each(['etag', 'last-modified', 'none'] as const)(
    'whose files were replaced gives the new ones, also of the same size, told by: %s',
    async (marks) => {
      server.faults.marks = marks;
      const key = await fetchTiny(folderAddress());
      server.requests.length = 0;
      await fetchTiny(folderAddress());
      expect(rangesOf('cdn').length).toBe(marks === 'none' ? 2 : 1);
      replaceWeights();
      expect(await fetchTiny(folderAddress())).toBe(key);
      expect(await weightsOf(key)).toBe(sha256Hex(RETRAINED));
    },
  );

  it.each(['etag', 'none'] as const)('never gives two files in one, told by: %s', async (marks) => {
    server.faults.marks = marks;
    server.faults.cuts = [30_000];
    const replaced = failure(
      fetchTiny(folderAddress(), { sleep: () => Promise.resolve(void replaceWeights()) }).then(weightsOf),
    );
    if (marks === 'etag') expect(await replaced).toMatchObject({ code: 'file-mismatch' });
    else expect(await replaced).toBeNull();
    expect(await weightsOf(await fetchTiny(folderAddress()))).toBe(sha256Hex(RETRAINED));
  });

  it('with another query is another model, also where nobody answers', async () => {
    const address = (query: string) => `${folderAddress()}?${query}`;
    const [first, second] = [await fetchTiny(address('v=1')), await fetchTiny(address('v=2'))];
    expect(first).not.toBe(second);
    const nowhere = { fetch: () => Promise.reject(new TypeError('no network')) };
    expect(await fetchTiny(address('v=1'), nowhere)).toBe(first);
    expect(await fetchTiny(address('v=2'), nowhere)).toBe(second);
    expect(await failure(fetchTiny(folderAddress(), nowhere))).toMatchObject({ code: 'download-failed' });
  });
});

describe('room', () => {
  /** A disk with so many bytes left. */
  class SmallDisk extends PieceFolders {
    constructor(
      where: string,
      private readonly left: number,
      private readonly told: boolean,
    ) {
      super(where);
    }
    override room() {
      return Promise.resolve(this.told ? this.left : null);
    }
  }

  it('that does not suffice is said before anything is fetched, with what is needed and what is free', async () => {
    const small = new ModelCache(new SmallDisk(folder, 5000, true), clock);
    const error = await failure(small.fetch(reference('hf:someone/tiny'), web()));
    const total = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(error).toMatchObject({ code: 'storage-quota', control: 'storage' });
    expect(error.message).toContain(`${total.toLocaleString('en-US')} bytes more`);
    expect(error.message).toContain('5,000 are free');
    expect(server.requests).toHaveLength(1);
  });
});

describe('what is kept', () => {
  it('is listed by last use and deleted one by one; nothing else goes', async () => {
    server.models.set('someone/second', tiny({ commit: commitOf('second') }));
    const first = await fetchTiny();
    nowMs += 1000;
    const second = await fetchTiny('hf:someone/second');
    expect((await cache.list()).map(({ key }) => key)).toEqual([second, first]);
    nowMs += 1000;
    await fetchTiny(`hf:someone/tiny@${COMMIT}`);
    expect((await cache.list()).map(({ key }) => key)).toEqual([first, second]);
    await cache.remove(second);
    expect((await cache.list()).map(({ key }) => key)).toEqual([first]);
    expect(await readdir(folder)).toEqual([first]);
    for (const key of [second, '../x', '.']) {
      await expect(cache.remove(key)).rejects.toMatchObject({ code: 'file-missing' });
    }
  });

  it('counts as whole only while its bytes are there, and is fetched anew where they are not', async () => {
    const key = await fetchTiny();
    const weights = path.join(folder, key, 'model.safetensors');
    for (const damage of [() => rm(weights), () => truncate(weights, 30_000)]) {
      await damage();
      expect(await cache.list()).toMatchObject([{ key, complete: false }]);
      await expect(cache.open(key)).rejects.toMatchObject({ code: 'file-missing' });
      server.requests.length = 0;
      expect(await fetchTiny(`hf:someone/tiny@${COMMIT}`)).toBe(key);
      expect(rangesOf('cdn')).toEqual([`bytes=0-${WEIGHTS.length - 1}`]);
      expect(await weightsOf(key)).toBe(sha256Hex(WEIGHTS));
      expect(await cache.list()).toMatchObject([{ key, complete: true }]);
    }
  });

  it('is on the disk before its note calls it whole', async () => {
    const { constructor } = await open(path.join(folder, 'probe'), 'w').then((handle) =>
      handle.close().then(() => handle),
    );
    const synced = vi.spyOn(constructor.prototype as FileHandle, 'datasync');
    const file = await new PieceFolders(folder).grow('m', 'w');
    await file.append(new Uint8Array(3));
    expect(synced).not.toHaveBeenCalled();
    await file.close();
    expect(synced).toHaveBeenCalledOnce();
    synced.mockRestore();
  });

  it('is listed and deleted also where its note cannot be read; folders of others are neither', async () => {
    const key = await fetchTiny();
    await writeFile(path.join(folder, key, 'ontoscope-model.json'), '{');
    await mkdir(path.join(folder, 'of-others'));
    expect(await cache.list()).toMatchObject([{ key, reference: key, complete: false }]);
    await expect(cache.remove('of-others')).rejects.toMatchObject({ code: 'file-missing' });
    await cache.remove(key);
    expect(await readdir(folder)).toEqual(['of-others']);
  });

  it('is refused to two downloads at once', async () => {
    const stop = new AbortController();
    server.faults.stallAfter = 30_000;
    let began = () => {};
    const arriving = new Promise<void>((resolve) => (began = resolve));
    const one = failure(
      fetchTiny(
        'hf:someone/tiny',
        {},
        {
          signal: stop.signal,
          onProgress: ({ file }: DownloadProgress) => void (file === 'model.safetensors' && began()),
        },
      ),
    );
    await arriving;
    expect(await failure(fetchTiny())).toMatchObject({ code: 'run-locked' });
    stop.abort();
    expect(await one).toMatchObject({ code: 'cancelled' });
  });
});
