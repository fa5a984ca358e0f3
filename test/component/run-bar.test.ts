import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { BundledModels } from '../../src/app/bundled-models.svelte';
import { Continuing } from '../../src/app/continuing.svelte';
import { LinkStore } from '../../src/app/link.svelte';
import { NeededFiles } from '../../src/app/needed-files.svelte';
import { RunStore } from '../../src/app/runs.svelte';
import { LabSession, type LabCalls } from '../../src/app/session.svelte';
import { SpecStore } from '../../src/app/spec.svelte';
import { sha256Hex } from '../../src/core/hash';
import type { Capability } from '../../src/platform/capability';
import PlanPanel from '../../src/ui/views/PlanPanel.svelte';
import RunBar from '../../src/ui/views/RunBar.svelte';
import BundledModelsView from '../../src/ui/views/start/BundledModels.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';
import { plausiblePlan } from '../helpers/run-plan';

const sha256 = (text: string) => sha256Hex(new TextEncoder().encode(text));
const hash = async ({ file }: { file: File }) => sha256(await file.text());
const identity = (name: string, text: string) => ({ name, bytes: text.length, sha256: sha256(text) });
const listed = (path: string, text: string) => ({ path, bytes: text.length, sha256: sha256(text) });

const FILES: Record<string, string> = {
  'primer/config.json': '{}',
  'primer/terms.tsv': 'term\tidentifier\n',
  'primer/experiment.json': JSON.stringify({
    ...{ specVersion: 2, name: 'What Primer knows', model: { path: '.' }, train: { epochs: 4 } },
    ontology: { path: 'terms.tsv' },
  }),
};
const MODEL = {
  ...{ name: 'primer', title: 'Primer', description: 'Some facts.', parameters: 1000, bytes: 8, licence: 'Apache-2.0' },
  files: [listed('primer/config.json', '{}')],
  experiment: 'primer/experiment.json',
  ontology: listed('primer/terms.tsv', 'term\tidentifier\n'),
};

/** A run of Primer on the person's own table, cut off by a reload. */
function cutOff() {
  const run = plausibleRun({ pairs: 2, epochs: 2 });
  const { manifest } = run;
  const { source: _source, ...model } = manifest.model;
  const mine = identity('genes.tsv', 'mine');
  return {
    ...{ ...run, files: [], probes: [], resumable: true },
    manifest: {
      ...manifest,
      state: 'training' as const,
      model: { ...model, files: [identity('config.json', '{}')] },
      ontology: { ...manifest.ontology, file: mine, counts: null, covariates: [] },
    },
  };
}

/** Other epochs are another experiment. */
const planned: LabCalls['prepare'] = ({ spec: { train } }) =>
  Promise.resolve(train.epochs === 99 ? { ...plausiblePlan, experimentId: 'another' } : plausiblePlan);

async function setUp({ prepare = planned } = {}) {
  const kept = cutOff();
  const storage = { list: vi.fn(), load: () => Promise.resolve(kept), hasCheckpoint: vi.fn() };
  const runs = new RunStore(storage);
  const spec = new SpecStore();
  const lab = {
    prepare: vi.fn(prepare),
    run: vi.fn(),
    pause: vi.fn(),
    step: vi.fn(),
    resume: vi.fn(),
    cancel: vi.fn(),
  };
  const capability = { webgpu: { ok: true, adapter: { limits: {} } } } as unknown as Capability;
  const session = new LabSession({ lab, readCapability: () => Promise.resolve(capability) } as never, spec, runs);
  await session.start();
  const needed = new NeededFiles(session, hash);
  const link = new LinkStore({} as never, session, spec, needed);
  const index = JSON.stringify({ indexVersion: 1, models: [MODEL] });
  const get = (path: string) =>
    Promise.resolve(new Blob([path === 'models/index.json' ? index : FILES[path.replace('models/', '')]!]));
  const models = new BundledModels(get, hash, session, link);
  await models.start();
  const continuing = new Continuing(session, runs, models, needed);
  const bar = () => render(RunBar, { session, continuing, onadopt: vi.fn() });
  return { session, runs, spec, models, continuing, kept, bar };
}

const model = { name: 'tiny', files: [] };
const ontology = { path: 'a.obo', file: new File(['x'], 'a.obo') };

