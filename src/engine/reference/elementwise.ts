/**
 * f64 reference of the row-wise and element-wise layers: RMSNorm, rotary positions, SwiGLU, residual sums.
 *
 * Promises: plain loops that read like the formulas; inputs are never changed; matrices are row-major.
 * Must not know: the GPU.
 */
import { philox4x32, STREAM } from '../../core/philox';
import type { Reals } from './linear';

/** y = w·x / √(mean(x²) + ε), row by row: x [rows, size], w [size] → [rows, size]. */
export function rmsNorm(x: Reals, w: Reals, rows: number, size: number, epsilon: number): Float64Array {
  const y = new Float64Array(rows * size);
  for (let r = 0; r < rows; r++) {
    const inverse = inverseRms(x, r * size, size, epsilon);
    for (let i = 0; i < size; i++) y[r * size + i] = w[i]! * x[r * size + i]! * inverse;
  }
  return y;
}

/** dx [rows, size] and dw [size]. With ρ = 1/rms: dxᵢ = ρ·wᵢ·dyᵢ − xᵢ·ρ³·Σⱼ(wⱼ·dyⱼ·xⱼ)/size; dwᵢ = Σ rows dyᵢ·xᵢ·ρ. */
export function rmsNormBackward(
  dy: Reals,
  x: Reals,
  w: Reals,
  rows: number,
  size: number,
  epsilon: number,
): { dx: Float64Array; dw: Float64Array } {
  const dx = new Float64Array(rows * size);
  const dw = new Float64Array(size);
  for (let r = 0; r < rows; r++) {
    const at = r * size;
    const inverse = inverseRms(x, at, size, epsilon);
    let projection = 0;
    for (let i = 0; i < size; i++) projection += w[i]! * dy[at + i]! * x[at + i]!;
    const pull = (projection * inverse ** 3) / size;
    for (let i = 0; i < size; i++) {
      dx[at + i] = inverse * w[i]! * dy[at + i]! - x[at + i]! * pull;
      dw[i]! += dy[at + i]! * x[at + i]! * inverse;
    }
  }
  return { dx, dw };
}

function inverseRms(x: Reals, at: number, size: number, epsilon: number): number {
  let squares = 0;
  for (let i = 0; i < size; i++) squares += x[at + i]! ** 2;
  return 1 / Math.sqrt(squares / size + epsilon);
}

export interface HeadShape {
  heads: number;
  headDim: number;
}

/**
 * Rotary positions on half-split pairs (i, i + D/2), angle = position·inverseFrequencies[i] (Su et al., RoFormer, 2021).
 * x [rows, heads·headDim], positions [rows] → [rows, heads·headDim].
 */
export function rope(
  x: Reals,
  positions: ArrayLike<number>,
  inverseFrequencies: ArrayLike<number>,
  shape: HeadShape,
): Float64Array {
  return rotate(x, positions, inverseFrequencies, shape, 1);
}

/** The transpose of `rope`, which turns back by the same angles: dx from dy, same shapes. */
export function ropeBackward(
  dy: Reals,
  positions: ArrayLike<number>,
  inverseFrequencies: ArrayLike<number>,
  shape: HeadShape,
): Float64Array {
  return rotate(dy, positions, inverseFrequencies, shape, -1);
}

function rotate(
  x: Reals,
  positions: ArrayLike<number>,
  inverseFrequencies: ArrayLike<number>,
  { heads, headDim }: HeadShape,
  sign: 1 | -1,
): Float64Array {
  const out = new Float64Array(x.length);
  const half = headDim / 2;
  for (let r = 0; r < positions.length; r++) {
    for (let h = 0; h < heads; h++) {
      const at = (r * heads + h) * headDim;
      for (let i = 0; i < half; i++) {
        const angle = positions[r]! * inverseFrequencies[i]!;
        const cos = Math.cos(angle);
        const sin = sign * Math.sin(angle);
        const first = x[at + i]!;
        const second = x[at + i + half]!;
        out[at + i] = first * cos - second * sin;
        out[at + i + half] = second * cos + first * sin;
      }
    }
  }
  return out;
}

/** silu(g)·u with silu(g) = g·σ(g), element by element (Shazeer, GLU variants, 2020). */
export function swiglu(gate: Reals, up: Reals): Float64Array {
  return Float64Array.from(gate, (g, i) => g * sigmoid(g) * up[i]!);
}

/** dGate = dy·u·σ(g)·(1 + g·(1 − σ(g))), dUp = dy·silu(g). */
export function swigluBackward(dy: Reals, gate: Reals, up: Reals): { dGate: Float64Array; dUp: Float64Array } {
  const dGate = new Float64Array(gate.length);
  const dUp = new Float64Array(gate.length);
  for (let i = 0; i < gate.length; i++) {
    const g = gate[i]!;
    const s = sigmoid(g);
    dGate[i] = dy[i]! * up[i]! * s * (1 + g * (1 - s));
    dUp[i] = dy[i]! * g * s;
  }
  return { dGate, dUp };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** a + b, element by element. */
export function add(a: Reals, b: Reals): Float64Array {
  return Float64Array.from(a, (value, i) => value + b[i]!);
}

/** What one mask of dropout is drawn from. `site` tells the places of a pass apart: see `reference/decoder.ts`. */
export interface DropoutDraw {
  rate: number;
  seed: number;
  step: number;
  row: number;
  site: number;
}

/** y = x·keep/(1 − rate), keep = 1 with probability 1 − rate (Srivastava et al., JMLR 15, 2014); its own backward. */
export function dropout(x: Reals, { rate, seed, step, row, site }: DropoutDraw): Float64Array {
  const threshold = rate * 2 ** 32;
  return Float64Array.from(x, (value, i) => {
    const word = philox4x32([i >> 2, site, step, row], [seed, STREAM.dropout])[i & 3]!;
    return word < threshold ? 0 : value / (1 - rate);
  });
}
