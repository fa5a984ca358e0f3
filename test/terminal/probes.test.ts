/** Probes from the command line on a real engine: their files named by --set, bundled, verified, reported. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main';
import { FakeTerminal } from '../helpers/fake-terminal';
import { testGpu } from '../helpers/gpu';
import { useTemporaryFolder } from '../helpers/temporary';
import { writeTinyModel } from '../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../helpers/tiny-run';

const place = useTemporaryFolder();

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

beforeAll(async () => {
  testGpu(); // Names the driver before the command line opens its own.
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text);
  await writeFile(await place('spec.json'), JSON.stringify(tinySpec('sampling.seen=4', 'sampling.withheld=3')));
  await writeFile(await place('canaries.tsv'), 'prompt\tcompletion\nFire is\thot\nIce is\tcold\nRain is\twet\n');
  await writeFile(await place('texts.txt'), `the sea is wide\n${'no end of it '.repeat(90)}\nand the air is thin\n`);
});

describe('ontoscope run with probes', () => {
  const SETS = [
    ['evaluation.samples=0', 'train.epochs=1', 'evaluation.probes.ranks=true'],
    ['evaluation.probes.embeddings={"layers":[0,2,-1],"pooling":"last-token"}'],
  ].flat();

  it('runs, warns of what it cuts, bundles, verifies with the files given again, and reports', async () => {
    const sets = [
      ...SETS,
      `evaluation.probes.canaries={"path":"${await place('canaries.tsv')}"}`,
      `evaluation.probes.languageLoss={"path":"${await place('texts.txt')}","tokens":2000}`,
    ].flatMap((set) => ['--set', set]);
    const ran = await call('run', await place('spec.json'), '--out', await place('run'), ...sets);
    expect(ran.err).toContain('texts.txt, line 2: the text was cut to');
    expect(ran.code).toBe(0);
    expect((await readdir(await place('run'))).sort()).toEqual(
      expect.arrayContaining(['canaries.jsonl', 'embeddings', 'embeddings.jsonl', 'language.jsonl']),
    );
    const lines = (await readFile(await place('run', 'canaries.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(2 * 2 * 3);

    // Apart from its files: what lies beside a bundle is found without being named.
    const bundle = await place('apart', 'run.zip');
    expect((await call('bundle', await place('run'), '--out', bundle)).code).toBe(0);
    const data = ['--model', await place('models', 'tiny'), '--ontology', await place('terms.tsv'), '--quiet'];
    const missing = await call('verify', bundle, ...data);
    expect(missing.err).toContain('--canaries');
    const texts = ['--texts', await place('texts.txt')];
    const verified = await call('verify', bundle, ...data, '--canaries', await place('canaries.tsv'), ...texts);
    expect(verified.err).toBe('');
    expect(verified.code).toBe(0);
    for (const file of ['canaries.jsonl', 'language.jsonl', 'embeddings.jsonl', 'embeddings/term-to-id/step-000000']) {
      expect(verified.out).toMatch(new RegExp(`identical +${file}`));
    }
    await writeFile(await place('other.tsv'), 'prompt\tcompletion\nFire is\tcold\n');
    const other = await call('verify', bundle, ...data, '--canaries', await place('other.tsv'), ...texts);
    expect(other.err).toContain('file-mismatch');

    const { out } = await call('report', bundle);
    expect(out).toMatch(/canaries +right before .*lost \d+, gained \d+ \(McNemar/);
    expect(out).toMatch(/texts never trained +loss [\d.]+ → [\d.]+ nats per token; rise per token/);
    expect(out).toMatch(/vectors, layer -1 +step 0 +matched above shuffled: AUC/);
  });

  it('names a file that is not there by its field', async () => {
    const set = 'evaluation.probes.canaries.path=nowhere.tsv';
    const { code, err } = await call('run', await place('spec.json'), '--out', await place('none'), '--set', set);
    expect(code).toBe(1);
    expect(err).toContain('nowhere.tsv does not exist');
  });
});
