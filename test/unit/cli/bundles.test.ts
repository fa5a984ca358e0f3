/** Bundling, verifying and reporting through the command line, without a GPU. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { RunStore } from '../../../src/cli/run-store';
import { prepareExperiment } from '../../../src/cli/run-experiment';
import { readSpecFile } from '../../../src/cli/spec-file';
import { openStoredRun } from '../../../src/cli/stored-run';
import { inconsistency } from '../../../src/cli/verify-run';
import { openBundle } from '../../../src/records';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { runOnFake } from '../../helpers/run-harness';
import { useTemporaryFolder } from '../../helpers/temporary';
import { writeTinyModel } from '../../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const place = useTemporaryFolder();

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(argv, terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

let folder = '';
let bundle = '';
const data = async () => ['--model', await place('models', 'tiny'), '--ontology', await place('terms.tsv')];

beforeAll(async () => {
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text.replace('short tail', '<b>short</b> & "tail"'));
  const sets = ['sampling.seen=14', 'sampling.withheld=2', 'train.epochs=3', 'name=<i>tiny</i>'];
  await writeFile(await place('spec.json'), JSON.stringify(tinySpec(...sets)));
  folder = await place('run');
  const store = new RunStore(folder);
  const prepared = await prepareExperiment(await readSpecFile(await place('spec.json'), []));
  const log = await runOnFake(prepared, { onEvent: (event) => store.write(event) });
  expect(log.error).toBeNull();
  await store.close();
  await writeFile(path.join(folder, 'notes.txt'), 'mine');
  bundle = await place('run.zip');
  expect((await call('bundle', folder, '--out', bundle)).code).toBe(0);
}, 60_000);

/** A copy of the run's folder with one file changed. */
async function altered(name: string, file: string, change: (text: string) => string): Promise<string> {
  const copy = await place(name);
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true });
  const text = await readFile(path.join(copy, file), 'utf8');
  const other = change(text);
  expect(other).not.toBe(text);
  await writeFile(path.join(copy, file), other);
  return copy;
}

describe('ontoscope bundle', () => {
  it('packs a run’s folder and nothing else in it', async () => {
    const opened = openBundle(new Uint8Array(await readFile(bundle)));
    expect(opened.files.map(({ path: name }) => name)).toEqual([
      'adapters/id-to-term/adapter_config.json',
      'adapters/id-to-term/adapter_model.safetensors',
      'adapters/term-to-id/adapter_config.json',
      'adapters/term-to-id/adapter_model.safetensors',
      'charts/accuracy.csv',
      'charts/acquisition.csv',
      'charts/outcomes.csv',
      'charts/partial.csv',
      'charts/transitions.csv',
      'facts.jsonl',
      'manifest.json',
      'spec.json',
      'steps.jsonl',
      'summary.json',
      'trials.csv',
      'trials.jsonl',
    ]);
    expect(opened.bundle.manifest).toMatchObject({ state: 'done', spec: { model: { path: 'tiny' } } });
  });

  it('says what it packed, and packs the same bytes again', async () => {
    const out = await place('again.zip');
    const { terminal, code } = await call('bundle', folder, '--out', out, '--json');
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({ out, info: { bundleVersion: 1, pairs: { source: 'terms.tsv' } } });
    expect(await readFile(out)).toEqual(await readFile(bundle));
    expect((await call('bundle', folder, '--out', out)).err).toMatch(/output-exists: .*--force/s);
    expect((await call('bundle', folder, '--out', out, '--force')).out).toMatch(/licence: not named/);
  });

  it('leaves the pairs out when asked to, and cannot put them back', async () => {
    const out = await place('left-out.zip');
    const { code, out: said } = await call('bundle', folder, '--out', out, '--without-pairs');
    expect(code).toBe(0);
    expect(said).toContain('Names and identifiers of the ontology were left out');
    const opened = openBundle(new Uint8Array(await readFile(out)));
    expect(opened.bundle.manifest.pairTexts).toBe('left-out');
    expect(inconsistency(await openStoredRun(out))).toBeNull();
    const unpacked = await place('unpacked');
    for (const { path: name, bytes } of opened.files) {
      await mkdir(path.dirname(path.join(unpacked, name)), { recursive: true });
      await writeFile(path.join(unpacked, name), bytes);
    }
    const again = await place('left-out-again.zip');
    expect((await call('bundle', unpacked, '--out', again)).code).toBe(0);
    expect(await readFile(again)).toEqual(await readFile(out));
    const back = await call('bundle', unpacked, '--out', again, '--with-pairs', '--force');
    expect(back.code).toBe(2);
    expect(back.err).toMatch(/usage: .*left out of this run.*\n.*ontoscope verify/);
  });

  it('leaves them out on its own where the licence forbids altered copies, unless told to take them', async () => {
    const licensed = await altered('licensed', 'manifest.json', (text) =>
      text.replace('"licence": null', '"licence": "https://hpo.jax.org/app/license"'),
    );
    const out = await place('licensed.zip');
    const first = await call('bundle', licensed, '--out', out);
    expect(first.out).toMatch(/HPO licence: it forbids altered copies/);
    expect(first.out).toContain('--with-pairs takes them along');
    expect(openBundle(new Uint8Array(await readFile(out))).info.bundleVersion).toBe(2);
    const second = await call('bundle', licensed, '--out', out, '--force', '--with-pairs');
    expect(second.out).toContain('pass them on unaltered');
    expect(openBundle(new Uint8Array(await readFile(out))).info.bundleVersion).toBe(1);
  });

  it.each([
    [['bundle'], 2, 'usage'],
    [['bundle', 'x', '--out', 'y.zip', '--with-pairs', '--without-pairs'], 2, 'opposite'],
    [['bundle', 'x'], 2, '--out'],
    [['verify'], 2, 'usage'],
    [['verify', 'a', 'b'], 2, 'too much'],
    [['verify', 'a', '--tolerance', '-1'], 2, '--tolerance'],
    [['report'], 2, 'usage'],
    [['report', 'nowhere.zip'], 1, 'file-missing'],
    [['bundle', 'nowhere', '--out', 'x.zip'], 1, 'holds no run'],
  ])('%j ends with a reason', async (argv, code, words) => {
    const result = await call(...argv);
    expect(result.code).toBe(code);
    expect(result.err).toContain(words);
  });

  it.each(['bundle', 'verify', 'report'])('%s has its help', async (command) => {
    const { code, out } = await call(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`ontoscope ${command}`);
    expect((await call('--help')).out).toContain(command);
  });
});

