import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { BundledModels } from '../../src/app/bundled-models.svelte';
import { LinkStore } from '../../src/app/link.svelte';
import { NeededFiles } from '../../src/app/needed-files.svelte';
import { RecordedList } from '../../src/app/recorded.svelte';
import { RecordedStudies } from '../../src/app/recorded-studies.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession, type LabCalls } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { StartStore } from '../../src/app/start.svelte';
import { sha256Hex } from '../../src/core/hash';
import { LabError } from '../../src/core/errors';
import type { Capability } from '../../src/platform/capability';
import Welcome from '../../src/ui/views/start/Welcome.svelte';
import BundledModelsView from '../../src/ui/views/start/BundledModels.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';
import { plausiblePlan } from '../helpers/run-plan';

const sha256 = (text: string) => sha256Hex(new TextEncoder().encode(text));
const listed = (path: string, text: string) => ({ path, bytes: text.length, sha256: sha256(text) });
const hash = async ({ file }: { file: File }) => sha256(await file.text());

const EXPERIMENT = {
  specVersion: 2,
  name: 'What Primer knows',
  model: { path: '.' },
  ontology: { path: 'terms.tsv', terminology: 'table', covariates: [{ name: 'exposures', path: 'terms.tsv' }] },
  train: { epochs: 4 },
};
const MODEL = {
  ...{ name: 'primer', title: 'Primer', description: 'Some facts.', parameters: 1000, bytes: 8, licence: 'Apache-2.0' },
  files: [listed('primer/config.json', '{}'), listed('primer/model.safetensors', 'weights')],
  experiment: 'primer/experiment.json',
  ontology: listed('primer/terms.tsv', 'term\tidentifier\n'),
};
const RUN = { name: 'primer', title: 'Primer learns', description: 'Recorded.', model: 'primer', bundle: 'primer.zip' };

/** What lies beside the page. */
const beside = (): Record<string, string> => ({
  'models/index.json': JSON.stringify({ indexVersion: 1, models: [MODEL] }),
  'models/primer/config.json': '{}',
  'models/primer/model.safetensors': 'weights',
  'models/primer/terms.tsv': 'term\tidentifier\n',
  'models/primer/experiment.json': JSON.stringify(EXPERIMENT),
  'recorded/index.json': JSON.stringify({ indexVersion: 1, runs: [{ ...RUN, ...listed('x', 'zip') }] }),
  'recorded/primer.zip': 'zip',
});

const noGpu: Capability['webgpu'] = { ok: false, reason: 'no-api', steps: ['Open the flags page.'] };
const gpu = { ok: true, adapter: { vendor: 'acme', architecture: 'one', description: '', software: false } };

async function setUp({ files = beside(), webgpu = gpu as unknown as Capability['webgpu'], hash: fragment = '' } = {}) {
  const stored = new Map<string, string>();
  const none = () => Promise.resolve([]);
  const runs = new RunStore({
    list: none,
    load: () => Promise.resolve(null),
    hasCheckpoint: () => Promise.resolve(false),
  });
  const spec = new SpecStore();
  const lab = {
    prepare: vi.fn<LabCalls['prepare']>(() => Promise.resolve(plausiblePlan)),
    run: vi.fn<LabCalls['run']>(() => new Promise(() => undefined)),
    ...{ pause: vi.fn(), step: vi.fn(), resume: vi.fn(), cancel: vi.fn() },
  };
  const capability = {
    browser: { name: 'Chrome' as const, version: 1, platform: 'Linux' as const },
    webgpu,
    storage: null,
  };
  const session = new LabSession(
    {
      lab,
      readCapability: () => Promise.resolve(capability),
      newKey: () => 'key-1',
      newSeed: () => 7,
      lockRun: () => Promise.resolve({ release: () => undefined }),
      wakeLock: { hold: () => Promise.resolve(), release: () => Promise.resolve() },
      persistStorage: () => Promise.resolve(),
    },
    spec,
    runs,
  );
  const needed = new NeededFiles(session, hash);
  const address = { fragment: () => fragment, clear: () => undefined, withFragment: String, onChange: () => undefined };
  const link = new LinkStore(address, session, spec, needed);
  const get = (path: string) =>
    path in files
      ? Promise.resolve(new Blob([files[path]!]))
      : Promise.reject(new LabError('file-missing', `${path} is not there.`, { hint: 'None.' }));
  const models = new BundledModels(get, hash, session, link);
  const recorded = new RecordedList(get, hash);
  const open = vi.fn(() => Promise.resolve({ ...plausibleRun({ pairs: 2, epochs: 1 }), pairs: {} as never }));
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  } as unknown as Storage;
  const start = new StartStore({ session, runs, link, models, recorded, open, elsewhere: () => false, storage });
  await session.start();
  await models.start();
  const studies = new RecordedStudies(recorded, () => undefined);
  return { start, studies, session, spec, runs, lab, link, models, open, stored };
}

