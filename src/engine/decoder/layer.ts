/**
 * One decoder layer, forward and backward. In Llama's layout
 * x₂ = x + o_proj(attention(rope(q), rope(k), v)) of norm(x);  y = x₂ + down(silu(gate)·up) of norm(x₂);
 * what other families do otherwise is in their traits. In training both branches may pass through dropout before they are added.
 * Backward gets the layer's input and recomputes the rest (nothing but layer inputs is kept between the passes), or gets
 * what forward computed where that was kept. Both give the same bits.
 */
import { gatedUnit, gatedUnitGrad, plainUnit, plainUnitGrad } from '../ops/activation';
import { attend, attendGrad, rotate, type HeadShape } from '../ops/attention';
import type { Tensor } from '../plan';
import { branchOnly, DROP_SITE, dropped, project, projectGrad, projectOnto, type Branch, type Graph } from './graph';
import { normalise, normaliseGrad } from './norms';

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

/** What a norm gave, and what its backward needs. */
interface Normed {
  x: Tensor;
  y: Tensor;
  stats: Tensor;
}

export interface LayerActivations {
  normed: Normed;
  /** Norms of the heads of q and k; null where there are none. */
  qNormed: Normed | null;
  kNormed: Normed | null;
  q: Tensor;
  k: Tensor;
  v: Tensor;
  o: Tensor;
  rowStats: Tensor;
  /** Norms of what the branches give; null where there are none. */
  attentionOut: Normed | null;
  ffnOut: Normed | null;
  middle: Tensor;
  middleNormed: Normed;
  /** What the activation reads: the gate, or up where nothing gates. */
  gate: Tensor;
  up: Tensor;
  unit: Tensor;
  /** What backward needs of the adapter of each linear layer. */
  branches: Map<string, Branch | null>;
}

/** Shape of a layer's attention: local layers see a window. */
export function headShape(g: Pick<Graph, 'config' | 'rows'>, layer: number): HeadShape {
  const { heads, kvHeads, headDim, traits } = g.config;
  const { attentionScale: scale, local } = traits;
  return { rows: g.rows, heads, kvHeads, headDim, scale, window: local?.layers.includes(layer) ? local.window : null };
}

