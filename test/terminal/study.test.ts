/** A study on a real engine: killed whenever, continued, and the same as one that ran through; a cell that fails. */
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main';
import { readStudyFile } from '../../src/cli/study/study-file';
import { parseState, parseStudySummary } from '../../src/records';
import { runCli, startCli } from '../helpers/cli-process';
import { FakeTerminal } from '../helpers/fake-terminal';
import { useTemporaryFolder } from '../helpers/temporary';
import { writeTinyModel } from '../helpers/tiny-model';
import { tinyTerms } from '../helpers/tiny-run';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const SHIPPED = path.join(REPOSITORY, 'public/studies/two-ranks-three-seeds.json');
const place = useTemporaryFolder();
let study = '';

/** The shipped study, made short: two seeds, few epochs. */
const short = ['train.epochs=4', 'evaluation.at={"kind":"epochs","every":2}', 'evaluation.maxNewTokens=8'];
let args: (out: string, ...more: string[]) => string[];
let folders: string[];

beforeAll(async () => {
  const model = await writeTinyModel(await place('models', 'tiny'));
  const terms = await place('terms.tsv');
  await writeFile(terms, tinyTerms.text);
  study = await place('study.json');
  const shipped = JSON.parse(await readFile(SHIPPED, 'utf8')) as Record<string, unknown>;
  await writeFile(study, JSON.stringify({ ...shipped, seeds: [1, 2] }));
  const files = ['--model', model, '--ontology', terms, '--quiet'];
  args = (out, ...more) => ['study', study, '--out', out, ...files, ...short.flatMap((set) => ['--set', set]), ...more];
  folders = (await readStudyFile(study, short)).cells.map(({ folder }) => folder);
});

const RECORDS = ['facts.jsonl', 'trials.jsonl', 'steps.jsonl', 'summary.json'];
const ADAPTER = path.join('adapters', 'term-to-id', 'adapter_model.safetensors');

