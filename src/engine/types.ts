/**
 * The engine's public face: what a decoder is, and what can be asked of a session on the GPU.
 *
 * Knows token ids and floats, never terms or prompts.
 */
import type { PackedRow } from '../core/packed-row';
import type { LossSpec } from './loss';
import type { BasePrecision, Precision, Storage } from './precision/kinds';
import type { DecoderTraits, LinearName } from './traits';

export { LINEAR_NAMES } from './traits';
export type { BasePrecision, DecoderTraits, LinearName, LossSpec, Precision };

/** A decoder with causal grouped-query attention; what tells its family apart are its traits. */
export interface DecoderConfig {
  vocabSize: number;
  hiddenSize: number;
  ffnSize: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  normEpsilon: number;
  contextLength: number;
  /**
   * Rotary inverse frequencies in radians per position of half-split pairs, [at most headDim / 2]: dimensions beyond
   * twice their number are not rotated. Scaling rules are applied by `models`.
   */
  inverseFrequencies: number[];
  tiedHead: boolean;
  traits: DecoderTraits;
}

export interface WeightInfo {
  /**
   * `embed`, `positions`, `final_norm`, `head`, and in `layers.{i}.`: `attention_norm`, `ffn_norm`, `q_norm`, `k_norm`,
   * `attention_out_norm`, `ffn_out_norm`, each {LinearName}; `.bias` after the name of what adds it.
   */
  name: string;
  shape: number[];
}

/** Weights by engine name, f32. */
export type WeightMap = Map<string, Float32Array>;

/** Linear layers with an adapter: the same in every layer, or a list for each. */
export type LoraTargets = readonly LinearName[] | readonly (readonly LinearName[])[];

/** y = Wx + b + scale·B(Ax); with DoRA y = m/‖W + scale·BA‖·(Wx + scale·B(Ax)) + b, the norm of each row a constant. */
export interface LoraSpec {
  kind: 'lora';
  rank: number;
  scale: number;
  targets: LoraTargets;
  /** Each output has a trained magnitude (Liu et al., DoRA, 2024). */
  dora?: boolean;
}

export type TrainableSpec = { kind: 'none' } | LoraSpec | { kind: 'full' };

/** How gradients become changes of weights. */
export interface OptimizerSpec {
  /** AdamW's moments in f32, or in 8 bits a value with a scale for each block (Dettmers et al. 2022). */
  kind: 'adamw' | 'adamw-8bit';
  /** LoRA+ (Hayou et al. 2024): B and magnitudes are trained at so many times the learning rate. Null: at the rate itself. */
  loraPlusRatio: number | null;
}

export interface StepSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Infinity: no clipping. */
  clipNorm: number;
  /** The mean cross-entropy where absent. One that holds the model to its frozen self must be announced to the session. */
  loss?: LossSpec;
}

/**
 * Inverted dropout on the embedded tokens and on what each attention and each feed-forward block adds to them, as GPT-2 has
 * it, but none on attention's probabilities. Masks follow from the seed, the step, the row of the step and the place.
 */
export interface Dropout {
  /** Share of the elements that are dropped, 0 ≤ rate < 1. */
  rate: number;
  seed: number;
}

/** What one optimiser step reported, read back later. */
export interface StepReport {
  /** 1-based. */
  step: number;
  /** What was minimised. */
  loss: number;
  /** Mean cross-entropy of the supervised tokens; null where it is the loss. */
  crossEntropy: number | null;
  /** Mean KL(base ‖ model) of the supervised positions, unweighted; null where it is no part of the loss. */
  divergence: number | null;
  gradientNorm: number;
  supervisedTokens: number;
}

/** Scores of one supervised position. */
export interface PositionScores {
  /** log softmax(z)[label] at T = 1, [supervised]. */
  logProb: Float32Array;
  /** log softmax(z / T)[label], [supervised]. */
  logProbT: Float32Array;
  /** Smallest token id with the largest logit, [supervised]. */
  argmax: Uint32Array;
  /** One more than the tokens with a strictly larger logit than the label: 1 is the top, ties share the best rank. Null where not asked for. */
  ranks: Uint32Array | null;
}

/** A packed row without labels, and the spans of its tokens whose hidden states are averaged. */
export interface SpanRow {
  row: PackedRow;
  /** {first, end} of every span in tokens of the row, end not included, [2 × spans]. */
  spans: Uint32Array;
  /** First key that token t does not see, [tokens]: t + 1, or the end of the text where t is padding. Null: t + 1 throughout. */
  keyEnd: Uint32Array | null;
}

/** The largest call of `hiddenStates` to come, so that its memory can be planned. */
export interface StatesShape {
  /** Tokens of the longest row. */
  tokens: number;
  /** Most spans of a row. */
  spans: number;
  layers: readonly number[];
}

