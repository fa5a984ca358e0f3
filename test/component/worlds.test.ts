import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { LabError } from '../../src/core/errors';
import { PretrainConfigStore } from '../../src/app/pretrain-config.svelte';
import { PretrainingStore, type PretrainingHost } from '../../src/app/pretraining.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { StudyStore } from '../../src/app/studies.svelte';
import { WorldStore, type WorldHost } from '../../src/app/world.svelte';
import type { Capability } from '../../src/platform/capability';
import { makeWorld, previewWorld, worldFiles } from '../../src/experiment/worlds';
import { parseWorld, worldHash } from '../../src/spec';
import type { PretrainListener, PretrainManifest } from '../../src/worker/client';
import GroupCard from '../../src/ui/views/world/GroupCard.svelte';
import WorldDials from '../../src/ui/views/world/WorldDials.svelte';

const FILE = {
  worldVersion: 1,
  name: 'tiny',
  groups: [
    { name: 'codes', source: { kind: 'synthetic', count: 8 }, exposures: { kind: 'buckets', sizes: [0, 2] } },
    {
      name: 'pairs',
      source: { kind: 'given', path: '../tables/pairs.tsv' },
      exposures: { kind: 'buckets', sizes: [1] },
    },
  ],
  filler: { sentences: 10, heldOut: 2 },
};
const file = (content: object, path = 'tiny.json') => ({ path, file: new File([JSON.stringify(content)], path) });
const table = (name: string) => new File(['term\tidentifier\nalpha\tA1\n'], name);
const only = { ...FILE, groups: [FILE.groups[0]!] };

function setUp() {
  const looks: {
    inputs: Parameters<WorldHost['calls']['look']>[0];
    answer: () => void;
    fail: (e: LabError) => void;
  }[] = [];
  const downloads: { name: string; content: unknown }[] = [];
  const download = (name: string, _type: string, content: unknown) => void downloads.push({ name, content });
  const world = new WorldStore({
    calls: {
      look: (inputs, _anyway, looked) =>
        new Promise((resolve, fail) => {
          const answer = () => {
            looked(previewWorld(inputs.world, new Map([[1, [{ term: 'alpha', identifier: 'A1' }]]])));
            resolve(null);
          };
          looks.push({ inputs, answer, fail });
        }),
      make: () => Promise.resolve({ path: 'world.zip', bytes: new Uint8Array([1]) }),
    },
    openOntology: () => Promise.resolve({ ontology: { path: 'go.obo', file: table('go.obo') } }),
    download,
  });
  const spec = new SpecStore();
  const runs = new RunStore({
    list: () => Promise.resolve([]),
    load: () => Promise.resolve(null),
    hasCheckpoint: () => Promise.resolve(false),
  });
  const session = new LabSession(
    { readCapability: () => Promise.resolve({ webgpu: { ok: true } } as unknown as Capability) } as never,
    spec,
    runs,
  );
  const config = new PretrainConfigStore({
    calls: { plan: vi.fn(() => new Promise<never>(() => undefined)) },
    download,
  });
  let end: { finish: () => void; fail: (error: LabError) => void; listener: PretrainListener } | null = null;
  const going = (listener: PretrainListener) => new Promise<void>((finish, fail) => (end = { finish, fail, listener }));
  const calls = {
    run: vi.fn<PretrainingHost['calls']['run']>((_key, _work, listener) => going(listener)),
    continue: vi.fn<PretrainingHost['calls']['continue']>((_key, listener) => going(listener)),
    ...{ pause: vi.fn(), resume: vi.fn(), cancel: vi.fn() },
    pack: vi.fn(() => Promise.resolve({ path: 'model.zip', bytes: new Uint8Array([1]) })),
  };
  const adopt = vi.fn<PretrainingHost['adopt']>((settings) => spec.adopt(settings));
  const storage = {
    list: () => Promise.resolve([]),
    load: () => Promise.resolve(null),
    remove: () => Promise.resolve(),
  };
  const wakeLock = { hold: () => Promise.resolve(), release: () => Promise.resolve() };
  const pretraining = new PretrainingStore(
    {
      ...{ calls, storage, wakeLock, download, adopt },
      newKey: () => 'k',
      withPretrainingLock: (_key, work) => work(),
      persistStorage: () => Promise.resolve(),
    },
    session,
    world,
    config,
  );
  return { world, config, session, pretraining, calls, adopt, runs, looks, downloads, running: () => end! };
}

/** A manifest as far as the page reads it. */
function manifestOf(state: PretrainManifest['state'], config: PretrainConfigStore): PretrainManifest {
  return {
    ...{ runId: 'r', state, dtype: 'f32', startedAtMs: 0, elapsedMs: 5, error: null },
    config: config.valid!,
    corpus: { name: 'tiny', sha256: 'a' },
    model: { parameters: 9 },
    plan: { steps: 3, tokens: 30 },
    trained: { steps: 1, tokens: 10 },
    gpu: { host: 'h', vendor: 'v', architecture: 'a', description: 'd' } as PretrainManifest['gpu'],
  };
}

