/**
 * One decoder layer, forward and backward:
 * x₂ = x + o_proj(attention(rope(q), rope(k), v)) of norm(x);  y = x₂ + down(silu(gate)·up) of norm(x₂).
 * In training both branches may pass through dropout before they are added.
 * Backward gets the layer's input and recomputes the rest (nothing but layer inputs is kept between the passes), or gets
 * what forward computed where that was kept. Both give the same bits.
 */
import { attend, attendGrad, rotate } from '../ops/attention';
import { linear } from '../ops/linear';
import { norm, normGrad, normWeightGrad } from '../ops/norm';
import { gatedUnit, gatedUnitGrad } from '../ops/rows';
import type { Tensor } from '../plan';
import { DROP_SITE, dropped, project, projectGrad, projectOnto, type Graph } from './graph';

export interface SegmentInputs {
  positions: Tensor;
  segmentStart: Tensor;
  segmentEnd: Tensor;
}

/** How a layer attends, and where its keys and values go, when not within a packed row. */
export interface LayerOptions {
  keys?: Tensor;
  values?: Tensor;
  attend?: (t: { q: Tensor; k: Tensor; v: Tensor; o: Tensor }) => void;
}

export interface LayerActivations {
  x: Tensor;
  normed: Tensor;
  normScale: Tensor;
  q: Tensor;
  k: Tensor;
  v: Tensor;
  o: Tensor;
  rowStats: Tensor;
  middle: Tensor;
  middleNormed: Tensor;
  middleScale: Tensor;
  gate: Tensor;
  up: Tensor;
  unit: Tensor;
  /** x·Aᵀ per linear layer. */
  low: Map<string, Tensor | null>;
}

/** Records the layer; without `y` the last product is left out, as backward wants it. */
export function layerForward(
  g: Graph,
  layer: number,
  inputs: SegmentInputs,
  t: { x: Tensor; y: Tensor | null },
  options: LayerOptions = {},
): LayerActivations {
  const { plan, memory, config, rows } = g;
  const { hiddenSize, ffnSize, heads, kvHeads, headDim } = config;
  const { cosine, sine } = memory;
  const tensor = (name: string, width: number) => plan.tensor(`layer ${layer} ${name}`, rows * width);
  const a: LayerActivations = {
    x: t.x,
    normed: tensor('normed', hiddenSize),
    normScale: tensor('norm scale', 1),
    q: tensor('q', heads * headDim),
    k: options.keys ?? tensor('k', kvHeads * headDim),
    v: options.values ?? tensor('v', kvHeads * headDim),
    o: tensor('o', heads * headDim),
    rowStats: tensor('attention statistics', heads * 2),
    middle: tensor('middle', hiddenSize),
    middleNormed: tensor('middle normed', hiddenSize),
    middleScale: tensor('middle scale', 1),
    gate: tensor('gate', ffnSize),
    up: tensor('up', ffnSize),
    unit: tensor('unit', ffnSize),
    low: new Map(),
  };
  const shape = { rows, width: hiddenSize, epsilon: config.normEpsilon };
  norm(plan, shape, {
    x: t.x,
    weight: memory.weight(`layers.${layer}.attention_norm`),
    y: a.normed,
    scale: a.normScale,
  });
  for (const [name, y] of [
    ['q_proj', a.q],
    ['k_proj', a.k],
    ['v_proj', a.v],
  ] as const) {
    a.low.set(name, project(g, layer, name, { x: a.normed, y }));
  }
  rotate(plan, { rows, heads, headDim }, { positions: inputs.positions, cosine, sine, x: a.q });
  rotate(plan, { rows, heads: kvHeads, headDim }, { positions: inputs.positions, cosine, sine, x: a.k });
  if (options.attend) options.attend(a);
  else {
    attend(
      plan,
      { rows, heads, kvHeads, headDim },
      { segment_start: inputs.segmentStart, q: a.q, k: a.k, v: a.v, o: a.o, row_stats: a.rowStats },
    );
  }
  const ontoMiddle = { x: a.o, y: a.middle, residual: t.x };
  a.low.set('o_proj', projectOnto(g, layer, 'o_proj', DROP_SITE.attention(layer), ontoMiddle));
  norm(plan, shape, {
    x: a.middle,
    weight: memory.weight(`layers.${layer}.ffn_norm`),
    y: a.middleNormed,
    scale: a.middleScale,
  });
  a.low.set('gate_proj', project(g, layer, 'gate_proj', { x: a.middleNormed, y: a.gate }));
  a.low.set('up_proj', project(g, layer, 'up_proj', { x: a.middleNormed, y: a.up }));
  gatedUnit(plan, rows * ffnSize, { gate: a.gate, up: a.up, y: a.unit });
  if (t.y) {
    const onto = { x: a.unit, y: t.y, residual: a.middle };
    a.low.set('down_proj', projectOnto(g, layer, 'down_proj', DROP_SITE.ffn(layer), onto));
  } else if (memory.lora(layer, 'down_proj')) a.low.set('down_proj', lowOnly(g, layer, a.unit));
  return a;
}

