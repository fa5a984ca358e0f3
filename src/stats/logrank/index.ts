/** The log-rank family. */
export {
  LOG_RANK_WEIGHTS,
  logRank,
  pairwiseLogRank,
  type LogRankGroup,
  type LogRankOptions,
  type LogRankResult,
  type PairwiseTest,
} from './log-rank';