describe('a world of the page', () => {
  it('refuses a wrong file in the file’s words, and leads to a dial of its own', async () => {
    const { world } = setUp();
    await world.openFile(file({ ...FILE, seed: -1 }));
    expect(world.error).toMatchObject({ code: 'world-invalid', control: 'world.seed' });
    expect(world.draft).toBeNull();
  });

  it('asks for the table that it names, and takes one of that name in its place', async () => {
    const { world } = setUp();
    await world.openFile(file(FILE));
    expect(world.missing).toEqual(['../tables/pairs.tsv']);
    expect(world.inputs).toBeNull();
    world.chooseTable(1, table('pairs.tsv'));
    expect(world.inputs!.given.map(({ path }) => path)).toEqual(['../tables/pairs.tsv']);
    expect(world.inputs!.world.groups[1]!.source).toMatchObject({ path: '../tables/pairs.tsv' });
    world.chooseTable(1, table('other.tsv'));
    expect(world.inputs!.given.map(({ path }) => path)).toEqual(['other.tsv']);
    const entry = { terminology: 'go', columns: null } as never;
    await world.chooseOntology(1, entry);
    expect(world.draft!.groups[1]!.source).toMatchObject({ path: 'go.obo', terminology: 'go' });
  });

  it('tells every wrong dial apart and keeps the last look while one is wrong', async () => {
    const { world, looks } = setUp();
    await world.openFile(file(only));
    const looking = world.preview();
    looks[0]!.answer();
    await looking;
    expect(world.current).toBe(true);
    world.set('seed', Number.NaN);
    world.set('groups.0.source.identifiers.lambda', 2);
    expect(world.valid).toBeNull();
    expect(world.problemAt('seed')).toContain('found');
    expect(world.problemAt('groups.0.source.identifiers')).toContain('allowed');
    expect(world.problemAt('groups.0.termFirst')).toBeUndefined();
    expect(world.look).not.toBeNull();
    expect(world.current).toBe(false);
  });

  it('shows the newest look, whatever comes last', async () => {
    const { world, looks } = setUp();
    await world.openFile(file(only));
    const first = world.preview();
    world.set('seed', 9);
    const second = world.preview();
    looks[1]!.answer();
    looks[0]!.answer();
    await Promise.all([first, second]);
    expect(world.look!.hash).toBe(worldHash(world.valid!));
    const third = world.preview();
    looks[2]!.fail(new LabError('world-invalid', 'too narrow', { hint: 'widen', control: 'groups.0.window' }));
    await third;
    expect(world.error).toMatchObject({ message: 'too narrow', control: 'world.groups.0.window' });
  });

  it('saves the file that the terminal writes of the same world', async () => {
    const { world, downloads } = setUp();
    await world.openFile(file({ ...only, hash: worldHash(parseWorld(only, 'x')) }));
    world.saveFile();
    const { name, content } = downloads[0]!;
    expect(name).toBe('tiny.json');
    const none = () => Promise.reject(new Error('no table'));
    const written = worldFiles(await makeWorld(parseWorld(content, 'tiny.json'), none)).files;
    expect(content).toBe(written.find((each) => each.name === 'world.json')!.text);
  });

  it('turns with its dials', async () => {
    const { world } = setUp();
    await world.openFile(file(only));
    const screen = await render(WorldDials, { world, draft: world.draft! });
    await screen.getByLabelText('Filler sentences').fill('77');
    await screen.getByLabelText('Twin').selectOptions('flipped: said the other way round');
    expect(world.valid).toMatchObject({ filler: { sentences: 77 }, twin: { kind: 'flipped', groups: null } });
    await screen.getByLabelText('Facts are stated in').selectOptions('sentences of your own');
    await screen.getByLabelText('Term first').fill('{term} only');
    const own = screen.getByLabelText('Term first').element();
    own.dispatchEvent(new Event('change', { bubbles: true }));
    expect(world.draft!.sentences.custom!['term-to-id']).toEqual(['{term} only']);
    world.addGroup();
    expect(world.valid!.groups.map(({ name }) => name)).toEqual(['codes', 'group-2']);
  });

  it('shows beside the dials of a group what they make', async () => {
    const { world, looks } = setUp();
    await world.openFile(file(only));
    world.set('groups.0.source.identifiers.lambda', 0.5);
    const looking = world.preview();
    looks[0]!.answer();
    await looking;
    const props = { world, index: 0, group: world.draft!.groups[0]!, look: world.look!.groups[0]!, ontologies: [] };
    const screen = await render(GroupCard, { ...props, onexport: vi.fn() });
    await expect.element(screen.getByText('4 of 8')).toBeVisible();
    const { term, identifier } = world.look!.groups[0]!.examples[0]!;
    await expect.element(screen.getByText(term, { exact: true })).toBeVisible();
    await expect.element(screen.getByText(identifier, { exact: true }).first()).toBeVisible();
    await screen.getByRole('button', { name: 'Show numbers: Exposures of codes' }).click();
    await expect.element(screen.getByRole('region', { name: 'Exposures of codes: numbers' })).toHaveTextContent('04');
  });
});

