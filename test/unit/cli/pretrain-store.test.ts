/** A pretraining's folder: lost devices, torn logs, and what is never touched. */
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PretrainStore } from '../../../src/cli/pretrain-store';
import { executePretraining, findPretrainPoint } from '../../../src/cli/run-pretraining';
import { LabError } from '../../../src/core/errors';
import { preparePretraining, type PreparedPretraining, type PretrainHost } from '../../../src/experiment';
import { FakeSession, openedFake, type FakeOptions } from '../../helpers/fake-session';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';
import { tinyCorpus, tinyPretrainConfig } from '../../helpers/tiny-corpus';

const place = useTemporaryFolder();
const gpu = null as unknown as GPU;
let prepared: PreparedPretraining;

async function execute(folder: string, options: FakeOptions = {}, terminal = new FakeTerminal()) {
  const store = new PretrainStore(folder);
  const openSession: PretrainHost['openSession'] = ({ config }) =>
    Promise.resolve(openedFake(new FakeSession(config, { kind: 'full' }, options)));
  const from = await findPretrainPoint(store, prepared, 'f32');
  if (from === 'done') return { manifest: (await store.manifest())!, terminal };
  const manifest = await executePretraining(prepared, store, {
    from,
    dtype: 'f32',
    quiet: true,
    terminal,
    host: { gpu, openSession },
  });
  return { manifest, terminal };
}

async function filesOf(folder: string) {
  const names = (await readdir(folder)).filter((name) => name !== 'pretraining.json').sort();
  return Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')]));
}

let whole: Awaited<ReturnType<typeof filesOf>>;
beforeAll(async () => {
  const sets = ['batch.rows=1', 'evaluation.everySteps=3', 'checkpoint.everySteps=2'];
  prepared = preparePretraining(tinyCorpus({ exposures: [12, 6, 3], filler: 9 }), tinyPretrainConfig(...sets));
  expect((await execute(await place('whole'))).manifest.state).toBe('done');
  whole = await filesOf(await place('whole'));
});

const lostAt = (...calls: number[]): FakeOptions => {
  let steps = 0;
  return {
    onCall(call) {
      if (call === 'train' && calls.includes(++steps)) {
        throw new LabError('device-lost', 'The GPU device was lost.', { hint: 'Run again.' });
      }
    },
  };
};

describe('a lost device', () => {
  it('is replaced, and the same bytes come out, lost once, again at once, or before the first checkpoint', async () => {
    for (const calls of [[5], [1], [4, 5, 9]]) {
      const folder = await place(`lost-${calls.join('-')}`);
      const { manifest, terminal } = await execute(folder, lostAt(...calls));
      expect(manifest.state).toBe('done');
      expect(terminal.stderr.filter((text) => text.includes('device was lost'))).toHaveLength(calls.length);
      expect(await filesOf(folder)).toEqual(whole);
    }
  });
});

describe('another process', () => {
  it('cuts what was written behind the checkpoint, a torn line included, and ends with the same bytes', async () => {
    const folder = await place('torn');
    const failing = execute(folder, { onCall: failAt(6) });
    await expect(failing).rejects.toThrow('no such luck');
    await appendFile(path.join(folder, 'steps.jsonl'), '{"step":5,"learn');
    await appendFile(path.join(folder, 'held-out.jsonl'), '{"step":6}\n');
    expect((await execute(folder)).manifest.state).toBe('done');
    expect(await filesOf(folder)).toEqual(whole);
  });

  it('finds a done pretraining done', async () => {
    expect((await execute(await place('whole'))).manifest.state).toBe('done');
    expect(await filesOf(await place('whole'))).toEqual(whole);
  });

  it('knows a finished model and its world again, and names the file that was changed or is missing', async () => {
    const folder = await place('checked');
    await execute(folder);
    const world = [{ name: 'groups/a.txt', text: 'as it was\n' }];
    await mkdir(path.join(folder, 'world', 'groups'), { recursive: true });
    await writeFile(path.join(folder, 'world', 'groups', 'a.txt'), 'as it was\n');
    const store = new PretrainStore(folder, world);
    const manifest = (await store.manifest())!;
    await expect(store.check(manifest)).resolves.toBeUndefined();
    await writeFile(path.join(folder, 'world', 'groups', 'a.txt'), 'as it is\n');
    await expect(store.check(manifest)).rejects.toMatchObject({
      code: 'file-mismatch',
      message: expect.stringContaining('a.txt is not as it was written') as string,
    });
    await rm(path.join(folder, 'config.json'));
    await expect(store.check(manifest)).rejects.toThrow('config.json is missing');
  });

  it('begins anew where it was killed before its first manifest, if the folder is its own', async () => {
    const folder = await place('early');
    await mkdir(path.join(folder, 'world'), { recursive: true });
    await writeFile(path.join(folder, 'world', 'terms.tsv'), 'half a ta');
    const store = new PretrainStore(folder);
    await expect(findPretrainPoint(store, prepared, 'f32', { owned: true })).resolves.toBeNull();
    await expect(findPretrainPoint(store, prepared, 'f32')).rejects.toMatchObject({ code: 'output-exists' });
  });

  it('does not take over a folder with other files in it', async () => {
    const folder = await place('other');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    await expect(execute(folder)).rejects.toMatchObject({ code: 'output-exists' });
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });
});

function failAt(step: number): NonNullable<FakeOptions['onCall']> {
  let steps = 0;
  return (call) => {
    if (call === 'train' && ++steps === step) throw new Error('no such luck');
  };
}
