/** What the graph builders share: the plan being recorded, the model's memory, the row's inputs. */
import { drop } from '../ops/dropout';
import type { PlanBuilder, Tensor } from '../plan';
import { biasGradient, linear, linearInputGrad, linearWeightGrad } from '../ops/linear';
import type { DecoderConfig, LinearName } from '../types';
import { linearShape, type GraphMemory } from './memory';

export interface Graph {
  plan: PlanBuilder;
  memory: GraphMemory;
  config: DecoderConfig;
  /** Tokens of the packed row, or rows of the decode batch. */
  rows: number;
  /** Null where nothing is dropped. */
  dropout: GraphDropout | null;
}

export interface GraphDropout {
  rate: number;
  /** {seed, step, row of the step}. */
  draw: Tensor;
}

/** Places of a pass where something is dropped. */
export const DROP_SITE = {
  embedding: 0,
  attention: (layer: number) => 2 * layer + 1,
  ffn: (layer: number) => 2 * layer + 2,
};

/** x with dropout; x itself where nothing is dropped. A gradient goes back through the same mask. */
export function dropped(g: Graph, site: number, name: string, x: Tensor): Tensor {
  if (!g.dropout) return x;
  const elements = g.rows * g.config.hiddenSize;
  const y = g.plan.tensor(`${name} dropped`, elements);
  drop(g.plan, { elements, rate: g.dropout.rate, site }, { draw: g.dropout.draw, x, y });
  return y;
}

/** y = residual + dropout(x·Wᵀ): what a layer adds to the residual stream. Returns what `project` returns. */
export function projectOnto(
  g: Graph,
  layer: number,
  name: 'o_proj' | 'down_proj',
  site: number,
  t: { x: Tensor; y: Tensor; residual: Tensor },
): Tensor | null {
  if (!g.dropout) return project(g, layer, name, t);
  const elements = g.rows * g.config.hiddenSize;
  const branch = g.plan.tensor(`${name} branch`, elements);
  const low = project(g, layer, name, { x: t.x, y: branch });
  const { rate, draw } = g.dropout;
  drop(g.plan, { elements, rate, site }, { draw, x: branch, y: t.y, residual: t.residual });
  return low;
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
    bias: hasBias(g, name) ? g.memory.weight(`layers.${layer}.${name}.bias`) : undefined,
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
  const db = hasBias(g, name) ? g.memory.weightGrad(`${key}.bias`) : null;
  if (db) biasGradient(g.plan, { rows: m, width: n }, { dy: t.dy, db });
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

function hasBias({ config }: Graph, name: LinearName): boolean {
  return config.traits.biases.includes(name);
}
