/** The safetensors reader against real bytes, sound and mutated; the writer against the reader. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../src/core/errors';
import { decodeF16, encodeF16 } from '../../../src/core/float16';
import { decodeBf16, encodeSafetensors, readSafetensorsHeader, readTensor } from '../../../src/models/safetensors';
import { describeWithShared, sharedPath } from '../../helpers/shared';
import { folderFromDisk, memoryFolder, tinyModelFiles } from '../../helpers/tiny-model';

const FILE = 'model.safetensors';
type Bytes = Uint8Array<ArrayBuffer>;

function open(bytes: Bytes) {
  return readSafetensorsHeader(memoryFolder(new Map([[FILE, bytes]])), FILE, bytes.length);
}

async function errorOf(promise: Promise<unknown>): Promise<LabError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LabError);
  return error as LabError;
}

/** A file with a header of our own words and `dataBytes` of data; the header is padded like a real one. */
function fileWith(header: unknown, dataBytes: number, text = JSON.stringify(header)): Bytes {
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const tensor = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('a safetensors file written here', () => {
  it('reads back with names, shapes and values, whatever they are', async () => {
    const tensors = fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1 }).filter((name) => !['__metadata__', '__proto__'].includes(name)),
        rows: fc.integer({ min: 0, max: 4 }),
        data: fc.float32Array({ minLength: 3, maxLength: 3, noNaN: true, noDefaultInfinity: true }),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(tensors, async (list) => {
        const written = list.map(({ name, rows, data }) => ({
          name,
          shape: [rows, 3],
          data: Float32Array.from({ length: rows * 3 }, (_, i) => data[i % 3]!),
        }));
        const bytes = encodeSafetensors(written);
        const folder = memoryFolder(new Map([[FILE, bytes]]));
        const { tensors: infos, metadata } = await readSafetensorsHeader(folder, FILE, bytes.length);
        expect(metadata).toEqual({ format: 'pt' });
        expect(infos.size).toBe(written.length);
        for (const { name, shape, data } of written) {
          const info = infos.get(name)!;
          expect(info.shape).toEqual(shape);
          expect(await readTensor(folder, info)).toEqual(data);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the same bytes in whatever order the tensors come, and data that starts at a multiple of 8', () => {
    const a = { name: 'b.weight', shape: [2], data: Float32Array.of(1, 2) };
    const b = { name: 'a.weight', shape: [1, 1], data: Float32Array.of(3) };
    const bytes = encodeSafetensors([a, b]);
    expect(encodeSafetensors([b, a])).toEqual(bytes);
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength));
    expect(header.trimEnd()).toBe(
      '{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
        '"b.weight":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}',
    );
    expect([...new Float32Array(bytes.slice(8 + headerLength).buffer)]).toEqual([3, 1, 2]);
  });

  it('refuses to write a tensor whose data and shape disagree, or one name twice', () => {
    const data = Float32Array.of(1, 2);
    expect(() => encodeSafetensors([{ name: 'a', shape: [3], data }])).toThrow('2 values for [3]');
    const a = { name: 'a', shape: [2], data };
    expect(() => encodeSafetensors([a, a])).toThrow('given twice');
  });
});

