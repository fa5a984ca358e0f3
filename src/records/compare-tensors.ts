/**
 * Two safetensors files of trained values, value by value.
 *
 * Promises: names and shapes must agree; a value may deviate by the tolerance times the largest magnitude in its
 * tensor. Must not know: what the tensors mean. Layout: 8 bytes little-endian length, JSON header, values.
 */
export interface TensorComparison {
  verdict: 'equal' | 'different';
  first: { field: string; stored: unknown; again: unknown };
}

interface Header {
  text: string;
  /** Offset of the first value in the file. */
  start: number;
}

/** Null where a file is no safetensors file of f32 values, so that its bytes have to be compared. */
export function compareTensors(stored: Uint8Array, again: Uint8Array, tolerance: number): TensorComparison | null {
  const [a, b] = [headerOf(stored), headerOf(again)];
  if (!a || !b) return null;
  if (a.text !== b.text || stored.length !== again.length) {
    return { verdict: 'different', first: { field: 'header', stored: a.text, again: b.text } };
  }
  const tensors = tensorsOf(a.text);
  if (!tensors) return null;
  let within: TensorComparison['first'] | null = null;
  for (const { name, from, to } of tensors) {
    if (a.start + to > stored.length) return null;
    const [left, right] = [stored, again].map((file) => floats(file, a.start + from, to - from)) as [
      Float32Array,
      Float32Array,
    ];
    const largest = left.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
    for (const [index, value] of left.entries()) {
      const other = right[index]!;
      if (Object.is(value, other)) continue;
      const first = { field: `${name}[${index}]`, stored: value, again: other };
      if (!(Math.abs(value - other) <= tolerance * largest)) return { verdict: 'different', first };
      within ??= first;
    }
  }
  return within && { verdict: 'equal', first: within };
}

function headerOf(file: Uint8Array): Header | null {
  if (file.length < 8) return null;
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(file.length - 8)) return null;
  const start = 8 + Number(length);
  return { text: new TextDecoder().decode(file.subarray(8, start)), start };
}

function tensorsOf(header: string): { name: string; from: number; to: number }[] | null {
  try {
    const entries = Object.entries(JSON.parse(header) as Record<string, { dtype: string; data_offsets: number[] }>);
    return entries
      .filter(([name]) => name !== '__metadata__')
      .map(([name, { dtype, data_offsets }]) => {
        const [from, to] = data_offsets;
        if (dtype !== 'F32' || from === undefined || to === undefined || (to - from) % 4 !== 0) throw new TypeError();
        return { name, from, to };
      });
  } catch {
    return null;
  }
}

/** Copied, because values may start at any byte. */
function floats(file: Uint8Array, start: number, bytes: number): Float32Array {
  return new Float32Array(file.slice(start, start + bytes).buffer);
}
