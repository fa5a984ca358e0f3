/** States in words, and the numbers of the picture. */
import type { FactState, StateMatrix } from '../../../app/estimates/fact-states';
import { epochText } from '../../../core/epoch';
import type { ChartTable } from '../chart-table';
import { latentWords } from '../notes';

export const NOT_SAMPLED = 'wrong (not sampled)';

/** Without samples, what was never right is wrong: whether latent or unknown, nobody asked. */
export function stateWords(state: FactState, sampled: boolean): string {
  return state === 'unknown' && !sampled ? NOT_SAMPLED : state;
}

export function statesNote({ n, set, epoch, sampled, sampledAtEnd, evaluation }: StateMatrix): string {
  const doubt = !sampled.after
    ? 'nothing was sampled under this template: latent and unknown cannot be told apart'
    : !sampled.before
      ? 'nothing was sampled before training: latent and unknown cannot be told apart there'
      : sampledAtEnd
        ? null
        : 'no samples were drawn at the end, so what is latent then rests on those before';
  return [
    `n = ${n} ${set} facts; before training against epoch ${epochText(epoch)}; shares of each row, 95 % Wilson intervals`,
    ...(sampled.after ? [latentWords(evaluation)] : []),
    ...(doubt === null ? [] : [doubt]),
  ].join('; ');
}

export function statesTable({ set, cells, sampled }: StateMatrix): ChartTable {
  return {
    columns: ['set', 'before', 'after', 'facts', 'share of before', 'lower', 'upper', 'n'],
    rows: cells.map(({ before, after, facts, share: { value, lo, hi, n } }) => [
      ...[set, stateWords(before, sampled.before), stateWords(after, sampled.after), facts.length],
      ...[value, lo, hi, n],
    ]),
  };
}
