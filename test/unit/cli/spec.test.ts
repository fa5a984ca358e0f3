/** `ontoscope spec …` and `--preset`: what is read from where, what is said, as text and as JSON. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { readSpecFile } from '../../../src/cli/spec-file';
import { encodeSpecLink, listFields, parseSpec, specHash } from '../../../src/spec';
import { RUN_FILES, packBundle } from '../../../src/records';
import { openRunFolder } from '../../../src/cli/stored-run';
import { RunStore } from '../../../src/cli/run-store';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { runOnFake } from '../../helpers/run-harness';
import { useTemporaryFolder } from '../../helpers/temporary';
import { prepareTiny, tinySpec } from '../../helpers/tiny-run';

const place = useTemporaryFolder();

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}
const json = async (...argv: string[]) => (await call(...argv, '--json')).terminal.json();
async function file(name: string, content: unknown): Promise<string> {
  const path = await place(name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const OLD = {
  $schema: 'experiment-spec.v1.json',
  specVersion: 1,
  name: 'old',
  model: {},
  ontology: {},
  method: 'sft',
  evaluation: { everyEpochs: 2 },
};
let old: string;
let tiny: string;

beforeAll(async () => {
  old = await file('old.json', OLD);
  tiny = await file('tiny.json', tinySpec());
});

describe('spec diff', () => {
  it('says every difference with label, path, units and defaults, and what was migrated', async () => {
    const other = await file('other.json', {
      ...OLD,
      specVersion: 2,
      $schema: undefined,
      method: { kind: 'bft', window: 2 },
      evaluation: {},
      train: { epochs: 1 },
    });
    const { code, out, err } = await call('spec', 'diff', old, other);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^a {2}.*old\.json {2}"old" {2}[0-9a-f]{12}$/m);
    expect(out).toContain('migrated from version 1 to 2');
    expect(out).toMatch(/^method +Method: sft \(default\) → bft, Confidence window 2 tokens$/m);
    expect(out).toMatch(/^train\.epochs +Epochs: 20 epochs \(default\) → 1 epoch$/m);
    expect(out).toMatch(/^evaluation\.at\.every +Between evaluations: 2 epochs → 1 epoch \(default\)$/m);
    expect(out).toContain('They set up different experiments.');
    expect(await json('spec', 'diff', old, other)).toMatchObject({
      a: { kind: 'spec', title: 'old', specVersion: 2, migrations: [{ from: 1, to: 2 }] },
      b: { migrations: [] },
      sameSettings: false,
      differences: expect.arrayContaining([
        {
          path: 'train.epochs',
          label: 'Epochs',
          a: { value: 20, text: '20 epochs', isDefault: true },
          b: { value: 1, text: '1 epoch', isDefault: false },
        },
      ]),
    });
  });

  it('knows the same experiment under another name, and the same spec', async () => {
    const renamed = await file(
      'renamed.json',
      tinySpec('name=other', 'model.path=elsewhere', 'checkpoint.everySteps=9'),
    );
    const { out } = await call('spec', 'diff', tiny, renamed);
    expect(out).toContain('the same experiment');
    expect(out).toMatch(/^model\.path +Model: "models\/tiny" → "elsewhere"$/m);
    expect((await call('spec', 'diff', tiny, tiny)).out).toContain('They are the same.');
  });

  it('reads runs, bundles and links', async () => {
    const folder = await place('run');
    const store = new RunStore(folder);
    await runOnFake(await prepareTiny('train.epochs=1'), { onEvent: (event) => store.write(event) });
    await store.close();
    const { bundle, files } = await openRunFolder(folder);
    const zip = await place('run.zip');
    await writeFile(zip, packBundle(files, bundle.manifest));
    expect(files.map(({ path }) => path)).toContain(RUN_FILES.manifest);
    const link = `https://lab.example/${encodeSpecLink(parseSpec(tinySpec('train.epochs=3'), 'tiny'))}`;

    const changed = async (a: string, b: string) => {
      const { a: first, b: second, differences } = await json('spec', 'diff', a, b);
      const kinds = [first, second].map((side) => (side as { kind: string }).kind);
      return { kinds, paths: (differences as { path: string }[]).map(({ path }) => path) };
    };
    expect(await changed(tiny, folder)).toEqual({ kinds: ['spec', 'run'], paths: ['train.epochs'] });
    expect(await changed(folder, zip)).toEqual({ kinds: ['run', 'run'], paths: ['model.path'] });
    expect(await changed(link, zip)).toEqual({ kinds: ['link', 'run'], paths: ['train.epochs'] });
  });
});

describe('spec show', () => {
  it('fills every field in and marks those that are not the default', async () => {
    const { out, code } = await call('spec', 'show', old, '--preset', 'all-probes', '--set', 'train.epochs=3');
    expect(code).toBe(0);
    expect(out).toMatch(/^\* train\.epochs +Epochs: 3 epochs$/m);
    expect(out).toMatch(/^ {2}train\.batchSize +Batch size: 10 examples$/m);
    expect(out).toMatch(/^\* evaluation\.probes\.canaries\.count +Number of canaries: 20 questions$/m);
    expect(out).toContain(
      specHash(
        parseSpec(
          {
            ...OLD,
            evaluation: {
              everyEpochs: 2,
              probes: { ranks: true, tokens: true, embeddings: {}, canaries: {}, languageLoss: {} },
            },
            train: { epochs: 3 },
          },
          'x',
        ),
      ),
    );
  });

  it('gives the filled spec as JSON, which is the spec', async () => {
    const shown = await json('spec', 'show', old);
    expect(shown.spec).toEqual(parseSpec(OLD, 'old'));
    expect(shown.own).toEqual([
      { path: '$schema', label: 'JSON Schema', value: 'experiment-spec.v2.json', text: '"experiment-spec.v2.json"' },
      { path: 'name', label: 'Name', value: 'old', text: '"old"', default: 'untitled' },
      { path: 'evaluation.at.every', label: 'Between evaluations', value: 2, text: '2 epochs', default: 1 },
    ]);
    expect(await file('shown.json', shown.spec).then((path) => json('spec', 'show', path))).toMatchObject({
      specHash: shown.specHash,
    });
  });
});

describe('spec check', () => {
  it('passes what can be run and names what is wrong', async () => {
    expect(await call('spec', 'check', old)).toMatchObject({
      code: 0,
      out: expect.stringContaining('a valid spec of version 2'),
    });
    const wrong = await file('wrong.json', { ...OLD, train: { epochs: -1, batch: 3 } });
    const { code, err, out } = await call('spec', 'check', wrong);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/wrong\.json: train\.batch: no such field/);
    expect(await json('spec', 'check', wrong)).toMatchObject({
      error: { code: 'spec-invalid', control: 'train.batch' },
    });
    expect((await call('spec', 'check', await place('nowhere.json'))).err).toContain('error file-missing');
  });
});

describe('spec migrate', () => {
  it('rewrites an old spec without filling it in', async () => {
    const { out } = await call('spec', 'migrate', old);
    expect(JSON.parse(out)).toEqual({
      $schema: 'experiment-spec.v2.json',
      specVersion: 2,
      name: 'old',
      model: {},
      ontology: {},
      method: { kind: 'sft' },
      evaluation: { at: { kind: 'epochs', every: 2 } },
    });
  });

  it('writes a file, and replaces one only when told to', async () => {
    const target = await place('new.json');
    expect(await call('spec', 'migrate', old, '--out', target)).toMatchObject({
      code: 0,
      out: expect.stringContaining('version 1 to 2'),
    });
    const written = await readFile(target, 'utf8');
    expect(parseSpec(written, 'new')).toEqual(parseSpec(OLD, 'old'));
    expect((await call('spec', 'migrate', old, '--out', target)).err).toContain('output-exists');
    expect((await call('spec', 'migrate', old, '--out', target, '--force')).code).toBe(0);
    expect(await json('spec', 'migrate', target)).toMatchObject({
      out: null,
      migrations: [],
      spec: JSON.parse(written) as object,
    });
  });

  it('refuses what would not be a valid spec afterwards', async () => {
    const target = await place('never.json');
    const wrong = await file('wrong-method.json', { ...OLD, method: 'magic' });
    expect((await call('spec', 'migrate', wrong, '--out', target)).err).toContain('method.kind');
    await expect(readFile(target)).rejects.toThrow('ENOENT');
  });
});

describe('spec fields and spec presets', () => {
  it('list every field with what it allows', async () => {
    const { fields } = await json('spec', 'fields');
    expect(fields).toEqual(JSON.parse(JSON.stringify(listFields())));
    const { out } = await call('spec', 'fields');
    expect(out).toContain('  train.epochs  a whole number from 0 to 10000 (epochs); default 20');
    expect(out).toContain(
      'method.window  a whole number from 1 to 256 (tokens); default 4; where method.kind is "bft"',
    );
  });

  it('list every preset with what it sets', async () => {
    const { presets } = await json('spec', 'presets');
    expect(presets).toContainEqual(expect.objectContaining({ name: 'dft', sets: { method: { kind: 'dft' } } }));
    expect((await call('spec', 'presets')).out).toMatch(/^dft\n.*\n {4}method\.kind=dft$/m);
  });
});

describe('--preset', () => {
  it('lies under the spec’s own fields, the later over the earlier, --set over all', async () => {
    const bare = await file('bare.json', {
      specVersion: 2,
      model: { path: 'm' },
      ontology: { path: 'o' },
      evaluation: { samples: 3 },
    });
    const { spec, modelPath } = await readSpecFile(bare, ['train.epochs=2'], ['first-light', 'quick-look', 'bft']);
    expect(spec).toMatchObject({
      adapter: { kind: 'full' },
      sampling: { bins: 10, seen: 20 },
      method: { kind: 'bft' },
      train: { epochs: 2, batchSize: 10 },
      evaluation: { samples: 3 },
    });
    expect(modelPath).toBe(await place('m'));
  });

  it('may be a file', async () => {
    const own = await file('mine.json', {
      specVersion: 2,
      name: 'mine',
      label: 'Mine',
      description: 'Mine.',
      sets: { seed: 12 },
    });
    expect((await json('spec', 'show', old, '--preset', own)).spec).toMatchObject({ seed: 12 });
    const wrong = await file('theirs.json', {
      specVersion: 2,
      name: 'theirs',
      label: 'T',
      description: 'T.',
      sets: { seed: -1 },
    });
    expect((await call('spec', 'show', old, '--preset', wrong)).err).toMatch(/theirs\.json: seed: found -1/);
  });

  it('that nobody knows ends with what was meant, before anything is written', async () => {
    const out = await place('never');
    for (const argv of [
      ['run', tiny, '--out', out],
      ['dataset', tiny],
      ['spec', 'show', tiny],
    ]) {
      const { code, err } = await call(...argv, '--preset', 'quick-lok');
      expect(code).toBe(2);
      expect(err).toContain('Did you mean quick-look?');
    }
    await expect(mkdir(out)).resolves.toBeUndefined();
  });
});

describe('a usage error of spec', () => {
  it.each([
    [['spec']],
    [['spec', 'burn']],
    [['spec', 'constructor']],
    [['spec', 'diff', 'one.json']],
    [['spec', 'diff', 'a', 'b', 'c']],
    [['spec', 'show']],
    [['spec', 'check', 'a', 'b']],
    [['spec', 'fields', 'a']],
    [['spec', 'presets', 'a']],
    [['spec', 'migrate']],
    [['spec', 'fields', '--out', 'x']],
  ])('%j', async (argv) => {
    const { code, err, out } = await call(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('ontoscope spec --help');
  });
});
