/** What the graph builders share: the plan being recorded, the model's memory, the row's inputs. */
import { magnitudeGradient, scaleOutputs } from '../ops/dora';
import { drop } from '../ops/dropout';
import type { PlanBuilder, Tensor } from '../plan';
import { biasGradient, linear, linearInputGrad, linearWeightGrad } from '../ops/linear';
import type { DecoderConfig, LinearName } from '../types';
import { linearShape } from './adapter-shapes';
import type { GraphMemory, LoraTensors } from './memory';

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
): Branch | null {
  if (!g.dropout) return project(g, layer, name, t);
  const elements = g.rows * g.config.hiddenSize;
  const branch = g.plan.tensor(`${name} branch`, elements);
  const low = project(g, layer, name, { x: t.x, y: branch });
  const { rate, draw } = g.dropout;
  drop(g.plan, { elements, rate, site }, { draw, x: branch, y: t.y, residual: t.residual });
  return low;
}

/** What backward needs of an adapter's forward. */
export interface Branch {
  /** x·Aᵀ. */
  h: Tensor;
  /** What DoRA scales: x·Wᵀ + s·h·Bᵀ; null without it. */
  z: Tensor | null;
}

/** y = x·Wᵀ of one linear layer with its adapter. Returns what backward needs of that; null where there is none. */
export function project(
  g: Graph,
  layer: number,
  name: LinearName,
  t: { x: Tensor; y: Tensor; residual?: Tensor },
): Branch | null {
  const { outputs } = linearShape(g.config, name);
  const bias = hasBias(g, name) ? g.memory.weight(`layers.${layer}.${name}.bias`) : undefined;
  const lora = g.memory.lora(layer, name);
  if (!lora?.dora) {
    const h = lora ? lowProduct(g, name, lora, t.x) : null;
    product(g, layer, name, { ...t, bias, h });
    return h && { h, z: null };
  }
  const branch = branchOnly(g, layer, name, t.x);
  const { factor } = lora.dora;
  scaleOutputs(g.plan, { rows: g.rows, width: outputs }, { x: branch.z!, factor, y: t.y, bias, residual: t.residual });
  return branch;
}

/** What backward needs of an adapter, without the layer's output. */
export function branchOnly(g: Graph, layer: number, name: LinearName, x: Tensor): Branch {
  const lora = g.memory.lora(layer, name)!;
  const h = lowProduct(g, name, lora, x);
  if (!lora.dora) return { h, z: null };
  const z = g.plan.tensor(`${name} unscaled`, g.rows * linearShape(g.config, name).outputs);
  product(g, layer, name, { x, y: z, h });
  return { h, z };
}

function lowProduct(g: Graph, name: LinearName, lora: LoraTensors, x: Tensor): Tensor {
  const h = g.plan.tensor(`${name} low`, g.rows * lora.rank);
  linear(g.plan, { x, w: lora.a, y: h, m: g.rows, n: lora.rank, k: linearShape(g.config, name).inputs });
  return h;
}

/** x·Wᵀ, with s·h·Bᵀ where h is given. */
function product(
  g: Graph,
  layer: number,
  name: LinearName,
  { h, ...t }: { x: Tensor; y: Tensor; h: Tensor | null; bias?: Tensor | undefined; residual?: Tensor },
): void {
  const { outputs, inputs } = linearShape(g.config, name);
  const lora = g.memory.lora(layer, name);
  linear(g.plan, {
    ...t,
    w: g.memory.weight(`layers.${layer}.${name}`),
    m: g.rows,
    n: outputs,
    k: inputs,
    lora: lora && h ? { h, b: lora.b, rank: lora.rank, scale: lora.scale } : undefined,
  });
}

/** Backward of `project`: parameter gradients, and dx where it is wanted. */
export function projectGrad(
  g: Graph,
  layer: number,
  name: LinearName,
  t: { dy: Tensor; x: Tensor; branch: Branch | null; dx: Tensor | null; accumulate?: boolean },
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
  let { dy } = t;
  if (lora?.dora && t.branch?.z) {
    const { factor, norm, gradMagnitude: dm } = lora.dora;
    magnitudeGradient(g.plan, { rows: m, width: n }, { dy, z: t.branch.z, norm, dm });
    const scaled = g.plan.tensor(`${name} scaled grad`, m * n);
    scaleOutputs(g.plan, { rows: m, width: n }, { x: dy, factor, y: scaled });
    dy = scaled;
  }
  if (lora && t.branch) {
    const { rank, scale } = lora;
    low = { g: g.plan.tensor(`${name} low grad`, m * rank), a: lora.a, rank };
    linearInputGrad(g.plan, { dy, w: lora.b, dx: low.g, m, n, k: rank, scale });
    linearWeightGrad(g.plan, { dy, x: t.branch.h, dw: lora.gradB, m, n, k: rank, scale });
    linearWeightGrad(g.plan, { dy: low.g, x: t.x, dw: lora.gradA, m, n: rank, k });
  }
  if (t.dx) {
    linearInputGrad(g.plan, {
      dy,
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