describe('a broken safetensors file', () => {
  const sound = tinyModelFiles().get(FILE)!;

  it('says how many bytes are missing when the download stopped, wherever it stopped', async () => {
    const headerLength = Number(new DataView(sound.buffer).getBigUint64(0, true));
    for (const length of [0, 7, 8, 200, 7 + headerLength, 8 + headerLength, sound.length - 1]) {
      const error = await errorOf(open(sound.slice(0, length)));
      expect(error.code).toBe('safetensors-truncated');
      expect(error.message).toContain(FILE);
      expect(error.hint).toContain(`${length.toLocaleString('en-US')} found`);
    }
    const error = await errorOf(open(sound.slice(0, 50_000)));
    expect(error.hint).toBe(`Download it again: ${sound.length.toLocaleString('en-US')} bytes expected, 50,000 found.`);
  });

  it('is refused when bytes follow the last tensor', async () => {
    const longer = new Uint8Array(sound.length + 3);
    longer.set(sound);
    const error = await errorOf(open(longer));
    expect(error.code).toBe('safetensors-invalid');
    expect(error.message).toContain('3 bytes follow');
  });

  it('is refused when the header length is beyond the limit of the format', async () => {
    const lying = sound.slice();
    new DataView(lying.buffer).setBigUint64(0, 2n ** 62n, true);
    const error = await errorOf(open(lying));
    expect(error.code).toBe('safetensors-invalid');
    expect(error.message).toContain('100,000,000');
  });

  it('is cut short when the header length is beyond the file', async () => {
    const lying = sound.slice();
    new DataView(lying.buffer).setBigUint64(0, BigInt(sound.length), true);
    const error = await errorOf(open(lying));
    expect(error.code).toBe('safetensors-truncated');
    expect(error.message).toContain('header');
  });

  const refusals: [string, Bytes, string[]][] = [
    ['a header that starts with something else', fileWith(null, 0, '[1,2]'), ['"{"']],
    ['a header that is no JSON', fileWith(null, 0, '{"a": oops}'), ['not valid JSON']],
    ['an unknown dtype', fileWith({ a: tensor([1], 0, 4, 'F31') }, 4), ['tensor a', '"F31"']],
    ['a dtype that every object has', fileWith({ a: tensor([1], 0, 4, 'toString') }, 4), ['"toString"']],
    ['a shape with a fraction', fileWith({ a: tensor([1.5], 0, 4) }, 4), ['tensor a', '[1.5]']],
    ['a negative side', fileWith({ a: tensor([-1, -1], 0, 4) }, 4), ['tensor a', '[-1,-1]']],
    ['offsets that are no pair', fileWith({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), ['[0]']],
    ['offsets that run backwards', fileWith({ a: tensor([1], 4, 0) }, 4), ['tensor a', 'before it begins']],
    ['a tensor without fields', fileWith({ a: null }, 0), ['tensor a']],
    ['a size that shape and dtype do not give', fileWith({ a: tensor([3], 0, 8) }, 8), ['12 bytes', '[0, 8]']],
    [
      'two tensors that overlap',
      fileWith({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, 12),
      ['tensor b', '4–12', 'overlaps tensor a', '8'],
    ],
    [
      'a hole between two tensors',
      fileWith({ a: tensor([1], 0, 4), b: tensor([1], 12, 16) }, 16),
      ['hole of 8 bytes', 'tensor a', 'tensor b', '12–16'],
    ],
    ['a hole before the first tensor', fileWith({ a: tensor([1], 4, 8) }, 8), ['hole of 4 bytes', 'header']],
    [
      'a tensor named twice',
      fileWith(null, 8, `{"a":${JSON.stringify(tensor([1], 0, 4))},"\\u0061":${JSON.stringify(tensor([1], 4, 8))}}`),
      ['"a" twice'],
    ],
    [
      'a field named twice',
      fileWith(null, 4, '{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}}'),
      ['"dtype" twice'],
    ],
    ['metadata that are no texts', fileWith({ __metadata__: { n: 1 } }, 0), ['__metadata__']],
  ];
  it.each(refusals)('is refused for %s', async (_, bytes, words) => {
    const error = await errorOf(open(bytes));
    expect(error.code).toBe('safetensors-invalid');
    for (const word of [FILE, ...words]) expect(error.message).toContain(word);
    expect(error.hint).toContain('Download it again');
  });

  it('is cut short when a tensor ends past the end of the file', async () => {
    const error = await errorOf(open(fileWith({ a: tensor([2], 0, 8), b: tensor([4], 8, 24) }, 12)));
    expect(error.code).toBe('safetensors-truncated');
    expect(error.message).toContain('tensor b');
  });

  it('never passes or crashes otherwise when one byte of the header is changed, unless the layout stays sound', async () => {
    const headerLength = Number(new DataView(sound.buffer).getBigUint64(0, true));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 7 + headerLength }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = sound.slice();
          bytes[at]! ^= flip;
          const outcome = await open(bytes).catch((error: unknown) => error);
          if (outcome instanceof Error) {
            expect(outcome).toBeInstanceOf(LabError);
            expect((outcome as LabError).code).toMatch(/^safetensors-/);
          } else {
            const ends = [...(outcome as Awaited<ReturnType<typeof open>>).tensors.values()].map(({ end }) => end);
            expect(Math.max(...ends)).toBe(bytes.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('tensor data', () => {
  const f64 = (...values: number[]) => {
    const bytes = fileWith({ a: tensor([values.length], 0, 8 * values.length, 'F64') }, 8 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setFloat64(bytes.length - 8 * (values.length - i), value, true));
    return bytes;
  };

  async function read(bytes: Bytes) {
    const folder = memoryFolder(new Map([[FILE, bytes]]));
    const { tensors } = await readSafetensorsHeader(folder, FILE, bytes.length);
    return readTensor(folder, tensors.get('a')!);
  }

  it('in f64 is rounded to f32', async () => {
    expect(await read(f64(0.1, -2, 1e-3))).toEqual(Float32Array.of(0.1, -2, 1e-3));
  });

  it('beyond f32, infinite or not a number is refused with tensor and element', async () => {
    for (const bad of [1e300, NaN, -Infinity]) {
      const error = await errorOf(read(f64(1, bad)));
      expect(error.code).toBe('safetensors-invalid');
      expect(error.message).toMatch(/tensor a .*element 1/);
    }
  });

  it('in a dtype that no weight has is refused by name', async () => {
    const error = await errorOf(read(fileWith({ a: tensor([4], 0, 4, 'I8') }, 4)));
    expect(error.code).toBe('tensor-dtype');
    expect(error.message).toContain('I8');
    expect(error.hint).toContain('BF16');
  });

  it('of every finite f16 pattern is exact', () => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const values = decodeF16(patterns);
    for (const i of patterns) {
      const [exponent, mantissa] = [(i >>> 10) & 31, i & 1023];
      const magnitude = exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
      if (exponent < 31 && !Object.is(values[i], i < 32768 ? magnitude : -magnitude)) {
        expect.fail(`pattern ${i} gives ${values[i]}`);
      }
    }
    expect([values[0x7c00], values[0xfc00], values[0x7e00]]).toEqual([Infinity, -Infinity, NaN]);
  });

  it('in bf16 is the upper half of an f32', () => {
    expect(decodeBf16(Uint16Array.of(0x3f80, 0xc049, 0x0001, 0x8000))).toEqual(
      Float32Array.of(1, -3.140625, 2 ** -133, -0),
    );
  });

  it('comes whole even when the host hands out unaligned views', async () => {
    const bytes = encodeSafetensors([{ name: 'a', shape: [2], data: Float32Array.of(1.5, -7) }]);
    const folder = memoryFolder(new Map([[FILE, bytes]]), {
      onRead: (_, start, end) => {
        const shifted = new Uint8Array(end - start + 1);
        shifted.set(bytes.subarray(start, end), 1);
        return shifted.subarray(1);
      },
    });
    const { tensors } = await readSafetensorsHeader(folder, FILE, bytes.length);
    expect(await readTensor(folder, tensors.get('a')!)).toEqual(Float32Array.of(1.5, -7));
  });

  it('that arrives short, because the file shrank meanwhile, is an error', async () => {
    const bytes = tinyModelFiles().get(FILE)!;
    const folder = memoryFolder(new Map([[FILE, bytes]]), {
      onRead: (_, start, end) => (start > 8 ? bytes.slice(start, end - 4) : undefined),
    });
    const { tensors } = await readSafetensorsHeader(memoryFolder(new Map([[FILE, bytes]])), FILE, bytes.length);
    const error = await errorOf(readTensor(folder, tensors.get('model.norm.weight')!));
    expect(error.code).toBe('file-unreadable');
    expect(error.message).toContain('124 bytes');
  });
});

describeWithShared('real files in other dtypes', ['models/stories260K-dtypes', 'models/stories260K'], () => {
  it('hold the same weights in f16 and bf16, within the precision of each', async () => {
    const halves = await folderFromDisk(sharedPath('models/stories260K-dtypes'));
    const read = async (file: string) => {
      const bytes = (await halves.list()).find(({ path }) => path === file)!.bytes;
      const { tensors } = await readSafetensorsHeader(halves, file, bytes);
      const values = new Map<string, Float32Array>();
      for (const [name, info] of tensors) values.set(name, await readTensor(halves, info));
      return values;
    };
    const [f16, bf16] = [await read('model.f16.safetensors'), await read('model.bf16.safetensors')];
    expect([...bf16.keys()].sort()).toEqual([...f16.keys()].sort());
    let compared = 0;
    for (const [name, values] of f16) {
      const other = bf16.get(name)!;
      for (const [i, value] of values.entries()) {
        const tolerance = Math.abs(value) * 2 ** -7.9 + 2 ** -24;
        if (Math.abs(value - other[i]!) > tolerance) expect.fail(`${name}[${i}]: ${value} and ${other[i]}`);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(250_000);
  });
});

describe('f32 written as f16', () => {
  const halvesOf = (...values: number[]) => [...encodeF16(Float32Array.from(values)).halves];
  const every = Uint16Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);

  it('gives back each of the finite f16 numbers', () => {
    const { halves, overflow } = encodeF16(decodeF16(every));
    expect(overflow).toBeNull();
    expect(halves).toEqual(every);
  });

  it('rounds to the nearest, ties to even, between any two neighbours', () => {
    const values = decodeF16(every);
    for (let i = 0; i + 1 < values.length; i++) {
      if (every[i]! === 0x7bff) continue; // The next one is −0.
      const [low, high] = [values[i]!, values[i + 1]!];
      const middle = (low + high) / 2; // Exact in f32: one bit more than f16 has.
      const even = every[i]! % 2 === 0 ? every[i] : every[i + 1];
      const towards = (end: number) => middle + (end - middle) / 256;
      expect(halvesOf(towards(low), middle, towards(high)), String(middle)).toEqual([every[i], even, every[i + 1]]);
    }
  });

  it('names the first value that is too large, and rounds up to the largest what is not', () => {
    expect(encodeF16(Float32Array.of(1, 65519.99, -65520, NaN))).toMatchObject({ overflow: 2 });
    expect(halvesOf(65519.99, -65519.99)).toEqual([0x7bff, 0xfbff]);
    expect(encodeF16(Float32Array.of(NaN)).overflow).toBe(0);
  });

  it('lies in the file as F16, and is read as it was rounded', async () => {
    const { halves } = encodeF16(Float32Array.of(0.1, -2, 3e-6));
    const bytes = encodeSafetensors([{ name: 'w', shape: [3], data: halves }]);
    const header = await open(bytes);
    const info = header.tensors.get('w')!;
    expect(info.dtype).toBe('F16');
    expect(await readTensor(memoryFolder(new Map([[FILE, bytes]])), info)).toEqual(decodeF16(halves));
  });
});
