/**
 * Analyses: estimates of whole runs that take too long for the page's thread. One file and one line each; what they take
 * and give stands in `records/analyses.ts`.
 *
 * Promises: each is a function of records alone. Must not know: who asks, how results look.
 */
import type { AnalysedRun, AnalysisArgs, AnalysisName, AnalysisResult } from '../../records';
import { embeddingCosines } from './embedding-cosines';
import { embeddingMap } from './embedding-map';
import { hazards } from './hazards';

export type Analysis<Name extends AnalysisName> = (
  runs: readonly AnalysedRun[],
  args: AnalysisArgs<Name>,
) => AnalysisResult<Name> | Promise<AnalysisResult<Name>>;

export const ANALYSES: { readonly [Name in AnalysisName]: Analysis<Name> } = {
  hazards: ([run], args) => hazards(run!, args),
  embeddingMap: ([run], args) => embeddingMap(run!, args),
  embeddingCosines: ([run], args) => embeddingCosines(run!, args),
};
