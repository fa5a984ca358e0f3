/** `ontoscope model export`: what is written where, and what is refused. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { sequenceLogits } from '../../../src/engine/reference/decoder';
import { openModel } from '../../../src/models';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { OnnxDecoder } from '../../helpers/onnx';
import { worstError } from '../../helpers/numbers';
import { useTemporaryFolder } from '../../helpers/temporary';
import { folderFromDisk, writeTinyModel } from '../../helpers/tiny-model';

const place = useTemporaryFolder();
let model = '';

async function call(...argv: string[]) {
  const terminal = new FakeTerminal();
  const code = await main(['model', 'export', ...argv], terminal);
  return { code, terminal, out: terminal.stdout.join('\n'), err: terminal.stderr.join('\n') };
}

beforeAll(async () => {
  model = await place('tiny');
  await writeTinyModel(model);
});

describe('model export', () => {
  it('writes a folder with tokenizer and decoder that answers as the model does', async () => {
    const out = await place('both');
    const { code, terminal } = await call('--onnx', '--model', model, '--out', out, '--dtype', 'f16,f32', '--json');
    expect(code).toBe(0);
    const { files } = terminal.json() as { files: { path: string; bytes: number }[] };
    expect((await readdir(path.join(out, 'onnx'))).sort()).toEqual(['model.onnx', 'model_fp16.onnx']);
    const read = await Promise.all(
      files.map(async (file) => ({ ...file, content: await readFile(path.join(out, file.path)) })),
    );
    for (const { bytes, content } of read) expect(content.byteLength).toBe(bytes);
    for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      expect(await readFile(path.join(out, name))).toEqual(await readFile(path.join(model, name)));
    }
    const opened = await openModel(await folderFromDisk(model));
    const ids = [0, 70, 71, 5, 260];
    const expected = sequenceLogits(opened.config, await opened.loadWeights(), Uint32Array.from(ids));
    const streamed = read.map(({ content, ...file }) => ({
      ...file,
      async *pieces() {
        yield await Promise.resolve(content);
      },
    }));
    for (const [file, tolerance] of [
      ['model.onnx', 1e-5],
      ['model_fp16.onnx', 1e-2],
    ] as const) {
      const decoder = await OnnxDecoder.open(streamed, `onnx/${file}`, opened.config);
      expect(worstError((await decoder.run({ ids: [ids] })).logits[0]!, expected)).toBeLessThan(tolerance);
      await decoder.close();
    }
  });

  it('replaces nothing unless it is told to', async () => {
    const out = await place('twice');
    const argv = ['--onnx', '--model', model, '--out', out];
    expect((await call(...argv)).out).toContain('model.onnx');
    expect(await call(...argv)).toMatchObject({ code: 1, err: expect.stringContaining('output-exists') });
    expect((await call(...argv, '--force')).code).toBe(0);
  });

  it('writes nothing for a folder that holds no model', async () => {
    const [empty, out] = [await place('empty'), await place('none')];
    await mkdir(empty, { recursive: true });
    const { code, err } = await call('--onnx', '--model', empty, '--out', out);
    expect([code, err]).toEqual([1, expect.stringContaining('config.json')]);
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it.each([
    [['--model', 'x', '--out', 'y'], '--onnx'],
    [['--onnx', '--out', 'y'], '--model'],
    [['--onnx', '--model', 'x'], '--out'],
    [['--onnx', '--model', 'x', '--out', 'y', 'z'], '“z”'],
    [['--onnx', '--model', 'x', '--out', 'y', '--dtype', 'q4'], 'f32 and f16'],
  ])('explains %j', async (argv, words) => {
    const { code, err } = await call(...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});
