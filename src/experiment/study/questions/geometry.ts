/**
 * Do terms lie nearer to their own identifiers than to others'? The AUC of matched against shuffled cosines, before training
 * and after it, as the embeddings probe recorded it.
 *
 * Must not know: vectors.
 */
import { DIRECTIONS } from '../../../core/direction';
import type { StudyRow } from '../../../records';
import { normalQuantile } from '../../../stats';
import type { Geometry, RunDigest } from '../digest';
import { levelPairs } from './level-pairs';
import { estimatedRow, meanRow } from './rows';
import { WITHIN } from './contrasts';
import type { Frame, PooledRuns } from './types';

/** Level of the intervals that the probe records. */
const RECORDED_LEVEL = 0.95;
const GROUP = { all: 'both', seen: 'seen', withheld: 'withheld' } as const;

type Kind = Pick<Frame, 'direction' | 'measure' | 'group' | 'term'>;

export function geometryRows(pooled: PooledRuns): StudyRow[] {
  const { level } = pooled.analysis;
  const kinds = kindsOf(pooled.runs);
  const within = pooled.points.flatMap(({ point, members }) =>
    kinds.flatMap((kind) => {
      const frame: Frame = { ...kind, point, scale: 'AUC' };
      const each = members.flatMap((run) => {
        const found = recorded(run, kind);
        return found ? [{ run, auc: found.matching.auc }] : [];
      });
      if (each.length === 0) return [];
      const seeds = each.map(({ run, auc }) => ({ seed: run.seed, value: auc.value, error: errorOf(auc) }));
      return [
        ...each.map(({ run, auc }) => estimatedRow(frame, 'one run', 1, auc, { run: run.run, seed: run.seed })),
        meanRow(frame, 'mean over seeds', seeds, { level, limits: [0, 1], tested: false }),
      ];
    }),
  );
  const across = levelPairs(pooled).flatMap(({ point, term, seeds }) =>
    kinds.flatMap((kind) => {
      const values = seeds.flatMap(({ seed, couples }) => {
        const each = couples.flatMap(({ run, reference }) => {
          const [own, other] = [recorded(run, kind), recorded(reference, kind)].map((found) => found?.matching.auc);
          return own && other
            ? [{ value: own.value - other.value, error: Math.hypot(errorOf(own), errorOf(other)) }]
            : [];
        });
        if (each.length === 0) return [];
        const value = each.reduce((sum, one) => sum + one.value, 0) / each.length;
        return [{ seed, value, error: Math.hypot(...each.map(({ error }) => error)) / each.length }];
      });
      const frame: Frame = { ...kind, point, term: `${kind.term}: ${term}`, scale: 'difference' };
      return values.length === 0 ? [] : [meanRow(frame, 'paired by seed', values, { level, within: WITHIN.runs })];
    }),
  );
  return [...within, ...across];
}

function kindsOf(runs: readonly RunDigest[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const direction of DIRECTIONS) {
    for (const run of runs) {
      for (const each of run.geometry) {
        if (each.direction !== direction) continue;
        const kind = kindOf(each);
        kinds.set(JSON.stringify(kind), kind);
      }
    }
  }
  return [...kinds.values()];
}

function kindOf({ direction, when, layer, pooling, matching }: Geometry): Kind {
  return {
    direction,
    measure: `cosine AUC ${when}`,
    group: GROUP[matching.group],
    term: `layer ${layer}, ${pooling}`,
  };
}

function recorded({ geometry }: RunDigest, kind: Kind): Geometry | undefined {
  return geometry.find((each) => JSON.stringify(kindOf(each)) === JSON.stringify(kind));
}

/** From the recorded interval; where all pairs agree it has no width, and a half of one comparison is taken. */
function errorOf({ lo, hi, n }: { lo: number; hi: number; n: number }): number {
  return Math.max((hi - lo) / (2 * normalQuantile(1 - (1 - RECORDED_LEVEL) / 2)), 0.5 / n);
}