describe('ontoscope verify refuses', () => {
  it('another model or other data, and says which file and which hash', async () => {
    await cp(await place('models', 'tiny'), await place('models', 'other'), { recursive: true });
    const config = await place('models', 'other', 'generation_config.json');
    await writeFile(config, `${await readFile(config, 'utf8')}\n`);
    const terms = await place('terms.tsv');
    const model = await call('verify', bundle, '--model', await place('models', 'other'), '--ontology', terms);
    expect(model.code).toBe(1);
    expect(model.err).toMatch(
      /file-mismatch: .*generation_config\.json is not the generation_config\.json .*SHA-256 is [0-9a-f]{64} .*was [0-9a-f]{64}/,
    );
    await writeFile(await place('edited.tsv'), `${await readFile(terms, 'utf8')}ZZ:999\tlast\n`);
    const edited = ['--model', await place('models', 'tiny'), '--ontology', await place('edited.tsv')];
    const ontology = await call('verify', bundle, ...edited, '--json');
    expect(ontology.code).toBe(1);
    expect(ontology.terminal.json()).toMatchObject({ error: { code: 'file-mismatch', control: 'ontology.path' } });
  });

  it('to guess where files are, and says how to tell', async () => {
    await mkdir(await place('elsewhere'), { recursive: true });
    const moved = await place('elsewhere', 'run.zip');
    await cp(bundle, moved);
    const result = await call('verify', moved, '--ontology', await place('terms.tsv'));
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/file-missing: tiny, the model\.path of .*\n.*--model PATH/);
    expect((await call('verify', moved, '--covariate', 'pmc=x')).err).toMatch(/covariate of the run \(none\)/);
  });

  it('a run that has not reached its end', async () => {
    const stopped = await altered('stopped', 'manifest.json', (text) => text.replace('"done"', '"cancelled"'));
    await rm(path.join(stopped, 'summary.json'));
    const { code, err } = await call('verify', stopped, ...(await data()));
    expect(code).toBe(1);
    expect(err).toMatch(/says cancelled, not done.*\n.*--resume/);
  });

  it('a bundle that was changed', async () => {
    const bytes = await readFile(bundle);
    bytes[Math.floor(bytes.length / 3)]! ^= 4;
    await writeFile(await place('changed.zip'), bytes);
    expect((await call('verify', await place('changed.zip'), ...(await data()))).err).toMatch(/bundle-invalid/);
  });
});

describe('ontoscope verify finds without running', () => {
  it('a spec that is not the one that was run', async () => {
    const other = await altered('reseeded', 'manifest.json', (text) => text.replace('"seed": 7', '"seed": 8'));
    const { code, terminal } = await call('verify', other, ...(await data()), '--json');
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      verdict: 'different',
      first: { file: 'manifest.json', field: 'dataset.hash' },
    });
  });
});

