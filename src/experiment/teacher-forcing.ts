/**
 * What a model makes of given completions, token by token: facts, canaries and texts are scored here alike.
 *
 * Promises: a score depends on the weights and the example only, not on what is packed beside it.
 * Must not know: what an example means.
 */
import type { TokenExample } from '../core/packed-row';
import type { Session } from '../engine/types';
import { packExamples } from '../tokens/packing';

export interface ForcedScore {
  /** The argmax is right at every position; any stop token counts where the completion ends with one. */
  tokenHit: boolean;
  tokensRight: number;
  /** At T = 1 and at the temperature asked for, in nats. */
  logProb: number;
  logQ: number;
  /** At T = 1, at each position of the completion. */
  tokenLogProbs: number[];
  /** Rank of each token of the completion, where asked for. */
  ranks: number[] | null;
}

export interface ForcingOptions {
  rowTokens: number;
  contextLength: number;
  stopIds: readonly number[];
  temperature?: number;
  ranks?: boolean;
}

/** Scores in the order of the examples; numbers that are not finite are the caller's to refuse. */
export async function scoreExamples(
  session: Session,
  examples: readonly TokenExample[],
  { rowTokens, contextLength, stopIds, temperature = 1, ranks = false }: ForcingOptions,
): Promise<ForcedScore[]> {
  const rows = packExamples(examples, rowTokens, contextLength);
  const results = await session.score(rows, temperature, { ranks });
  const scores = examples.map((): ForcedScore => ({
    tokenHit: true,
    tokensRight: 0,
    logProb: 0,
    logQ: 0,
    tokenLogProbs: [],
    ranks: ranks ? [] : null,
  }));
  const positions = examples.map(() => 0);
  rows.forEach((row, rowIndex) => {
    const result = results[rowIndex]!;
    row.example.forEach((example, index) => {
      const score = scores[example]!;
      positions[example]! += 1;
      const last = positions[example] === examples[example]!.completion.length;
      const [label, predicted] = [row.labels[index]!, result.argmax[index]!];
      score.logProb += result.logProb[index]!;
      score.logQ += result.logProbT[index]!;
      score.tokenLogProbs.push(result.logProb[index]!);
      const right = predicted === label || (last && stopIds.includes(label) && stopIds.includes(predicted));
      score.tokenHit &&= right;
      if (right) score.tokensRight += 1;
      if (result.ranks) score.ranks?.push(result.ranks[index]!);
    });
  });
  return scores;
}
