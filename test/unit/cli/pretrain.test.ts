/** `ontoscope pretrain` before any GPU: plans and usage errors. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';

const CORPUS = fileURLToPath(new URL('../../fixtures/corpus', import.meta.url));
const CONFIG = path.join(CORPUS, 'pretrain.json');

const place = useTemporaryFolder();
/** Rows and a context that the world's sentences fit into. */
const wide = ['--set', 'model.contextLength=64', '--set', 'batch.rowTokens=512'];

async function pretrain(...args: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(['pretrain', ...args], terminal);
  return { code, stdout: terminal.stdout.join('\n'), stderr: terminal.stderr.join('\n') };
}

describe('ontoscope pretrain --plan', () => {
  it('says what would be trained, and what it would take', async () => {
    const { code, stdout } = await pretrain(CORPUS, '--model', CONFIG, '--plan');
    expect(code).toBe(0);
    expect(stdout).toContain('tiny: 8,560 parameters (2 layers of 16, vocabulary 290)');
    expect(stdout).toContain('243 sentences, 40 of them filler, on 11 facts: 3,583 tokens in 32 steps');
    expect(stdout).toContain('5.40e4 operations a token');
  });

  it('is one JSON document with --json, and follows --set', async () => {
    const { stdout } = await pretrain(CORPUS, '--model', CONFIG, '--plan', '--json', '--set', 'batch.rows=4');
    expect(JSON.parse(stdout)).toMatchObject({ steps: 16, tokens: 3583, facts: 11, filler: 40, heldOutTokens: 66 });
  });
});

describe('ontoscope pretrain on a world', () => {
  it('trains on the world that the file makes as on the folder that is written of it', async () => {
    const world = fileURLToPath(new URL('../../../public/worlds/small.json', import.meta.url));
    const folder = await place('world');
    expect(await main(['world', world, '--out', folder], new FakeTerminal())).toBe(0);
    const plans = [world, folder].map((corpus) => pretrain(corpus, '--model', CONFIG, '--plan', '--json', ...wide));
    const [file, written] = await Promise.all(plans);
    expect(file!.code, file!.stderr).toBe(0);
    expect(file!.stdout).toBe(written!.stdout);
    expect(JSON.parse(file!.stdout)).toMatchObject({ tokens: 95150, sentences: 4760, filler: 1000 });
  });
});

describe('ontoscope pretrain refuses', () => {
  it.each([
    [['--model', CONFIG, '--plan'], 2, 'pretrain needs a corpus'],
    [[CORPUS], 2, 'pretrain needs --model CONFIG'],
    [[CORPUS, '--model', CONFIG], 2, 'pretrain needs --out DIR, or --plan'],
    [[CORPUS, '--model', CONFIG, '--out', 'x', '--resume', '--force'], 2, 'exclude each other'],
    [[CORPUS, '--model', CONFIG, '--plan', '--dtype', 'bf16'], 2, '--dtype must be f32 or f16'],
    [[CORPUS, '--model', path.join(CORPUS, 'none.json'), '--plan'], 1, 'file-missing'],
    [[CORPUS, '--model', CONFIG, '--plan', '--set', 'model.heads=3'], 1, 'model.hiddenSize: found 16'],
    [[path.dirname(CORPUS), '--model', CONFIG, '--plan'], 1, 'has no sentences.jsonl'],
    [[CONFIG, '--model', CONFIG, '--plan'], 1, 'error world-invalid'],
  ])('%j', async (args, status, text) => {
    const { code, stderr } = await pretrain(...args);
    expect(stderr).toContain(text);
    expect(code).toBe(status);
  });
});
