/**
 * What analyses take and give: estimates of whole runs that take long enough to be computed beside the page. One line
 * each; plain data, as it crosses between page and worker.
 *
 * Must not know: how anything is estimated (`experiment/analyses`), who asks.
 */
import type { Direction } from '../core/direction';
import type { Estimate } from '../core/estimate';
import type { FactEvent } from '../core/fact-event';
import type { EmbeddingRecord, SeparationEstimates } from './probe-types';
import type { StudyRow } from './study-summary';
import type { TemplateRole } from './types';
import type { WholeRun } from './run-files';

/** Records that an analysis looks at. */
export type AnalysedRun = Pick<WholeRun, 'manifest' | 'facts' | 'trials' | 'steps' | 'summary' | 'probes' | 'files'>;

/** A hazard ratio of one covariate by one model, or why there is none. */
export type HazardRow = Pick<StudyRow, 'term' | 'estimate' | 'coefficient' | 'notEstimated' | 'warnings' | 'events'> & {
  model: 'cox' | 'cloglog';
};

/** Facts of the group asked about that are in no model, by why. */
export interface NotAtRisk {
  /** Acquisition, generalization: right before training. Degradation: not right then. */
  settled: number;
  /** Not evaluated before training, or never after it. */
  unobserved: number;
  /** Withheld, but trained beside what was learned. */
  rehearsed: number;
}

export interface Hazards {
  rows: HazardRow[];
  /** Facts at risk; models may leave out further ones, and say so. */
  atRisk: number;
  notAtRisk: NotAtRisk;
}

/** Places of all pairs' texts on one plane, at the first and the last moment with vectors (or the only one). */
export interface EmbeddingMap {
  /** Keys of the facts, in the order of the places. */
  facts: string[];
  /** [x, y] a pair, one after the other. */
  moments: { epoch: number; step: number; term: number[]; identifier: number[] }[];
  pooling: EmbeddingRecord['pooling'];
  /** Shares of the variance along both axes; null where axes have none. */
  explained: [number, number] | null;
  method: string;
}

/** At each of the same moments: cosines of pairs, and separation with what relabelling gives. */
export type EmbeddingCosines = {
  epoch: number;
  step: number;
  matched: number[];
  shuffled: number[];
  /** P(matched > shuffled); null where there are too few pairs. */
  auc: Estimate | null;
  separation: (SeparationEstimates & {
    /** Margins of relabelled pairs, ascending; empty where these are too many to relabel. */
    relabelled: number[];
  })[];
}[];

export type HazardCovariates = 'main' | 'lexical' | 'own';

export interface Analyses {
  /**
   * Cox and grouped-time models of what makes facts of one direction learned sooner; `lexical`: their wording too; `own`: the
   * covariates that the run's own tables gave, too.
   */
  hazards: {
    args: { direction: Direction; template: TemplateRole; event: FactEvent; covariates: HazardCovariates };
    result: Hazards;
  };
  /** A map of the vectors of one layer; null where there are none. UMAP is seeded by the spec. */
  embeddingMap: {
    args: { direction: Direction; layer: number; projection: 'pca' | 'umap' };
    result: EmbeddingMap | null;
  };
  embeddingCosines: { args: { direction: Direction; layer: number }; result: EmbeddingCosines };
}
export type AnalysisName = keyof Analyses;
/** What of a run an analysis reads: more of anything else leaves its answer as it is. */
export const ANALYSIS_READS: Readonly<Record<AnalysisName, 'records' | 'vectors'>> = {
  hazards: 'records',
  embeddingMap: 'vectors',
  embeddingCosines: 'vectors',
};
export type AnalysisArgs<Name extends AnalysisName> = Analyses[Name]['args'];
export type AnalysisResult<Name extends AnalysisName> = Analyses[Name]['result'];
/** What is asked: an analysis by name, with what it takes. */
export type AnalysisRequest<Name extends AnalysisName = AnalysisName> = {
  [Own in Name]: { name: Own; args: AnalysisArgs<Own> };
}[Name];
