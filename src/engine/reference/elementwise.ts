/**
 * f64 reference of the row-wise and element-wise layers: norms, rotary positions, activations, dropout, residual sums.
 *
 * Promises: plain loops that read like the formulas; inputs are never changed; matrices are row-major.
 * Must not know: the GPU.
 */
import { philox4x32, STREAM } from '../../core/philox';
import type { Activation } from '../traits';
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
 * Rotary positions on half-split pairs (i, i + n) of each head's first 2n dimensions, n inverse frequencies, angle =
 * position·inverseFrequencies[i] (Su et al., RoFormer, 2021); the other dimensions stay.
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
  const out = Float64Array.from(x);
  const half = inverseFrequencies.length;
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

/** act(g)·u, element by element (Shazeer, GLU variants, 2020). */
export function gatedUnit(kind: Activation, gate: Reals, up: Reals): Float64Array {
  return Float64Array.from(gate, (g, i) => activation(kind, g).value * up[i]!);
}

/** dGate = dy·u·act′(g), dUp = dy·act(g). */
export function gatedUnitBackward(
  kind: Activation,
  dy: Reals,
  gate: Reals,
  up: Reals,
): { dGate: Float64Array; dUp: Float64Array } {
  const dGate = new Float64Array(gate.length);
  const dUp = new Float64Array(gate.length);
  for (let i = 0; i < gate.length; i++) {
    const { value, slope } = activation(kind, gate[i]!);
    dGate[i] = dy[i]! * up[i]! * slope;
    dUp[i] = dy[i]! * value;
  }
  return { dGate, dUp };
}

/** a + b, element by element. */
export function add(a: Reals, b: Reals): Float64Array {
  return Float64Array.from(a, (value, i) => value + b[i]!);
}

/** y = w·(x − mean)/√(var + ε) + b, row by row (Ba et al. 2016). */
export function layerNorm(x: Reals, w: Reals, b: Reals, rows: number, size: number, epsilon: number): Float64Array {
  const y = new Float64Array(rows * size);
  for (let r = 0; r < rows; r++) {
    const hat = standardised(x, r * size, size, epsilon).hat;
    for (let i = 0; i < size; i++) y[r * size + i] = w[i]! * hat[i]! + b[i]!;
  }
  return y;
}

/** dx, dw and db of `layerNorm`. With g = w·dy: dx = (g − mean(g) − x̂·mean(g·x̂))/σ. */
export function layerNormBackward(
  dy: Reals,
  x: Reals,
  w: Reals,
  rows: number,
  size: number,
  epsilon: number,
): { dx: Float64Array; dw: Float64Array; db: Float64Array } {
  const [dx, dw, db] = [new Float64Array(rows * size), new Float64Array(size), new Float64Array(size)];
  for (let r = 0; r < rows; r++) {
    const at = r * size;
    const { hat, deviation } = standardised(x, at, size, epsilon);
    let [mean, along] = [0, 0];
    for (let i = 0; i < size; i++) {
      mean += (w[i]! * dy[at + i]!) / size;
      along += (w[i]! * dy[at + i]! * hat[i]!) / size;
    }
    for (let i = 0; i < size; i++) {
      dx[at + i] = (w[i]! * dy[at + i]! - mean - hat[i]! * along) / deviation;
      dw[i]! += dy[at + i]! * hat[i]!;
      db[i]! += dy[at + i]!;
    }
  }
  return { dx, dw, db };
}

function standardised(x: Reals, at: number, size: number, epsilon: number): { hat: Float64Array; deviation: number } {
  let [mean, squares] = [0, 0];
  for (let i = 0; i < size; i++) mean += x[at + i]! / size;
  for (let i = 0; i < size; i++) squares += (x[at + i]! - mean) ** 2 / size;
  const deviation = Math.sqrt(squares + epsilon);
  return { hat: Float64Array.from({ length: size }, (_, i) => (x[at + i]! - mean) / deviation), deviation };
}

/** act(x) and act′(x), elementwise. */
export function activation(kind: Activation, x: number): { value: number; slope: number } {
  if (kind === 'silu') {
    const s = 1 / (1 + Math.exp(-x));
    return { value: x * s, slope: s * (1 + x * (1 - s)) };
  }
  if (kind === 'gelu') {
    const share = 0.5 * (1 + erf(x / Math.SQRT2));
    return { value: x * share, slope: share + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI) };
  }
  const inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
  const t = Math.tanh(inner);
  const innerSlope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);
  return { value: 0.5 * x * (1 + t), slope: 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * innerSlope };
}

/** By Kummer's series erf x = 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(2n+1)!!, all of whose terms are of one sign. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
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
