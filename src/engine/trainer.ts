/**
 * Training steps of a session: plans per loss, reports in rings that are read when somebody asks or a ring is full.
 *
 * Promises: a step of a loss used before creates no GPU memory; steps are reported in order, whatever their losses.
 * Must not know: what else the session does, files, schedules.
 */
import { LabError } from '../core/errors';
import type { PackedRow } from '../core/packed-row';
import type { RowOptions } from './decoder/inputs';
import { REPORT_RING } from './decoder/loss-passes';
import type { DecoderMemory } from './decoder/memory';
import { trainingPass, type TrainingPass } from './decoder/passes';
import type { EngineDevice } from './device';
import { exampleSpans, SFT_LOSS, type LossSpec } from './loss';
import { hyperValues } from './ops/optim';
import { Plan, type Arenas } from './plan';
import type { RowShape, StepReport, StepSettings, TrainingOptions } from './types';

interface Compiled {
  loss: LossSpec;
  pass: TrainingPass;
  microStep: Plan;
  update: Plan;
  weigh: Plan | null;
}

/** What becomes of the batch's total of example weights: see `example_total.wgsl`. */
const TOTAL = { keep: 0, begin: 1, add: 2 } as const;

export class Trainer {
  step = 0;
  readonly #device: EngineDevice;
  readonly #memory: DecoderMemory;
  readonly #arenas: Arenas;
  readonly #shape: RowShape;
  readonly #options: TrainingOptions;
  readonly #compiled = new Map<string, Compiled>();
  /** Reports already read back, and the steps since then, whose reports are still on the GPU. */
  #reports: StepReport[] = [];
  #pending: { of: Compiled; supervisedTokens: number }[] = [];

  constructor(device: EngineDevice, memory: DecoderMemory, arenas: Arenas, shape: RowShape, options: TrainingOptions) {
    this.#device = device;
    this.#memory = memory;
    this.#arenas = arenas;
    this.#shape = shape;
    this.#options = options;
  }

  /** Continues after `step` steps; reports of earlier ones are forgotten. */
  restart(step: number): void {
    this.#pending = [];
    this.#reports = [];
    this.step = step;
  }

  async train(rows: readonly PackedRow[], settings: StepSettings): Promise<void> {
    const compiled = await this.#plans(settings.loss ?? SFT_LOSS);
    if (this.#pending.length === REPORT_RING) await this.#collect();
    const supervisedTokens = rows.reduce((sum, row) => sum + row.labels.length, 0);
    if (supervisedTokens === 0) {
      throw new LabError('internal', 'A training step without supervised tokens.', {
        hint: 'Report this with the spec.',
      });
    }
    const { loss, weigh, microStep, update } = compiled;
    const parts = loss.reduction === 'tokens' ? supervisedTokens : countExamples(rows);
    const { loraPlusRatio } = this.#memory.optimizer;
    const hyper = hyperValues(settings, this.step + 1, loraPlusRatio ?? 1);
    const batch = { lossWeight: 1 / supervisedTokens, hyper };
    const scale = 1 / parts;
    const beforehand = weigh !== null && rows.length > 1;
    if (beforehand) {
      for (const [index, row] of rows.entries()) {
        this.#write(compiled, row, batch, index, { scale, total: index === 0 ? TOTAL.begin : TOTAL.add });
        this.#submit([weigh], false);
      }
    }
    for (const [index, row] of rows.entries()) {
      this.#write(compiled, row, batch, index, { scale, total: beforehand ? TOTAL.keep : TOTAL.begin });
      this.#submit(index === rows.length - 1 ? [microStep, update] : [microStep], index === 0);
    }
    this.step += 1;
    this.#pending.push({ of: compiled, supervisedTokens });
  }

  async readReports(): Promise<StepReport[]> {
    await this.#collect();
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  release(): void {
    for (const { pass, microStep, update, weigh } of this.#compiled.values()) {
      for (const plan of [microStep, update, weigh]) plan?.release();
      pass.inputs.pool.release(this.#device);
      pass.reports.pool.release(this.#device);
    }
    this.#compiled.clear();
  }

  #write(
    { pass }: Compiled,
    row: PackedRow,
    batch: Pick<RowOptions, 'lossWeight' | 'hyper'>,
    index: number,
    weighing: RowOptions['weighing'] & object,
  ): void {
    const image = pass.inputs.image(row, {
      ...batch,
      vocabSize: this.#memory.config.vocabSize,
      contextLength: this.#memory.config.contextLength,
      inverseTemperature: 1,
      control: [this.#pending.length, index === 0 ? 1 : 0],
      weighing,
      sortTokens: this.#memory.trainable.kind === 'full',
      draw: [this.#options.dropout?.seed ?? 0, this.step, index],
    });
    this.#device.raw.queue.writeBuffer(pass.inputs.pool.buffer!, 0, image);
  }

  #submit(plans: readonly Plan[], clearGradients: boolean): void {
    const encoder = this.#device.raw.createCommandEncoder();
    if (clearGradients) encoder.clearBuffer(this.#memory.gradients.buffer!);
    const compute = encoder.beginComputePass();
    for (const plan of plans) plan.replay(compute);
    compute.end();
    this.#device.submit(encoder.finish());
  }

  async #plans(loss: LossSpec): Promise<Compiled> {
    if (this.#memory.trainable.kind === 'none') {
      throw new LabError('internal', 'This session has nothing to train.', {
        hint: 'Open it with an adapter or full weights.',
      });
    }
    const key = JSON.stringify(loss);
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const device = this.#device;
      const pass = trainingPass(this.#memory, this.#shape, device.limits.bindingBytes, loss, this.#options);
      pass.inputs.pool.allocate(device);
      pass.reports.pool.allocate(device);
      const microStep = await Plan.compile(device, pass.microStep, this.#arenas);
      const update = await Plan.compile(device, pass.update, this.#arenas);
      const weigh = pass.weigh && (await Plan.compile(device, pass.weigh, this.#arenas));
      compiled = { loss, pass, microStep, update, weigh };
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }

  async #collect(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const first = this.step - pending.length + 1;
    const images = new Map<Compiled, ArrayBuffer>();
    for (const { of } of pending) {
      if (images.has(of)) continue;
      const { reports } = of.pass;
      images.set(of, await this.#device.read(reports.pool.buffer!, 0, reports.bytes(pending.length)));
    }
    pending.forEach(({ of, supervisedTokens }, slot) => {
      this.#reports.push({ step: first + slot, ...of.pass.reports.read(images.get(of)!, slot), supervisedTokens });
    });
  }
}

function countExamples(rows: readonly PackedRow[]): number {
  return rows.reduce((sum, row) => sum + exampleSpans(row).length, 0);
}
