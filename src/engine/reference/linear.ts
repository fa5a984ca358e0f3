/**
 * f64 reference of everything that is a matrix product or a table look-up: embedding, linear layers, LoRA.
 *
 * Promises: plain loops that read like the formulas; inputs are never changed. All matrices are row-major;
 * a shape is written [rows, columns]. Must not know: the GPU, or how the engine tiles its products.
 */

/** Inputs may be f32 (weights as loaded) or f64; every result is f64. */
export type Reals = Float64Array | Float32Array;

/** Row `ids[t]` of the table for every token: [tokens, hidden] out of table [vocab, hidden]. */
export function embeddingGather(table: Reals, ids: Uint32Array, hidden: number): Float64Array {
  const out = new Float64Array(ids.length * hidden);
  for (let t = 0; t < ids.length; t++) {
    for (let i = 0; i < hidden; i++) out[t * hidden + i] = table[ids[t]! * hidden + i]!;
  }
  return out;
}

/** Gradient of the table, [vocab, hidden]: the sum of dOut [tokens, hidden] over the tokens that read each row. */
export function embeddingBackward(dOut: Reals, ids: Uint32Array, vocab: number, hidden: number): Float64Array {
  const dTable = new Float64Array(vocab * hidden);
  for (let t = 0; t < ids.length; t++) {
    for (let i = 0; i < hidden; i++) dTable[ids[t]! * hidden + i]! += dOut[t * hidden + i]!;
  }
  return dTable;
}

/** y = x·Wᵀ: x [rows, inSize], W [outSize, inSize] → [rows, outSize]. */
export function linear(x: Reals, w: Reals, rows: number, inSize: number, outSize: number): Float64Array {
  const y = new Float64Array(rows * outSize);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outSize; o++) {
      let sum = 0;
      for (let i = 0; i < inSize; i++) sum += x[r * inSize + i]! * w[o * inSize + i]!;
      y[r * outSize + o] = sum;
    }
  }
  return y;
}

/** dX = dY·W: dY [rows, outSize], W [outSize, inSize] → [rows, inSize]. */
export function linearInputGradient(dy: Reals, w: Reals, rows: number, inSize: number, outSize: number): Float64Array {
  const dx = new Float64Array(rows * inSize);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outSize; o++) {
      const d = dy[r * outSize + o]!;
      for (let i = 0; i < inSize; i++) dx[r * inSize + i]! += d * w[o * inSize + i]!;
    }
  }
  return dx;
}

/** dW = dYᵀ·X: dY [rows, outSize], X [rows, inSize] → [outSize, inSize]. */
export function linearWeightGradient(dy: Reals, x: Reals, rows: number, inSize: number, outSize: number): Float64Array {
  const dw = new Float64Array(outSize * inSize);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outSize; o++) {
      const d = dy[r * outSize + o]!;
      for (let i = 0; i < inSize; i++) dw[o * inSize + i]! += d * x[r * inSize + i]!;
    }
  }
  return dw;
}

export interface LoraShape {
  rows: number;
  inSize: number;
  outSize: number;
  rank: number;
  /** s in y = xWᵀ + s·(xAᵀ)Bᵀ: α/r, or α/√r for rsLoRA. */
  scale: number;
}

/** y = xWᵀ + s·(xAᵀ)Bᵀ: A [rank, inSize], B [outSize, rank] → [rows, outSize] (Hu et al., LoRA, 2021). */
export function loraLinear(x: Reals, w: Reals, a: Reals, b: Reals, shape: LoraShape): Float64Array {
  const { rows, inSize, outSize, rank, scale } = shape;
  const y = linear(x, w, rows, inSize, outSize);
  const skinny = linear(x, a, rows, inSize, rank);
  const delta = linear(skinny, b, rows, rank, outSize);
  for (let i = 0; i < y.length; i++) y[i]! += scale * delta[i]!;
  return y;
}

export interface LoraGradients {
  /** [rows, inSize]. */
  dx: Float64Array;
  /** [rank, inSize]. */
  da: Float64Array;
  /** [outSize, rank]. */
  db: Float64Array;
}

/** dB = s·dYᵀ(xAᵀ), dA = s·(dY·B)ᵀx, dX = dY·W + s·(dY·B)·A. */
export function loraBackward(dy: Reals, x: Reals, w: Reals, a: Reals, b: Reals, shape: LoraShape): LoraGradients {
  const { rows, inSize, outSize, rank, scale } = shape;
  const scaled = Float64Array.from(dy, (value) => scale * value);
  const skinny = linear(x, a, rows, inSize, rank);
  const dSkinny = linearInputGradient(scaled, b, rows, rank, outSize);
  const dx = linearInputGradient(dy, w, rows, inSize, outSize);
  const dxAdapter = linearInputGradient(dSkinny, a, rows, inSize, rank);
  for (let i = 0; i < dx.length; i++) dx[i]! += dxAdapter[i]!;
  return {
    dx,
    da: linearWeightGradient(dSkinny, x, rows, inSize, rank),
    db: linearWeightGradient(scaled, skinny, rows, rank, outSize),
  };
}
