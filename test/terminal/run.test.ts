/** The command line on a real engine: a run, an interrupted one continued, answers of a model. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/records';
import { runCli as ontoscope } from '../helpers/cli-process';
import { useTemporaryFolder } from '../helpers/temporary';
import { writeTinyModel } from '../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../helpers/tiny-run';

const place = useTemporaryFolder();

async function recordsOf(folder: string) {
  const text = (name: string) => readFile(path.join(folder, name), 'utf8');
  return {
    manifest: await text('manifest.json'),
    facts: await text('facts.jsonl'),
    trials: await text('trials.jsonl'),
    steps: await text('steps.jsonl'),
    summary: await text('summary.json'),
  };
}

beforeAll(async () => {
  await writeTinyModel(await place('models', 'tiny'));
  await writeFile(await place('terms.tsv'), tinyTerms.text);
  await writeFile(await place('spec.json'), JSON.stringify(tinySpec('train.epochs=6')));
});

describe('ontoscope run', () => {
  it('is the same run when it is interrupted by Ctrl-C and continued', async () => {
    const spec = await place('spec.json');
    const whole = await ontoscope(['run', spec, '--out', await place('whole')]);
    expect(whole.code).toBe(0);
    expect(whole.stdout).toMatch(/Run [0-9a-f]{16}: done/);
    expect(whole.stdout).toContain('McNemar');
    expect(whole.stderr).toMatch(/left .*tokens\/s/);

    const out = await place('stopped');
    const afterAnEpoch = { file: 'checkpoint.bin', count: 1, signal: 'SIGINT' } as const;
    const stopped = await ontoscope(['run', spec, '--out', out, '--json'], afterAnEpoch);
    expect(stopped.stderr).toContain('Stopping at the next safe point');
    expect(stopped.code).toBe(130);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ out, manifest: { state: 'cancelled' } });
    const partial = readRun(await recordsOf(out));
    expect(partial.manifest.state).toBe('cancelled');
    expect(partial.trials.length).toBeGreaterThan(0);

    const refused = await ontoscope(['run', spec, '--out', out]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('output-exists');

    const continued = await ontoscope(['run', spec, '--out', out, '--resume', '--quiet']);
    expect(continued.code).toBe(0);
    const [a, b] = [await recordsOf(await place('whole')), await recordsOf(out)];
    expect(b.facts).toBe(a.facts);
    expect(b.trials).toBe(a.trials);
    expect(b.steps).toBe(a.steps);
    expect(b.summary).toBe(a.summary);
    for (const direction of ['term-to-id', 'id-to-term']) {
      const file = path.join('adapters', direction, 'adapter_model.safetensors');
      expect(await readFile(path.join(out, file))).toEqual(await readFile(await place('whole', file)));
    }

    const again = await ontoscope(['run', spec, '--out', out, '--resume', '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ manifest: { state: 'done' }, summary: { state: 'done' } });
    const other = await ontoscope(['run', spec, '--out', out, '--resume', '--set', 'seed=9']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('checkpoint-mismatch');
  });
});

describe('ontoscope model', () => {
  it('prints logits of the last or of every position', async () => {
    const model = await place('models', 'tiny');
    const last = await ontoscope(['model', 'logits', model, '--ids', '0,40,41', '--json']);
    expect(last.code).toBe(0);
    const one = JSON.parse(last.stdout) as { ids: number[]; logits: number[] };
    expect(one.ids).toEqual([0, 40, 41]);
    const all = JSON.parse(
      (await ontoscope(['model', 'logits', model, '--ids', '0,40,41', '--all', '--json'])).stdout,
    ) as {
      logits: number[][];
    };
    expect(all.logits).toHaveLength(3);
    expect(all.logits[2]).toEqual(one.logits);
    expect(one.logits.every(Number.isFinite)).toBe(true);
  });

  it('continues a text, the same for the same seed', async () => {
    const generate = async (seed: string) => {
      const args = ['--text', 'soft fur', '--max-tokens', '6', '--samples', '3', '--temperature', '1', '--seed', seed];
      const { code, stdout } = await ontoscope(['model', 'generate', await place('models', 'tiny'), ...args, '--json']);
      expect(code).toBe(0);
      return JSON.parse(stdout) as { samples: { ids: number[]; text: string; logProb: number; finished: boolean }[] };
    };
    const first = await generate('5');
    expect(first.samples).toHaveLength(3);
    for (const { ids, text, logProb } of first.samples) {
      expect(ids.length).toBeLessThanOrEqual(6);
      expect(typeof text).toBe('string');
      expect(logProb).toBeLessThan(0);
    }
    expect(await generate('5')).toEqual(first);
    expect((await generate('6')).samples).not.toEqual(first.samples);
  });
});

describe('ontoscope device', () => {
  it('names the adapter, and checks its kernels for people and for machines', async () => {
    const plain = await ontoscope(['device', '--check']);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toContain('(software, slow)');
    expect(plain.stdout).toMatch(/All \d+ families of kernels agree with their f64 references/);
    expect(plain.stderr).toContain('Attention and positions');
    const { code, stdout } = await ontoscope(['device', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ device: { adapter: { software: true } }, check: null });
  });
});
