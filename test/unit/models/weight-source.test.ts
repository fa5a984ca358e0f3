/** Weights read a part at a time: the same values however they are asked for, and little held beside them. */
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../src/models';
import { encodeSafetensors, readSafetensorsHeader, readTensor } from '../../../src/models/safetensors';
import { FAMILIES, modelFolder } from '../../golden/families';
import { memoryFolder, tinyModelFiles } from '../../helpers/tiny-model';

const cancelled = { code: 'cancelled' };

describe.each(FAMILIES)('%s', (family) => {
  it('gives every weight in parts of three rows as it gives it whole', async () => {
    const model = await openModel(await modelFolder(family));
    const whole = await model.loadWeights();
    const seen: number[] = [];
    let total = 0;
    const source = model.weightSource((done, all) => {
      seen.push(done);
      total = all;
    });
    for (const { name, shape } of model.weights) {
      const expected = whole.get(name)!;
      const width = expected.length / shape[0]!;
      for (let first = 0; first < shape[0]!; first += 3) {
        const end = Math.min(shape[0]!, first + 3);
        const part = await source.read(name, first, end);
        expect(part, `${name} ${first}`).toEqual(expected.slice(first * width, end * width));
      }
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
    expect(total).toBe(model.parameters * 4);
    await source.read(model.weights[0]!.name, 0, 1);
    expect(seen.at(-1)).toBe(total); // read again, counted once
  });
});

describe('how much is read at a time', () => {
  const reads = async (family: (typeof FAMILIES)[number], name: string) => {
    const folder = await modelFolder(family);
    const ranges: number[] = [];
    const counting = {
      ...folder,
      list: () => folder.list(),
      read: (path: string, start: number, end: number) => {
        ranges.push(end - start);
        return folder.read(path, start, end);
      },
    };
    const model = await openModel(counting);
    const source = model.weightSource();
    const { shape } = model.weights.find((weight) => weight.name === name)!;
    ranges.length = 0;
    for (let row = 0; row < shape[0]!; row++) await source.read(name, row, row + 1);
    return { ranges, shape };
  };

  it('of a plain weight is the rows asked for, of a fused one too', async () => {
    for (const [family, name] of [
      ['llama', 'layers.0.gate_proj'],
      ['gpt_neox', 'layers.0.k_proj'],
    ] as const) {
      const { ranges, shape } = await reads(family, name);
      expect(ranges).toHaveLength(shape[0]!);
      expect(new Set(ranges).size).toBe(1);
    }
  });

  it('of a transposed one is the tensor, once', async () => {
    const { ranges } = await reads('gpt2', 'layers.0.k_proj');
    expect(ranges).toHaveLength(1);
  });

  it('is at most 4 MiB of the file, whatever is asked for', async () => {
    const files = tinyModelFiles();
    const rows = 2 ** 20 + 5;
    const big = { name: 'big', shape: [rows, 3], data: Float32Array.from({ length: rows * 3 }, (_, i) => i % 977) };
    files.set('model.safetensors', encodeSafetensors([big]));
    let largest = 0;
    const folder = memoryFolder(files, { onRead: (_, start, end) => void (largest = Math.max(largest, end - start)) });
    const bytes = files.get('model.safetensors')!.length;
    const { tensors } = await readSafetensorsHeader(folder, 'model.safetensors', bytes);
    const values = await readTensor(folder, tensors.get('big')!);
    expect(Buffer.from(values.buffer).equals(Buffer.from(big.data.buffer))).toBe(true);
    expect(largest).toBe(4 * 1024 * 1024);
  });
});

describe('what ends a reading', () => {
  it('is the signal, after which the source reads on when asked again', async () => {
    const model = await openModel(await modelFolder('gpt2'));
    const source = model.weightSource();
    const aborted = AbortSignal.abort();
    for (const name of ['embed', 'layers.0.q_proj']) {
      await expect(source.read(name, 0, 2, aborted)).rejects.toMatchObject(cancelled);
      expect(await source.read(name, 0, 2)).toHaveLength(2 * model.config.hiddenSize);
    }
  });

  it('is a weight or a row that is not there', async () => {
    const source = (await openModel(memoryFolder(tinyModelFiles()))).weightSource();
    await expect(source.read('no_such', 0, 1)).rejects.toMatchObject({ code: 'internal' });
    await expect(source.read('final_norm', 31, 33)).rejects.toMatchObject({ code: 'internal' });
    await expect(source.read('final_norm', 5, 4)).rejects.toMatchObject({ code: 'internal' });
    expect(await source.read('final_norm', 32, 32)).toHaveLength(0);
  });
});
