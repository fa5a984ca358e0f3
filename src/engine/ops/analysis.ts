/** What probes ask of hidden states: attention in which padding is not read, and means over spans of rows. */
import paddedSource from '../../../shaders/analysis/attention_padded.wgsl?raw';
import poolSource from '../../../shaders/analysis/pool_rows.wgsl?raw';
import { defineKernel } from '../kernel';
import { groupsFor, type PlanBuilder, type Tensor } from '../plan';
import { attentionValues, type HeadShape } from './attention';

export const attentionPadded = defineKernel({
  name: 'analysis/attention_padded',
  source: paddedSource,
  bindings: { segment_start: 'read', key_end: 'read', q: 'read', k: 'read', v: 'read', o: 'read-write' },
  params: { rows: 'u32', heads: 'u32', group: 'u32', depth4: 'u32', slices: 'u32', window: 'u32', scale: 'f32' },
});

export const poolRows = defineKernel({
  name: 'analysis/pool_rows',
  source: poolSource,
  bindings: { spans: 'read', x: 'read', y: 'read-write' },
  params: { spans: 'u32', width4: 'u32' },
});

/** o [rows, heads, headDim]: token t reads the keys from segment_start[t] to t that lie before key_end[t]. */
export function attendPadded(
  plan: PlanBuilder,
  s: HeadShape,
  t: { segment_start: Tensor; key_end: Tensor; q: Tensor; k: Tensor; v: Tensor; o: Tensor },
): void {
  const values = attentionValues(s);
  plan.dispatch(attentionPadded, t, values, groupsFor(s.rows * s.heads * values.slices));
}

/** y [spans, width]: means of x [·, width] over spans of rows, each given as {first, end}. */
export function poolSpans(
  plan: PlanBuilder,
  s: { spans: number; width: number },
  t: { spans: Tensor; x: Tensor; y: Tensor },
): void {
  plan.dispatch(poolRows, t, { spans: s.spans, width4: s.width / 4 }, groupsFor((s.spans * s.width) / 4));
}