describe('ontoscope study, run through', () => {
  it('lists its cells with memory and time before it runs any', async () => {
    const plan = await runCli([...args('unused'), '--plan', '--json']);
    expect(plan.code, plan.stderr).toBe(0);
    const { cells } = JSON.parse(plan.stdout) as { cells: Record<string, number>[] };
    expect(cells.map(({ folder }) => folder)).toEqual(folders);
    for (const { memoryBytes, roughMs, steps } of cells) {
      expect(memoryBytes).toBeGreaterThan(100_000);
      expect(roughMs).toBeGreaterThan(0);
      expect(steps).toBe(16);
    }
    expect(existsSync('unused')).toBe(false);
  });

  it('is the same study when its process is killed and it is continued', async () => {
    const out = await place('killed');
    const inSecond = { file: path.join(folders[1]!, 'checkpoint.bin'), count: 1, signal: 'SIGSTOP' } as const;
    const first = startCli(args(out), inSecond);
    await first.signalled;
    const refused = new FakeTerminal();
    expect(await main(args(out, '--resume', '--json'), refused)).toBe(1);
    expect(refused.json()).toMatchObject({
      error: { code: 'run-locked', message: expect.stringContaining(`process ${first.child.pid}`) as string },
    });
    first.child.kill('SIGKILL');
    await first.ended;
    const states = () => readFile(path.join(out, 'study.json'), 'utf8').then((text) => parseState(text, 'study.json'));
    expect((await states()).cells.map(({ state }) => state)).toEqual(['done', 'running', 'waiting', 'waiting']);
    const finished = await stat(path.join(out, folders[0]!, 'manifest.json'));

    const inThird = { file: path.join(folders[2]!, 'manifest.json'), count: 1, signal: 'SIGKILL' } as const;
    const again = await runCli(
      args(out, '--resume').filter((arg) => arg !== '--quiet'),
      inThird,
    );
    expect(again.code).toBeNull();
    expect(again.stderr).toContain('Continuing after');
    expect((await states()).cells.map(({ state }) => state)).toEqual(['done', 'done', 'running', 'waiting']);

    const { code, stdout } = await runCli(args(out, '--resume', '--json'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: { cells: Array(4).fill({ state: 'done' }) } });
    const whole = await place('whole');
    expect((await runCli(args(whole))).code).toBe(0);
    for (const folder of folders) {
      for (const name of [...RECORDS, ADAPTER]) {
        const [a, b] = await Promise.all([whole, out].map((root) => readFile(path.join(root, folder, name))));
        expect(b!.equals(a!), `${folder}/${name}`).toBe(true);
      }
      expect(existsSync(path.join(out, folder, 'run.lock'))).toBe(false);
    }
    // What was finished was not run again.
    expect((await stat(path.join(out, folders[0]!, 'manifest.json'))).mtimeMs).toBe(finished.mtimeMs);
    const [a, b] = await Promise.all(
      [whole, out].map((root) => readFile(path.join(root, 'study-summary.json'), 'utf8')),
    );
    expect(b).toBe(a);
    const summary = parseStudySummary(a!);
    expect(summary.runs).toHaveLength(4);
    const seen = summary.rows.filter(
      ({ measure, group, model }) => measure === 'gain' && group === 'seen' && model === 'one run',
    );
    expect(seen).toHaveLength(4);
    for (const row of seen) expect(row.estimate!.n).toBe(8);
  });

  it('stops at Ctrl-C with a state to go on from', async () => {
    const out = await place('interrupted');
    const inFirst = { file: path.join(folders[0]!, 'checkpoint.bin'), count: 1, signal: 'SIGINT' } as const;
    expect((await runCli(args(out), inFirst)).code).toBe(130);
    const { cells } = parseState(await readFile(path.join(out, 'study.json'), 'utf8'), 'study.json');
    expect(cells.map(({ state }) => state)).toEqual(['stopped', 'waiting', 'waiting', 'waiting']);
    expect(existsSync(path.join(out, 'run.lock'))).toBe(false);
    const refused = new FakeTerminal();
    expect(await main(args(out, '--json'), refused)).toBe(1);
    expect(refused.json()).toMatchObject({ error: { code: 'output-exists' } });
  });
});

describe('ontoscope study', () => {
  it('records a cell that fails, runs the others, also after it was killed, and ends with status 1', async () => {
    const shipped = JSON.parse(await readFile(SHIPPED, 'utf8')) as Record<string, unknown>;
    const file = await place('failing.json');
    await writeFile(file, JSON.stringify({ ...shipped, grid: { 'sampling.seen': [500, 8] }, seeds: [1] }));
    const { cells: planned } = await readStudyFile(file, short);
    const out = await place('failing');
    const own = (...more: string[]) => args(out, ...more).map((arg) => (arg === study ? file : arg));
    const inSecond = { file: path.join(planned[1]!.folder, 'checkpoint.bin'), count: 1, signal: 'SIGKILL' } as const;
    expect((await runCli(own(), inSecond)).code).toBeNull();
    const { code, stdout, stderr } = await runCli(own('--resume'));
    expect(code).toBe(1);
    expect(stderr).toContain('failed: sampling.seen=500, seed 1');
    expect(stdout).toContain('1 of 2 cells done');
    const { cells } = parseState(await readFile(path.join(out, 'study.json'), 'utf8'), 'study.json');
    expect(cells.map(({ state, error }) => [state, error?.code ?? null])).toEqual([
      ['failed', 'too-few-terms'],
      ['done', null],
    ]);
    const { runs, rows } = parseStudySummary(await readFile(path.join(out, 'study-summary.json'), 'utf8'));
    expect(runs).toHaveLength(1);
    expect(rows.find(({ measure, group }) => measure === 'gain' && group === 'seen')!.estimate!.n).toBe(8);
  });
});