/** Records the layer; without `y` the last product is left out where backward does not want it. */
export function layerForward(
  g: Graph,
  layer: number,
  inputs: SegmentInputs,
  t: { x: Tensor; y: Tensor | null },
  options: LayerOptions = {},
): LayerActivations {
  const { plan, memory, config, rows } = g;
  const { hiddenSize, ffnSize, heads, kvHeads, headDim, traits } = config;
  const tensor = (name: string, width: number) => plan.tensor(`layer ${layer} ${name}`, rows * width);
  const branches: LayerActivations['branches'] = new Map();
  const wide = { rows, width: hiddenSize };
  const normOf = (name: string, x: Tensor, y: Tensor, shape = wide, residual?: Tensor): Normed => ({
    x,
    y,
    stats: normalise(g, `layers.${layer}.${name}`, shape, { x, y, ...(residual && { residual }) }),
  });

  const normed = normOf('attention_norm', t.x, tensor('normed', hiddenSize));
  const k = options.keys ?? tensor('k', kvHeads * headDim);
  const v = options.values ?? tensor('v', kvHeads * headDim);
  const q = tensor('q', heads * headDim);
  const raw = traits.headNorms ? { q: tensor('raw q', heads * headDim), k: tensor('raw k', kvHeads * headDim) } : null;
  branches.set('q_proj', project(g, layer, 'q_proj', { x: normed.y, y: raw?.q ?? q }));
  branches.set('k_proj', project(g, layer, 'k_proj', { x: normed.y, y: raw?.k ?? k }));
  branches.set('v_proj', project(g, layer, 'v_proj', { x: normed.y, y: v }));
  const heading = (count: number) => ({ rows: rows * count, width: headDim });
  const qNormed = raw && normOf('q_norm', raw.q, q, heading(heads));
  const kNormed = raw && normOf('k_norm', raw.k, k, heading(kvHeads));
  rotateHeads(g, layer, inputs, q, heads);
  rotateHeads(g, layer, inputs, k, kvHeads);
  const o = tensor('o', heads * headDim);
  const rowStats = tensor('attention statistics', heads * 2);
  if (options.attend) options.attend({ q, k, v, o });
  else attend(plan, headShape(g, layer), { segment_start: inputs.segmentStart, q, k, v, o, row_stats: rowStats });

  /** residual + branch(x), through a norm of its own where there is one. */
  const addBranch = (name: 'o_proj' | 'down_proj', site: number, ownNorm: string, add: Adding): Normed | null => {
    if (!traits.sandwich) {
      branches.set(name, projectOnto(g, layer, name, site, add));
      return null;
    }
    const branch = tensor(`${name} branch`, hiddenSize);
    branches.set(name, project(g, layer, name, { x: add.x, y: branch }));
    return normOf(ownNorm, branch, add.y, wide, add.residual);
  };
  const middle = tensor('middle', hiddenSize);
  const ontoMiddle = { x: o, y: middle, residual: t.x };
  const attentionOut = addBranch('o_proj', DROP_SITE.attention(layer), 'attention_out_norm', ontoMiddle);
  const middleNormed = normOf('ffn_norm', traits.parallel ? t.x : middle, tensor('middle normed', hiddenSize));
  const up = tensor('up', ffnSize);
  const gate = traits.gated ? tensor('gate', ffnSize) : up;
  const unit = tensor('unit', ffnSize);
  if (traits.gated) branches.set('gate_proj', project(g, layer, 'gate_proj', { x: middleNormed.y, y: gate }));
  branches.set('up_proj', project(g, layer, 'up_proj', { x: middleNormed.y, y: up }));
  const { activation } = traits;
  if (traits.gated) gatedUnit(plan, rows * ffnSize, activation, { gate, up, y: unit });
  else if (activation !== 'silu') plainUnit(plan, rows * ffnSize, activation, { x: up, y: unit });
  let ffnOut: Normed | null = null;
  if (t.y || traits.sandwich) {
    // A norm of the branch needs the branch again in backward, though not the sum.
    const y = t.y ?? tensor('output again', hiddenSize);
    const onto = { x: unit, y, residual: middle };
    ffnOut = addBranch('down_proj', DROP_SITE.ffn(layer), 'ffn_out_norm', onto);
  } else if (memory.lora(layer, 'down_proj')) branches.set('down_proj', branchOnly(g, layer, 'down_proj', unit));
  const attention = { normed, qNormed, kNormed, q, k, v, o, rowStats, attentionOut };
  return { ...attention, ffnOut, middle, middleNormed, gate, up, unit, branches };
}

interface Adding {
  x: Tensor;
  y: Tensor;
  residual: Tensor;
}

