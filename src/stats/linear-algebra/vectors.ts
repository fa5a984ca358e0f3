/** n vectors of d numbers, row after row, and the products of them that this layer needs. */
import { badInput } from '../checks';

export interface Vectors {
  /** rows × columns. */
  data: Float64Array;
  rows: number;
  columns: number;
}

/** From rows of equal length. Throws `stats-input` for ragged or empty input, and for what is no finite number. */
export function vectorsOf(rows: readonly ArrayLike<number>[]): Vectors {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) throw badInput('Vectors', 'there is none', 'Give at least one vector.');
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw badInput(
        'Vectors',
        `vector ${i + 1} has ${row.length} numbers, the first has ${columns}`,
        'Give vectors of one length.',
      );
    }
    for (let j = 0; j < columns; j++) {
      if (!Number.isFinite(row[j])) {
        throw badInput('Vectors', `number ${j + 1} of vector ${i + 1} is ${row[j]}`, 'Give finite numbers.');
      }
      data[i * columns + j] = row[j]!;
    }
  });
  return { data, rows: rows.length, columns };
}

export function rowOf({ data, columns }: Vectors, i: number): Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Rows divided by their lengths. Throws `stats-input` for a vector of length 0: it has no direction. */
export function normalizeRows(vectors: Vectors): Vectors {
  const data = Float64Array.from(vectors.data);
  const result = { ...vectors, data };
  for (let i = 0; i < vectors.rows; i++) {
    const row = rowOf(result, i);
    const length = Math.sqrt(dot(row, row));
    if (length === 0) throw badInput('Cosine', `vector ${i + 1} is zero and has no direction`, 'Leave it out.');
    for (let j = 0; j < row.length; j++) row[j]! /= length;
  }
  return result;
}

/** rows × rows inner products. */
export function gram(vectors: Vectors): Float64Array {
  const { rows } = vectors;
  const products = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) {
      products[i * rows + j] = products[j * rows + i] = dot(rowOf(vectors, i), rowOf(vectors, j));
    }
  }
  return products;
}

export function selectRows(vectors: Vectors, indices: ArrayLike<number>): Vectors {
  const { columns } = vectors;
  const data = new Float64Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) data.set(rowOf(vectors, indices[i]!), i * columns);
  return { data, rows: indices.length, columns };
}
