/**
 * A Session without a GPU: a linear model over the tokens before a position, trained by the same AdamW formula.
 *
 * Promises: really learns (softmax regression on each earlier token together with the last two), is deterministic, and keeps to the Session's contract: reports are queued until read, state restores exactly, rows may be packed at
 * will. For tests of what stands above the engine; it says nothing of the engine.
 */
import { decoderWeights } from '../../src/engine';
import type { PackedRow } from '../../src/core/packed-row';
import { philox4x32, toUnit } from '../../src/core/philox';
import type {
  DecoderConfig,
  GeneratedSample,
  GenerateOptions,
  NamedTensor,
  PositionScores,
  Session,
  SpanRow,
  StepReport,
  StepSettings,
  TrainableSpec,
  TrainingState,
} from '../../src/engine/types';
import type { OpenedSession } from '../../src/experiment';

const FEATURES = 512;

export interface FakeOptions {
  /** Called at the start of every engine call: tests pause, cancel or advance a clock here. */
  onCall?: (
    call: 'train' | 'read' | 'score' | 'states' | 'generate' | 'export' | 'import' | 'reset',
  ) => void | Promise<void>;
  /** The step whose reported loss is NaN. */
  poisonStep?: number;
}

export class FakeSession implements Session {
  readonly counters = { submits: 0, bufferBytes: 0, peakBytes: 0, buffersCreated: 0 };
  readonly storedWeights = [];
  readonly kernelChoices: Record<string, string> = { linear: 'fake' };
  readonly memory = {
    weightsBytes: 1,
    trainingBytes: 2,
    activationBytes: 3,
    decodingBytes: 4,
    totalBytes: 10,
    largestBufferBytes: 4,
    readBackBytes: 0,
    largestBindingBytes: 0,
    pools: [],
  };
  destroyed = false;
  readonly seeds: number[] = [];
  #table: Float32Array;
  #moment1: Float32Array;
  #moment2: Float32Array;
  #step = 0;
  #reports: StepReport[] = [];

  constructor(
    readonly config: DecoderConfig,
    readonly trainable: TrainableSpec,
    private readonly options: FakeOptions = {},
    parameters = 0,
  ) {
    const size = Math.max(FEATURES * config.vocabSize, parameters);
    this.#table = new Float32Array(size);
    this.#moment1 = new Float32Array(size);
    this.#moment2 = new Float32Array(size);
  }

  async resetTrainable(seed: number): Promise<void> {
    await this.options.onCall?.('reset');
    this.seeds.push(seed);
    // Small random weights, so that a wrong seed shows in the records.
    for (let i = 0; i < this.#table.length; i++) {
      this.#table[i] = i % 97 === 0 ? 0.2 * (toUnit(philox4x32([i, 0, 0, 0], [seed, 4])[0]) - 0.5) : 0;
    }
    this.#moment1.fill(0);
    this.#moment2.fill(0);
    this.#step = 0;
    this.#reports = [];
  }

  withAdapter(): Promise<FakeSession> {
    return Promise.reject(new Error('a table in memory has no adapters'));
  }