describe('the files of one run', () => {
  const found = async (name: string, file: string, change: (text: string) => string) =>
    inconsistency(await openStoredRun(await altered(name, file, change)));

  it('agree as they were written', async () => {
    expect(inconsistency(await openStoredRun(folder))).toBeNull();
    expect(inconsistency(await openStoredRun(bundle))).toBeNull();
  });

  it('disagree where the summary does not follow from the trials', async () => {
    expect(
      await found('lied', 'summary.json', (text) => text.replace(/"gainers": (\d+)/, '"gainers": 1$1')),
    ).toMatchObject({
      file: 'summary.json',
      field: 'directions.0.groups.0.transitions.gainers',
    });
  });

  it('disagree where a chart’s table is not that of the summary', async () => {
    const stored = await openStoredRun(bundle);
    const files = stored.files.map((file) =>
      file.path === 'charts/transitions.csv' ? { ...file, bytes: new TextEncoder().encode('direction\r\n') } : file,
    );
    expect(inconsistency({ ...stored, files })).toMatchObject({ file: 'charts/transitions.csv', line: 1 });
  });

  it('disagree where the table is not that of the trials', async () => {
    const stored = await openStoredRun(bundle);
    const files = stored.files.map((file) =>
      file.path === 'trials.csv'
        ? { ...file, bytes: new TextEncoder().encode(new TextDecoder().decode(file.bytes).replace(',false', ',true')) }
        : file,
    );
    expect(inconsistency({ ...stored, files })).toMatchObject({
      file: 'trials.csv',
      line: expect.any(Number) as number,
    });
  });
});

describe('ontoscope report', () => {
  it('writes one page that asks nobody for anything', async () => {
    const file = await place('page.html');
    expect((await call('report', bundle, '--html', file)).code).toBe(0);
    const page = await readFile(file, 'utf8');
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\b(src|href)=|https?:/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('@media print');
    expect((await call('report', bundle, '--html', file)).err).toContain('output-exists');
  });

  it('shows labels with markup in them as text', async () => {
    const file = await place('escaped.html');
    await call('report', folder, '--html', file, '--force');
    const page = await readFile(file, 'utf8');
    expect(page).toContain('&#60;b&#62;short&#60;/b&#62; &#38; &#34;tail&#34;');
    expect(page).toContain('<h1>&#60;i&#62;tiny&#60;/i&#62;</h1>');
    expect(page).not.toMatch(/<b>|<i>/);
  });

  it('gives every direction its figures, its tables with n and intervals, and a curve', async () => {
    const file = await place('figures.html');
    await call('report', bundle, '--html', file);
    const page = await readFile(file, 'utf8');
    const { manifest, summary } = openBundle(new Uint8Array(await readFile(bundle))).bundle;
    expect(page.match(/<h2>(term→id|id→term)<\/h2>/g)).toHaveLength(2);
    for (const { groups } of summary!.directions) {
      for (const { accuracyByEpoch } of groups) {
        const { value, lo, hi } = accuracyByEpoch.at(-1)!.estimate;
        const words = [value, lo, hi].map((each) => `${(each * 100).toFixed(1)}\u00a0%`);
        expect(page).toContain(`${words[0]} [${words[1]} to ${words[2]}]`);
      }
    }
    expect(page.match(/<svg viewBox="0 0 640/g)!.length).toBe(2);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    for (const { sha256 } of manifest.model.files) expect(page).toContain(sha256);
    expect(page).toMatch(/<code>#s1=[A-Za-z0-9_-]+<\/code>/);
  });

  it('of a run without its pairs names hashes in their place, and says why', async () => {
    const file = await place('left-out.html');
    const zip = await place('for-report.zip');
    await call('bundle', folder, '--out', zip, '--without-pairs');
    expect((await call('report', zip, '--html', file)).code).toBe(0);
    const page = await readFile(file, 'utf8');
    expect(page).not.toMatch(/ZZ:|blue ear|round paw/);
    expect(page).toMatch(/texts were left out of the bundle[\s\S]*\(left out\)<\/t[hd]>\s*<td>pair-[0-9a-f]{16}/);
    expect(page).toContain('left out: a hash of each pair stands in facts.jsonl');
  });

  it('is text without --html, and the summary with --json', async () => {
    expect((await call('report', folder)).out).toMatch(/Run [0-9a-f]{16}: done[\s\S]*right before/);
    const { terminal } = await call('report', bundle, '--json');
    expect(terminal.json()).toMatchObject({ recordVersion: 3, state: 'done' });
  });
});