describe('the bar of the run', () => {
  it('is ready only where Run can be pressed', async () => {
    const { session, spec, bar } = await setUp();
    session.chooseModel(model);
    session.chooseOntology(ontology);
    await session.check();
    const screen = await bar();
    await expect.element(screen.getByText('Ready', { exact: true })).toBeVisible();
    spec.setNumber('train.epochs', Number.NaN);
    await expect.element(screen.getByText('Not ready', { exact: true })).toBeVisible();
    await expect.element(screen.getByText('Ready', { exact: true })).not.toBeInTheDocument();
    await expect
      .element(screen.getByRole('status').last())
      .toHaveTextContent('Not ready. Correct the marked settings.');
  });

  it('names no lack to somebody who looks at the recorded run', async () => {
    const { runs, kept, session, bar } = await setUp();
    runs.showFile('recorded/primer', 'primer.zip', { ...plausibleRun({ pairs: 2, epochs: 1 }), files: [] }, 'recorded');
    expect(kept.resumable).toBe(true);
    const screen = await bar();
    await expect.element(screen.getByText('Recorded', { exact: true })).toBeVisible();
    await expect.element(screen.getByText('Not ready', { exact: true })).not.toBeInTheDocument();
    session.chooseModel(model);
    await expect.element(screen.getByText('Not ready', { exact: true })).toBeVisible();
  });

  it('says what a run cut off by a reload needs, and takes it: the bundled model alone, the files by their hash', async () => {
    const { session, runs, spec, kept, bar } = await setUp();
    spec.adopt(kept.manifest.spec);
    await runs.open('key-1');
    const before = spec.snapshot();
    const screen = await bar();
    await expect.element(screen.getByText('Stopped', { exact: true })).toBeVisible();
    const place = screen.getByText(/To continue it needs Primer and genes\.tsv: choose them\./).first();
    await expect.element(place).toHaveTextContent(`Stopped after ${kept.steps.length} steps, in epoch 2 of`);
    await screen.getByRole('button', { name: 'Load Primer' }).click();
    await expect.element(screen.getByText(/To continue it needs genes\.tsv: choose it\./).first()).toBeInTheDocument();
    expect(session.model?.name).toBe('primer');
    expect(session.ontology).toBeNull();
    expect(spec.snapshot()).toEqual(before);
    const files = screen.getByLabelText('Choose its files');
    await files.upload(new File(['wrong'], 'other.tsv'));
    await expect.element(screen.getByText('Not among its files: other.tsv.')).toBeInTheDocument();
    await files.upload(new File(['mine'], 'renamed.tsv'));
    await vi.waitFor(() => expect(session.ontology?.path).toBe('genes.tsv'));
    await expect.element(screen.getByRole('button', { name: 'Choose its files' })).not.toBeInTheDocument();
    // What is chosen now is another experiment than the run's: the bar says so.
    spec.setNumber('train.epochs', 99);
    await session.check();
    await expect.element(screen.getByRole('button', { name: 'Take its settings' })).toBeVisible();
  });
});

describe('the bundled model', () => {
  it('is offered alone where an ontology or settings of one’s own would go', async () => {
    const { models, session, spec } = await setUp();
    const screen = await render(BundledModelsView, { models, disabled: false });
    await expect.element(screen.getByRole('button', { name: /^Use it:/ })).toBeVisible();
    await expect.element(screen.getByRole('button', { name: /^Model alone/ })).not.toBeInTheDocument();
    session.chooseOntology(ontology);
    spec.setNumber('train.epochs', 7);
    await expect.element(screen.getByRole('button', { name: /^Use it with its experiment/ })).toBeVisible();
    await screen.getByRole('button', { name: /^Model alone/ }).click();
    await expect.element(screen.getByText('chosen')).toBeVisible();
    expect(session.ontology).toBe(ontology);
    expect(spec.draft.train.epochs).toBe(7);
  });
});

it('a plan that failed waits for its error, not for a choice made already', async () => {
  const { session } = await setUp({ prepare: () => Promise.reject(new Error('no')) });
  session.chooseModel(model);
  session.chooseOntology(ontology);
  await session.check();
  const speed = { estimate: () => null, measuring: false } as never;
  const screen = await render(PlanPanel, { session, speed });
  await expect.element(screen.getByText(/once the error above is corrected/)).toBeVisible();
});