describe('a configuration of the page', () => {
  it('marks what is out of range, and what does not go together', async () => {
    const { config } = setUp();
    config.set('model.layers', 0);
    config.set('batch.rows', Number.NaN);
    expect(config.valid).toBeNull();
    expect(config.problemAt('model.layers')).toBe('At least 1.');
    expect(config.problemAt('batch.rows')).toBeDefined();
    await config.openFile(file({ pretrainVersion: 1, name: 'm' }));
    config.set('model.hiddenSize', 20);
    expect(config.problemAt('model.hiddenSize')).toContain('a multiple of 4');
    await config.openFile(file({ pretrainVersion: 1, layers: 2 }));
    expect(config.error).toMatchObject({ code: 'spec-invalid', control: 'pretrain.layers' });
  });
});

describe('a pretraining of the page', () => {
  async function started() {
    const lab = setUp();
    await lab.session.start();
    expect(lab.pretraining.blocked).toContain('Open a world');
    await lab.world.openFile(file(only));
    const ended = lab.pretraining.run();
    await vi.waitFor(() => expect(lab.calls.run).toHaveBeenCalled());
    return { ...lab, ended, ...lab.running() };
  }

  it('is the only one on the device, and gives it back', async () => {
    const { session, pretraining, runs, ended, finish } = await started();
    expect(session.blocked).toContain('being pretrained');
    const studies = new StudyStore({} as never, session, runs);
    expect(studies.blocked).toContain('being pretrained');
    finish();
    await ended;
    expect(session.occupied).toBeNull();
    session.occupied = 'A study is running';
    expect(pretraining.blocked).toBe('A study is running');
  });

  it('follows its records, and cuts them where it goes on from a checkpoint', async () => {
    const { pretraining, config, listener, calls, ended, fail } = await started();
    listener.manifest(manifestOf('training', config));
    const step = { step: 1, learningRate: 1, loss: 2, gradientNorm: 1, tokens: 3, trainedTokens: 3 };
    listener.steps([step, { ...step, step: 2 }]);
    listener.heldOut({ step: 0, trainedTokens: 0, loss: 3, tokens: 4 });
    listener.rewind({ steps: 1, heldOut: 0 }, true);
    expect([pretraining.steps.length, pretraining.heldOut.length, pretraining.devicesLost]).toEqual([1, 0, 1]);
    pretraining.pause();
    listener.progress({ state: 'paused' } as Parameters<PretrainListener['progress']>[0]);
    expect(pretraining.phase).toBe('paused');
    fail(new LabError('loss-not-finite', 'lost', { hint: 'lower it', control: 'optimizer.learningRate' }));
    await ended;
    expect(pretraining.error).toMatchObject({ control: 'pretrain.optimizer.learningRate' });
    void pretraining.continue();
    await vi.waitFor(() => expect(calls.continue).toHaveBeenCalledWith('k', expect.anything()));
  });

  it('gives model, facts and settings to the experiment once it is done', async () => {
    const { pretraining, session, config, listener, world, adopt, downloads, ended, finish } = await started();
    await pretraining.use('k');
    expect(pretraining.error).not.toBeNull();
    const { files } = worldFiles(await makeWorld(world.valid!, () => Promise.reject(new Error('no table'))));
    const encoder = new TextEncoder();
    listener.manifest(manifestOf('done', config));
    listener.files(files.map(({ name, text }) => ({ path: `world/${name}`, bytes: encoder.encode(text) })));
    listener.files(['config.json', 'model.safetensors'].map((path) => ({ path, bytes: new Uint8Array([1]) })));
    finish();
    await ended;
    await pretraining.use('k');
    expect(pretraining.error).toBeNull();
    expect(session.model).toMatchObject({ name: 'My model' });
    expect(session.model!.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors']);
    expect(session.ontology!.path).toBe('terms.tsv');
    expect(session.covariates.map(({ name }) => name)).toEqual(['exposures', 'termFirst', 'derived']);
    expect(adopt.mock.calls[0]![1]).toBe('My model');
    expect(session.dataInputs!.spec.ontology).toMatchObject({ popularityColumn: 'exposures', path: 'terms.tsv' });
    await pretraining.save('k');
    expect(downloads.map(({ name }) => name)).toEqual(['My-model.zip']);
  });
});
