/** Dropout with masks that are drawn again instead of being kept: forward and backward are one kernel. */
import philox from '../../../shaders/common/philox.wgsl?raw';
import source from '../../../shaders/forward/dropout.wgsl?raw';
import { STREAM } from '../../core/philox';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';

export const dropout = defineKernel({
  name: 'forward/dropout',
  source,
  includes: [philox],
  bindings: { draw: 'read', x: 'read', residual: 'read', y: 'read-write' },
  params: { count4: 'u32', site: 'u32', stream: 'u32', threshold: 'u32', residual: 'u32', scale: 'f32' },
});

/** A word below it drops its element: the share of 2³² that `rate` is. */
export function dropThreshold(rate: number): number {
  return Math.round(rate * 0x100000000);
}

/**
 * y = x·keep/(1 − rate) (+ residual), elementwise; `draw` holds {seed, step, row of the step}, and `site` tells the places
 * of one pass apart. `elements` is a multiple of 4.
 */
export function drop(
  plan: PlanBuilder,
  s: { elements: number; rate: number; site: number },
  t: { draw: Tensor; x: Tensor; y: Tensor; residual?: Tensor },
): void {
  plan.dispatch(
    dropout,
    { draw: t.draw, x: t.x, residual: t.residual ?? plan.none, y: t.y },
    {
      count4: s.elements / 4,
      site: s.site,
      stream: STREAM.dropout,
      threshold: dropThreshold(s.rate),
      residual: t.residual ? 1 : 0,
      scale: 1 / (1 - s.rate),
    },
    groupsFor(s.elements / 4),
  );
}