/** x·Aᵀ of down_proj without the product that backward does not need. */
function lowOnly(g: Graph, layer: number, x: Tensor): Tensor {
  const lora = g.memory.lora(layer, 'down_proj')!;
  const h = g.plan.tensor('down_proj low', g.rows * lora.rank);
  linear(g.plan, { x, w: lora.a, y: h, m: g.rows, n: lora.rank, k: g.config.ffnSize });
  return h;
}

/** Records backward through the layer from its input; dx null where nothing below is trained, `kept` null: recompute. */
export function layerBackward(
  g: Graph,
  layer: number,
  inputs: SegmentInputs,
  t: { x: Tensor; dy: Tensor; dx: Tensor | null },
  kept: LayerActivations | null = null,
): void {
  const { plan, memory, config, rows } = g;
  const { hiddenSize, ffnSize, heads, kvHeads, headDim } = config;
  const a = kept ?? layerForward(g, layer, inputs, { x: t.x, y: null });
  const tensor = (name: string, width: number) => plan.tensor(`layer ${layer} d ${name}`, rows * width);
  const shape = { rows, width: hiddenSize };
  const grad = (
    name: Parameters<typeof projectGrad>[2],
    dy: Tensor,
    x: Tensor,
    dx: Tensor | null,
    accumulate = false,
  ) => projectGrad(g, layer, name, { dy, x, h: a.low.get(name) ?? null, dx, accumulate });

  const dUnit = tensor('unit', ffnSize);
  grad('down_proj', dropped(g, DROP_SITE.ffn(layer), `layer ${layer} d output`, t.dy), a.unit, dUnit);
  const dGate = tensor('gate', ffnSize);
  const dUp = tensor('up', ffnSize);
  gatedUnitGrad(plan, rows * ffnSize, { gate: a.gate, up: a.up, dy: dUnit, dgate: dGate, dup: dUp });
  const dMiddleNormed = tensor('middle normed', hiddenSize);
  grad('gate_proj', dGate, a.middleNormed, dMiddleNormed);
  grad('up_proj', dUp, a.middleNormed, dMiddleNormed, true);
  const dMiddle = tensor('middle', hiddenSize);
  const ffnNorm = `layers.${layer}.ffn_norm`;
  const ffnNormGrad = memory.weightGrad(ffnNorm);
  if (ffnNormGrad)
    normWeightGrad(plan, shape, { x: a.middle, scale: a.middleScale, dy: dMiddleNormed, dw: ffnNormGrad });
  normGrad(plan, shape, {
    x: a.middle,
    weight: memory.weight(ffnNorm),
    scale: a.middleScale,
    dy: dMiddleNormed,
    residual: t.dy,
    dx: dMiddle,
  });

  const dO = tensor('o', heads * headDim);
  grad('o_proj', dropped(g, DROP_SITE.attention(layer), `layer ${layer} d middle`, dMiddle), a.o, dO);
  const dQ = tensor('q', heads * headDim);
  const dK = tensor('k', kvHeads * headDim);
  const dV = tensor('v', kvHeads * headDim);
  attendGrad(
    plan,
    { rows, heads, kvHeads, headDim },
    {
      segment_start: inputs.segmentStart,
      segment_end: inputs.segmentEnd,
      q: a.q,
      k: a.k,
      v: a.v,
      o: a.o,
      d_o: dO,
      row_stats: a.rowStats,
      dq: dQ,
      dk: dK,
      dv: dV,
    },
  );
  const { cosine, sine } = memory;
  rotate(plan, { rows, heads, headDim, backward: true }, { positions: inputs.positions, cosine, sine, x: dQ });
  rotate(plan, { rows, heads: kvHeads, headDim, backward: true }, { positions: inputs.positions, cosine, sine, x: dK });

  const attentionNorm = `layers.${layer}.attention_norm`;
  const attentionNormGrad = memory.weightGrad(attentionNorm);
  const dNormed = t.dx || attentionNormGrad ? tensor('normed', hiddenSize) : null;
  grad('q_proj', dQ, a.normed, dNormed);
  grad('k_proj', dK, a.normed, dNormed, true);
  grad('v_proj', dV, a.normed, dNormed, true);
  if (!dNormed) return;
  if (attentionNormGrad)
    normWeightGrad(plan, shape, { x: t.x, scale: a.normScale, dy: dNormed, dw: attentionNormGrad });
  if (t.dx) {
    normGrad(plan, shape, {
      x: t.x,
      weight: memory.weight(attentionNorm),
      scale: a.normScale,
      dy: dNormed,
      residual: dMiddle,
      dx: t.dx,
    });
  }
}
