/**
 * The records of a run: what the runner writes and everything else reads.
 *
 * Promises: `trials.jsonl` and `steps.jsonl` hold nothing that differs between two runs of the same spec on the same
 * adapter (no times, no paths). Times and places stand in the manifest.
 * Must not know: tensors, the DOM, how a chart looks.
 */
import type { Direction } from '../core/direction';
import type { Estimate } from '../core/estimate';
import type { ExperimentSpec } from '../spec/schema';
import type { ProbeSummary } from './probe-types';
import type { TransitionTable } from './transition-table';

export type { TransitionTable } from './transition-table';

export const RECORD_VERSION = 3;

/** `held-out`: a template never trained on (the headline); `trained`: the first of the trained templates. */
export type TemplateRole = 'held-out' | 'trained';
export const TEMPLATE_ROLES: readonly TemplateRole[] = ['held-out', 'trained'];

/** One evaluation of one fact. */
export interface TrialRecord {
  /** `factKey(identifier, direction)`. */
  fact: string;
  identifier: string;
  term: string;
  direction: Direction;
  seen: boolean;
  /** Popularity bin, 0 = most annotated. */
  stratum: number;
  /** Training time in epochs, 0 before training: `step` divided by the steps of an epoch, a fraction inside one. */
  epoch: number;
  /** Optimiser steps taken in this direction: the clock of the run. */
  step: number;
  template: TemplateRole;
  /** Completion tokens, the stop token included. */
  tokens: number;
  /** The greedy answer is token for token the label, stop token included. Exact, by teacher forcing. */
  tokenHit: boolean;
  /** Positions of the completion at which the argmax is the label's token, given the label before it (the stop token included). */
  tokensRight: number;
  /** The greedy answer is right by the scoring rule. tokenHit implies answerHit. */
  answerHit: boolean;
  /** What the scoring rule made of the greedy answer; `right` exactly where answerHit. */
  outcome: Outcome;
  /** Digits of the identifier that stand at their place in the greedy answer; null where the label has none. */
  digitsRight: { right: number; of: number } | null;
  /** Greedy answer as text. */
  answer: string;
  /** log q at T = 1: log-probability that the model gives the completion (nats). */
  logProb: number;
  /** log q_T at the spec's sampling temperature, untruncated (nats). */
  logQ: number;
  /** Stochastic answers, where the spec asks for them at this epoch. */
  sampled: null | SampledAnswers;
  /** Rank of the label's token at each position of the completion, 1 = the top; null where the spec asks for none. */
  ranks: number[] | null;
  /**
   * log p of the label's token at each position of the completion, at T = 1 and given the label before it (nats, rounded
   * to 10⁻⁶): their sum is logProb but for rounding. Absent where the spec asks for none.
   */
  tokenLogProbs?: number[];
}

export interface SampledAnswers {
  samples: number;
  answerHits: number;
  tokenHits: number;
  /**
   * The different answers as texts, the most frequent first, equal counts by code units; absent where the spec keeps none.
   * What the counts lack to `samples` are answers beyond those that are kept.
   */
  answers?: SampledAnswer[];
}

export interface SampledAnswer {
  text: string;
  count: number;
  /** By the scoring rule, as answerHits counts. */
  right: boolean;
}

/**
 * One fact: what is known of it before any model is asked. Trials refer to it by `fact`; its covariates are what the
 * Cox models regress on. Written once a run, so trials stay short.
 */
export interface FactRecord {
  /** `factKey(identifier, direction)`. */
  fact: string;
  identifier: string;
  term: string;
  direction: Direction;
  seen: boolean;
  /** What it belongs to (branch, symbol stem, a user's column); null where unknown. */
  entity: string | null;
  /** Popularity; null where unknown. */
  count: number | null;
  /** 0-based rank by popularity. */
  rank: number;
  stratum: number;
  /** Tokens of the held-out question and of its answer, the stop token included. */
  promptTokens: number;
  answerTokens: number;
  /** Texts of the answer's tokens, the stop token's included, as the tokenizer shows them; absent where the spec asks for none. */
  answerPieces?: string[];
  /** Named numbers: the user's covariates, lexicalization measures, token counts. Null where unknown. */
  covariates: Record<string, number | null>;
  /** SHA-256 of identifier and term, where these were left out of the run (`left-out.ts`); absent where they stand. */
  pair?: string;
}

/** `unparsed`: an answer in the form that was asked for could not be found in the text; `empty`: there was no text. */
export type Outcome = 'right' | 'wrong' | 'unparsed' | 'empty';

/** One optimiser step. */
export interface StepRecord {
  direction: Direction;
  /** 1-based within the direction. */
  step: number;
  /** 1-based. */
  epoch: number;
  learningRate: number;
  /** What was minimised: by default the mean token loss over the optimiser batch (nats). */
  loss: number;
  /** Mean cross-entropy of the supervised tokens (nats); absent where it is the loss. */
  crossEntropy?: number;
  /** Mean KL(base ‖ model) at the supervised positions (nats), unweighted; absent where the loss does not hold it. */
  divergence?: number;
  /** Global gradient norm before clipping. */
  gradientNorm: number;
  supervisedTokens: number;
  /** How many of them belong to rehearsed examples; absent without rehearsal. */
  rehearsalTokens?: number;
  /** What was rehearsed, one entry per example: the fact's key, or `line:n` of the text file; absent without rehearsal. */
  rehearsed?: string[];
}

export interface FileIdentity {
  name: string;
  bytes: number;
  sha256: string;
}

export interface AdapterIdentity {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  software: boolean;
  /** Node with Dawn, or the browser and its version. */
  host: string;
}

