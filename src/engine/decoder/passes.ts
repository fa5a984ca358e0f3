/** Whole passes over one packed row: scoring, logits, and the training micro-step. Pure recording, no device. */
import { optimizerStep, reportLoss } from '../ops/optim';
import { embedTokens, embedTokensGrad } from '../ops/rows';
import { readScores } from '../ops/softmax';
import { PlanBuilder, Pool, type Tensor } from '../plan';
import type { Graph } from './graph';
import { chunkLogits, headBackward, headRanks, headRows, headStats, vocabularyChunks } from './head';
import { RowInputs, type RowShape } from './inputs';
import { layerBackward, layerForward, type LayerOptions } from './layer';
import type { DecoderMemory } from './memory';

export function newGraph(memory: DecoderMemory, rows: number): Graph {
  return { plan: new PlanBuilder(memory.none), memory, config: memory.config, rows };
}

/** How far the stack is recorded, and who is told of a state as soon as it stands: before the next layer needs memory. */
export interface StackOptions {
  depth?: number;
  onState?: (layer: number, state: Tensor) => void;
}

/** Embedding and all layers; returns each layer's input and, last, the output. */
export function stackForward(
  g: Graph,
  inputs: Pick<RowInputs, 'ids' | 'positions' | 'segmentStart' | 'segmentEnd'>,
  options: (layer: number) => LayerOptions = () => ({}),
  { depth = g.config.layers, onState }: StackOptions = {},
): Tensor[] {
  const { plan, memory, config, rows } = g;
  const width = config.hiddenSize;
  let x = plan.tensor('embedded', rows * width);
  embedTokens(plan, { rows, width, shards: memory.shards }, { ids: inputs.ids, table: memory.weight('embed'), y: x });
  const states = [x];
  onState?.(0, x);
  for (let layer = 0; layer < depth; layer++) {
    const y = plan.tensor(`layer ${layer} output`, rows * width);
    layerForward(g, layer, inputs, { x, y }, options(layer));
    x = y;
    states.push(x);
    onState?.(layer + 1, x);
  }
  return states;
}

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
  reports: Pool;
  /** Forward, backward, gradients added. */
  microStep: PlanBuilder;
  /** Clipping and AdamW. */
  update: PlanBuilder;
}

/** Reports that fit before they must be read. */
export const REPORT_RING = 256;

/** One training micro-step and the optimiser's update, for rows of one shape. */
export function trainingPass(memory: DecoderMemory, shape: RowShape, bindingBytes: number): TrainingPass {
  const g = newGraph(memory, shape.tokens);
  const { plan, config } = g;
  const inputs = new RowInputs(shape);
  const reports = new Pool('reports');
  const reportTensor = reports.reserve('reports', REPORT_RING * 2);
  const rows = shape.supervised;
  const width = config.hiddenSize;

  const states = stackForward(g, inputs);
  const head = headRows(g, rows, { x: states.at(-1)!, index: inputs.index });
  const stats = headStats(g, head, inputs);
  const logProb = plan.tensor('log prob', rows);
  readScores(plan, rows, {
    stats: stats.stats,
    temperature: inputs.temperature,
    log_prob: logProb,
    log_prob_t: plan.tensor('log prob at T', rows),
    best: plan.tensor('argmax', rows),
  });
  reportLoss(plan, rows, {
    log_prob: logProb,
    weights: inputs.weights,
    control: inputs.control,
    reports: reportTensor,
  });

  let dy = plan.tensor('d output', shape.tokens * width);
  headBackward(g, head, stats, { labels: inputs.labels, weights: inputs.weights, slot: inputs.slot, dx: dy });
  const embedGrad = memory.weightGrad('embed');
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    const dx = layer > 0 || embedGrad ? plan.tensor(`d layer ${layer} input`, shape.tokens * width) : null;
    layerBackward(g, layer, inputs, { x: states[layer]!, dy, dx });
    if (dx) dy = dx;
  }
  if (embedGrad) {
    embedTokensGrad(
      plan,
      { rows: shape.tokens, width, shards: memory.shards },
      { order: inputs.order, groups: inputs.groups, dx: dy, dtable: embedGrad },
    );
  }

  const update = new PlanBuilder(memory.none);
  const elements = memory.trainableElements;
  const whole = (pool: Pool): Tensor => ({ name: pool.name, elements, home: { kind: 'pool', pool }, offset: 0 });
  optimizerStep(
    update,
    { elements, bindingBytes },
    {
      hyper: inputs.hyper,
      control: inputs.control,
      reports: reportTensor,
      gradient: whole(memory.gradients),
      parameter: whole(memory.parameters),
      moment1: whole(memory.moment1),
      moment2: whole(memory.moment2),
    },
  );
  return { inputs, reports, microStep: plan, update };
}