describe('the bundled model', () => {
  it('keeps files of one’s own aside, even where no setting was touched', async () => {
    const { start, models, session, link } = await setUp();
    const mine = { name: 'mine', files: [] };
    session.chooseModel(mine);
    expect(await models.choose(start.model!)).toBe(true);
    const { model: folder } = session;
    expect(folder).not.toBe(mine);
    // Chosen again, it is the same folder.
    expect(await models.choose(start.model!)).toBe(true);
    expect(session.model).toBe(folder);
    link.restore();
    expect(session.model).toBe(mine);
  });
});

describe('the recorded run', () => {
  it('is on show at once, and put away for this visit and the next; it can be brought back', async () => {
    const { start, runs, stored, open } = await setUp();
    await start.begin();
    expect(runs.origin).toBe('recorded');
    expect(start.shown?.file.path).toBe('primer.zip');
    start.putAway();
    expect([runs.origin, start.shown]).toEqual(['none', null]);
    expect([...stored.values()]).toEqual(['away']);
    await start.begin();
    expect(runs.origin).toBe('none');
    await start.show();
    expect(runs.origin).toBe('recorded');
    expect(stored.size).toBe(0);
    // It is opened once.
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('gives way to a link, to files, and to what is on show already', async () => {
    const called = await setUp({ hash: '#s1=AAAA' });
    await called.start.begin();
    expect(called.runs.origin).toBe('none');

    const chosen = await setUp();
    await chosen.start.begin();
    expect(chosen.start.claimed).toBe(false);
    chosen.session.chooseOntology({ path: 'a.obo', file: new File(['x'], 'a.obo') });
    expect(chosen.start.claimed).toBe(true);
    chosen.start.yield();
    expect(chosen.runs.origin).toBe('none');
    expect(chosen.stored.size, 'the next visit shows it again').toBe(0);

    const bundle = await setUp();
    bundle.runs.showFile('file-1', 'own.zip', plausibleRun({ pairs: 2, epochs: 1 }));
    await bundle.start.begin();
    expect(bundle.runs.origin).toBe('file');
    bundle.start.yield();
    expect(bundle.runs.origin).toBe('file');
  });

  it.each([
    ['no list', 'recorded/index.json', undefined, /index\.json is not there/],
    ['a list that is none', 'recorded/index.json', '<!doctype html>', /is not what this page reads/],
    ['no bundle', 'recorded/primer.zip', undefined, /primer\.zip is not there/],
    ['another bundle', 'recorded/primer.zip', 'other', /is not the file that recorded\/index\.json lists/],
  ])('missing or broken (%s) is said quietly in its place, and nothing else is lost', async (_, path, text, words) => {
    const files = beside();
    if (text === undefined) delete files[path];
    else files[path] = text;
    const { start, session, runs, open } = await setUp({ files });
    await start.begin();
    expect([runs.origin, session.error]).toEqual(['none', null]);
    expect(open).not.toHaveBeenCalled();
    const screen = await render(Welcome, { start, session });
    await expect.element(screen.getByText(words)).toBeVisible();
    await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
    await expect.element(screen.getByRole('button', { name: 'Run it live' })).toBeEnabled();
  });

  it('is told as recorded: device, software adapter, date', async () => {
    const { start, session } = await setUp();
    await start.begin();
    const screen = await render(Welcome, { start, session });
    const { gpu: device } = start.shown!.run.manifest;
    expect(device.software).toBe(true);
    const note = screen.getByText(/The results below are recorded/).element().parentElement!;
    expect(note.textContent).toMatch(new RegExp(`${device.description || device.vendor}.*, a software adapter`));
    expect(note.textContent).toMatch(/on \d+ \w+ \d{4}/);
    expect(note.textContent).toContain('Nothing of them was computed here');
  });
});

describe('“Run it live”', () => {
  it('takes model, table and settings of the experiment and starts it: nothing is asked', async () => {
    const { start, session, spec, lab, link } = await setUp();
    await start.begin();
    const screen = await render(Welcome, { start, session });
    await screen.getByRole('button', { name: 'Run it live' }).click();
    await vi.waitFor(() => expect(lab.run).toHaveBeenCalled());
    const [inputs] = lab.prepare.mock.calls.at(-1)!;
    expect(inputs.model.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors']);
    expect(inputs.ontology.path).toBe('terms.tsv');
    expect(inputs.covariates.map(({ path }) => path)).toEqual(['terms.tsv']);
    expect(inputs.spec).toMatchObject({ train: { epochs: 4 }, ontology: { terminology: 'table' } });
    expect(spec.draft.name).toBe('What Primer knows');
    // Settings that nobody touched are not kept aside.
    expect(link.foreign).toBeNull();
    expect(session.runs.origin).toBe('live');
    expect(start.claimed).toBe(false);
  });

  it('keeps settings of the person’s own aside', async () => {
    const { start, spec, link } = await setUp();
    spec.draft.train.epochs = 9;
    void start.runLive();
    await vi.waitFor(() => expect(link.foreign).toEqual({ from: 'bundled model', name: 'Primer' }));
    link.restore();
    expect(spec.draft.train.epochs).toBe(9);
  });

  it('refuses a file that is not the listed one by name, and chooses nothing', async () => {
    const { start, session, lab } = await setUp({ files: { ...beside(), 'models/primer/model.safetensors': 'other' } });
    await start.runLive();
    expect(session.error).toMatchObject({ code: 'file-mismatch', control: 'model.path' });
    expect(session.error!.message).toContain('model.safetensors');
    expect([session.model, session.ontology]).toEqual([null, null]);
    expect(lab.prepare).not.toHaveBeenCalled();
  });

  it('is replaced by the reason and the steps where there is no WebGPU', async () => {
    const { start, session } = await setUp({ webgpu: noGpu });
    await start.begin();
    const screen = await render(Welcome, { start, session });
    await expect.element(screen.getByText('This browser has no WebGPU, or it is switched off.')).toBeVisible();
    await expect.element(screen.getByText('Open the flags page.')).toBeVisible();
    await expect.element(screen.getByRole('button', { name: 'Run it live' })).not.toBeInTheDocument();
    await expect.element(screen.getByText(/The results below are recorded/)).toBeVisible();
  });
});

describe('the bundled model', () => {
  it('is one click, says that it is chosen, and no longer where another is', async () => {
    const { models, session } = await setUp();
    const screen = await render(BundledModelsView, { models, disabled: false });
    await screen.getByRole('button', { name: /Use it/ }).click();
    await expect.element(screen.getByText('chosen')).toBeVisible();
    expect(session.model!.name).toBe('primer');
    session.chooseModel({ name: 'own', files: [] });
    await expect.element(screen.getByText('chosen')).not.toBeInTheDocument();
  });

  it('says where its card cannot be read', async () => {
    const { models } = await setUp();
    const screen = await render(BundledModelsView, { models, disabled: false });
    await screen.getByText('About Primer').click();
    await expect.element(screen.getByText('models/primer/card.json is not there.')).toBeVisible();
  });
});
