/** What the graph builders share: the plan being recorded, the model's memory, the row's inputs. */
import type { PlanBuilder, Tensor } from '../plan';
import { linear, linearInputGrad, linearWeightGrad } from '../ops/linear';
import type { DecoderConfig, LinearName } from '../types';
import { linearShape, type GraphMemory } from './memory';

export interface Graph {
  plan: PlanBuilder;
  memory: GraphMemory;
  config: DecoderConfig;
  /** Tokens of the packed row, or rows of the decode batch. */
  rows: number;
}

/** y = x·Wᵀ of one linear layer with its LoRA branch. Returns x·Aᵀ where there is one: backward needs it. */
export function project(
  g: Graph,
  layer: number,
  name: LinearName,
  t: { x: Tensor; y: Tensor; residual?: Tensor },
): Tensor | null {
  const { outputs, inputs } = linearShape(g.config, name);
  const lora = g.memory.lora(layer, name);
  const h = lora ? g.plan.tensor(`${name} low`, g.rows * lora.rank) : null;
  if (lora && h) linear(g.plan, { x: t.x, w: lora.a, y: h, m: g.rows, n: lora.rank, k: inputs });
  const w = g.memory.weight(`layers.${layer}.${name}`);
  linear(g.plan, {
    ...t,
    w,
    m: g.rows,
    n: outputs,
    k: inputs,
    lora: lora && h ? { h, b: lora.b, rank: lora.rank, scale: lora.scale } : undefined,
  });
  return h;
}

/** Backward of `project`: parameter gradients, and dx where it is wanted. */
export function projectGrad(
  g: Graph,
  layer: number,
  name: LinearName,
  t: { dy: Tensor; x: Tensor; h: Tensor | null; dx: Tensor | null; accumulate?: boolean },
): void {
  const { outputs: n, inputs: k } = linearShape(g.config, name);
  const m = g.rows;
  const key = `layers.${layer}.${name}`;
  const lora = g.memory.lora(layer, name);
  const dw = g.memory.weightGrad(key);
  if (dw) linearWeightGrad(g.plan, { dy: t.dy, x: t.x, dw, m, n, k });
  let low: { g: Tensor; a: Tensor; rank: number } | undefined;
  if (lora && t.h) {
    const { rank, scale } = lora;
    low = { g: g.plan.tensor(`${name} low grad`, m * rank), a: lora.a, rank };
    linearInputGrad(g.plan, { dy: t.dy, w: lora.b, dx: low.g, m, n, k: rank, scale });
    linearWeightGrad(g.plan, { dy: t.dy, x: t.h, dw: lora.gradB, m, n, k: rank, scale });
    linearWeightGrad(g.plan, { dy: low.g, x: t.x, dw: lora.gradA, m, n: rank, k });
  }
  if (t.dx) {
    linearInputGrad(g.plan, {
      dy: t.dy,
      w: g.memory.weight(key),
      dx: t.dx,
      m,
      n,
      k,
      low,
      accumulate: t.accumulate ?? false,
    });
  }
}