export type RunState = 'idle' | 'loading' | 'probing' | 'training' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Manifest {
  recordVersion: typeof RECORD_VERSION;
  /** Hash of spec, model, ontology and data set: equal for equal experiments. */
  runId: string;
  state: RunState;
  spec: ExperimentSpec;
  specHash: string;
  model: {
    name: string;
    architecture: string;
    parameters: number;
    files: FileIdentity[];
    /** Where it was fetched from, a hub's repository with its commit; absent for a folder of the user's own. */
    source?: { repo: string; revision: string } | { url: string };
  };
  ontology: {
    file: FileIdentity;
    format: string;
    version: string | null;
    licence: string | null;
    /** Which terminology it was read as. */
    terminology: string;
    terms: number;
    counts: FileIdentity | null;
    covariates: { name: string; file: FileIdentity }[];
  };
  dataset: {
    hash: string;
    design: 'rank-bins' | 'random' | 'top-k' | 'entity-held-out';
    seen: number;
    withheld: number;
    bins: number;
    universe: number;
    popularity: 'counts' | 'column' | 'none';
    /** Bins that held too few pairs, and what they gave. */
    shortfalls: {
      bin: number;
      holds: number;
      askedSeen: number;
      askedWithheld: number;
      gaveSeen: number;
      gaveWithheld: number;
    }[];
  };
  /** The texts that are rehearsed; absent where none are. */
  rehearsalFile?: FileIdentity;
  adapter: { kind: 'lora' | 'full'; trainableParameters: number };
  gpu: AdapterIdentity;
  /** Kernel choices that the numbers depend on. */
  kernels: Record<string, string>;
  /** How the base was kept, and what each weight lost by it; absent where it was kept in f32. */
  base?: {
    precision: 'f16' | 'int8' | 'nf4';
    doubleQuantisation: boolean;
    /** Those not kept in f32; `bytes` with their scales, `relativeRmse` = √(Σ(w − stored)² / Σw²). */
    weights: {
      name: string;
      storage: 'f16' | 'int8' | 'nf4' | 'nf4-double';
      bytes: number;
      relativeRmse: number;
    }[];
  };
  memory: {
    plannedBytes: number;
    weightsBytes: number;
    trainingBytes: number;
    activationBytes: number;
    decodingBytes: number;
  };
  /** What probes read and had to cut; null where none did. */
  probes: { files: { field: string; file: FileIdentity }[]; warnings: string[] } | null;
  versions: { ontoscope: string };
  startedAtMs: number;
  elapsedMs: number;
  /** Directions that were trained to their end, in order: where they ended and why. */
  endings: { direction: Direction; step: number; epoch: number; reason: 'all-steps' | 'early-stopping' }[];
  error: { code: string; message: string; hint: string } | null;
  /** The texts of the pairs were left out of the records (`left-out.ts`); absent where they stand in them. */
  pairTexts?: 'left-out';
}

/**
 * A step function with its intervals: one row for time 0 and one per distinct time with an event or a censoring.
 * atRisk[i + 1] = atRisk[i] − events[i] − censored[i].
 */
export interface KmCurve {
  time: number[];
  survival: number[];
  lo: number[];
  hi: number[];
  atRisk: number[];
  events: number[];
  censored: number[];
  n: number;
  totalEvents: number;
  /** Median time with its Brookmeyer–Crowley limits; null where the curve does not reach it. */
  median: { value: number | null; lo: number | null; hi: number | null };
  method: string;
}

export interface GroupSummary {
  seen: boolean;
  template: TemplateRole;
  facts: number;
  accuracyByEpoch: { epoch: number; estimate: Estimate }[];
  /** What the greedy answers were, at each evaluation: wrong, unparsed and empty ones apart. */
  outcomesByEpoch: ({ epoch: number } & Record<Outcome, number>)[];
  /** Mean share of the label's tokens, and of the identifier's digits, that are right; null where none has digits. */
  partialByEpoch: { epoch: number; tokens: number; digits: number | null; n: number }[];
  transitions: TransitionTable;
  /** Facts wrong before training whose greedy answer turns right: event = first right epoch. */
  acquisition: KmCurve | null;
  /** Right before training, so not at risk. */
  knownAtBaseline: number;
  latentAtBaseline: Estimate | null;
}

export interface DirectionSummary {
  direction: Direction;
  steps: number;
  firstEpochLoss: number | null;
  lastEpochLoss: number | null;
  /** Seen and withheld facts; of the withheld only those that were not rehearsed. */
  groups: GroupSummary[];
  /** Withheld facts that were rehearsed; absent where none were. */
  rehearsed?: GroupSummary[];
  /** Rise of log q per token over baseline, seen against withheld (Mann–Whitney), per template. */
  rise:
    | null
    | {
        template: TemplateRole;
        seenMedian: number;
        withheldMedian: number;
        auc: number;
        u: number;
        p: number;
        nSeen: number;
        nWithheld: number;
        method: string;
      }[];
  /** What the probes found; null where the spec asks for none that leave records of their own. */
  probes: ProbeSummary | null;
}

export interface Summary {
  recordVersion: typeof RECORD_VERSION;
  runId: string;
  state: RunState;
  /** Training time of the last evaluation of all. */
  epochs: number;
  directions: DirectionSummary[];
}

export interface RunProgress {
  state: RunState;
  direction: Direction | null;
  /** Epochs finished in this direction. */
  epoch: number;
  epochs: number;
  /** Share of the whole run's work done, 0…1. */
  fraction: number;
  elapsedMs: number;
  /** Null until there is something to extrapolate from. */
  etaMs: number | null;
  tokensPerSecond: number | null;
  /** Prompt–completion pairs trained per second of training; null before any was. */
  pairsPerSecond: number | null;
  message: string;
}
