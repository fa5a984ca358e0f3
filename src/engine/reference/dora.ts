/**
 * f64 reference of DoRA (Liu et al. 2024, section 4): y = m/‖W + s·BA‖ ⊙ z with z = xWᵀ + s·(xAᵀ)Bᵀ, the norm of each
 * output's row a constant of the gradient.
 *
 * Must not know: the GPU, biases (they are added behind).
 */
import type { LoraShape, Reals } from './linear';

/** ‖W + s·BA‖ of each output's row, [outSize]. */
export function rowNorms(w: Reals, a: Reals, b: Reals, shape: Omit<LoraShape, 'rows'>): Float64Array {
  const { inSize, outSize, rank, scale } = shape;
  return Float64Array.from({ length: outSize }, (_, o) => {
    let sum = 0;
    for (let i = 0; i < inSize; i++) {
      let low = 0;
      for (let r = 0; r < rank; r++) low += b[o * rank + r]! * a[r * inSize + i]!;
      sum += (w[o * inSize + i]! + scale * low) ** 2;
    }
    return Math.sqrt(sum);
  });
}

/** z [rows, outSize] with each output scaled to its magnitude. */
export function doraScale(z: Reals, magnitude: Reals, norms: Reals): Float64Array {
  const size = magnitude.length;
  return Float64Array.from(z, (value, i) => (value * magnitude[i % size]!) / norms[i % size]!);
}

/** dz = m/norm ⊙ dy, dm = Σ over rows of dy·z/norm. */
export function doraBackward(dy: Reals, z: Reals, magnitude: Reals, norms: Reals) {
  const size = magnitude.length;
  const dm = new Float64Array(size);
  dy.forEach((value, i) => (dm[i % size]! += (value * z[i]!) / norms[i % size]!));
  return { dz: doraScale(dy, magnitude, norms), dm };
}
