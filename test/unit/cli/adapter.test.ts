/** `ontoscope adapter`: real adapters are read or refused with the reason, and merged models open again. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { sequenceLogits } from '../../../src/engine/reference/decoder';
import { openModel } from '../../../src/models';
import { readGolden } from '../../golden/families';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { folderFromDisk } from '../../helpers/tiny-model';

const GOLDEN = path.resolve('test/golden/families');
const scratch = mkdtempSync(path.join(tmpdir(), 'ontoscope-adapter-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function ask(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await main(['adapter', ...argv, '--json'], terminal);
  return { status, answer: JSON.parse(terminal.stdout.join('\n')) as Record<string, unknown> };
}

describeWithShared('adapter inspect', 'adapters', () => {
  const inspect = (name: string, ...further: string[]) => ask('inspect', sharedPath('adapters', name), ...further);

  it.each([
    [
      'lora-gpt2-cattn-cproj-tigrinya',
      {
        families: ['gpt2'],
        modules: ['attn.c_attn', 'attn.c_proj', 'mlp.c_proj'],
        rank: 8,
        alpha: 32,
        scale: 4,
        tensors: 72,
        parameters: 811008,
        warnings: [],
      },
    ],
    [
      'lora-gpt2-cattn-customer-support',
      {
        families: ['gpt2'],
        modules: ['attn.c_attn'],
        rank: 8,
        alpha: 16,
        tensors: 24,
        parameters: 294912,
        warnings: [expect.stringContaining('fan_in_fan_out is false')],
      },
    ],
    [
      'lora-qwen2.5-0.5b',
      {
        families: expect.arrayContaining(['qwen2']),
        modules: ['self_attn.q_proj', 'self_attn.v_proj'],
        rank: 8,
        tensors: 96,
        parameters: 540672,
      },
    ],
    [
      'lora-tinyllama-1.1b',
      {
        families: expect.arrayContaining(['llama']),
        modules: ['self_attn.q_proj', 'self_attn.v_proj'],
        rank: 4,
        scale: 2,
        tensors: 88,
        parameters: 563200,
      },
    ],
  ])('reads %s', async (name, expected) => {
    // prettier-ignore
    const { status, answer } = await inspect(name);
    expect(status).toBe(0);
    expect(answer).toMatchObject({ name, method: 'lora', dtypes: ['F32'], model: null, ...expected });
    expect(answer.layers).toEqual(Array.from({ length: (answer.layers as number[]).length }, (_, i) => i));
  });

  it.each([
    ['lora-gpt2-seqcls', 'adapter-invalid', 'task_type "SEQ_CLS"'],
    ['lora-opt-125m-bf16', 'architecture-unsupported', 'model.decoder.layers.0.self_attn.q_proj'],
  ])('refuses %s', async (name, code, reason) => {
    const { status, answer } = await inspect(name);
    expect(status).toBe(1);
    expect(answer.error).toMatchObject({ code, message: expect.stringContaining(reason) as string });
  });

  it('holds it against a model where one is given', async () => {
    const wrong = await inspect('lora-qwen2.5-0.5b', '--model', path.join(GOLDEN, 'qwen2'));
    expect(wrong.status).toBe(1);
    expect(wrong.answer.error).toMatchObject({ code: 'tensor-shape' });
  });
});

describe('adapter inspect', () => {
  it('names method and layers of a DoRA adapter, and the model that it fits', async () => {
    const { status, answer } = await ask(
      'inspect',
      path.join(GOLDEN, 'qwen2', 'dora'),
      '--model',
      path.join(GOLDEN, 'qwen2'),
    );
    expect(status).toBe(0);
    expect(answer).toMatchObject({
      method: 'dora',
      rank: 2,
      layers: [1],
      tensors: 9,
      model: { architecture: 'qwen2' },
    });
  });
});

describe('adapter merge', () => {
  it('writes a model that opens and has the logits of base and adapter, and does not write over anything', async () => {
    const out = path.join(scratch, 'merged');
    const [model, adapter] = [path.join(GOLDEN, 'gpt2'), path.join(GOLDEN, 'gpt2', 'adapter')];
    const given = ['merge', '--model', model, '--adapter', adapter, '--out', out];
    expect((await ask(...given)).status).toBe(0);
    const merged = await openModel(await folderFromDisk(out));
    expect(merged.ignored).toEqual([]);
    const { sequences, adaptedLogits } = readGolden('gpt2');
    const weights = await merged.loadWeights();
    const logits = sequenceLogits(merged.config, weights, Uint32Array.from(sequences[0]!));
    adaptedLogits[0]!.forEach((expected, i) => expect(Math.abs(logits[i]! - expected)).toBeLessThan(1e-5));
    expect((await ask(...given)).answer.error).toMatchObject({ code: 'output-exists' });
    // What names the dtype that was written is left byte for byte.
    expect(readFileSync(path.join(out, 'config.json'))).toEqual(readFileSync(path.join(model, 'config.json')));
  });

  it.each(['dtype', 'torch_dtype'])('names the dtype written where the base’s %s was another', async (field) => {
    const [model, out] = [path.join(scratch, `${field}-base`), path.join(scratch, `${field}-merged`)];
    cpSync(path.join(GOLDEN, 'gpt2'), model, { recursive: true });
    const config = path.join(model, 'config.json');
    const text = readFileSync(config, 'utf8').replace('"dtype": "float32"', `"${field}": "bfloat16"`);
    writeFileSync(config, text);
    const adapter = path.join(GOLDEN, 'gpt2', 'adapter');
    expect((await ask('merge', '--model', model, '--adapter', adapter, '--out', out)).status).toBe(0);
    expect(readFileSync(path.join(out, 'config.json'), 'utf8')).toBe(text.replace('bfloat16', 'float32'));
  });
});
