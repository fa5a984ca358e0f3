/** `ontoscope study` and `ontoscope rows` without a GPU: arguments, refusals, and the rows that every package can read. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { findResumePoint } from '../../../src/cli/continue-run';
import { RunStore } from '../../../src/cli/run-store';
import { fileAssignments, readStudyFile } from '../../../src/cli/study/study-file';
import { newState, poolStudy, studyCells, type PreparedRun } from '../../../src/experiment';
import { encodeFacts, encodeManifest, encodeState, encodeTrials, parseState } from '../../../src/records';
import { parseStudy, type GivenSource } from '../../../src/spec';
import { plausibleRun } from '../../fixtures/run/plausible-run';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';
import { writeTinyModel } from '../../helpers/tiny-model';
import { tinyTerms } from '../../helpers/tiny-run';
import { digests, factors, simulatedRuns, study } from '../experiment/study/simulated';

const place = useTemporaryFolder();
const STUDY = path.resolve('public/studies/two-ranks-three-seeds.json');

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

beforeAll(async () => {
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text);
});

describe('ontoscope study', () => {
  it.each([
    [['study']],
    [['study', STUDY]],
    [['study', STUDY, '--out', 'x', '--plan', '--resume']],
    [['study', STUDY, 'other.json', '--out', 'x']],
    [['study', STUDY, '--out', 'x', '--set', 'adapter.rank=3']],
    [['study', STUDY, '--out', 'x', '--set', 'seed=3']],
    [['study', STUDY, '--out', 'x', '--set', 'adapter={"kind":"full"}']],
  ])('%j is a usage error', async (argv) => {
    expect((await call(...argv)).code).toBe(2);
    expect(existsSync('x')).toBe(false);
  });

  it('finds files beside the study, and those of the command line from the working directory', async () => {
    const file = await place('study.json');
    const base = { model: { path: 'models/tiny' }, ontology: { path: 'terms.tsv' } };
    await writeFile(file, JSON.stringify({ studyVersion: 1, base, grid: { 'adapter.rank': [1, 2] }, seeds: [1] }));
    const own = await readStudyFile(file, []);
    expect(own.filesOf(own.cells[0]!)).toMatchObject({
      modelPath: await place('models', 'tiny'),
      ontologyPath: await place('terms.tsv'),
    });
    const other = await readStudyFile(file, ['model.path="m"']);
    expect(other.filesOf(other.cells[1]!).modelPath).toBe(path.resolve('m'));
    expect(other.cells.map(({ folder }) => folder)).toEqual(own.cells.map(({ folder }) => folder));
  });

  it('keeps the query of a model’s address for the request alone', async () => {
    const file = await place('addresses.json');
    const written = { studyVersion: 1, base: { ontology: { path: 'terms.tsv' } }, seeds: [1] };
    await writeFile(file, JSON.stringify(written));
    const address = 'https://host/m/?signature=hidden';
    const own = await readStudyFile(file, fileAssignments({ model: address }));
    expect(newState(own.study, own.cells).study.base.model).toEqual({ path: 'https://host/m/' });
    expect(JSON.stringify([own.study, own.cells, own.factors])).not.toContain('hidden');
    expect(own.filesOf(own.cells[0]!).modelPath).toBe(address);
    await writeFile(file, JSON.stringify({ ...written, grid: { 'model.path': [address, 'hf:a/b', 'models/tiny'] } }));
    const varied = await readStudyFile(file, []);
    expect(JSON.stringify([varied.study, varied.cells, varied.factors])).not.toContain('hidden');
    expect(varied.cells.map((cell) => varied.filesOf(cell).modelPath)).toEqual([
      address,
      'hf:a/b',
      await place('models', 'tiny'),
    ]);
    await writeFile(file, JSON.stringify({ ...written, base: { model: { path: 'https://u:hidden@host/' } } }));
    await expect(readStudyFile(file, [])).rejects.toMatchObject({ code: 'spec-invalid', control: 'model.path' });
  });

  it('reads a world and its pretraining from files, with paths inside them from the study’s folder', async () => {
    const group = (name: string, source: object) => ({ name, source, exposures: { kind: 'buckets', sizes: [0, 1] } });
    const given = { kind: 'given', path: '../terms.tsv' };
    const groups = [group('made', { kind: 'synthetic', count: 4 }), group('given', given)];
    await mkdir(await place('worlds'), { recursive: true });
    await writeFile(await place('worlds', 'w.json'), JSON.stringify({ worldVersion: 1, name: 'w', groups }));
    await writeFile(await place('worlds', 'p.json'), JSON.stringify({ pretrainVersion: 1, model: { layers: 1 } }));
    const file = await place('of-worlds.json');
    const written = { studyVersion: 1, world: 'worlds/w.json', pretrain: 'worlds/p.json', seeds: [1] };
    await writeFile(file, JSON.stringify(written));
    const { study: whole, cells, filesOf, openGiven } = await readStudyFile(file, ['world.groups.0.source.count=6']);
    expect(whole).toMatchObject({ world: { name: 'w' }, pretrain: { model: { layers: 1 } } });
    const [made, from] = cells[0]!.model!.world.groups.map(({ source }) => source);
    expect(made).toMatchObject({ count: 6 });
    expect(from).toMatchObject({ path: 'terms.tsv' });
    expect((await openGiven(from as GivenSource, 'groups.1.source.path')).name).toBe(await place('terms.tsv'));
    expect(filesOf(cells[0]!, '/out/models/m')).toMatchObject({
      modelPath: `/out/models/${cells[0]!.model!.id}`,
      ontologyPath: '/out/models/m/world/terms.tsv',
    });
    await expect(readStudyFile(file, ['model.path=m'])).rejects.toMatchObject({ code: 'study-invalid' });
    await writeFile(file, JSON.stringify({ ...written, world: 'worlds/none.json' }));
    await expect(readStudyFile(file, [])).rejects.toMatchObject({ code: 'file-missing', control: 'world' });
    await writeFile(file, JSON.stringify({ ...written, pretrain: 'worlds/w.json' }));
    await expect(readStudyFile(file, [])).rejects.toMatchObject({ code: 'spec-invalid' });
  });

  it('says before and after that a world’s sentences do not fit the model, and leaves nothing of it', async () => {
    const groups = [{ name: 'facts', source: { kind: 'synthetic', count: 6 } }];
    const world = { worldVersion: 1, groups, filler: { sentences: 5, heldOut: 1 } };
    const pretrain = { pretrainVersion: 1, model: { contextLength: 8 } };
    const file = await place('short-context.json');
    const written = { studyVersion: 1, world, pretrain, grid: { 'train.epochs': [1, 2] }, seeds: [1] };
    await writeFile(file, JSON.stringify(written));
    const [one, two] = (await readStudyFile(file, [])).cells;
    const plan = await call('study', file, '--plan', '--json');
    expect(plan.code).toBe(1);
    const problem = expect.stringContaining('8') as string;
    expect(plan.terminal.json()).toMatchObject({
      models: [{ id: one!.model!.id, cells: 2, tokens: null, problem }],
      cells: [{ problem: `Its model ${one!.model!.id} cannot be pretrained.` }, {}],
    });
    const out = await place('short-context');
    const { code, terminal } = await call('study', file, '--out', out, '--json', '--quiet');
    expect(code).toBe(1);
    const failed = { state: 'failed', model: two!.model!.id, error: { code: 'sequence-too-long' } };
    expect(terminal.json()).toMatchObject({ state: { cells: [failed, failed] }, summary: null });
    expect(await readdir(out)).toEqual(['study.json']);
  });

  it('refuses a folder that holds something else, a study that has begun, and another study', async () => {
    const args = (out: string, ...more: string[]) => ['study', STUDY, '--out', out, '--json', ...more];
    const foreign = await place('foreign');
    await mkdir(foreign);
    await writeFile(path.join(foreign, 'thesis.txt'), 'years of work');
    for (const more of [[], ['--resume']]) {
      const { code, terminal } = await call(...args(foreign, ...more));
      expect(code).toBe(1);
      expect(terminal.json()).toMatchObject({ error: { code: 'output-exists' } });
    }
    const begun = await place('begun');
    await mkdir(begun);
    const another = parseStudy({ studyVersion: 1, seeds: [9] }, 'another.json');
    const state = newState(another, studyCells(another, 'another.json'));
    state.cells[0]!.state = 'running';
    await writeFile(path.join(begun, 'study.json'), encodeState(state));
    expect((await call(...args(begun))).terminal.json()).toMatchObject({ error: { code: 'output-exists' } });
    expect((await call(...args(begun, '--resume'))).terminal.json()).toMatchObject({
      error: { code: 'checkpoint-mismatch' },
    });
    await writeFile(path.join(begun, 'study.json'), '{"stateVersion"');
    expect((await call(...args(begun, '--resume'))).terminal.json()).toMatchObject({
      error: { code: 'record-invalid' },
    });
  });

  it('does not go on with another model or ontology than its finished cells had', async () => {
    const out = await place('changed');
    const files = ['--model', await place('models', 'tiny'), '--ontology', await place('terms.tsv')];
    const { study: small, cells } = await readStudyFile(STUDY, []);
    const state = newState(small, cells);
    Object.assign(state.cells[0]!, { state: 'done', runId: 'fixture' });
    const { manifest } = plausibleRun({ pairs: 2, epochs: 1 });
    await mkdir(path.join(out, cells[0]!.folder), { recursive: true });
    await writeFile(path.join(out, cells[0]!.folder, 'manifest.json'), encodeManifest(manifest));
    await writeFile(path.join(out, 'study.json'), encodeState(state));
    const { code, terminal } = await call('study', STUDY, '--out', out, '--resume', '--json', ...files);
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      error: { code: 'file-mismatch', message: expect.stringContaining('adapter.rank=2, seed 1') as string },
    });
    const { cells: after } = parseState(await readFile(path.join(out, 'study.json'), 'utf8'), 'study.json');
    expect(after.map(({ state: at }) => at).slice(0, 3)).toEqual(['done', 'failed', 'waiting']);
  });

  it('takes what a killed process left in a cell’s folder for its own', async () => {
    const folder = await place('torn');
    await mkdir(folder);
    await writeFile(path.join(folder, 'trials.jsonl'), '');
    const store = new RunStore(folder);
    const find = (owned: boolean) => findResumePoint(store, {} as PreparedRun, () => {}, { owned });
    await expect(find(true)).resolves.toBeNull();
    await expect(find(false)).rejects.toMatchObject({ code: 'output-exists' });
  });

  it('is written as the documentation shows', async () => {
    const text = await readFile('docs/studies.md', 'utf8');
    const shown = /```json\n([\s\S]*?)```/.exec(text)![1]!;
    const [documented, shipped] = [shown, await readFile(STUDY, 'utf8')].map((source) => parseStudy(source, 'study'));
    expect(studyCells(documented!, 'docs')).toHaveLength(6);
    expect(documented).toMatchObject({ grid: shipped!.grid, seeds: shipped!.seeds, analysis: shipped!.analysis });
    for (const [field, value] of Object.entries(documented!.base)) expect(shipped!.base[field]).toEqual(value);
  });

  it('names what the study lacks before anything is written', async () => {
    const out = await place('nothing');
    const broken = await place('broken.json');
    await writeFile(broken, '{"studyVersion": 1, "grid": {"adapter.rank": [0]}}');
    const { code, terminal } = await call('study', broken, '--out', out, '--json');
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({ error: { code: 'study-invalid', control: 'adapter.rank' } });
    expect(existsSync(out)).toBe(false);
  });
});

/** The simulated runs as a study's folder. */
async function writeStudy(folder: string): Promise<string[]> {
  const { manifest } = plausibleRun({ pairs: 2, epochs: 1 });
  const state = newState(study, studyCells(study, 'simulated.json'));
  const folders: string[] = [];
  for (const run of simulatedRuns()) {
    const record = state.cells.find(({ point, seed }) => point === run.point && seed === run.seed)!;
    Object.assign(record, { state: 'done', runId: run.run });
    const at = path.join(folder, record.folder);
    await mkdir(at, { recursive: true });
    const own = { ...manifest, runId: run.run, spec: { ...manifest.spec, seed: run.seed } };
    await writeFile(path.join(at, 'manifest.json'), encodeManifest(own));
    await writeFile(path.join(at, 'facts.jsonl'), encodeFacts(run.facts));
    await writeFile(path.join(at, 'trials.jsonl'), encodeTrials(run.trials));
    await writeFile(path.join(at, 'steps.jsonl'), '');
    folders.push(at);
  }
  await writeFile(path.join(folder, 'study.json'), encodeState(state));
  return folders;
}

