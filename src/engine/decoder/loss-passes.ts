/**
 * The loss's part of a training pass: weights of examples and tokens, the frozen model beside the trained one, reports.
 *
 * Promises: the mean cross-entropy records nothing but itself, whatever other losses need. Pure recording, no device.
 */
import { isEvenlyWeighted, type LossSpec } from '../loss';
import { weighExamples, weighTokens, type ExampleInputs } from '../ops/loss';
import { reportLoss } from '../ops/optim';
import { readScores } from '../ops/softmax';
import { Pool, type PlanBuilder, type Tensor } from '../plan';
import type { Graph } from './graph';
import { headRows, headStats, type FrozenHead, type HeadStats } from './head';
import { RowInputs } from './inputs';
import type { RowShape } from '../types';
import type { GraphMemory } from './memory';
import { stackForward } from './stack';

/** Reports that fit before they must be read. */
export const REPORT_RING = 256;
/** f32 values of one report. */
const REPORT_WIDTH = 2;

export interface LossReport {
  loss: number;
  crossEntropy: number | null;
  divergence: number | null;
  gradientNorm: number;
}

/** Rings of reports: the weighted loss with the gradient's norm and, where they are something else, its parts. */
export class LossReports {
  readonly pool = new Pool('reports');
  /** {weighted cross-entropy, gradient norm} per slot. */
  readonly main: Tensor;
  readonly #crossEntropy: Tensor | null;
  readonly #divergence: Tensor | null;
  /** Σ of the batch's example weights; it lives from `weigh` to the last micro-step of its batch. */
  readonly totals: Tensor | null;
  readonly #klWeight: number;

  constructor(loss: LossSpec) {
    const ring = (name: string) => this.pool.reserve(name, REPORT_RING * REPORT_WIDTH);
    this.main = ring('reports');
    this.#crossEntropy = isEvenlyWeighted(loss) ? null : ring('cross-entropies');
    this.#divergence = loss.klWeight > 0 ? ring('divergences') : null;
    this.totals = needsWeighing(loss) ? this.pool.reserve('example weight total', 1) : null;
    this.#klWeight = loss.klWeight;
  }

  addLoss(plan: PlanBuilder, rows: number, inputs: RowInputs, t: { logProb: Tensor; weights: Tensor }): void {
    this.#add(plan, rows, inputs, { ...t, reports: this.main });
    const { weights } = inputs;
    if (this.#crossEntropy) {
      this.#add(plan, rows, inputs, { logProb: t.logProb, weights, reports: this.#crossEntropy });
    }
  }

  /** @param negative −KL of each row: summed as if it were a log-probability */
  addDivergence(plan: PlanBuilder, rows: number, inputs: RowInputs, negative: Tensor): void {
    this.#add(plan, rows, inputs, { logProb: negative, weights: inputs.weights, reports: this.#divergence! });
  }

  /** Bytes from the pool's start that hold the first `count` reports. */
  bytes(count: number): number {
    const last = this.#divergence ?? this.#crossEntropy ?? this.main;
    return last.offset + count * REPORT_WIDTH * 4;
  }

  read(bytes: ArrayBuffer, slot: number): LossReport {
    const at = (ring: Tensor, index: number) =>
      new Float32Array(bytes, ring.offset + slot * REPORT_WIDTH * 4, REPORT_WIDTH)[index]!;
    const weighted = at(this.main, 0);
    const divergence = this.#divergence && at(this.#divergence, 0);
    const plain = this.#crossEntropy ? at(this.#crossEntropy, 0) : weighted;
    return {
      loss: divergence === null ? weighted : Math.fround(weighted + this.#klWeight * divergence),
      crossEntropy: this.#crossEntropy || this.#divergence ? plain : null,
      divergence,
      gradientNorm: at(this.main, 1),
    };
  }

  #add(
    plan: PlanBuilder,
    rows: number,
    { control }: RowInputs,
    t: { logProb: Tensor; weights: Tensor; reports: Tensor },
  ): void {
    reportLoss(plan, rows, { log_prob: t.logProb, weights: t.weights, control, reports: t.reports });
  }
}

export function needsWeighing(loss: LossSpec): boolean {
  return loss.confidence?.normalise ?? false;
}

export function rowInputsFor(loss: LossSpec, shape: RowShape, dropped = false): RowInputs {
  return new RowInputs(shape, !isEvenlyWeighted(loss), dropped);
}

/** Reports the row's loss; returns the weight of every supervised position. */
export function weighedLoss(
  g: Graph,
  loss: LossSpec,
  inputs: RowInputs,
  reports: LossReports,
  rows: number,
  stats: HeadStats,
): Tensor {
  let weights = inputs.weights;
  let logProb: Tensor;
  if (isEvenlyWeighted(loss)) {
    logProb = labelLogProb(g, inputs, rows, stats);
  } else {
    const weighed = weighRow(g, loss, inputs, reports, rows, stats);
    logProb = weighed.logProb;
    weights = g.plan.tensor('token weights', rows);
    weighTokens(g.plan, loss, rows, { ...weighed, weights });
  }
  reports.addLoss(g.plan, rows, inputs, { logProb, weights });
  return weights;
}

/** Weighs a row's examples, and adds them to the batch's total where the loss is divided by it. */
export function weighRow(
  g: Graph,
  loss: LossSpec,
  inputs: RowInputs,
  reports: LossReports,
  rows: number,
  stats: HeadStats,
): ExampleInputs & { logProb: Tensor; totals: Tensor; weight: Tensor } {
  const { plan } = g;
  const t = {
    ...inputs.examples!,
    control: inputs.control,
    logProb: labelLogProb(g, inputs, rows, stats),
    totals: reports.totals ?? plan.none,
    // As many examples as rows is the most there can be.
    weight: loss.confidence ? plan.tensor('example weights', rows) : plan.none,
  };
  if (loss.confidence) weighExamples(plan, loss.confidence, { examples: rows, reduction: loss.reduction }, t);
  return t;
}

function labelLogProb(g: Graph, inputs: RowInputs, rows: number, stats: HeadStats): Tensor {
  const { plan } = g;
  const logProb = plan.tensor('log prob', rows);
  readScores(plan, rows, {
    stats: stats.stats,
    temperature: inputs.temperature,
    log_prob: logProb,
    log_prob_t: plan.tensor('log prob at T', rows),
    best: plan.tensor('argmax', rows),
  });
  return logProb;
}

/** The frozen model's forward pass over the same row, up to its head. */
export function frozenHead(g: Graph, memory: GraphMemory, loss: LossSpec, inputs: RowInputs, rows: number): FrozenHead {
  const frozen: Graph = { ...g, memory, dropout: null };
  const states = stackForward(frozen, inputs);
  const head = headRows(frozen, rows, { x: states.at(-1)!, index: inputs.index });
  return {
    g: frozen,
    head,
    stats: headStats(frozen, head, inputs),
    klWeight: loss.klWeight,
    share: inputs.weights,
    negative: g.plan.tensor('negative divergence', rows),
  };
}
