/** A study of worlds on a real engine: killed while it pretrains and continued, it is the one that ran through. */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main';
import { parseState, parseStudySummary } from '../../src/records';
import { runCli } from '../helpers/cli-process';
import { FakeTerminal } from '../helpers/fake-terminal';
import { useTemporaryFolder } from '../helpers/temporary';

const place = useTemporaryFolder();

/** Two cells that share a model: one rehearses the text of another group than the one that is asked of. */
const STUDY = {
  studyVersion: 1,
  world: {
    worldVersion: 1,
    groups: ['facts', 'others'].map((name) => ({
      ...{ name, source: { kind: 'synthetic', count: 6 } },
      exposures: { kind: 'buckets', sizes: [0, 4] },
    })),
    filler: { sentences: 20, heldOut: 4 },
    tokenizer: { vocabulary: 320 },
  },
  pretrain: {
    pretrainVersion: 1,
    model: { hiddenSize: 16, layers: 1, heads: 2, kvHeads: 1, intermediateSize: 24, contextLength: 128 },
    batch: { rowTokens: 128 },
    checkpoint: { everySteps: 4 },
  },
  base: {
    ontology: { path: 'groups/facts.tsv' },
    sampling: { bins: 2, seen: 3, withheld: 3 },
    directions: ['term-to-id'],
    adapter: { kind: 'lora', rank: 2 },
    train: { epochs: 1, batchSize: 8 },
    evaluation: { sampleAt: 'never', maxNewTokens: 4 },
  },
  groups: {
    rehearsal: {
      none: {},
      others: { 'retention.rehearsal': { source: 'text', perBatch: 1, path: 'groups/others.txt' } },
    },
  },
  seeds: [2],
};

/** Everything that does not tell the time, by its place. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const timeless = names.filter((name) => !/(^|\/)(pretraining|manifest|study)\.json$|\.bin$/.test(name));
  const files = new Map<string, string>();
  for (const name of timeless) {
    const place = path.join(folder, name);
    if ((await stat(place)).isFile()) files.set(name, (await readFile(place)).toString('base64'));
  }
  return files;
}

describe('ontoscope study, of worlds', () => {
  it('pretrains a model once, and is the same study when it was killed meanwhile', async () => {
    const study = await place('study.json');
    await writeFile(study, JSON.stringify(STUDY));
    const [whole, killed] = [await place('whole'), await place('killed')];
    const ran = await runCli(['study', study, '--out', whole]);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr.match(/^model [0-9a-f]{12}$/gm)).toHaveLength(1);

    const inPretraining = { file: 'checkpoint.bin', count: 1, signal: 'SIGKILL' } as const;
    expect((await runCli(['study', study, '--out', killed], inPretraining)).code).toBeNull();
    const { cells } = parseState(await readFile(path.join(killed, 'study.json'), 'utf8'), 'study.json');
    expect(cells.map(({ state }) => state)).toEqual(['running', 'waiting']);
    const model = path.join('models', cells[0]!.model!);
    expect(existsSync(path.join(killed, model, 'model.safetensors'))).toBe(false);
    const continued = await runCli(['study', study, '--out', killed, '--resume']);
    expect(continued.code, continued.stderr).toBe(0);
    expect(continued.stderr).not.toMatch(/[^,] step [1-4] of/);

    const files = await filesOf(whole);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([`${model}/model.safetensors`, `${model}/world/terms.tsv`]),
    );
    expect(await filesOf(killed)).toEqual(files);
    const summary = parseStudySummary(await readFile(path.join(killed, 'study-summary.json'), 'utf8'));
    expect(summary.runs).toHaveLength(2);

    // A model that is no longer what was written is refused before a further cell uses it.
    const weights = path.join(killed, model, 'model.safetensors');
    await writeFile(weights, Buffer.alloc((await stat(weights)).size));
    const grown = { ...STUDY, groups: { rehearsal: { ...STUDY.groups.rehearsal, more: { 'train.epochs': 2 } } } };
    await writeFile(study, JSON.stringify(grown));
    const refused = new FakeTerminal();
    expect(await main(['study', study, '--out', killed, '--resume', '--json', '--quiet'], refused)).toBe(1);
    expect(refused.json()).toMatchObject({
      error: { code: 'file-mismatch', message: expect.stringContaining('model.safetensors') as string },
    });
  });
});