function rotateHeads(
  g: Graph,
  layer: number,
  { positions }: SegmentInputs,
  x: Tensor,
  heads: number,
  backward = false,
): void {
  const rotary = g.memory.rotary(layer);
  if (!rotary) return;
  const { frequencies, cosine, sine } = rotary;
  const shape = { rows: g.rows, heads, headDim: g.config.headDim, half: frequencies.length, backward };
  rotate(g.plan, shape, { positions, cosine, sine, x });
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
  const { hiddenSize, ffnSize, heads, kvHeads, headDim, traits } = config;
  const a = kept ?? layerForward(g, layer, inputs, { x: t.x, y: null });
  const tensor = (name: string, width: number) => plan.tensor(`layer ${layer} d ${name}`, rows * width);
  const wide = { rows, width: hiddenSize };
  const grad = (
    name: Parameters<typeof projectGrad>[2],
    dy: Tensor,
    x: Tensor,
    dx: Tensor | null,
    accumulate = false,
  ) => projectGrad(g, layer, name, { dy, x, branch: a.branches.get(name) ?? null, dx, accumulate });
  const normBack = (
    name: string,
    { x, stats }: Normed,
    dy: Tensor,
    dx: Tensor | null,
    { shape = wide, residual }: { shape?: typeof wide; residual?: Tensor } = {},
  ) => normaliseGrad(g, `layers.${layer}.${name}`, shape, { x, stats, dy, dx, ...(residual && { residual }) });
  /** The gradient of a branch before it was normed, or dropped from, and added. */
  const branchGrad = (name: string, ownNorm: string, out: Normed | null, site: number, dy: Tensor): Tensor => {
    if (!out) return dropped(g, site, `layer ${layer} d ${name}`, dy);
    const dBranch = tensor(`${name} branch`, hiddenSize);
    normBack(ownNorm, out, dy, dBranch);
    return dBranch;
  };

  const dUnit = tensor('unit', ffnSize);
  grad('down_proj', branchGrad('output', 'ffn_out_norm', a.ffnOut, DROP_SITE.ffn(layer), t.dy), a.unit, dUnit);
  const dUp = tensor('up', ffnSize);
  const dMiddleNormed = tensor('middle normed', hiddenSize);
  if (traits.gated) {
    const dGate = tensor('gate', ffnSize);
    const grads = { gate: a.gate, up: a.up, dy: dUnit, dgate: dGate, dup: dUp };
    gatedUnitGrad(plan, rows * ffnSize, traits.activation, grads);
    grad('gate_proj', dGate, a.middleNormed.y, dMiddleNormed);
  } else if (traits.activation !== 'silu') {
    plainUnitGrad(plan, rows * ffnSize, traits.activation, { x: a.up, dy: dUnit, dx: dUp });
  }
  grad('up_proj', dUp, a.middleNormed.y, dMiddleNormed, traits.gated);
  // In parallel the feed-forward block reads the layer's input, whose gradient takes its share along with that of the output.
  const dMiddle = tensor('middle', hiddenSize);
  normBack('ffn_norm', a.middleNormed, dMiddleNormed, dMiddle, { residual: t.dy });
  const dAttended = traits.parallel ? t.dy : dMiddle;

  const dO = tensor('o', heads * headDim);
  const dBranch = branchGrad('middle', 'attention_out_norm', a.attentionOut, DROP_SITE.attention(layer), dAttended);
  grad('o_proj', dBranch, a.o, dO);
  const dQ = tensor('q', heads * headDim);
  const dK = tensor('k', kvHeads * headDim);
  const dV = tensor('v', kvHeads * headDim);
  attendGrad(plan, headShape(g, layer), {
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
  });
  rotateHeads(g, layer, inputs, dQ, heads, true);
  rotateHeads(g, layer, inputs, dK, kvHeads, true);
  /** Back through the norm of each head, where there is one. */
  const beforeHeadNorm = (name: 'q_norm' | 'k_norm', normed: Normed | null, dy: Tensor, count: number): Tensor => {
    if (!normed) return dy;
    const dx = tensor(`raw ${name}`, count * headDim);
    normBack(name, normed, dy, dx, { shape: { rows: rows * count, width: headDim } });
    return dx;
  };

  const trained = memory.weightGrad(`layers.${layer}.attention_norm`) !== null;
  const dNormed = t.dx || trained ? tensor('normed', hiddenSize) : null;
  grad('q_proj', beforeHeadNorm('q_norm', a.qNormed, dQ, heads), a.normed.y, dNormed);
  grad('k_proj', beforeHeadNorm('k_norm', a.kNormed, dK, kvHeads), a.normed.y, dNormed, true);
  grad('v_proj', dV, a.normed.y, dNormed, true);
  if (dNormed) normBack('attention_norm', a.normed, dNormed, t.dx, { residual: dMiddle });
}
