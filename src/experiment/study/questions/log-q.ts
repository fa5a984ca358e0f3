/** log q before training and its rise: what moves long before an answer turns right. */
import type { StudyRow } from '../../../records';
import { normalQuantile } from '../../../stats';
import { percent } from '../../../stats/proportions';
import type { RunDigest } from '../digest';
import { estimatedRow, meanRow, refusedRow } from './rows';
import { isLogQ, runScores, type SetScore } from './scores';
import type { Frame, PooledRuns } from './types';

export function logQRows({ points, analysis: { level } }: PooledRuns): StudyRow[] {
  return points.flatMap(({ point, members }) => {
    const scored = members.map((run) => ({ run, scores: runScores(run).filter(({ measure }) => isLogQ(measure)) }));
    const kinds = new Map<string, SetScore>();
    for (const { scores } of scored) for (const score of scores) kinds.set(nameOf(score), score);
    return [...kinds.values()].flatMap((kind) => {
      const { direction, set, measure } = kind;
      const frame: Frame = { point, direction, measure, group: set, term: null, scale: 'nats' };
      const each = scored.flatMap(({ run, scores }) => {
        const own = scores.find((score) => nameOf(score) === nameOf(kind));
        return own ? [{ run, own }] : [];
      });
      const seeds = each.map(({ run, own: { score } }) => ({ seed: run.seed, value: score.value, error: score.error }));
      return [
        ...each.map(({ run, own }) => runRow(frame, run, own, level)),
        meanRow(frame, 'mean over seeds', seeds, { level, tested: measure === 'log q rise' }),
      ];
    });
  });
}

const nameOf = ({ direction, set, measure }: SetScore) => `${direction}|${set}|${measure}`;

function runRow(frame: Frame, { run, seed }: RunDigest, { score }: SetScore, level: number): StudyRow {
  const { value, error, pairs } = score;
  if (!Number.isFinite(error)) return { ...refusedRow(frame, 'one run', 1, 'one fact has no spread'), run, seed };
  const half = normalQuantile(1 - (1 - level) / 2) * error;
  const method = `mean over facts, normal interval, ${percent(level)}`;
  const estimate = { value, lo: value - half, hi: value + half, n: pairs!.size, method };
  return estimatedRow(frame, 'one run', 1, estimate, { run, seed });
}