describe('ontoscope rows', () => {
  let folder: string;
  let runs: string[];
  let table: string;
  beforeAll(async () => {
    folder = await place('simulated');
    runs = await writeStudy(folder);
    table = await place('rows.csv');
  });

  it('writes what the pooled models are fitted to: stats cox finds the same', async () => {
    const written = await call('rows', folder, '--event', 'acquisition', '--out', table, '--json');
    expect(written.terminal.json()).toEqual({ out: table, runs: 8, rows: 480, events: 420, known: 0, unobserved: 0, rehearsed: 0 });
    const pooled = poolStudy(study, factors, digests());
    const cox = (where: string[], strata: string, covariates: string, ...more: string[]) =>
      call('stats', 'cox', table, '--time', 'stop', '--start', 'start', '--event', 'event', '--cluster', 'fact', '--strata', strata, '--covariates', covariates, ...where, ...more, '--json');
    const compare = (json: Record<string, unknown>, point: string, names: (name: string) => string) => {
      for (const term of json.terms as { name: string; beta: number; se: number; p: number; hazardRatio: { lo: number; hi: number } }[]) {
        const row = pooled.rows.find((each) => each.point === point && each.measure === 'acquisition' && each.model === 'cox' && each.term === names(term.name))!;
        expect(row.coefficient!.beta).toBeCloseTo(term.beta, 12);
        expect(row.coefficient!.se).toBeCloseTo(term.se, 12);
        expect(row.coefficient!.p).toBeCloseTo(term.p, 12);
        expect(row.estimate!.lo).toBeCloseTo(term.hazardRatio.lo, 11);
        expect(row.estimate!.hi).toBeCloseTo(term.hazardRatio.hi, 11);
      }
    };
    const same = (name: string) => name;
    const within = await cox(['--where', 'arm=a'], 'run', 'latent,popularity,lexical.ngram');
    expect(within.code, within.err).toBe(0);
    expect(within.terminal.json()).toMatchObject({ n: 240, terms: { length: 3 } });
    compare(within.terminal.json(), 'arm=a', same);
    const across = await cox([], 'seed', 'latent,popularity,lexical.ngram', '--factor', 'arm');
    expect(across.terminal.json()).toMatchObject({ n: 480, terms: { length: 4 } });
    compare(across.terminal.json(), 'all runs', same);
  }); // prettier-ignore

  it('takes single runs as well, and stdout', async () => {
    const { out, code } = await call('rows', runs[0]!, runs[5]!, '--event', 'acquisition');
    expect(code).toBe(0);
    const lines = out.split('\r\n');
    expect(lines).toHaveLength(121);
    expect(lines[0]).toBe(
      'run,seed,fact,identifier,direction,template,seen,start,stop,event,latent,popularity,withheld,baselineLogQ,stratum,count,lexical.ngram,rank',
    );
    expect(lines[1]).toMatch(
      /^a1,1,XX:\d{4}\|term-to-id,XX:\d{4},term-to-id,held-out,1,0,\d,[01],[01],\d\.\d+,0,-9,0,/,
    );
  });

  it('of facts that nobody lost are a header alone', async () => {
    const { out } = await call('rows', runs[0]!, '--event', 'degradation', '--from', 'baseline');
    expect(out.split('\r\n')).toHaveLength(1);
    const later = await call('rows', runs[0]!, '--event', 'degradation', '--from', 'any-time');
    expect(later.out.split('\r\n').length).toBeGreaterThan(10);
  });

  it('renames a covariate that has the name of another column', async () => {
    const text = await readFile(path.join(runs[0]!, 'facts.jsonl'), 'utf8');
    const own = await place('named');
    await mkdir(own);
    for (const name of ['manifest.json', 'trials.jsonl', 'steps.jsonl']) {
      await writeFile(path.join(own, name), await readFile(path.join(runs[0]!, name)));
    }
    await writeFile(path.join(own, 'facts.jsonl'), text.replaceAll('"lexical.ngram"', '"latent"'));
    const { out } = await call('rows', own, '--event', 'acquisition');
    const [header, first] = out.split('\r\n').map((line) => line.split(','));
    expect(header!.filter((name) => name === 'latent')).toHaveLength(1);
    expect(first![header!.indexOf('covariate.latent')]).toMatch(/^0\.\d+$/);
  });

  it.each([
    [['rows'], 2],
    [['rows', 'a'], 2],
    [['rows', 'a', '--event', 'learning'], 2],
    [['rows', 'a', '--event', 'acquisition', '--sustained', '0'], 2],
    [['rows', 'a', '--event', 'acquisition', '--from', 'any-time'], 2],
    [['rows', 'a', '--event', 'acquisition', '--json'], 2],
    [['rows', 'none', '--event', 'acquisition'], 1],
  ] as const)('%j ends with status %i', async (argv, code) => {
    expect((await call(...argv)).code).toBe(code);
  });

  it('refuses a run that is named twice, and a table that is there', async () => {
    const twice = await call('rows', runs[0]!, folder, '--event', 'acquisition');
    expect(twice.code).toBe(2);
    expect(twice.err).toContain('hold the same run (a1)');
    const there = await call('rows', runs[0]!, '--event', 'acquisition', '--out', table, '--json');
    expect(there.terminal.json()).toMatchObject({ error: { code: 'output-exists' } });
  });
});
