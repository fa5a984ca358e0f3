/** Whole passes over one packed row: scoring, logits, and the training micro-step. Pure recording, no device. */
import type { LossSpec } from '../loss';
import { optimizerStep } from '../ops/optim';
import { addPositionRowsGrad, embedTokensGrad } from '../ops/rows';
import { readScores } from '../ops/softmax';
import { PlanBuilder, Pool, type Tensor } from '../plan';
import { recordDoraFactors } from './dora-pass';
import { chunkLogits, headBackward, headRanks, headRows, headStats, vocabularyChunks } from './head';
import { RowInputs } from './inputs';
import { DROP_SITE, dropped, type Graph } from './graph';
import { layerBackward, type LayerActivations } from './layer';
import { frozenHead, LossReports, needsWeighing, rowInputsFor, weighedLoss, weighRow } from './loss-passes';
import type { RowShape, TrainingOptions } from '../types';
import type { DecoderMemory } from './memory';
import { optimizerRanges } from './optimizer-state';
import { newGraph, stackForward } from './stack';

export interface ScorePass {
  plan: PlanBuilder;
  inputs: RowInputs;
  outputs: Pool;
  logProb: Tensor;
  logProbT: Tensor;
  best: Tensor;
  ranks: Tensor | null;
}

/** Teacher-forced scores of every supervised position, with the label's rank where it is wanted. */
export function scorePass(memory: DecoderMemory, shape: RowShape, wantRanks = false): ScorePass {
  const g = newGraph(memory, shape.tokens);
  const inputs = new RowInputs(shape);
  const outputs = new Pool('scores');
  const rows = shape.supervised;
  const logProb = outputs.reserve('log prob', rows);
  const logProbT = outputs.reserve('log prob at T', rows);
  const best = outputs.reserve('argmax', rows);
  const ranks = wantRanks ? outputs.reserve('ranks', rows) : null;
  const states = stackForward(g, inputs);
  const head = headRows(g, rows, { x: states.at(-1)!, index: inputs.index });
  const softmax = headStats(g, head, inputs);
  const { stats } = softmax;
  readScores(g.plan, rows, { stats, temperature: inputs.temperature, log_prob: logProb, log_prob_t: logProbT, best });
  if (ranks) headRanks(g, head, softmax, ranks);
  return { plan: g.plan, inputs, outputs, logProb, logProbT, best, ranks };
}

export interface LogitsPass {
  plan: PlanBuilder;
  inputs: RowInputs;
  outputs: Pool;
  logits: Tensor;
}

/** Logits, [supervised, vocab], of the positions given as supervised. */
export function logitsPass(memory: DecoderMemory, shape: RowShape): LogitsPass {
  const g = newGraph(memory, shape.tokens);
  const inputs = new RowInputs(shape);
  const outputs = new Pool('logits');
  const vocab = memory.config.vocabSize;
  const logits = outputs.reserve('logits', shape.supervised * vocab);
  const states = stackForward(g, inputs);
  const head = headRows(g, shape.supervised, { x: states.at(-1)!, index: inputs.index });
  for (const chunk of vocabularyChunks(memory, shape.supervised)) {
    chunkLogits(g, head, chunk, { logits, stride: vocab, column: chunk.first });
  }
  return { plan: g.plan, inputs, outputs, logits };
}

export interface TrainingPass {
  inputs: RowInputs;
  reports: LossReports;
  /** Forward, backward, gradients added. */
  microStep: PlanBuilder;
  /** Clipping and AdamW. */
  update: PlanBuilder;
  /** Forward only: adds the row's example weights to the batch's total. Null where the loss is not divided by that. */
  weigh: PlanBuilder | null;
}

/**
 * One training micro-step and the optimiser's update, for rows of one shape and one loss.
 *
 * A loss that is divided by the batch's example weights must know their sum before the first gradient is added, because
 * the divergence's gradient, added to the same numbers, is divided by something else. A batch of one row knows the sum
 * after its own forward pass; for several rows `weigh` runs over all of them first.
 *
 * Rows dropped from are scored and weighed with the masks that they are trained with.
 */
export function trainingPass(
  memory: DecoderMemory,
  shape: RowShape,
  bindingBytes: number,
  loss: LossSpec,
  { keepActivations = false, dropout }: TrainingOptions = {},
): TrainingPass {
  const rate = dropout?.rate ?? 0;
  const inputs = rowInputsFor(loss, shape, rate > 0);
  const g = newGraph(memory, shape.tokens, inputs.draw && { rate, draw: inputs.draw });
  const { plan, config } = g;
  const reports = new LossReports(loss);
  const rows = shape.supervised;
  const width = config.hiddenSize;

  const kept: LayerActivations[] = [];
  const onLayer = (activations: LayerActivations) => void kept.push(activations);
  const states = stackForward(g, inputs, undefined, keepActivations ? { onLayer } : {});
  const head = headRows(g, rows, { x: states.at(-1)!, index: inputs.index });
  const stats = headStats(g, head, inputs);
  const weights = weighedLoss(g, loss, inputs, reports, rows, stats);
  const frozen = loss.klWeight > 0 ? frozenHead(g, memory.frozen(), loss, inputs, rows) : null;

  let dy = plan.tensor('d output', shape.tokens * width);
  headBackward(g, head, stats, { labels: inputs.labels, weights, slot: inputs.slot, dx: dy }, frozen);
  if (frozen) reports.addDivergence(plan, rows, inputs, frozen.negative);
  const embedGrad = memory.weightGrad('embed');
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const dx = layer > 0 || embedGrad ? plan.tensor(`d layer ${layer} input`, shape.tokens * width) : null;
    layerBackward(g, layer, inputs, { x: states[layer]!, dy, dx }, kept[layer] ?? null);
    if (dx) dy = dx;
  }
  if (embedGrad) {
    const dx = dropped(g, DROP_SITE.embedding, 'd embedded', dy);
    const table = { rows: shape.tokens, width, shards: memory.shards, scale: config.traits.embeddingScale };
    embedTokensGrad(plan, table, { order: inputs.order, groups: inputs.groups, dx, dtable: embedGrad });
    if (config.traits.positions === 'learned') {
      const dtable = memory.weightGrad('positions')!;
      const learned = { rows: shape.tokens, width, context: config.contextLength };
      addPositionRowsGrad(plan, learned, { positions: inputs.positions, dx, dtable });
    }
  }

  const update = new PlanBuilder(memory.none);
  const elements = memory.trainableElements;
  const gradient: Tensor = { name: 'gradients', elements, home: { kind: 'pool', pool: memory.gradients }, offset: 0 };
  const { hyper, control } = inputs;
  optimizerStep(
    update,
    { elements, bindingBytes, ranges: optimizerRanges(memory.optimizer, memory) },
    { hyper, control, reports: reports.main, gradient, codeMaps: memory.codeMaps },
  );
  recordDoraFactors(update, memory);
  const weigh = needsWeighing(loss) ? weighPass(g, shape, loss, inputs, reports) : null;
  return { inputs, reports, microStep: plan, update, weigh };
}

function weighPass(
  { memory, dropout }: Graph,
  shape: RowShape,
  loss: LossSpec,
  inputs: RowInputs,
  reports: LossReports,
): PlanBuilder {
  const g = newGraph(memory, shape.tokens, dropout);
  const states = stackForward(g, inputs);
  const head = headRows(g, shape.supervised, { x: states.at(-1)!, index: inputs.index });
  weighRow(g, loss, inputs, reports, shape.supervised, headStats(g, head, inputs));
  return g.plan;
}