export interface GenerateOptions {
  prompts: Uint32Array[];
  /** Independent samples per prompt; 1 for greedy. */
  samples: number;
  maxNewTokens: number;
  /** 0 = greedy. */
  temperature: number;
  /** 0 = off. */
  topK: number;
  /** 1 = off. */
  topP: number;
  seed: number;
  /** Keeps draws of different calls under one seed apart. */
  stream: number;
  stopIds: readonly number[];
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

export interface GeneratedSample {
  /** Index into `prompts`. */
  prompt: number;
  sample: number;
  /** Generated ids; the stop id included when one was drawn. */
  ids: number[];
  /** Σ log softmax(z)[id] at T = 1, untruncated, over `ids`. */
  logProb: number;
  finished: boolean;
}

/** Everything that, restored, continues training bit for bit. */
export interface TrainingState {
  step: number;
  /** Trainable tensors, f32, in plan order, and AdamW's two moments: with the same layout, or as words of 8-bit codes. */
  parameters: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
}

export interface NamedTensor {
  /** `layers.{i}.{LinearName}.lora_A`, `.lora_B`, `.lora_magnitude_vector`, or a weight name. */
  name: string;
  shape: number[];
  data: Float32Array;
}

/** What will be asked for at most in one call. */
export interface DecodeDemand {
  /** Tokens of the longest prompt. */
  longestPrompt: number;
  prompts: number;
  samples: number;
  maxNewTokens: number;
}

/** A packed row that is planned for. */
export interface RowShape {
  tokens: number;
  supervised: number;
}

export interface TrainingOptions {
  /** Training keeps what layers compute instead of computing it again: faster, more memory, the same bits. */
  keepActivations?: boolean | undefined;
  /** In training; scoring and sampling never drop anything. None where absent. */
  dropout?: Dropout | undefined;
}

/** What will be asked of a session: its memory is planned for it. */
export interface SessionShape extends TrainingOptions {
  /** Tokens of one packed row: the micro-step. */
  rowTokens: number;
  /** Supervised positions of one row. */
  supervised: number;
  /** The calls of `generate` to come: their caches are planned for, and may be held side by side. */
  decoding?: readonly DecodeDemand[];
  /** The losses that steps will ask for: planned for, and what they compare with is kept. The mean cross-entropy where absent. */
  losses?: readonly LossSpec[];
  /** Rows that `score` gets beside those of training. */
  scoreRows?: readonly RowShape[];
  /** Labels' ranks will be asked for. */
  ranks?: boolean;
  /** The calls of `hiddenStates` to come; null: none. */
  states?: StatesShape | null;
  /** How the base is kept; f32 where absent. */
  precision?: BasePrecision;
  /** AdamW with f32 moments where absent. */
  optimizer?: OptimizerSpec;
}

export interface MemoryPlan {
  weightsBytes: number;
  /** Trainable copies, gradients, moments, and the frozen copy where one is kept. */
  trainingBytes: number;
  /** Activations of the largest pass, and the inputs of passes. */
  activationBytes: number;
  /** Key–value caches and row states of decoding. */
  decodingBytes: number;
  totalBytes: number;
  /** The largest single buffer: devices bound these as well. */
  largestBufferBytes: number;
}

/** A weight that is not kept in f32. */
export interface StoredWeight {
  name: string;
  storage: Exclude<Storage, 'f32'>;
  /** With its scales. */
  bytes: number;
  /** √(Σ(w − stored)² / Σw²). */
  relativeRmse: number;
}

export interface EngineCounters {
  /** Calls of `queue.submit`. */
  submits: number;
  /** Bytes of every live GPU buffer. */
  bufferBytes: number;
  buffersCreated: number;
}

/** One model on one device, with at most one set of trainable tensors. */
export interface Session {
  readonly config: DecoderConfig;
  readonly trainable: TrainableSpec;
  readonly counters: EngineCounters;
  /** Kernel and tile choices that results depend on, for the manifest. */
  readonly kernelChoices: Record<string, string>;
  readonly memory: MemoryPlan;
  /** The weights that are not kept in f32, and what they lost by it. */
  readonly storedWeights: readonly StoredWeight[];

  /** (Re-)initialise the trainable tensors: LoRA A Kaiming-uniform from Philox, B zero; full: the loaded weights. Moments zero, step 0. */
  resetTrainable(seed: number): Promise<void>;
  /**
   * One optimiser step over the rows as micro-batches: one submit per row, and the loss of `settings` over all of them,
   * however they are packed. (A normalised loss over several rows takes a forward submit per row more: see `passes.ts`.)
   * Returns as soon as the work is queued.
   */
  trainStep(rows: readonly PackedRow[], settings: StepSettings): Promise<void>;
  /** Reports of the steps since the last call, in order; waits for the GPU. */
  readReports(): Promise<StepReport[]>;
  /** Scores every supervised position of every row. */
  score(rows: readonly PackedRow[], temperature: number, options?: { ranks?: boolean }): Promise<PositionScores[]>;
  /**
   * Mean hidden state of every span of every row, [spans, hiddenSize] for each layer asked for. Layer 0 is the input
   * embedding, n the output of layer n as the next layer gets it, −1 the last one after the final norm.
   * Throws `spec-invalid` for a layer that the model has not.
   */
  hiddenStates(rows: readonly SpanRow[], layers: readonly number[]): Promise<Float32Array[]>;
  /** Logits of the last or of all positions, [positions × vocab]. */
  logits(ids: Uint32Array, all?: boolean): Promise<Float32Array>;
  generate(options: GenerateOptions): Promise<GeneratedSample[]>;

  /**
   * Another session over the same weights, which are neither read nor uploaded again: to have several adapters at hand and
   * go from one to the other. Each is destroyed by itself; the weights live as long as any of them.
   */
  withAdapter(trainable: Exclude<TrainableSpec, { kind: 'full' }>, shape?: SessionShape): Promise<Session>;

  exportTrainable(): Promise<NamedTensor[]>;
  /** Replaces the trainable tensors (an adapter read from a file, say); moments and step start anew. */
  importTrainable(tensors: readonly NamedTensor[]): Promise<void>;
  /** Gradients that the last step summed, before clipping, named as the trainable tensors. */
  exportGradients(): Promise<NamedTensor[]>;
  exportState(): Promise<TrainingState>;
  importState(state: TrainingState): Promise<void>;
  destroy(): void;
}
