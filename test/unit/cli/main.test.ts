/** The command line without a GPU: exit status, streams, errors, and that nothing is written before all is well. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import packageFile from '../../../package.json';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';
import { writeTinyModel } from '../../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const place = useTemporaryFolder();

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

beforeAll(async () => {
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text);
  await writeFile(await place('spec.json'), JSON.stringify(tinySpec()));
});

describe('help and version', () => {
  it('are answers on stdout', async () => {
    expect(await call('--version')).toMatchObject({ code: 0, out: packageFile.version, err: '' });
    const help = await call('--help');
    expect(help.code).toBe(0);
    for (const command of ['run', 'model', 'ontology']) expect(help.out).toContain(command);
    for (const command of ['run', 'model', 'ontology']) {
      expect(await call(command, '--help')).toMatchObject({
        code: 0,
        out: expect.stringContaining(`ontoscope ${command}`),
      });
    }
  });
});

describe('a usage error', () => {
  it.each([
    [[]],
    [['sing']],
    [['run']],
    [['run', 'spec.json']],
    [['run', 'spec.json', '--out', 'x', '--colour']],
    [['run', 'spec.json', '--out', 'x', '--resume', '--force']],
    [['run', 'one.json', 'two.json', '--out', 'x']],
    [['ontology']],
    [['model']],
    [['model', 'burn', 'x']],
    [['device', 'file']],
    [['model', 'logits', 'x']],
    [['model', 'logits', 'x', '--ids', '1,two']],
    [['model', 'generate', 'x']],
    [['model', 'generate', 'x', '--ids', '1', '--text', 'a']],
    [['model', 'generate', 'x', '--ids', '1', '--top-p', '2']],
    [['model', 'generate', 'x', '--ids', '1', '--samples', '1.5']],
  ])('%j ends with status 2 and says on stderr where help is', async (argv) => {
    const { code, err, out } = await call(...argv);
    expect(code).toBe(2);
    expect(err).toMatch(/error usage: .+\n {2}Run ontoscope .*--help/);
    expect(out).toBe('');
  });

  it('is a JSON document as well where JSON was asked for', async () => {
    const { terminal, code } = await call('model', 'logits', 'x', '--json');
    expect(code).toBe(2);
    expect(terminal.json()).toMatchObject({ error: { code: 'usage' } });
  });

  it('covers assignments that are none', async () => {
    const { code, err } = await call('run', await place('spec.json'), '--out', await place('o'), '--set', 'epochs');
    expect(code).toBe(2);
    expect(err).toContain('epochs');
  });
});

describe('model inspect', () => {
  it('says what a model is and what memory it takes', async () => {
    const { code, terminal } = await call('model', 'inspect', await place('models', 'tiny'), '--json');
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({
      architecture: 'llama',
      config: { layers: 2, hiddenSize: 32, contextLength: 256 },
      tensors: 20,
      stopIds: [1],
      hasWeights: true,
      tokenizer: {
        tokens: 290,
        identifiers: [{ text: 'HP:0001250', tokens: [' HP', ':', '000', '12', '50'] }, {}, {}],
      },
      plans: [{ use: 'answer' }, { use: 'lora', rowTokens: 256, fits: true, advice: [] }, { use: 'full' }],
    });
    expect((await call('model', 'inspect', await place('models', 'tiny'))).out).toMatch(/architecture +llama/);
  });

  it('refuses a folder without a model, and a file', async () => {
    await mkdir(await place('empty'), { recursive: true });
    expect(await call('model', 'inspect', await place('empty'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('config.json'),
    });
    expect((await call('model', 'inspect', await place('terms.tsv'))).err).toContain('not a folder');
  });

  it('refuses token ids outside the vocabulary before it asks for a GPU', async () => {
    const { code, err } = await call('model', 'logits', await place('models', 'tiny'), '--ids', '1,5000');
    expect(code).toBe(1);
    expect(err).toContain('token-out-of-range');
  });
});

describe('a run that cannot start', () => {
  const refused = async (sets: string[], code: string, message: string | RegExp) => {
    const out = await place('refused');
    const result = await call(
      'run',
      await place('spec.json'),
      '--out',
      out,
      ...sets.flatMap((set) => ['--set', set]),
      '--json',
    );
    expect(result.code).toBe(1);
    expect(result.terminal.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) } });
    expect(existsSync(out)).toBe(false);
  };

  it('leaves nothing behind', async () => {
    await refused(['model.path=nowhere'], 'file-missing', 'nowhere');
    await refused(['ontology.path=nowhere.tsv'], 'file-missing', 'nowhere.tsv');
    await refused(['sampling.seen=1000'], 'too-few-terms', '1004');
    await refused(['train.epoch=3'], 'spec-invalid', 'train.epoch');
    await refused(['ontology.counts.path=nowhere.tsv'], 'file-missing', 'nowhere.tsv');
    await refused(['train.rowTokens=64', 'templates.set=x'], 'spec-invalid', 'template set');
  });

  it('says how to name a model that the spec leaves open', async () => {
    await writeFile(await place('open.json'), JSON.stringify(tinySpec('model.path=null')));
    const { code, err } = await call('run', await place('open.json'), '--out', await place('refused'));
    expect(code).toBe(1);
    expect(err).toContain('--set model.path=');
  });

  it('does not touch a folder that is in use', async () => {
    const used = await place('used');
    await mkdir(used, { recursive: true });
    await writeFile(await place('used', 'notes.txt'), 'mine');
    const { code, err } = await call('run', await place('spec.json'), '--out', used);
    expect(code).toBe(1);
    expect(err).toMatch(/output-exists: .*not empty/);
    expect(await readdir(used)).toEqual(['notes.txt']);
    expect((await call('run', await place('spec.json'), '--out', await place('terms.tsv'))).err).toContain(
      'output-exists',
    );
  });
});