  async trainStep(rows: readonly PackedRow[], settings: StepSettings): Promise<void> {
    await this.options.onCall?.('train');
    const { vocabSize } = this.config;
    const supervisedTokens = rows.reduce((sum, row) => sum + row.labels.length, 0);
    const gradient = new Map<number, Float64Array>();
    let loss = 0;
    for (const row of rows) {
      row.labels.forEach((label, index) => {
        const at = row.supervisedIndex[index]!;
        const features = this.#features(row.ids, row.segmentStart[at]!, at);
        const errors = softmax(this.#logits(features), 1);
        loss -= Math.log(errors[label]!) / supervisedTokens;
        errors[label]! -= 1;
        const scale = 1 / supervisedTokens / Math.sqrt(features.length);
        for (const feature of features) {
          const line = gradient.get(feature) ?? new Float64Array(vocabSize);
          for (let id = 0; id < vocabSize; id++) line[id]! += errors[id]! * scale;
          gradient.set(feature, line);
        }
      });
    }
    this.#step += 1;
    const norm = Math.sqrt([...gradient.values()].flatMap((line) => [...line]).reduce((sum, g) => sum + g * g, 0));
    for (const [feature, line] of gradient) this.#update(feature * vocabSize, line, settings);
    this.#reports.push({
      step: this.#step,
      loss: this.#step === this.options.poisonStep ? NaN : Math.fround(loss),
      crossEntropy: null,
      divergence: null,
      gradientNorm: Math.fround(norm),
      supervisedTokens,
    });
  }

  async readReports(): Promise<StepReport[]> {
    await this.options.onCall?.('read');
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  async score(
    rows: readonly PackedRow[],
    temperature: number,
    { ranks = false }: { ranks?: boolean } = {},
  ): Promise<PositionScores[]> {
    await this.options.onCall?.('score');
    return rows.map((row) => {
      const logits = [...row.supervisedIndex].map((at) =>
        this.#logits(this.#features(row.ids, row.segmentStart[at]!, at)),
      );
      return {
        logProb: Float32Array.from(logits, (z, index) => Math.log(softmax(z, 1)[row.labels[index]!]!)),
        logProbT: Float32Array.from(logits, (z, index) => Math.log(softmax(z, temperature)[row.labels[index]!]!)),
        argmax: Uint32Array.from(logits, argmax),
        ranks: ranks
          ? Uint32Array.from(logits, (z, index) => 1 + z.filter((other) => other > z[row.labels[index]!]!).length)
          : null,
      };
    });
  }

  /** A token's state is the first part of the logits after it, shifted by the layer. */
  async hiddenStates(rows: readonly SpanRow[], layers: readonly number[]): Promise<Float32Array[]> {
    await this.options.onCall?.('states');
    const { hiddenSize } = this.config;
    return layers.map((layer) => {
      const means: number[] = [];
      for (const { row, spans } of rows) {
        for (let at = 0; at < spans.length; at += 2) {
          const [first, end] = [spans[at]!, spans[at + 1]!];
          for (let i = 0; i < hiddenSize; i++) {
            let sum = 0;
            for (let t = first; t < end; t++) {
              const logits = this.#logits(this.#features(row.ids, row.segmentStart[t]!, t));
              sum += logits[i]! + Math.sin((row.ids[t]! + 1) * (i + 1) + layer);
            }
            means.push(sum / (end - first));
          }
        }
      }
      return Float32Array.from(means);
    });
  }

  logits(ids: Uint32Array): Promise<Float32Array> {
    return Promise.resolve(this.#logits(this.#features(ids, 0, ids.length - 1)));
  }

  async generate(options: GenerateOptions): Promise<GeneratedSample[]> {
    await this.options.onCall?.('generate');
    options.signal?.throwIfAborted();
    const samples: GeneratedSample[] = [];
    options.prompts.forEach((prompt, promptIndex) => {
      for (let sample = 0; sample < options.samples; sample++) {
        samples.push(this.#continue(prompt, promptIndex, sample, options));
      }
      options.onProgress?.(promptIndex + 1, options.prompts.length);
    });
    return samples;
  }

  exportTrainable(): Promise<NamedTensor[]> {
    const { trainable } = this;
    if (trainable.kind === 'full') {
      const value = (_: unknown, i: number) => this.#table[i % this.#table.length]!;
      return Promise.resolve(
        decoderWeights(this.config).map(({ name, shape }) => {
          const length = shape.reduce((product, side) => product * side, 1);
          return { name, shape, data: Float32Array.from({ length }, value) };
        }),
      );
    }
    if (trainable.kind !== 'lora') throw new Error('the fake has nothing to export');
    const { rank, targets } = trainable;
    const { hiddenSize, layers } = this.config;
    // Shapes are those of the first target; the content is a window of the table, so that equal training gives equal files.
    const tensors: NamedTensor[] = [];
    for (let layer = 0; layer < layers; layer++) {
      for (const side of ['A', 'B'] as const) {
        const shape = side === 'A' ? [rank, hiddenSize] : [hiddenSize, rank];
        tensors.push({
          name: `layers.${layer}.${targets[0]!}.lora_${side}`,
          shape,
          data: this.#table.slice(0, rank * hiddenSize),
        });
      }
    }
    return Promise.resolve(tensors);
  }

  importTrainable(): Promise<void> {
    return Promise.reject(new Error('the fake reads no adapters'));
  }

  exportGradients(): Promise<NamedTensor[]> {
    return Promise.reject(new Error('the fake keeps no gradients'));
  }

  async exportState(): Promise<TrainingState> {
    await this.options.onCall?.('export');
    return {
      step: this.#step,
      parameters: this.#table.slice(),
      moment1: this.#moment1.slice(),
      moment2: this.#moment2.slice(),
    };
  }

  async importState(state: TrainingState): Promise<void> {
    await this.options.onCall?.('import');
    this.#table = state.parameters.slice();
    this.#moment1 = state.moment1.slice();
    this.#moment2 = state.moment2.slice();
    this.#step = state.step;
    this.#reports = [];
  }

  destroy(): void {
    this.destroyed = true;
  }

  /** AdamW over one feature's line of the table. */
  #update(start: number, line: Float64Array, { learningRate, beta1, beta2, epsilon }: StepSettings): void {
    for (const [id, value] of line.entries()) {
      const at = start + id;
      this.#moment1[at] = beta1 * this.#moment1[at]! + (1 - beta1) * value;
      this.#moment2[at] = beta2 * this.#moment2[at]! + (1 - beta2) * value * value;
      const m = this.#moment1[at] / (1 - beta1 ** this.#step);
      const v = this.#moment2[at] / (1 - beta2 ** this.#step);
      this.#table[at]! -= (learningRate * m) / (Math.sqrt(v) + epsilon);
    }
  }

  /** Each distinct token of the segment so far, hashed together with the last two. */
  #features(ids: ArrayLike<number>, start: number, at: number): number[] {
    const previous = at > start ? ids[at - 1]! : 0;
    const features = new Set<number>();
    for (let i = start; i <= at; i++) {
      features.add(
        (Math.imul(ids[i]!, 40503) + Math.imul(ids[at]!, 30011) + Math.imul(previous, 7919)) & (FEATURES - 1),
      );
    }
    return [...features];
  }

  #logits(features: readonly number[]): Float32Array {
    const { vocabSize } = this.config;
    const logits = new Float32Array(vocabSize);
    for (const feature of features) {
      for (let id = 0; id < vocabSize; id++)
        logits[id]! += this.#table[feature * vocabSize + id]! / Math.sqrt(features.length);
    }
    return logits;
  }

  #continue(prompt: Uint32Array, promptIndex: number, sample: number, options: GenerateOptions): GeneratedSample {
    const sequence = [...prompt];
    const ids: number[] = [];
    let logProb = 0;
    let finished = false;
    while (ids.length < options.maxNewTokens && !finished) {
      const logits = this.#logits(this.#features(sequence, 0, sequence.length - 1));
      const word = philox4x32([ids.length, promptIndex, sample, 0], [options.seed, options.stream])[0];
      const id = options.temperature === 0 ? argmax(logits) : draw(softmax(logits, options.temperature), toUnit(word));
      logProb += Math.log(softmax(logits, 1)[id]!);
      ids.push(id);
      sequence.push(id);
      finished = options.stopIds.includes(id);
    }
    return { prompt: promptIndex, sample, ids, logProb, finished };
  }
}

function softmax(logits: Float32Array, temperature: number): number[] {
  const peak = Math.max(...logits);
  const weights = Array.from(logits, (z) => Math.exp((z - peak) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function argmax(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}

function draw(probabilities: readonly number[], unit: number): number {
  let rest = unit;
  for (const [id, probability] of probabilities.entries()) {
    rest -= probability;
    if (rest < 0) return id;
  }
  return probabilities.length - 1;
}

/** An opened fake, as a Runner's host would give it. */
export function openedFake(session: FakeSession, description = 'a table in memory'): OpenedSession {
  return {
    session,
    adapter: { vendor: 'none', architecture: 'fake', device: '', description, software: true },
    close: () => session.destroy(),
  };
}
