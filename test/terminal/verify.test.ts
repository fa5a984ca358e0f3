/** A run verified on a real engine: the same again, and one with an altered trial. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
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

const data = async () => ['--model', await place('models', 'tiny'), '--ontology', await place('terms.tsv'), '--quiet'];

beforeAll(async () => {
  testGpu(); // Names the driver before the command line opens its own.
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text);
  await writeFile(await place('spec.json'), JSON.stringify(tinySpec('sampling.seen=4', 'sampling.withheld=2')));
  const ran = await call('run', await place('spec.json'), '--out', await place('run'), '--quiet');
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
});

describe('ontoscope verify', () => {
  it('finds a bundle’s run identical on the same adapter', async () => {
    const bundle = await place('run.zip');
    expect((await call('bundle', await place('run'), '--out', bundle)).code).toBe(0);
    const { code, out, err } = await call('verify', bundle, ...(await data()));
    expect(err).toBe('');
    expect(out).toContain('identical: the second run wrote the same bytes');
    expect(code).toBe(0);
  });

  it('finds a bundle without its pairs identical apart from its texts, and gives them back', async () => {
    const bundle = await place('left-out.zip');
    expect((await call('bundle', await place('run'), '--out', bundle, '--without-pairs')).code).toBe(0);
    const kept = await place('with-texts');
    const { code, out, err } = await call('verify', bundle, ...(await data()), '--out', kept);
    expect(err).toBe('');
    expect(out).toContain('identical: the second run wrote the same bytes');
    expect(out).toContain('the hashes of its 6 pairs are those of the ontology');
    expect(code).toBe(0);
    expect(await readFile(path.join(kept, 'facts.jsonl'))).toEqual(await readFile(await place('run', 'facts.jsonl')));
  });

  it('finds another pair in a bundle without its pairs by its hash', async () => {
    const copy = await place('renamed');
    await cp(await place('run'), copy, { recursive: true });
    for (const name of ['facts.jsonl', 'trials.jsonl']) {
      const text = await readFile(path.join(copy, name), 'utf8');
      const { term } = JSON.parse(text.split('\n')[0]!) as { term: string };
      await writeFile(path.join(copy, name), text.replaceAll(`"term":"${term}"`, '"term":"another name"'));
    }
    const bundle = await place('renamed.zip');
    expect((await call('bundle', copy, '--out', bundle, '--without-pairs')).code).toBe(0);
    const { code, terminal } = await call('verify', bundle, ...(await data()), '--json');
    expect(code).toBe(1);
    expect(terminal.json()).toMatchObject({
      pairTexts: 'left-out',
      verdict: 'different',
      first: { file: 'facts.jsonl', line: 1, field: 'fact' },
    });
  });

  it('keeps the second run where it is told to', async () => {
    const kept = await place('kept');
    const { code, terminal } = await call('verify', await place('run'), ...(await data()), '--out', kept, '--json');
    expect(code).toBe(0);
    expect(terminal.json()).toMatchObject({ verdict: 'identical', first: null });
    expect(await readFile(path.join(kept, 'trials.jsonl'))).toEqual(await readFile(await place('run', 'trials.jsonl')));
  });

  it('names the place of a trial that was altered, and calls a small deviation equal', async () => {
    const trials = (await readFile(await place('run', 'trials.jsonl'), 'utf8')).trimEnd().split('\n');
    const line = 5;
    const record = JSON.parse(trials[line - 1]!) as { fact: string; epoch: number; logProb: number; logQ: number };
    const alter = async (name: string, logQ: number) => {
      const copy = await place(name);
      await cp(await place('run'), copy, { recursive: true });
      const other = trials.with(line - 1, JSON.stringify({ ...record, logQ }));
      await writeFile(path.join(copy, 'trials.jsonl'), `${other.join('\n')}\n`);
      return call('verify', copy, ...(await data()), '--json');
    };
    const far = await alter('far', record.logQ - 1);
    expect(far.code).toBe(1);
    expect(far.terminal.json()).toMatchObject({
      verdict: 'different',
      first: {
        file: 'trials.jsonl',
        line,
        record: expect.stringContaining(record.fact) as string,
        field: 'logQ',
        stored: record.logQ - 1,
        again: record.logQ,
      },
    });
    const near = await alter('near', record.logQ - 1e-4);
    expect(near.code).toBe(0);
    expect(near.terminal.json()).toMatchObject({ verdict: 'equal', first: { line, field: 'logQ' } });
  });

  it('names an altered answer itself, not the summary that no longer fits it', async () => {
    const copy = await place('answered');
    await cp(await place('run'), copy, { recursive: true });
    const file = path.join(copy, 'trials.jsonl');
    const text = await readFile(file, 'utf8');
    const other = text.replace('"answerHit":false,"outcome":"wrong"', '"answerHit":true,"outcome":"right"');
    expect(other).not.toBe(text);
    await writeFile(file, other);
    const { code, out } = await call('verify', copy, ...(await data()));
    expect(code).toBe(1);
    expect(out).toMatch(
      /first difference: trials\.jsonl, line \d+ \(ZZ:.*\): answerHit\n {2}stored {2}true\n {2}again {3}false/,
    );
    expect(out).toMatch(/intervals overlap/);
  });

  it('does not pass a summary that does not follow from its trials', async () => {
    const copy = await place('lied');
    await cp(await place('run'), copy, { recursive: true });
    const file = path.join(copy, 'summary.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"gainers": (\d+)/, '"gainers": 1$1'));
    const { code, out } = await call('verify', copy, ...(await data()));
    expect(code).toBe(1);
    expect(out).toMatch(/first difference: summary\.json: directions\.0\.groups\.0\.transitions\.gainers/);
  });
});
