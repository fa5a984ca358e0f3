/**
 * Records of the probes that ask more than the facts themselves; docs/probes.md defines every figure.
 *
 * Promises: like trials, they hold nothing that differs between two runs of one spec on one adapter.
 * Must not know: how anything is measured.
 */
import type { Direction } from '../core/direction';
import type { Estimate } from '../core/estimate';
import type { ExperimentSpec } from '../spec/schema';
import type { TransitionTable } from './transition-table';

/** Where in a run a probe looked. */
export interface ProbeMoment {
  direction: Direction;
  /** Epochs finished; 0 = before training. */
  epoch: number;
  /** Optimiser steps finished in this direction; 0 = before training. */
  step: number;
}

/** `file`: from the table or text that the spec names; `own`: what the model itself said before training. */
export type ProbeSource = 'file' | 'own';

/** One canary at one evaluation: a prompt that has nothing to do with what is learned. */
export interface CanaryRecord extends ProbeMoment {
  /** 0-based, in the order of the table or of the draw. */
  canary: number;
  source: ProbeSource;
  prompt: string;
  completion: string;
  /** Completion tokens. */
  tokens: number;
  /** The argmax equals the completion's token at every position, given the ones before it. */
  hit: boolean;
  /** Log-probability of the completion at T = 1 (nats). */
  logProb: number;
}

/** One untrained text at one evaluation. */
export interface LanguageRecord extends ProbeMoment {
  /** 0-based. */
  text: number;
  source: ProbeSource;
  /** The text as it is scored; written before training only, null in later records. */
  content: string | null;
  /** Predicted tokens. */
  tokens: number;
  /** Their log-probability together at T = 1 (nats); the loss is −logProb / tokens. */
  logProb: number;
}

type Pooling = NonNullable<ExperimentSpec['evaluation']['probes']['embeddings']>['pooling'];

/** Cosines of terms with their own identifiers against those with another's. */
export interface MatchingEstimates {
  group: 'all' | 'seen' | 'withheld';
  pairs: number;
  /** P(cosine of a matched pair > cosine of a shuffled one). */
  auc: Estimate;
  meanReciprocalRank: Estimate;
  /** Mean reciprocal rank of a guess. */
  chanceReciprocalRank: number;
  cohenD: number;
  matchedMean: number;
  shuffledMean: number;
}

/** Cosines within and between seen and withheld pairs. */
export interface SeparationEstimates {
  text: 'term' | 'identifier';
  withinSeen: number;
  withinWithheld: number;
  between: number;
  /** | mean cos(seen, seen) − mean cos(withheld, withheld) | with the diagonals, as published. */
  asPublished: number;
  tightnessDifference: number;
  /** Mean cosine within the groups minus mean cosine between them. */
  margin: Estimate;
  /** Of the margin, by relabelling, one-sided. */
  p: number;
}

/** The vectors of one layer at one evaluation: where they lie, and what they say. */
export interface EmbeddingRecord extends ProbeMoment {
  /** As in the spec: 0 input embedding, n output of layer n, −1 the last after the final norm. */
  layer: number;
  pooling: Pooling;
  /** What fills a text up to the longest of its batch; null where nothing is filled up. */
  padding: { id: number; text: string; batch: number } | null;
  /** Path of the vectors within the run. */
  file: string;
  pairs: number;
  /** Numbers of a vector. */
  width: number;
  /** Groups of fewer than three pairs are left out. */
  matching: MatchingEstimates[];
  /** Empty where seen or withheld pairs are fewer than two, or a vector is zero. */
  separation: SeparationEstimates[];
}

/** Every probe record of a run, by the name of its kind. */
export interface ProbeRecords {
  embeddings: EmbeddingRecord[];
  canaries: CanaryRecord[];
  language: LanguageRecord[];
}
export type ProbeRecordKind = keyof ProbeRecords;
export const PROBE_RECORD_KINDS: readonly ProbeRecordKind[] = ['embeddings', 'canaries', 'language'];

export interface ProbeSummary {
  embeddings: Pick<EmbeddingRecord, 'epoch' | 'step' | 'layer' | 'pooling' | 'matching' | 'separation'>[];
  /** Null where there are none. */
  canaries: null | {
    source: ProbeSource;
    canaries: number;
    byEvaluation: {
      epoch: number;
      step: number;
      /** Share of canaries that are hits (Wilson). */
      kept: Estimate;
      /** Mean over canaries of logProb / tokens (bootstrap over canaries); null for a single canary. */
      logProbPerToken: Estimate | null;
      /** Against before training: kept, gained, lost (forgotten), never; exact McNemar. */
      change: TransitionTable;
    }[];
  };
  language: null | {
    source: ProbeSource;
    texts: number;
    tokens: number;
    byEvaluation: {
      epoch: number;
      step: number;
      /** Mean loss per token (bootstrap by text); null for a single text. */
      loss: Estimate | null;
      /** Rise of it over before training, paired by text; for texts of its own an estimate of KL(base ‖ model) per token. */
      rise: Estimate | null;
    }[];
  };
}
