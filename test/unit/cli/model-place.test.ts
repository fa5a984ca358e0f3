/** Models of the hub on the command line: fetched, run, bundled, listed, deleted; the token goes into nothing. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli/main';
import { cacheFolder, modelOpener } from '../../../src/cli/model-place';
import { prepareExperiment } from '../../../src/cli/run-experiment';
import { RunStore } from '../../../src/cli/run-store';
import { readSpecFile } from '../../../src/cli/spec-file';
import { openBundle } from '../../../src/records';
import { encodeSpecLink, readSpecLink } from '../../../src/spec';
import { preparedFiles } from '../../../src/experiment';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { commitOf, startHub, type HubServer } from '../../helpers/hub-server';
import { runOnFake } from '../../helpers/run-harness';
import { useTemporaryFolder } from '../../helpers/temporary';
import { tinyModelFiles } from '../../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const place = useTemporaryFolder();
const COMMIT = commitOf('cli');
const PINNED = `hf:someone/tiny@${COMMIT}`;
let server: HubServer;
beforeAll(async () => {
  server = await startHub({ 'someone/tiny': { commit: COMMIT, files: tinyModelFiles(), gated: true } });
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main([...argv, '--cache', await place('cache')], terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

function withHub(token: string | null = server.token): void {
  vi.stubEnv('HF_ENDPOINT', `${server.hub}/`);
  vi.stubEnv('HF_TOKEN', token ?? '');
}

describe('ontoscope with a model of the hub', () => {
  it('says how to open a gated one', async () => {
    withHub(null);
    const { code, err } = await call('model', 'inspect', 'hf:someone/tiny');
    expect(code).toBe(1);
    expect(err).toMatch(/download-refused: someone\/tiny is gated.*\n.*accept its licence, then set HF_TOKEN/);
  });

  it('fetches it once, tells how far it is, lists it and deletes it', async () => {
    withHub();
    const { code, terminal, err } = await call('model', 'inspect', 'hf:someone/tiny', '--json');
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({ name: 'tiny', architecture: 'llama' });
    expect(err).toMatch(/fetching tiny: .* of 1\d\d\.\d KiB/);
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    expect((await call('model', 'inspect', PINNED)).code).toBe(0);
    const listed = await call('cache', 'list', '--json');
    expect(listed.terminal.json()).toMatchObject({
      folder: path.join(await place('cache'), 'models'),
      models: [{ key: `someone--tiny@${COMMIT}`, reference: PINNED, complete: true }],
    });
    expect((await call('cache', 'list')).out).toMatch(/^someone--tiny@\w{40} {2}1\d\d\.\d KiB, used \d{4}.*1 models/s);
    expect((await call('cache', 'delete', 'hf:other')).code).toBe(1);
    expect((await call('cache', 'delete', PINNED)).out).toContain(`Deleted ${PINNED}: 1`);
    expect((await call('cache', 'list')).out).toMatch(/^0 models, 0 B/);
    expect((await call('cache', 'empty')).code).toBe(2);
  });

  it('keeps repository, commit and hashes in manifest, bundle and link, and the token in nothing', async () => {
    withHub();
    await writeFile(await place('terms.tsv'), tinyTerms.text);
    const small = ['sampling.seen=6', 'sampling.withheld=2', 'train.epochs=1', 'evaluation.sampleAt=never'];
    const sets = [...small, 'directions=["term-to-id"]', 'model.path=hf:someone/tiny'];
    await writeFile(await place('spec.json'), JSON.stringify(tinySpec(...sets)));
    const specFile = await readSpecFile(await place('spec.json'), []);
    expect(specFile.modelPath).toBe('hf:someone/tiny');
    const terminal = new FakeTerminal();
    const prepared = await prepareExperiment(specFile, modelOpener({ cache: await place('cache'), terminal }));
    const folder = await place('run');
    const store = new RunStore(folder);
    await runOnFake(prepared, { onEvent: (event) => store.write(event) });
    await store.close();
    const zip = await place('run.zip');
    expect(await main(['bundle', folder, '--out', zip], terminal)).toBe(0);
    const archive = await readFile(zip);
    const { bundle, files } = openBundle(new Uint8Array(archive));
    expect(bundle.manifest.spec.model.path).toBe(PINNED);
    expect(bundle.manifest.model).toMatchObject({
      name: 'tiny',
      source: { repo: 'someone/tiny', revision: COMMIT },
      files: expect.arrayContaining([expect.objectContaining({ name: 'model.safetensors' })]) as unknown,
    });
    const link = encodeSpecLink(prepared.spec, preparedFiles(prepared));
    expect(readSpecLink(link).spec.model.path).toBe(PINNED);
    const written = [archive, ...files.map(({ bytes }) => Buffer.from(bytes)), Buffer.from(terminal.stderr.join())];
    for (const name of await readdir(folder, { recursive: true })) {
      written.push(await readFile(path.join(folder, name)).catch(() => Buffer.alloc(0)));
    }
    for (const bytes of [...written, Buffer.from(link), Buffer.from(JSON.stringify(prepared.spec))]) {
      expect(bytes.includes(server.token)).toBe(false);
    }
  });

  it('verifies a bundle against the model of its commit', async () => {
    withHub();
    server.models.get('someone/tiny')!.files = tinyModelFiles({ seed: 2 });
    const other = ['--ontology', await place('terms.tsv')];
    const terminal = new FakeTerminal();
    const argv = ['verify', await place('run.zip'), ...other, '--cache', await place('other-cache')];
    expect(await main(argv, terminal)).toBe(1);
    expect(terminal.stderr.join('\n')).toMatch(new RegExp(`file-mismatch: ${PINNED}/model.safetensors is not the`));
  });

  it('keeps its cache where the system keeps caches, or where it is told to', () => {
    expect(cacheFolder(undefined, { XDG_CACHE_HOME: '/c' })).toBe('/c/ontoscope/models');
    expect(cacheFolder(undefined, {})).toMatch(/\.cache\/ontoscope\/models$/);
    expect(cacheFolder('/x', { XDG_CACHE_HOME: '/c' })).toBe('/x/models');
  });
});
