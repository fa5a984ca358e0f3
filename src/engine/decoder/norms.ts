/** A norm of the decoder, whichever kind its family has. Pure recording, no device. */
import { biasGradient } from '../ops/linear';
import { layerNorm, layerNormGrad, layerNormWeightGrad, norm, normGrad, normWeightGrad } from '../ops/norm';
import type { Tensor } from '../plan';
import type { Graph } from './graph';

interface Rows {
  rows: number;
  width: number;
}

/** Records y = norm(x) (+ residual) with the weight of that name; returns what backward needs of it beside x. */
export function normalise(
  g: Graph,
  name: string,
  { rows, width }: Rows,
  t: { x: Tensor; y: Tensor; residual?: Tensor },
): Tensor {
  const { plan, memory, config } = g;
  const { norm: kind, normOffset: offset } = config.traits;
  const shape = { rows, width, offset, epsilon: config.normEpsilon };
  const weight = memory.weight(name);
  if (kind === 'layer') {
    if (t.residual) throw new Error('a layer norm adds to no residual stream');
    const stats = plan.tensor(`${name} statistics`, rows * 2);
    layerNorm(plan, shape, { x: t.x, weight, bias: memory.weight(`${name}.bias`), y: t.y, stats });
    return stats;
  }
  const scale = plan.tensor(`${name} scale`, rows);
  norm(plan, shape, { ...t, weight, scale });
  return scale;
}

/** Backward: the weight's gradient where it is trained, and dx (+ residual) where it is wanted. */
export function normaliseGrad(
  g: Graph,
  name: string,
  shape: Rows,
  t: { x: Tensor; stats: Tensor; dy: Tensor; dx: Tensor | null; residual?: Tensor },
): void {
  const { plan, memory, config } = g;
  const { x, stats, dy, dx, residual } = t;
  const weight = memory.weight(name);
  const dw = memory.weightGrad(name);
  if (config.traits.norm === 'layer') {
    if (dw) {
      layerNormWeightGrad(plan, shape, { x, stats, dy, dw });
      biasGradient(plan, shape, { dy, db: memory.weightGrad(`${name}.bias`)! });
    }
    if (dx) layerNormGrad(plan, shape, { x, weight, stats, dy, dx, residual });
    return;
  }
  if (dw) normWeightGrad(plan, shape, { x, scale: stats, dy, dw });
  const offset = config.traits.normOffset;
  if (dx) normGrad(plan, { ...shape, offset }, { x, weight, scale: stats, dy, dx, residual });
}
